"""Each trend says which load left it as it stands."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('briefs', '0010_instructions'),
        ('loads', '0005_inserted_after'),
    ]

    operations = [
        migrations.AddField(
            model_name='trend',
            name='load',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='loads.load'),
        ),
    ]
