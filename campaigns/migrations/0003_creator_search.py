"""Indexes by which creators are found by a part of their name, handle or id."""

import campaigns.models.text_search
import django.contrib.postgres.indexes
from django.db import migrations, models


# The trigrams of a text in small letters. A loop in PL/pgSQL takes 14 µs for 14 characters, a subquery in SQL 40 to 100.
CREATE_GRAMS = """
CREATE FUNCTION campaigns_grams(words text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 20 AS $$
DECLARE
    lowered text := lower(words COLLATE "pg_c_utf8");
    grams text[] := '{}';
BEGIN
    FOR at IN 1 .. length(lowered) - 2 LOOP
        grams := grams || substr(lowered, at, 3);
    END LOOP;
    RETURN grams;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0002_groups'),
    ]

    operations = [
        migrations.RunSQL(CREATE_GRAMS, "DROP FUNCTION campaigns_grams(text)"),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(campaigns.models.text_search.Folded('handle'), name='account_handle_begins'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('handle'), name='account_handle_grams'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=models.Index(campaigns.models.text_search.Folded('name'), name='creator_name_begins'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=models.Index(campaigns.models.text_search.Folded('influencer_id'), name='creator_id_begins'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('name'), name='creator_name_grams'),
        ),
        migrations.AddIndex(
            model_name='creator',
            index=django.contrib.postgres.indexes.GinIndex(campaigns.models.text_search.Grams('influencer_id'), name='creator_id_grams'),
        ),
    ]
