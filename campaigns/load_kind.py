"""The kind of load "creators": a list of creators becomes, or completes, their profiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.db.models import QuerySet

from campaigns.event_types import FEE
from campaigns.load_judge import COLUMNS, CreatorJudge
from campaigns.models import Creator
from campaigns.models.text_search import Folded
from famekeeda.words import counted
from loads.judge import Rejection
from loads.kinds import Kind, StagedLoad
from loads.models import Load

ROWS_PER_WRITE = 2_000
MAX_NOTED_NAMES = 5
TEXTS = ("name", "country", "language", "contact", "manager")  # fields of a profile that are plain text

STAGING = """
CREATE TEMP TABLE incoming (
    influencer_id text COLLATE "C", name text DEFAULT '', platform text COLLATE "C" DEFAULT '', handle text DEFAULT '',
    followers text DEFAULT '', country text DEFAULT '', language text DEFAULT '', topics text DEFAULT '',
    contact text DEFAULT '', manager text DEFAULT '', usual_fee text DEFAULT '', currency text DEFAULT '', line bigint,
    is_named_by_handle boolean DEFAULT false
) ON COMMIT DROP
"""


def folded(text: str) -> str:
    """SQL for a text in small letters, by the rule by which people find handles: of all alphabets."""
    return Folded.template % {"function": Folded.function, "expressions": text}


# Who has the handles of the lines without an id: by the profiles, or by a line of the file that has an id.
HOLDERS = f"""
CREATE TEMP TABLE holders ON COMMIT DROP AS
SELECT platform, handle, min(influencer_id) AS influencer_id, count(DISTINCT influencer_id) AS number
  FROM (SELECT platform COLLATE "C" AS platform, {folded("handle")} AS handle,
               creator_id COLLATE "C" AS influencer_id
          FROM campaigns_account
         UNION
        SELECT platform, {folded("handle")}, influencer_id
          FROM incoming WHERE influencer_id <> '' AND handle <> '') AS known
 WHERE (platform, handle) IN (SELECT platform, {folded("handle")} FROM incoming WHERE influencer_id = '')
 GROUP BY platform, handle
"""  # noqa: S608 - constants
RETURNED = """line, {first}, CASE WHEN is_named_by_handle THEN '' ELSE incoming.influencer_id END, name,
          incoming.platform, incoming.handle, incoming.followers, country, language, topics, contact, manager,
          usual_fee, currency"""
SEVERAL_HOLDERS = f"""
DELETE FROM incoming USING holders
 WHERE incoming.influencer_id = '' AND number > 1
   AND (incoming.platform, {folded("incoming.handle")}) = (holders.platform, holders.handle)
RETURNING {RETURNED.format(first="number")}
"""  # noqa: S608 - constants
NAME_BY_HOLDER = f"""
UPDATE incoming SET influencer_id = holders.influencer_id, is_named_by_handle = true FROM holders
 WHERE incoming.influencer_id = ''
   AND (incoming.platform, {folded("incoming.handle")}) = (holders.platform, holders.handle)
"""  # noqa: S608 - constants
NAME_BY_HANDLE = f"""
UPDATE incoming SET influencer_id = first.handle, is_named_by_handle = true
  FROM (SELECT {folded("handle")} AS lowered, (array_agg(handle ORDER BY line))[1] AS handle FROM incoming
         WHERE influencer_id = '' GROUP BY {folded("handle")}) AS first
 WHERE incoming.influencer_id = '' AND {folded("incoming.handle")} = first.lowered
"""  # noqa: S608 - constants
# A creator whose id is the handle, and who is called otherwise on this platform, is somebody else.
TAKEN = f"""
DELETE FROM incoming USING campaigns_account AS known
 WHERE is_named_by_handle AND known.creator_id = incoming.influencer_id AND known.platform = incoming.platform
   AND known.handle <> '' AND {folded("known.handle")} <> {folded("incoming.handle")}
RETURNING {RETURNED.format(first="known.handle")}
"""  # noqa: S608 - constants
MADE_OF_HANDLES = f"""
SELECT count(DISTINCT influencer_id) FROM incoming JOIN profiles USING (influencer_id)
 WHERE is_named_by_handle AND is_new AND {folded("influencer_id")} = {folded("handle")}
"""  # noqa: S608 - constants

REPEATED = f"""
DELETE FROM incoming USING (
    SELECT line AS repeated, min(line) OVER same AS first FROM incoming
    WINDOW same AS (PARTITION BY influencer_id, platform)
) AS counted
 WHERE line = repeated AND repeated > first
RETURNING {RETURNED.format(first="first")}
"""  # noqa: S608 - constants

NAMED_DIFFERENTLY = """
SELECT influencer_id || ': ' || string_agg(DISTINCT name, ', '), count(*) OVER () FROM incoming WHERE name <> ''
 GROUP BY influencer_id HAVING count(DISTINCT name) > 1 ORDER BY min(line) LIMIT {most}
