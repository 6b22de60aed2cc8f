"""Rejects can be mended, and a load keeps the good rows beside them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('loads', '0003_cancelled'),
    ]

    operations = [
        migrations.AddField(
            model_name='load',
            name='mends',
            field=models.ForeignKey(blank=True, help_text='Whose rejects the file mends', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mended_by', to='loads.load'),
        ),
        migrations.AddField(
            model_name='reject',
            name='mended',
            field=models.JSONField(blank=True, help_text='The cells as somebody mended them', null=True),
        ),
        migrations.AddField(
            model_name='reject',
            name='mended_in',
            field=models.ForeignKey(blank=True, help_text='Loads the mended row', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mended_rejects', to='loads.load'),
        ),
        migrations.CreateModel(
            name='Companion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.BigIntegerField(help_text='Line of the first rejected row with the key')),
                ('rows', models.BigIntegerField(help_text='How many good rows are added up')),
                ('cells', models.JSONField(help_text='Our column → text, as a file would have it')),
                ('load', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='companions', to='loads.load')),
            ],
            options={
                'ordering': ['load', 'line'],
            },
        ),
    ]
