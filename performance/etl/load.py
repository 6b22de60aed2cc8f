"""Brings judged rows into the table: staged, folded to one row per creator, compared, merged in one transaction."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone
from psycopg import sql

from performance.etl.extract import Header, Source, Unreadable, match_columns, read_header
from performance.etl.transform import MOST, Judge, Judged, Rejection
from performance.models import LOAD_LOCK, Load

OnProgress = Callable[[Load], None]

# One load at a time: two that merge into one table block each other, then meet at the unique key.
TURN = 0x10AD_10AD
# An upload whose worker dies this often is what kills it.
MOST_ATTEMPTS = 3
PROGRESS_EVERY = 0.5  # seconds
ROWS_A_WRITE = 2_000

FIELDS = {
    "influencerId": "influencer_id",
    "campaignId": "campaign_id",
    "views": "views",
    "likes": "likes",
    "comments": "comments",
    "shares": "shares",
    "platform": "platform",
}

STAGE = """
CREATE TEMP TABLE incoming (
    influencer_id text COLLATE "C", campaign_id text COLLATE "C", platform text COLLATE "C" DEFAULT '',
    views bigint, likes bigint, comments bigint, shares bigint, line bigint
) ON COMMIT DROP;
CREATE TEMP SEQUENCE creators
"""

# Sorting keeps the order of the unique key from here to the insert, which halves what its index costs; a hash join or
# a hashed GROUP BY would lose it.
PLAN = """
SET LOCAL work_mem = '256MB'; SET LOCAL jit = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_hashagg = off
"""

# A creator's posts are added up before anything is divided. Sample rows count as absent: they leave with this load.
# Unchanged creators are counted by the sequence in passing; sending each out to be counted takes longer than comparing.
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
                   sum(views) AS views, sum(likes) AS likes, sum(comments) AS comments, sum(shares) AS shares,
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

# Sums that the table could not hold. Every row of such a creator is refused: which of them is wrong, nobody knows.
OVERFLOWING = """
DELETE FROM incoming USING (
    SELECT campaign_id, influencer_id, platform FROM incoming GROUP BY 1, 2, 3
    HAVING greatest(sum(views), sum(likes), sum(comments), sum(shares)) > {most}
) AS broken
 WHERE (incoming.campaign_id, incoming.influencer_id, incoming.platform)
     = (broken.campaign_id, broken.influencer_id, broken.platform)
