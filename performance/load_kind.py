"""The kind of load "performance": an export of engagement counts becomes creator results."""

from __future__ import annotations

import tempfile
from typing import Any

from django.db.models import Count, QuerySet
from psycopg import sql

from famekeeda.pages import Panel
from loads.judge import Rejection
from loads.kinds import Kind, StagedLoad, Standing
from loads.models import Companion, Load
from performance import stats
from performance.judge import COLUMNS, MAX_COUNT, PerformanceJudge
from performance.models import Engagement

ROWS_PER_WRITE = 2_000
MAX_LISTED_CAMPAIGNS = 12
NEW, LOWERED = ord("i"), ord("l")  # what COMPARE says of a creator; "u" are the other updates

STAGING = """
CREATE TEMP TABLE incoming (
    influencer_id text COLLATE "C", campaign_id text COLLATE "C", platform text COLLATE "C" DEFAULT '',
    views bigint, likes bigint, comments bigint, shares bigint, line bigint
) ON COMMIT DROP;
CREATE TEMP SEQUENCE creators CACHE 1000;
CREATE AGGREGATE pg_temp.total(bigint) (SFUNC = int8pl, STYPE = bigint)
"""

# A creator's posts are added up before anything is divided. PostgreSQL's own sum of bigints is numeric, which takes
# longer to add up and to compare; `refuse` has seen to it that no total is above MAX_COUNT.
# Sample rows count as absent: this load removes them. The sequence counts the creators while PostgreSQL compares: to
# copy out the unchanged creators only in order to count them takes longer than the comparison.
COMPARE = """
COPY (
    SELECT CASE
             WHEN known.id IS NULL THEN 'i'
             WHEN folded.views < known.views OR folded.likes < known.likes
               OR folded.comments < known.comments OR folded.shares < known.shares THEN 'l'
             ELSE 'u'
           END, known.id, folded.campaign_id, folded.influencer_id, folded.platform,
           folded.views, folded.likes, folded.comments, folded.shares, {load}
      FROM (SELECT campaign_id, influencer_id, COALESCE(NULLIF(platform, ''), {platform}) AS platform,
                   pg_temp.total(views) AS views, pg_temp.total(likes) AS likes,
                   pg_temp.total(comments) AS comments, pg_temp.total(shares) AS shares,
                   nextval('creators')
              FROM incoming GROUP BY 1, 2, 3) AS folded
      LEFT JOIN performance_engagement AS known
        ON known.campaign_id = folded.campaign_id AND known.influencer_id = folded.influencer_id
       AND known.platform = folded.platform AND known.load_id IS DISTINCT FROM {sample}
     WHERE known.id IS NULL OR (known.views, known.likes, known.comments, known.shares)
        <> (folded.views, folded.likes, folded.comments, folded.shares)
     ORDER BY folded.campaign_id, folded.influencer_id, folded.platform
) TO STDOUT
"""
# Exports are cumulative: a table as large as the file probably knows most of the creators. Little is inserted then, and
# hashing all rows and sorting the few that changed takes two thirds of sorting all rows first.
IS_SMALLER_THAN_FILE = "SELECT pg_relation_size('performance_engagement') < pg_relation_size('incoming')"
INSERT = """
COPY performance_engagement (campaign_id, influencer_id, platform, views, likes, comments, shares, load_id) FROM STDIN
"""
CHANGED = """
CREATE TEMP TABLE changed (id bigint, campaign_id text, influencer_id text, platform text,
    views bigint, likes bigint, comments bigint, shares bigint, load_id bigint) ON COMMIT DROP
"""
UPDATE = """
UPDATE performance_engagement AS known
   SET views = changed.views, likes = changed.likes, comments = changed.comments, shares = changed.shares,
       load_id = changed.load_id
  FROM changed WHERE known.id = changed.id
"""

# Sums that the table could not hold. All rows of such a creator are rejected: which row is wrong cannot be known.
OVERFLOWING = """
DELETE FROM incoming USING (
    SELECT campaign_id, influencer_id, COALESCE(NULLIF(platform, ''), {platform}) AS platform
      FROM incoming GROUP BY 1, 2, 3
    HAVING greatest(sum(views), sum(likes), sum(comments), sum(shares)) > {max_count}
) AS broken
 WHERE (incoming.campaign_id, incoming.influencer_id, COALESCE(NULLIF(incoming.platform, ''), {platform}))
     = (broken.campaign_id, broken.influencer_id, broken.platform)
RETURNING line, incoming.influencer_id, incoming.campaign_id, views, likes, comments, shares, incoming.platform
"""

