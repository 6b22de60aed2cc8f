"""Finds the few creators whom somebody who types a text probably means, at a million of them and with every letter.

Three questions, each asked only where those before it have found too few: whose name, handle or id begins with the
text, which of the creators with most followers have it anywhere, and which of all. The last reads an index of trigrams,
which cannot stop early, but by then the text is rare. Plain SQL: to build such querysets takes longer than to run them.
"""

from __future__ import annotations

from campaigns.models.text_search import MAX_GRAM_CHARACTERS, is_indexed, part
from famekeeda.folding import tidied, typed
from famekeeda.postgresql.prepared import fetch_all

MAX_CANDIDATES = 100  # by each of name, id and handle
MAX_POPULAR = 500  # accounts with most followers
LAST = "\U0010ffff"  # comes after all characters of texts

BEGINNING = "{text} >= %(text)s AND {text} < %(end)s ORDER BY {text}"
HOLDING = "strpos({text}, %(part)s) > 0 AND campaigns_grams({text}) @> campaigns_grams(%(grams)s)"
SEARCHED = (
    ("campaigns_creator", "influencer_id", "searched_name"),
    ("campaigns_creator", "influencer_id", "searched_id"),
    ("campaigns_account", "creator_id", "searched_handle"),
)


def ranked(condition: str) -> str:
    """SQL for the creators with whom the condition is true: first those who are called exactly as the text, then those
    with most followers."""
    found = " UNION ALL ".join(
        f"(SELECT {creator} AS creator, {text} = %(text)s AS is_same FROM {table}"  # noqa: S608 - constants
        f" WHERE {condition.format(text=text)} LIMIT {MAX_CANDIDATES})"
        for table, creator, text in SEARCHED
    )
    return f"""
SELECT found.creator FROM ({found}) AS found
  LEFT JOIN campaigns_account AS account ON account.creator_id = found.creator
 GROUP BY found.creator
 ORDER BY bool_or(found.is_same) DESC, max(account.followers) DESC NULLS LAST, found.creator
 LIMIT %(limit)s
"""  # noqa: S608 - constants


WHO_BEGIN, WHO_HOLD = ranked(BEGINNING), ranked(HOLDING)
# Stops at the first `limit`; a creator who has several accounts may be among them more than once.
POPULAR_WHO_HOLD = f"""
SELECT creator_id FROM (
    SELECT creator_id, searched_handle, followers FROM campaigns_account
     ORDER BY followers DESC NULLS LAST LIMIT {MAX_POPULAR}) AS account
  JOIN campaigns_creator ON influencer_id = creator_id
 WHERE strpos(searched_name, %(part)s) > 0 OR strpos(searched_id, %(part)s) > 0 OR strpos(searched_handle, %(part)s) > 0
 ORDER BY account.followers DESC NULLS LAST, creator_id LIMIT %(limit)s
"""  # noqa: S608 - constants


def best(text: str, limit: int) -> list[str]:
    """Ids of the creators whom somebody who typed the text probably means, in any case and with any accents: first
    those with exactly this name, handle or id, then those where one of them begins with it, then those who have it
    anywhere; of equals the one with most followers. Nobody for an empty text.

    Looks at MAX_CANDIDATES of each, however many have it."""
    folded = typed(text)
    if not folded:
        return []
    asked = {"text": folded, "end": folded + LAST, "part": part(folded), "limit": limit}
    asked["grams"] = part(folded)[-MAX_GRAM_CHARACTERS:]
    found = {creator: None for (creator,) in fetch_all(WHO_BEGIN, asked)}
    if tidied(text) in found:
        return list(found)  # Whoever typed a whole id needs no matches inside words.
    for more in (POPULAR_WHO_HOLD, WHO_HOLD):
        is_findable = more is POPULAR_WHO_HOLD or is_indexed(folded)
        if len(found) < limit and is_findable:
            found |= {creator: None for (creator,) in fetch_all(more, asked)}
    return list(found)[:limit]
