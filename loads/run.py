"""Runs a load: its file is read, judged, staged and merged, in one transaction or not at all."""

from __future__ import annotations

import json
import math
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg import DataError
from psycopg.errors import QueryCanceled

from famekeeda.events.recording import NewEvent, recording, wake
from famekeeda.events.recording import store as store_events
from loads.columns import Header, listed, match_columns, read_header
from loads.event_types import LOAD_FAILED, LOAD_FINISHED
from loads.files.sources import Source
from loads.files.unreadable import Unreadable
from loads.judge import Judge, Rejection
from loads.kinds import Kind, kinds
from loads.limits import allowed_rejects
from loads.models import RUNNING_LOCK, SORTING_LOCK, UNFINISHED, Companion, Load

OnProgress = Callable[[Load], None]

# Only one load of a kind runs at a time: two loads that merge into one table would block each other and then violate
# the unique key. The kind's advisory lock consists of this number and a checksum of the kind's name.
TABLE_LOCK = 0x10AE
MAX_RUNS = 3  # a load that was interrupted so often fails: its file probably kills the workers
PROGRESS_SECONDS = 0.5  # between two writes of a load's progress
REJECTS_PER_COMMIT = 1_000

# Sorting keeps the order of the unique key from staging to the insert, which halves what the key's index costs; a hash
# join or a hashed GROUP BY would lose the order.
PLANNER_SETTINGS = """
SET LOCAL work_mem = '256MB'; SET LOCAL jit = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_hashagg = off
"""
TOO_LONG = "the load took longer than {:,} seconds, the limit; nothing was changed"
COUNTS = ("rows", "inserted", "updated", "lowered", "unchanged", "merged", "rejected")
SHOWN = ("phase", "position", "rows", "rejected", "header", "notes")  # of a load that runs
STORED = (*COUNTS, *SHOWN, "size", "sha256", "error", "runs", "started_at", "finished_at")


class Refused(Exception):
    """The load is given up and changes nothing, for its rows or for its earlier runs; the message says why."""


class NotClaimed(Exception):
    """Another process runs the load, or has finished it, or somebody has cancelled it."""


def run(load: Load, source: Source, *, on_progress: OnProgress | None = None) -> Load:
    """Loads the source, all of it or nothing, and stores the result in `load`.

    `load.kind`, `platform`, `mapping`, `approximate`, `max_rejects` and `check_only` say how. Afterwards `load.state`
    is loaded, checked, failed or cancelled; a failed or cancelled load says why in `error`, and has changed nothing
    but its own row and its rejects.
    A load that is finished, or that another process runs, is left alone. Database errors are raised, and leave the
    load interrupted."""
    load_run = LoadRun(load, source, on_progress or (lambda load: None), kinds()[load.kind])
    try:
        with load_run.transactions():
            load_run.run()
    except NotClaimed:
        load.refresh_from_db()
    except (QueryCanceled, OperationalError) as error:  # raised within COPY, or by Django's cursor
        if isinstance(error.__cause__ or error, QueryCanceled):
            load_run.fail(TOO_LONG.format(settings.LOAD_MAX_SECONDS))  # unless somebody has cancelled the load
            return load
        load.refresh_from_db()
        if load.state != Load.State.CANCELLED:
            raise
    except Unreadable as error:
        load_run.fail(f"{error}{source.advice}")
    except Refused as error:
        load_run.fail(str(error))
    except DataError as error:  # a value that the kind let through and PostgreSQL does not: another run would fail too
        load_run.fail(f"PostgreSQL refused a value: {str(error).splitlines()[0]}; nothing was changed")
    return load