# For statements that find a few rows: by hashing they read `incoming` once; with the PLANNER_SETTINGS of loads.run
# PostgreSQL would sort all of it.
HASHING = "SET LOCAL enable_hashjoin = {switch}; SET LOCAL enable_hashagg = {switch}"

# Platforms of the file that the file or the table spells in other capitals, too. Sample rows leave with this load.
SPELLINGS = """
SELECT string_agg(DISTINCT platform, ', ')
  FROM (SELECT DISTINCT COALESCE(NULLIF(platform, ''), {platform}) AS platform, true AS is_in_file FROM incoming
        UNION ALL
        SELECT DISTINCT platform, false FROM performance_engagement WHERE load_id IS DISTINCT FROM {sample}) AS known
 GROUP BY lower(platform) HAVING count(DISTINCT platform) > 1 AND bool_or(is_in_file)
 ORDER BY 1
"""

# The good rows of creators of whom other rows were rejected, added up.
ACCOMPANYING = """
SELECT rejected.line, count(*), incoming.influencer_id, incoming.campaign_id,
       sum(views), sum(likes), sum(comments), sum(shares), rejected.platform
  FROM (SELECT cells->>'influencerId' AS influencer_id, cells->>'campaignId' AS campaign_id,
               COALESCE(NULLIF(cells->>'platform', ''), {platform}) AS platform, min(line) AS line
          FROM loads_reject WHERE load_id = {load} GROUP BY 1, 2, 3) AS rejected
  JOIN incoming ON incoming.influencer_id = rejected.influencer_id AND incoming.campaign_id = rejected.campaign_id
   AND COALESCE(NULLIF(incoming.platform, ''), {platform}) = rejected.platform
 GROUP BY 1, 3, 4, 9
"""

# A row left by a load that finished after the mended one, other than the loads that mend that load too. An upload has
# its id from the day it was brought, and may be confirmed long after.
OVERTAKEN = """
SELECT known.influencer_id, known.campaign_id, known.platform, known.load_id
  FROM incoming
  JOIN performance_engagement AS known
    ON known.campaign_id = incoming.campaign_id AND known.influencer_id = incoming.influencer_id
   AND known.platform = COALESCE(NULLIF(incoming.platform, ''), {platform})
  JOIN loads_load AS newer ON newer.id = known.load_id AND newer.mends_id IS DISTINCT FROM {mended}
 WHERE newer.finished_at > (SELECT finished_at FROM loads_load WHERE id = {mended})
 ORDER BY incoming.line LIMIT 1
"""


class PerformanceKind(Kind):
    name = "performance"
    title = "Creator performance"
    noun = "creator result"
    about = (
        "A line per creator and campaign.",
        "Several lines for one creator in one campaign are their posts, and are added up. A newer file replaces the "
        "figures of the creators it names; the others stay.",
    )
    columns = COLUMNS
    judge = PerformanceJudge
    staging = STAGING
    order = 0
    takes_platform = True
    key = ("influencerId", "campaignId", "platform")

    def refuse(self, run: StagedLoad) -> None:
        """Rejects all rows of a creator whose counts add up to more than MAX_COUNT."""
        assert isinstance(run.judge, PerformanceJudge)  # noqa: S101
        if run.judge.largest_count * run.load.rows <= MAX_COUNT:
            return
        run.scratch.execute(sql.SQL(OVERFLOWING).format(max_count=MAX_COUNT, platform=run.load.platform))
        reason = f"the counts of this creator add up to more than {MAX_COUNT:,}"
        while rows := run.scratch.fetchmany(ROWS_PER_WRITE):
            run.reject([_overflowing(row, reason, run.judge.ours) for row in rows])

    def accompany(self, run: StagedLoad) -> None:
        run.scratch.execute(HASHING.format(switch="on"))
        run.scratch.execute(sql.SQL(ACCOMPANYING).format(load=run.load.pk, platform=run.load.platform))
        while found := run.scratch.fetchmany(ROWS_PER_WRITE):
            run.accompany([_companion(run.load, row) for row in found])
        run.scratch.execute(HASHING.format(switch="off"))

    def standing(self, key: dict[str, str]) -> Standing | None:
        fields = {column.field: key[column.name] for column in COLUMNS if column.name in key}
        row = Engagement.objects.filter(**fields).first()
        return Standing({c.name: str(getattr(row, c.field)) for c in COLUMNS}, row.load_id) if row else None

    def overtaken(self, run: StagedLoad) -> tuple[str, int] | None:
        load = run.load
        run.scratch.execute(sql.SQL(OVERTAKEN).format(mended=load.mends_id, platform=load.platform))
        found = run.scratch.fetchone()
        return (", ".join(filter(None, found[:3])), found[3]) if found else None

    def merge(self, run: StagedLoad) -> None:
        """Inserts new rows in the order of the unique key, sets changed rows aside and updates them afterwards."""
        run.lock_table("performance_engagement")
        sample = _remove_sample(run)
        _note_spellings(run, sample)
        run.scratch.execute(IS_SMALLER_THAN_FILE)
        if not run.scratch.fetchone()[0]:
            run.scratch.execute(HASHING.format(switch="on"))
        compare = sql.SQL(COMPARE).format(load=run.load.pk, platform=run.load.platform, sample=sample)
        with tempfile.TemporaryFile() as changes:
            with run.scratch.copy(compare) as compared, run.target.copy(INSERT) as insert:
                _sort_out(run, compared, insert, changes)
            _count_the_rest(run)
            if run.load.updated:
                _update_from(run, changes)

    def left_by(self, load: Load) -> QuerySet[Engagement]:
        return Engagement.objects.filter(load=load)

    def rows_left(self) -> None:
        stats.forget()

    def outcome(self, load: Load) -> Panel:
        """The campaigns with most results from this load that no later load has replaced."""

        def campaigns() -> list[tuple[str, int]]:
            results = Engagement.objects.filter(load=load).order_by().values_list("campaign_id")
            counted = results.annotate(count=Count("*"))
            return list(counted.order_by("-count", "campaign_id")[:MAX_LISTED_CAMPAIGNS])

        found = stats.until_next_load(f"load:{load.pk}", campaigns)
        return Panel("admin/performance/load_outcome.html", {"load": load, "campaigns": found})