RETURNING line, incoming.influencer_id, incoming.campaign_id, views, likes, comments, shares, incoming.platform
"""


class GivenUp(Exception):
    """The file was read, and something in it is a reason to change nothing; the text says what."""


class NotOurs(Exception):
    """Another process holds the load, or has finished it."""


def run(load: Load, source: Source, *, on_progress: OnProgress | None = None) -> Load:
    """Absorbs the source, all of it or nothing, and keeps what became of it in `load`.

    `load.platform`, `mapping`, `max_rejects` and `check_only` say how. Afterwards `load.state` is loaded, checked or
    failed; a failed load says in `error` why, and has changed nothing but its own row and its rejects. A load that is
    already finished, or in the hands of another process, is left alone. Errors of the database are raised, and leave
    the load as interrupted."""
    attempt = Attempt(load, source, on_progress or (lambda load: None))
    try:
        with attempt.transactions():
            attempt.absorb()
    except NotOurs:
        load.refresh_from_db()
    except (Unreadable, GivenUp) as error:
        attempt.fail(str(error))
    return load


@dataclass
class Attempt:
    """One run of one load.

    Three connections share the work. `scratch` sorts and compares in a temporary table; `target` changes the table, in
    the one transaction that counts; Django's own shows progress and keeps rejects while that one is still open. Two
    servers' worth of work therefore overlap: while one sorts out, the other inserts with COPY, in index order."""

    load: Load
    source: Source
    on_progress: OnProgress
    _shown: float = field(default=0.0, init=False)

    @contextmanager
    def transactions(self) -> Iterator[None]:
        """Opens the two transactions. `target` commits if the work is to stay, `scratch` never does."""
        with ExitStack() as stack:
            scratch, target = connection.copy(), connection.copy()
            for one in (scratch, target):
                stack.callback(one.close)
                one.set_autocommit(False)
            self.scratch = stack.enter_context(scratch.cursor())
            self.target = stack.enter_context(target.cursor())
            yield
            if self.load.state == Load.State.LOADED:
                target.commit()

    def absorb(self) -> None:
        self.claim()
        self.wait_for_turn()
        with self.source:
            self.enter_phase("reading")
            self.stage()
            self.load.sha256 = self.source.close_checksum()
        self.refuse_overflows()
        self.refuse_hopeless()
        self.enter_phase("merging")
        self.merge()
        self.finish()

    def claim(self) -> None:
        """Takes the load's own lock, which is how others see that it is alive. Raises `NotOurs`."""
        self.target.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOAD_LOCK, self.load.pk])
        if not self.target.fetchone()[0]:
            raise NotOurs
        self.load.refresh_from_db()
        if self.load.state not in (Load.State.QUEUED, Load.State.RUNNING):
            raise NotOurs
        for count in ("rows", "inserted", "updated", "lowered", "unchanged", "merged", "rejected", "position"):
            setattr(self.load, count, 0)
        self.load.rejects.all().delete()
        self.load.state = Load.State.RUNNING
        self.load.started_at, self.load.finished_at = timezone.now(), None
        self.load.attempts += 1
        self.load.notes, self.load.error = [], ""
        self.load.size = self.load.size or self.source.size
        self.load.save()
        if self.load.attempts > MOST_ATTEMPTS:
            raise GivenUp(f"interrupted {MOST_ATTEMPTS} times; nothing was changed")

    def wait_for_turn(self) -> None:
        self.target.execute("SELECT pg_try_advisory_xact_lock(%s)", [TURN])
        if not self.target.fetchone()[0]:
            self.enter_phase("waiting for another load to finish")
            self.target.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])

    def enter_phase(self, phase: str) -> None:
        self.load.phase = phase
        self.show_progress(now=True)

    def show_progress(self, *, now: bool = False) -> None:
        if not now and time.monotonic() - self._shown < PROGRESS_EVERY:
            return
        self._shown = time.monotonic()
        self.load.save(update_fields=["phase", "position", "rows", "rejected", "header", "notes"])
        self.on_progress(self.load)

    def stage(self) -> None:
        """Judges every line; good ones into `incoming`, the others into the load's rejects."""
        blocks = self.source.blocks()
        header, rest = read_header(self.source, blocks)
        self.load.header = header.names
        columns = match_columns(header.names, self.load.mapping)
        self.note_ignored(header, columns)
        self.judge = Judge(header.names, header.delimiter, columns)
        self.scratch.execute(PLAN)
        self.scratch.execute(STAGE)
        fields = ", ".join(FIELDS[column] for column in self.judge.ours)
        with self.scratch.copy(f"COPY incoming ({fields}, line) FROM STDIN") as copy:
            for judged in self.judge.judge(with_first(rest, blocks), first_line=header.line + 1):
                copy.write("".join(judged.records))
                self.count(judged)
        if not self.load.rows:
            raise Unreadable(f"{self.source.name} has a header and no rows")

    def note_ignored(self, header: Header, columns: dict[str, int]) -> None:
        ignored = [name for index, name in enumerate(header.names) if index not in columns.values()]
        if ignored:
            self.load.notes.append(f"ignored columns: {', '.join(ignored)}")

    def count(self, judged: Judged) -> None:
        self.load.rows += judged.rows
        self.load.position = self.source.meter.position
        self.keep(judged.rejections)
        self.show_progress()

    def keep(self, rejections: list[Rejection]) -> None:
        """Commits rejections at once, so that they outlive a load that fails."""
        if not rejections:
            return
        self.load.rejected += len(rejections)
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY performance_reject (load_id, line, raw, reason, cells) FROM STDIN") as copy,
        ):
            for line, raw, reason, cells in rejections:
                copy.write_row((self.load.pk, line, raw, reason, json.dumps(cells)))

    def refuse_overflows(self) -> None:
        if self.judge.largest_count * self.load.rows <= MOST:
            return
        self.scratch.execute(sql.SQL(OVERFLOWING).format(most=MOST))
        reason = f"the counts of this creator add up to more than {MOST:,}"
        while rows := self.scratch.fetchmany(ROWS_A_WRITE):
            self.keep([overflowing(row, reason, self.judge.ours) for row in rows])

    def refuse_hopeless(self) -> None:
        """Raises `GivenUp` where no row is good, or more are bad than the load may have."""
        load = self.load
        if load.rejected == load.rows:
            raise GivenUp(f"no good row among {load.rows:,}; the first to be rejected: {load.rejects.first()}")
        if load.max_rejects and load.rejected > allowed_rejects(load.max_rejects, load.rows):
            raise GivenUp(
                f"{load.rejected:,} of {load.rows:,} rows were rejected, more than the {load.max_rejects} allowed; "
                "nothing was changed"
            )

    def merge(self) -> None:
        """Inserts what is new in the order of the unique key, sets changes aside, updates them afterwards."""
        self.target.execute("LOCK TABLE performance_engagement IN SHARE ROW EXCLUSIVE MODE")
        sample = self.remove_sample()
        compare = sql.SQL(COMPARE).format(load=self.load.pk, platform=self.load.platform, sample=sample)
        with tempfile.TemporaryFile() as changes:
            with self.scratch.copy(compare) as compared, self.target.copy(INSERT) as insert:
                self.sort_out(compared, insert, changes)
            self.count_the_rest()
            if self.load.updated:
                self.update_from(changes)

    def sort_out(self, compared, insert, changes) -> None:
        load, new, found = self.load, [], dict.fromkeys("iul", 0)
        for row in compared:
            verdict = chr(row[0])
            found[verdict] += 1
            if verdict == "i":
                new.append(row[5:])  # without the verdict and the NULL id: b"i\t\\N\t"
                if len(new) == ROWS_A_WRITE:
                    insert.write(b"".join(new))
                    new.clear()
                    load.inserted = found["i"]
                    self.show_progress()
            else:
                changes.write(row[2:])
        insert.write(b"".join(new))
        load.inserted, load.updated, load.lowered = found["i"], found["u"] + found["l"], found["l"]

    def count_the_rest(self) -> None:
        load = self.load
        self.scratch.execute("SELECT last_value FROM creators")
        creators = self.scratch.fetchone()[0]
        load.unchanged = creators - load.inserted - load.updated
        load.merged = load.rows - load.rejected - creators

    def update_from(self, changes) -> None:
        self.target.execute(CHANGED)
        changes.seek(0)
        with self.target.copy("COPY changed FROM STDIN") as copy:
            while block := changes.read(1 << 17):
                copy.write(block)
        self.target.execute("ANALYZE changed (id)")
        self.target.execute(UPDATE)

    def remove_sample(self) -> int:
        """Takes the sample data out with the first real load; the id it was loaded under, 0 if there was none."""
        sample = None if self.load.is_sample else Load.objects.filter(is_sample=True).first()
        if sample is None:
            return 0
        self.target.execute("DELETE FROM performance_engagement WHERE load_id = %s", [sample.pk])
        self.target.execute("DELETE FROM performance_reject WHERE load_id = %s", [sample.pk])
        self.target.execute("DELETE FROM performance_load WHERE id = %s", [sample.pk])
        self.load.notes.append("the sample data left with this load")
        return sample.pk

    def finish(self) -> None:
        """Says in the same transaction that the rows are in, so that neither is ever true alone."""
        load = self.load
        load.phase, load.finished_at = "", timezone.now()
        if load.check_only:
            load.state = Load.State.CHECKED
            load.save()
            return
        load.state = Load.State.LOADED
        self.target.execute(
            "UPDATE performance_load SET state = %s, phase = '', finished_at = %s, sha256 = %s, position = %s,"
            " rows = %s, inserted = %s, updated = %s, lowered = %s, unchanged = %s, merged = %s, rejected = %s,"
            " notes = %s::jsonb WHERE id = %s",
            [load.state, load.finished_at, load.sha256, load.position, load.rows, load.inserted, load.updated,
             load.lowered, load.unchanged, load.merged, load.rejected, json.dumps(load.notes), load.pk],
        )  # fmt: skip

    def fail(self, error: str) -> None:
        load = self.load
        load.state, load.error = Load.State.FAILED, error
        load.phase, load.finished_at = "", timezone.now()
        load.inserted = load.updated = load.lowered = load.unchanged = load.merged = 0
        load.save()


def with_first(first: list[str], blocks: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from blocks


def overflowing(row: tuple, reason: str, ours: list[str]) -> Rejection:
    """The rejection of a row that only its creator's other rows made impossible; its text is put together again."""
    line, *values = row
    cells = {column: str(value) for column, value in zip(FIELDS, values, strict=True) if column in ours}
    return Rejection(line, ",".join(cells[column] for column in ours), reason, cells)


def allowed_rejects(limit: str, rows: int) -> float:
    """How many rejects `limit` allows: a number such as 20, or a share such as 5%. Raises ValueError."""
    text = limit.strip()
    allowed = float(text.removesuffix("%")) / 100 * rows if text.endswith("%") else int(text)
    if not 0 <= allowed <= max(rows, allowed):
        raise ValueError(limit)
    return allowed