"""

LAST = "COALESCE((array_agg({field} ORDER BY line DESC) FILTER (WHERE {given} <> ''))[1], '') AS {field}"
# What the lines of a creator say together: of each field the last that is not empty. A currency counts with its fee.
PROFILES = f"""
CREATE TEMP TABLE profiles ON COMMIT DROP AS
SELECT said.*, known.influencer_id IS NULL AS is_new,
       {" OR ".join(f"(said.{field} <> '' AND said.{field} <> known.{field})" for field in TEXTS)}
       OR (said.topics <> '' AND said.topics::text[] <> known.topics::text[])
       OR (said.usual_fee <> '' AND (said.usual_fee::numeric IS DISTINCT FROM known.usual_fee
                                     OR said.currency <> known.currency)) AS is_changed
  FROM (SELECT influencer_id, {", ".join(LAST.format(field=field, given=field) for field in (*TEXTS, "topics"))},
               {LAST.format(field="usual_fee", given="usual_fee")}, {LAST.format(field="currency", given="usual_fee")}
          FROM incoming GROUP BY influencer_id) AS said
  LEFT JOIN campaigns_creator AS known USING (influencer_id)
"""  # noqa: S608 - constants
ACCOUNTS = """
CREATE TEMP TABLE accounts ON COMMIT DROP AS
SELECT incoming.influencer_id, incoming.platform, incoming.handle, incoming.followers, known.id IS NULL AS is_new,
       (incoming.handle <> '' AND incoming.handle <> known.handle)
       OR (incoming.followers <> '' AND incoming.followers::bigint IS DISTINCT FROM known.followers) AS is_changed
  FROM incoming
  LEFT JOIN campaigns_account AS known
    ON known.creator_id = incoming.influencer_id AND known.platform = incoming.platform
 WHERE incoming.platform <> ''
"""
COUNTS = """
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new AND is_changed)
  FROM (SELECT profiles.is_new OR COALESCE(accounts.is_new, false) AS is_new,
               profiles.is_changed OR COALESCE(accounts.is_changed, false) AS is_changed
          FROM incoming JOIN profiles USING (influencer_id) LEFT JOIN accounts USING (influencer_id, platform)) AS lines
"""
CHANGED_PROFILES = """
COPY (SELECT influencer_id, name, country, language, topics, contact, manager, usual_fee, currency FROM profiles
       WHERE is_new OR is_changed
          OR EXISTS (SELECT FROM accounts WHERE accounts.influencer_id = profiles.influencer_id
                                            AND (accounts.is_new OR accounts.is_changed))
       ORDER BY influencer_id) TO STDOUT
"""
CHANGED_ACCOUNTS = """
COPY (SELECT influencer_id, platform, handle, followers FROM accounts WHERE is_new OR is_changed
       ORDER BY influencer_id, platform) TO STDOUT
"""
CHANGED = """
CREATE TEMP TABLE changed_profiles (influencer_id text, name text, country text, language text, topics text,
    contact text, manager text, usual_fee text, currency text) ON COMMIT DROP;
CREATE TEMP TABLE changed_accounts (influencer_id text, platform text, handle text, followers text) ON COMMIT DROP
"""
WRITE_PROFILES = f"""
INSERT INTO campaigns_creator AS known (influencer_id, name, country, language, topics, contact, manager, usual_fee,
       currency, note, is_sample, revision, followers, load_id)
SELECT influencer_id, name, country, language, COALESCE(NULLIF(topics, ''), '{{}}')::text[], contact, manager,
       NULLIF(usual_fee, '')::numeric, currency, '', false, 1,
       (SELECT max(followers) FROM campaigns_account WHERE creator_id = influencer_id), %s
  FROM changed_profiles
    ON CONFLICT (influencer_id) DO UPDATE
   SET {", ".join(f"{field} = COALESCE(NULLIF(excluded.{field}, ''), known.{field})" for field in TEXTS)},
       topics = CASE WHEN excluded.topics = '{{}}' THEN known.topics ELSE excluded.topics END,
       usual_fee = COALESCE(excluded.usual_fee, known.usual_fee),
       currency = COALESCE(NULLIF(excluded.currency, ''), known.currency),
       followers = excluded.followers,
       revision = known.revision + 1
"""  # noqa: S608 - constants
WRITE_ACCOUNTS = """
INSERT INTO campaigns_account AS known (creator_id, platform, handle, followers)
SELECT influencer_id, platform, handle, NULLIF(followers, '')::bigint FROM changed_accounts
    ON CONFLICT (creator_id, platform) DO UPDATE
   SET handle = COALESCE(NULLIF(excluded.handle, ''), known.handle),
       followers = COALESCE(excluded.followers, known.followers)
