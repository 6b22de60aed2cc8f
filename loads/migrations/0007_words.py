from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('loads', '0006_reading')]

    operations = [
        migrations.AlterField(
            model_name='load',
            name='state',
            field=models.CharField(choices=[('draft', 'waiting for its columns to be matched'), ('queued', 'waiting for its turn'), ('running', 'running'), ('checked', 'checked, nothing changed'), ('loaded', 'loaded'), ('failed', 'failed, nothing changed'), ('cancelled', 'cancelled, nothing changed'), ('interrupted', 'interrupted, nothing changed')], default='queued', max_length=12),
        ),
    ]
