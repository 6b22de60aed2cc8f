"""The function that takes case and accents from a text."""

from django.db import migrations

# Marks that follow their letter are left out, compatible forms ("ﬁ", "𝓐") are written as what they mean; then come
# letters whose stroke is no mark to Unicode. One expression of PostgreSQL's own functions, since while a dump is
# restored a function finds no other; most texts are plain ASCII, which is folded three times as fast.
CREATE = r"""
CREATE FUNCTION famekeeda_folded(words text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(words) = length(words) THEN lower(words COLLATE "pg_c_utf8")
    ELSE replace(replace(replace(replace(translate(
        lower(regexp_replace(normalize(words, NFKD), '[\u0300-\u036f]', '', 'g') COLLATE "pg_c_utf8"),
        'øłđıħŧðς’ʼ', 'oldihtdσ'''''), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')
    END
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ("famekeeda", "0008_answers_of_rights"),
    ]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION famekeeda_folded(text)"),
    ]
