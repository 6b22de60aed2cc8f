from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('briefs', '0012_what_cannot_be')]

    operations = [
        migrations.AlterField(
            model_name='brief',
            name='state',
            field=models.CharField(choices=[('queued', 'waiting for its turn'), ('running', 'being written'), ('ready', 'written'), ('failed', 'failed')], default='queued', max_length=8),
        ),
    ]