"""


class CreatorKind(Kind):
    name = "creators"
    title = "Creators' profiles"
    noun = "profile"
    about = (
        "A line per creator, or per creator and platform where a creator has several accounts.",
        "A list needs no influencerId where it has platform and handle: a line without one belongs to the creator who "
        "has this handle, in any case, and otherwise to a new creator whose id is the handle.",
        "A followers, country, language or topics cell that cannot be read is left out, and the load says so.",
        "An empty cell leaves what is known. Where two lines call one creator differently, the last name counts, and "
        "the load says so.",
    )
    columns = COLUMNS
    judge = CreatorJudge
    staging = STAGING
    permission = "campaigns.change_creator"
    reading_permission = FEE  # a list has contacts and fees
    leaves_changed = False

    def refuse(self, run: StagedLoad) -> None:
        """Rejects lines that name a creator and platform of an earlier line: which is right cannot be known."""
        self.name_by_handles(run)
        self.reject_those(run, REPEATED, lambda row: f"{_account(row)} stands on line {row[1]} already")

    def name_by_handles(self, run: StagedLoad) -> None:
        """Gives each line without an id that of the creator who has its handle, or the handle as the id."""
        run.scratch.execute("SELECT EXISTS (SELECT FROM incoming WHERE influencer_id = '')")
        if not run.scratch.fetchone()[0]:
            return
        run.scratch.execute(HOLDERS)
        self.reject_those(
            run,
            SEVERAL_HOLDERS,
            lambda row: f"influencerId is missing: {row[1]} creators have the handle {row[5]} on {row[4]}",
        )
        run.scratch.execute(NAME_BY_HOLDER)
        run.scratch.execute(NAME_BY_HANDLE)
        self.reject_those(
            run,
            TAKEN,
            lambda row: f"influencerId is missing: the creator {row[5]} has another handle on {row[4]}, {row[1]}",
        )

    def reject_those(self, run: StagedLoad, delete: str, reason: Callable[[tuple[Any, ...]], str]) -> None:
        """Rejects the rows that the statement deletes and returns."""
        run.scratch.execute(delete)
        while rows := run.scratch.fetchmany(ROWS_PER_WRITE):
            run.reject([_rejection(row, reason(row), run.judge.ours) for row in rows])

    def merge(self, run: StagedLoad) -> None:
        """Upserts what is new in the order of the keys; the counts are of lines."""
        load = run.load
        # People lock the row of a profile first and write then. A weaker lock would let them lock rows, for which the
        # load waits, but not write, for which they wait for the load. Readers go on.
        run.target.execute("LOCK TABLE campaigns_creator, campaigns_account IN EXCLUSIVE MODE")
        self.note_names(run)
        for statement in (PROFILES, ACCOUNTS, "ANALYZE profiles", "ANALYZE accounts", COUNTS):
            run.scratch.execute(statement)
        load.inserted, load.updated = run.scratch.fetchone()
        self.note_ids(run)
        self.note_left_out(run)
        load.unchanged = load.rows - load.rejected - load.inserted - load.updated
        run.target.execute(CHANGED)
        for query, table in ((CHANGED_PROFILES, "changed_profiles"), (CHANGED_ACCOUNTS, "changed_accounts")):
            with run.scratch.copy(query) as found, run.target.copy(f"COPY {table} FROM STDIN") as copy:
                for block in found:
                    copy.write(block)
        run.target.execute(WRITE_ACCOUNTS)  # first, since a profile says how many follow its accounts
        run.target.execute(WRITE_PROFILES, [load.pk])

    def note_names(self, run: StagedLoad) -> None:
        run.scratch.execute(NAMED_DIFFERENTLY.format(most=MAX_NOTED_NAMES))
        if found := run.scratch.fetchall():
            more = found[0][1] - len(found)
            listed = "; ".join(names for names, _ in found) + (f"; and {more:,} more creators" if more else "")
            run.load.notes.append(f"called differently on different lines, of which the last counts: {listed}")

    def note_ids(self, run: StagedLoad) -> None:
        run.scratch.execute(MADE_OF_HANDLES)
        if made := run.scratch.fetchone()[0]:
            run.load.notes.append(f"ids made of handles, for creators of whom no influencerId is known: {made:,}")

    def note_left_out(self, run: StagedLoad) -> None:
        judge = cast(CreatorJudge, run.judge)
        for column, number in judge.left_out.items():
            example = judge.left_out_examples[column]
            run.load.notes.append(f"left out of {column}: {counted(number, 'cell')}, such as {example}")

    def left_by(self, load: Load) -> QuerySet[Creator]:
        """The profiles that the load made and nobody has changed since."""
        return Creator.objects.filter(load=load, revision=1)


def _account(row: tuple[Any, ...]) -> str:
    return f"the creator's {row[4]}" if row[4] else "the creator without a platform"


def _rejection(row: tuple[Any, ...], reason: str, ours: list[str]) -> Rejection:
    line, _, *values = row
    cells = {column.name: str(value) for column, value in zip(COLUMNS, values, strict=True) if column.name in ours}
    if cells.get("topics"):
        cells["topics"] = cells["topics"].strip("{}").replace('","', ";").strip('"')
    return Rejection(line, ",".join(cells[name] for name in ours), reason, cells)
