"""How many follow a creator, and indexes by which the list of creators is narrowed and sorted."""

import django.contrib.postgres.indexes
from django.db import migrations, models


FILL = """
UPDATE campaigns_creator SET followers = known.most
  FROM (SELECT creator_id, max(followers) AS most FROM campaigns_account GROUP BY creator_id) AS known
 WHERE known.creator_id = influencer_id AND known.most IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0006_indexes_of_tables'),
    ]

    operations = [
        migrations.AddField(
            model_name='creator',
            name='followers',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='creator',
            index=models.Index(fields=['country'], name='creator_country'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=models.Index(fields=['language'], name='creator_language'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=models.Index(models.OrderBy(models.F('followers'), descending=True, nulls_last=True), name='creator_followers'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=django.contrib.postgres.indexes.GinIndex(fields=['topics'], name='creator_topics'),
        ),
    ]
