"""Answers to POSTs with an Idempotency-Key say which rights the user had; those given before say none."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('famekeeda', '0007_remove_demo'),
    ]

    operations = [
        migrations.AddField(
            model_name='keptanswer',
            name='rights',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], help_text="Of the user when the answer was given; * is a superuser's", size=None),
        ),
    ]
