"""Which ids a table holds: found by jumps through an index, so that a million rows of a campaign cost one look."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

from famekeeda.words import counted

MAX_COUNTED = 1_000  # rows of an id, which are counted to this limit

# Each step of `seen` looks for the next id after the one before; without the limit inside, a long table of ids would be
# walked to its end. Only a condition on the id itself lets a partial index answer, hence the comparison with ''.
FIRST_IDS = """
WITH RECURSIVE seen(id, number) AS (
    (SELECT {column}, 1 FROM {table}
     WHERE {column} > %(after)s AND {column} >= %(text)s AND {column} <> '' ORDER BY {column} LIMIT 1)
    UNION ALL
    SELECT following.id, seen.number + 1 FROM seen CROSS JOIN LATERAL
        (SELECT {column} AS id FROM {table}
         WHERE {column} > seen.id AND {column} <> '' ORDER BY {column} LIMIT 1) AS following
    WHERE seen.number < %(limit)s AND starts_with(following.id, %(text)s)
)
SELECT id, (SELECT count(*) FROM (SELECT FROM {table} WHERE {column} = seen.id LIMIT %(most)s) AS counted)
FROM seen WHERE starts_with(id, %(text)s) ORDER BY number
"""


def first_ids(model: type[Model], field: str, *, text: str = "", limit: int = 50, after: str = "") -> dict[str, int]:
    """The first `limit` ids in a field that begin with the text and come after `after`, in the order of their code
    points; of each the number of its rows, where MAX_COUNTED + 1 means more. An index has to begin with the field."""
    quote = connection.ops.quote_name
    query = FIRST_IDS.format(table=quote(model._meta.db_table), column=quote(field))
    asked: dict[str, str | int] = {"text": text, "limit": limit, "after": after, "most": MAX_COUNTED + 1}
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return dict(cursor.fetchall())


def in_words(rows: int, noun: str) -> str:
    """1 brief, 12 briefs, more than 1,000 briefs."""
    if rows > MAX_COUNTED:
        return f"more than {MAX_COUNTED:,} {noun}s"
    return counted(rows, noun)
