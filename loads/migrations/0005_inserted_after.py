"""Each load notes which ids its inserted rows have."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('loads', '0004_mended_rejects'),
    ]

    operations = [
        migrations.AddField(
            model_name='load',
            name='inserted_after',
            field=models.BigIntegerField(blank=True, help_text="Highest id of the kind's table before the load: inserted rows are above it", null=True),
        ),
    ]
