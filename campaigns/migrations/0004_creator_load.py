import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0003_creator_search'),
        ('loads', '0007_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='creator',
            name='load',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='loads.load'),
        ),
    ]
