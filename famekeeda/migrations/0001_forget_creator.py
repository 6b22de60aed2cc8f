"""The right to forget a creator."""

from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Creator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
            ],
            options={
                'permissions': [('forget_creator', 'Can forget a creator for good')],
                'managed': False,
                'default_permissions': (),
            },
        ),
    ]