def _overflowing(row: tuple, reason: str, ours: list[str]) -> Rejection:
    """The rejection of a staged row whose creator's counts add up too high; its text is rebuilt from the values."""
    line, *values = row
    cells = {column.name: str(value) for column, value in zip(COLUMNS, values, strict=True) if column.name in ours}
    return Rejection(line, ",".join(cells[name] for name in ours), reason, cells)


def _companion(load: Load, row: tuple) -> Companion:
    line, rows, *values = row
    cells = {column.name: str(value) for column, value in zip(COLUMNS, values, strict=True)}
    return Companion(load=load, line=line, rows=rows, cells=cells)


def _note_spellings(run: StagedLoad, sample: int) -> None:
    """Notes platforms that differ only in capitals: ids are compared letter by letter, so their rows count apart."""
    if "platform" not in run.judge.ours and not run.load.platform:
        return
    run.scratch.execute(HASHING.format(switch="on"))
    run.scratch.execute(sql.SQL(SPELLINGS).format(platform=run.load.platform, sample=sample))
    run.load.notes += [f"platforms that differ in capitals count apart: {found}" for (found,) in run.scratch]
    run.scratch.execute(HASHING.format(switch="off"))


def _sort_out(run: StagedLoad, compared: Any, insert: Any, changes: Any) -> None:
    load, new = run.load, []
    for row in compared:
        if row[0] == NEW:
            new.append(row[5:])  # without the action and the NULL id: b"i\t\\N\t"
            if len(new) == ROWS_PER_WRITE:
                insert.write(b"".join(new))
                load.inserted += len(new)
                new.clear()
                run.show_progress()
        else:
            changes.write(row[2:])
            load.updated += 1
            load.lowered += row[0] == LOWERED
    insert.write(b"".join(new))
    load.inserted += len(new)


def _count_the_rest(run: StagedLoad) -> None:
    load = run.load
    run.scratch.execute("SELECT currval('creators')")
    creators = run.scratch.fetchone()[0]
    load.unchanged = creators - load.inserted - load.updated
    load.merged = load.rows - load.rejected - creators


def _update_from(run: StagedLoad, changes: Any) -> None:
    run.target.execute(CHANGED)
    changes.seek(0)
    with run.target.copy("COPY changed FROM STDIN") as copy:
        while block := changes.read(1 << 17):
            copy.write(block)
    run.target.execute("ANALYZE changed (id)")
    run.target.execute(UPDATE)


def _remove_sample(run: StagedLoad) -> int:
    """Deletes the sample data with the first real load. Returns the sample's load id, 0 if there was no sample."""
    sample = None if run.load.is_sample else Load.objects.filter(kind=PerformanceKind.name, is_sample=True).first()
    if sample is None:
        return 0
    run.target.execute("DELETE FROM performance_engagement WHERE load_id = %s", [sample.pk])
    run.target.execute("DELETE FROM loads_reject WHERE load_id = %s", [sample.pk])
    run.target.execute("DELETE FROM loads_companion WHERE load_id = %s", [sample.pk])
    run.target.execute("DELETE FROM loads_load WHERE id = %s", [sample.pk])
    run.load.notes.append(f"the sample data {'would leave' if run.load.check_only else 'left'} with this load")
    return sample.pk
