"""Generated columns with folded texts, by which campaigns, creators and deliverables are found in any case and with any
accents, and indexes of them in the place of those of expressions. At a million profiles it takes a minute or two, in
which they can be neither read nor written."""

import campaigns.models.text_search
import django.contrib.postgres.indexes
import django.db.models.functions.text
import famekeeda.folding
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('famekeeda', '0009_folding'),
        ('campaigns', '0007_creator_list'),
        ('loads', '0007_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='account',
            name='account_handle_begins',
        ),
        migrations.RemoveIndex(
            model_name='account',
            name='account_handle_grams',
        ),
        migrations.RemoveIndex(
            model_name='creator',
            name='creator_name_begins',
        ),
        migrations.RemoveIndex(
            model_name='creator',
            name='creator_id_begins',
        ),
        migrations.RemoveIndex(
            model_name='creator',
            name='creator_name_grams',
        ),
        migrations.RemoveIndex(
            model_name='creator',
            name='creator_id_grams',
        ),
        migrations.AddField(
            model_name='account',
            name='searched_handle',
            field=models.GeneratedField(db_persist=True, expression=famekeeda.folding.Fold('handle'), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddField(
            model_name='campaign',
            name='searched',
            field=models.GeneratedField(db_persist=True, expression=famekeeda.folding.Fold(django.db.models.functions.text.Concat('name', models.Value('\n'), 'brand', models.Value('\n'), 'id', output_field=models.TextField())), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddField(
            model_name='collaboration',
            name='searched_id',
            field=models.GeneratedField(db_persist=True, expression=famekeeda.folding.Fold('influencer_id'), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddField(
            model_name='creator',
            name='searched_id',
            field=models.GeneratedField(db_persist=True, expression=famekeeda.folding.Fold('influencer_id'), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddField(
            model_name='creator',
            name='searched_name',
            field=models.GeneratedField(db_persist=True, expression=famekeeda.folding.Fold('name'), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddField(
            model_name='deliverable',
            name='searched_format',
            field=models.GeneratedField(db_persist=True, expression=famekeeda.folding.Fold('format'), output_field=models.TextField(db_collation='C')),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(fields=['searched_handle'], name='account_handle_begins'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('searched_handle'), name='account_handle_grams'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(models.OrderBy(models.F('followers'), descending=True, nulls_last=True), name='account_by_followers'),
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('searched'), name='campaign_grams'),
        ),
        migrations.AddIndex(
            model_name='collaboration',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('searched_id'), name='collaboration_id_grams'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=models.Index(fields=['searched_name'], name='creator_name_begins'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=models.Index(fields=['searched_id'], name='creator_id_begins'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('searched_name'), name='creator_name_grams'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('searched_id'), name='creator_id_grams'),
        ),
        migrations.AddIndex(
            model_name='deliverable',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('searched_format'), name='deliverable_format_grams'),
        ),
    ]