@dataclass
class LoadRun:
    """One run of one load.

    Three connections share the work. `scratch` sorts and compares in a temporary table; `target` changes the table, in
    the one transaction that commits; Django's own shows progress and stores rejects while that transaction is open. One
    server process therefore sorts while the other inserts with COPY, in index order."""

    load: Load
    source: Source
    on_progress: OnProgress
    kind: Kind
    judge: Judge = field(init=False)
    scratch: Any = field(init=False)
    target: Any = field(init=False)
    _uncommitted: list[Rejection] = field(default_factory=list, init=False)  # rejects that are not yet in the database
    _shown_at: float = field(default=0.0, init=False)
    _ends_at: float = field(default=math.inf, init=False)  # on the monotonic clock

    @contextmanager
    def transactions(self) -> Iterator[None]:
        """Opens the two transactions. `target` commits if the load is loaded, `scratch` never does."""
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
                transaction.on_commit(wake, robust=True)  # at once: Django's connection has no transaction open

    def run(self) -> None:
        self.claim()
        self.wait_for_other_loads()
        self.start_the_clock()
        with self.source:
            self.enter_phase("reading")
            self.stage()
            self.load.sha256 = self.source.finish_checksum()
        if self.load.mends_id:
            self.check_overtaken()
        self.kind.refuse(self)
        self.commit_rejects()
        if self.load.rejected:
            self.kind.accompany(self)
        self.check_rejects()
        self.enter_phase("merging")
        self.kind.merge(self)
        self.finish()

    def claim(self) -> None:
        """Takes the load's own lock, by which others see that the load is running. Raises `NotClaimed`."""
        self.target.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [RUNNING_LOCK, self.load.pk])
        if not self.target.fetchone()[0]:
            raise NotClaimed
        self.load.refresh_from_db()
        if self.load.state not in UNFINISHED:
            raise NotClaimed
        for count in (*COUNTS, "position"):
            setattr(self.load, count, 0)
        self.load.rejects.all().delete()
        self.load.companions.all().delete()
        self.load.started_at, self.load.finished_at = timezone.now(), None
        self.load.runs += 1
        self.load.notes, self.load.error = [], ""
        self.load.size = self.load.size or self.source.size
        self.store(Load.State.RUNNING)
        # By this lock `Load.cancel` finds the statements of `scratch`. A killed run may hold the lock a moment longer.
        self.scratch.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [SORTING_LOCK, self.load.pk])
        if self.load.runs > MAX_RUNS:
            raise Refused(f"interrupted {MAX_RUNS} times; nothing was changed")

    def wait_for_other_loads(self) -> None:
        lock = table_lock(self.kind.name)
        self.target.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", lock)
        if not self.target.fetchone()[0]:
            self.enter_phase("waiting for another load to finish")
            self.target.execute("SELECT pg_advisory_xact_lock(%s, %s)", lock)

    def start_the_clock(self) -> None:
        """From now on the load may take LOAD_MAX_SECONDS, and so may each of its statements."""
        self._ends_at = time.monotonic() + settings.LOAD_MAX_SECONDS
        for cursor in (self.scratch, self.target):
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{settings.LOAD_MAX_SECONDS}s"])

    def enter_phase(self, phase: str) -> None:
        self.load.phase = phase
        self.show_progress(now=True)

    def show_progress(self, *, now: bool = False) -> None:
        """Shows how far the load is. Raises `Refused` when the load's time is up."""
        if time.monotonic() > self._ends_at:
            raise Refused(TOO_LONG.format(settings.LOAD_MAX_SECONDS))
        if not now and time.monotonic() - self._shown_at < PROGRESS_SECONDS:
            return
        self._shown_at = time.monotonic()
        self.commit_rejects()
        self.store(Load.State.RUNNING, SHOWN)
        self.on_progress(self.load)

    def store(self, state: Load.State, fields: tuple[str, ...] = STORED) -> None:
        """Saves the load in this state. Raises `NotClaimed`, and saves nothing, if somebody has cancelled the load."""
        load, values = self.load, {name: getattr(self.load, name) for name in fields}
        if not Load.objects.filter(pk=load.pk, state__in=UNFINISHED).update(state=state, **values):
            raise NotClaimed
        load.state = state

    def stage(self) -> None:
        """Judges every line; good rows go into `incoming`, the others into the load's rejects."""
        blocks = self.watched(self.source.blocks())
        header, rest = read_header(self.source, blocks, self.kind.columns)
        self.load.header = header.names
        at = match_columns(self.kind.columns, header.names, self.load.mapping)
        self.note_ignored(header, at)
        self.judge = self.kind.judge(self.kind.columns, header, at, reads_approximate=self.load.approximate)
        self.scratch.execute(PLANNER_SETTINGS)
        self.scratch.execute(self.kind.staging)
        fields = ", ".join(self.judge.fields[name] for name in self.judge.staged)
        try:
            with self.scratch.copy(f"COPY incoming ({fields}, line) FROM STDIN") as copy:
                for judged in self.judge.judge(chain([rest], blocks), first_line=header.line + 1):
                    copy.write("".join(judged.records))
                    self.load.rows += judged.rows
                    self.reject(judged.rejections)
        finally:
            self.commit_rejects()
        if not self.load.rows:
            raise Unreadable(f"{self.source.name} has a header and no rows")
        self.note_how_it_was_read()

    def watched(self, blocks: Iterator[list[str]]) -> Iterator[list[str]]:
        """The blocks. Before each, a load that is cancelled or out of time ends."""
        for lines in blocks:
            self.load.position = self.source.position
            self.show_progress()
            yield lines

    def note_ignored(self, header: Header, at: dict[str, int]) -> None:
        ignored = [name for index, name in enumerate(header.names) if name and index not in at.values()]
        if ignored:
            self.load.notes.append(f"ignored columns: {listed(ignored)}")

    def note_how_it_was_read(self) -> None:
        self.load.notes += self.source.notes
        if self.judge.approximate_numbers:
            self.load.notes.append(
                f"abbreviated numbers read as approximate, 1.2M as 1,200,000: {self.judge.approximate_numbers:,}"
            )

    def reject(self, rejections: list[Rejection]) -> None:
        """Counts rejections. The first LOAD_MAX_REJECTS_KEPT are kept, and committed by `commit_rejects`."""
        room = max(0, settings.LOAD_MAX_REJECTS_KEPT - self.load.rejected)
        self.load.rejected += len(rejections)
        if room < len(rejections):
            note = f"of the rejects only the first {settings.LOAD_MAX_REJECTS_KEPT:,} are kept"
            self.load.notes += [note] if note not in self.load.notes else []
        self._uncommitted += rejections[:room]
        if len(self._uncommitted) >= REJECTS_PER_COMMIT:
            self.commit_rejects()

    def commit_rejects(self) -> None:
        """Commits the waiting rejects and their number in a transaction of their own, so that both outlive a load that
        fails, is cancelled or is killed."""
        rejections, self._uncommitted = self._uncommitted, []
        if not rejections:
            return
        with transaction.atomic(), connection.cursor() as cursor:
            with cursor.copy("COPY loads_reject (load_id, line, raw, reason, cells) FROM STDIN") as copy:
                for line, raw, reason, cells in rejections:
                    copy.write_row((self.load.pk, line, raw, reason, json.dumps(cells)))
            Load.objects.filter(pk=self.load.pk).update(rejected=self.load.rejected)

    def accompany(self, companions: list[Companion]) -> None:
        """Commits companions at once. Companions outlive a load that fails, as rejects do."""
        Companion.objects.bulk_create(companions)

    def lock_table(self, table: str) -> None:
        """Keeps other writers out of the kind's table, and notes which ids the load's inserted rows will have."""
        self.target.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
        self.target.execute(f"SELECT COALESCE(max(id), 0) FROM {table}")  # noqa: S608
        self.load.inserted_after = self.target.fetchone()[0]

    def check_overtaken(self) -> None:
        """Raises `Refused` if mended rows would set back what a newer load has brought in since the rows were mended.

        Asked with the kind's lock held, so that no other load can still be bringing figures in."""
        if overtaken := self.kind.overtaken(self):
            ids, newer = overtaken
            raise Refused(
                f"load {newer} has brought newer figures of {ids} since, which mended rows would set back; nothing was "
                "changed. Have the other mended rows loaded once more on the page where they were mended"
            )

    def check_rejects(self) -> None:
        """Raises `Refused` if no row is good, or more rows are rejected than the load may have."""
        load = self.load
        if load.rejected == load.rows:
            # The error of a load is told to everybody, and the reason of a reject may quote the row.
            first: Any = load.rejects.first()
            shown = f"line {first.line}" if self.kind.reading_permission and first else first
            raise Refused(f"no good row among {load.rows:,}; the first to be rejected: {shown}")
        if load.max_rejects and load.rejected > allowed_rejects(load.max_rejects, load.rows):
            raise Refused(
                f"{load.rejected:,} of {load.rows:,} rows were rejected, more than the {load.max_rejects} allowed; "
                "nothing was changed"
            )

    def finish(self) -> None:
        """Stores the result and its event in the transaction of the changed rows. A check has no event."""
        load = self.load
        load.phase, load.finished_at = "", timezone.now()
        if load.check_only:
            self.store(Load.State.CHECKED)
            return
        load.state = Load.State.LOADED
        self.target.execute(
            "UPDATE loads_load SET state = %s, phase = '', finished_at = %s, sha256 = %s, position = %s,"
            " rows = %s, inserted = %s, updated = %s, lowered = %s, unchanged = %s, merged = %s, rejected = %s,"
            " notes = %s::jsonb, inserted_after = %s WHERE id = %s AND state = %s",
            [load.state, load.finished_at, load.sha256, load.position, *(getattr(load, name) for name in COUNTS),
             json.dumps(load.notes), load.inserted_after, load.pk, Load.State.RUNNING],
        )  # fmt: skip
        if not self.target.rowcount:
            raise NotClaimed
        store_events(self.target, [NewEvent(LOAD_FINISHED, "", load.told(), load.by)])

    def fail(self, error: str) -> None:
        load = self.load
        load.error, load.phase, load.finished_at = error, "", timezone.now()
        load.inserted = load.updated = load.lowered = load.unchanged = load.merged = 0
        try:
            with recording(by=load.by) as record:
                self.store(Load.State.FAILED)
                if not load.check_only:
                    record(LOAD_FAILED, data=load.told())
        except NotClaimed:
            load.refresh_from_db()


def table_lock(kind: str) -> list[int]:
    """The advisory lock of a kind's table, as its two numbers."""
    return [TABLE_LOCK, zlib.crc32(kind.encode()) & 0x7FFFFFFF]
