"""A load, which is one attempt to bring a file's rows in, and the rows of it that were rejected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from famekeeda.events.recording import recording
from loads.event_types import LOAD_FAILED

# A running load holds an advisory lock on each of its two connections: one of these numbers is the lock's first half,
# the load's id the second. The first lock says that the load is running; by both its statements are found.
RUNNING_LOCK, SORTING_LOCK = 0x10AD, 0x10AF
IS_ALIVE = models.expressions.RawSQL(
    "EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 2"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = %s AND objid::bigint = loads_load.id)",
    [RUNNING_LOCK],
    output_field=models.BooleanField(),
)
CANCEL_STATEMENTS = """
SELECT pg_cancel_backend(pid) FROM pg_locks
 WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid IN (%s, %s) AND objid::bigint = %s
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class LoadQuerySet(models.QuerySet["Load"]):
    def with_liveness(self) -> LoadQuerySet:
        """Adds `is_alive`: whether a process holds the load's lock right now (one query for all rows)."""
        return self.annotate(is_alive=IS_ALIVE)

    def waiting(self) -> LoadQuerySet:
        """Uploads that wait for a person (to match columns, to confirm a check) or for a worker."""
        states = [Load.State.DRAFT, Load.State.QUEUED, Load.State.RUNNING, Load.State.CHECKED]
        return self.exclude(upload="").filter(state__in=states)

    def interrupted(self) -> LoadQuerySet:
        """Running loads whose process is gone: uploads, which start again, and commands, which never finish."""
        return self.filter(~Q(IS_ALIVE), state=Load.State.RUNNING)

    def unfinished_uploads(self) -> LoadQuerySet:
        """Uploads that are queued or were interrupted, and that no process is working on."""
        return self.exclude(upload="").filter(~Q(IS_ALIVE), state__in=UNFINISHED)


class Load(models.Model):
    """One attempt to bring a file's rows in: the file, who brought it, how far the load got, what it changed."""

    class State(models.TextChoices):
        DRAFT = "draft", "waiting for its columns to be matched"
        QUEUED = "queued", "waiting for its turn"
        RUNNING = "running", "running"
        CHECKED = "checked", "checked, nothing changed"
        LOADED = "loaded", "loaded"
        FAILED = "failed", "failed, nothing changed"
        CANCELLED = "cancelled", "cancelled, nothing changed"
        INTERRUPTED = "interrupted", "interrupted, nothing changed"  # never stored: running without its lock

    kind = models.CharField(max_length=40, help_text="Which kind of rows the file holds")
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    file = models.TextField(help_text="Name of the file as it was given")
    upload = models.FileField(upload_to="loads/%Y/%m/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    encoding = models.CharField(max_length=40, blank=True, help_text="Encoding of a text file that names none itself")
    sheet = models.TextField(blank=True, help_text="Sheet of a workbook; the first one if none is named")
    approximate = models.BooleanField(default=False, help_text="Reads abbreviated numbers: 1.2M as 1,200,000")
    platform = models.TextField(blank=True, help_text="Platform of rows that name none")
    header = models.JSONField(default=list, blank=True, help_text="The file's column names, in order")
    mapping = models.JSONField(default=dict, blank=True, help_text="Our column → the file's column, where they differ")
    check_only = models.BooleanField(default=False, help_text="Dry run: validates, merges, rolls back")
    max_rejects = models.CharField(max_length=20, blank=True, help_text="Share (5%) or number of rejects to give up at")
    is_sample = models.BooleanField(default=False)
    mends = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="mended_by",
        help_text="Whose rejects the file mends",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    origin = models.TextField(
        blank=True, help_text="Who brought the file, where no user did: an account of the machine"
    )
    runs = models.PositiveIntegerField(default=0, help_text="How many processes began the load")
    phase = models.TextField(blank=True, help_text="What a running load is doing right now")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    size = models.BigIntegerField(default=0, help_text="Bytes of the file; 0 for a pipe")
    position = models.BigIntegerField(default=0, help_text="Bytes read so far")
    rows = models.BigIntegerField(default=0)
    inserted = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    lowered = models.BigIntegerField(default=0, help_text="Updated rows of which a counter went down")
    unchanged = models.BigIntegerField(default=0)
    merged = models.BigIntegerField(default=0, help_text="Rows added up into another row of the same file")
    rejected = models.BigIntegerField(default=0)
    inserted_after = models.BigIntegerField(
        null=True, blank=True, help_text="Highest id of the kind's table before the load: inserted rows are above it"
    )
    notes = models.JSONField(default=list, blank=True, help_text="What the reader should know: ignored columns, …")
    error = models.TextField(blank=True)

    objects = LoadQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="load_accounts_for_every_row",
                condition=~Q(state__in=["loaded", "checked"])
                | Q(rows=F("inserted") + F("updated") + F("unchanged") + F("merged") + F("rejected")),
            ),
        ]

    def __str__(self) -> str:
        return f"Load {self.pk}: {self.file}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Stores a new file first, and leaves none behind if the row cannot be stored."""
        upload: Any = self.upload
        stores_file = upload and not upload._committed
        try:
            super().save(*args, **kwargs)
        except Exception:
            if stores_file and upload._committed:
                upload.delete(save=False)
            raise

    def cancel(self, *, by: Any) -> bool:
        """Ends a load that waits or runs, and changes nothing; False if the load has ended already.

        The process that runs the load notices at its next block of lines. A statement of the load that PostgreSQL is
        working on, or that waits for a lock, is cancelled."""
        unfinished = Load.objects.filter(pk=self.pk, state__in=UNFINISHED)
        error = f"cancelled by {by.get_username()}; nothing was changed"
        with recording(by=by) as record:
            is_cancelled = bool(unfinished.update(state=Load.State.CANCELLED, error=error, phase="", finished_at=Now()))
            self.refresh_from_db()
            if is_cancelled:
                transaction.on_commit(self._cancel_statements)
                if not self.check_only:
                    record(LOAD_FAILED, data=self.told())
        return is_cancelled

    def _cancel_statements(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(CANCEL_STATEMENTS, [RUNNING_LOCK, SORTING_LOCK, self.pk])

    def told(self) -> dict[str, Any]:
        """What events say of the load."""
        counts = {name: getattr(self, name) for name in ("rows", "inserted", "updated", "rejected")}
        return {"loadId": self.pk, "kind": self.kind, "file": self.file, **counts, "error": self.error}

    @property
    def status(self) -> Load.State:
        """The state as people should see it: a running load whose process is gone is interrupted."""
        if self.state != Load.State.RUNNING:
            return Load.State(self.state)
        if not hasattr(self, "is_alive"):
            self.is_alive = Load.objects.filter(Q(IS_ALIVE), pk=self.pk).exists()
        return Load.State.RUNNING if self.is_alive else Load.State.INTERRUPTED

    @property
    def who(self) -> str:
        """The user who brought the file, or the account of the machine."""
        return self.by.get_username() if self.by else self.origin

    @property
    def seconds(self) -> float | None:
        """Seconds the load took, or has taken so far; None before it starts."""
        if self.started_at is None:
            return None
        took: timedelta = (self.finished_at or timezone.now()) - self.started_at
        return round(took.total_seconds(), 3)

    @property
    def progress(self) -> float | None:
        """Share of the file read, 0 to 1; None where the file's size is unknown."""
        return min(self.position / self.size, 1.0) if self.size else None


# States of a load in which the rejects that it mends count as mended.
UNFINISHED = [Load.State.QUEUED, Load.State.RUNNING]
MENDED = [*UNFINISHED, Load.State.LOADED]


class Companion(models.Model):
    """The sum of a load's good rows that have the key of rejected rows, such as a creator's other posts.

    A later load replaces sums: mended rows that were loaded alone would replace the sum of which they are a part."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="companions")
    line = models.BigIntegerField(help_text="Line of the first rejected row with the key")
    rows = models.BigIntegerField(help_text="How many good rows are added up")
    cells = models.JSONField(help_text="Our column → text, as a file would have it")

    class Meta:
        ordering = ["load", "line"]

    def __str__(self) -> str:
        return f"{self.rows} good rows beside line {self.line}"


class RejectQuerySet(models.QuerySet["Reject"]):
    def mended(self) -> RejectQuerySet:
        """Rejects that are mended: a load has brought the mended row in, or is about to."""
        return self.filter(mended_in__state__in=MENDED)

    def unmended(self) -> RejectQuerySet:
        return self.exclude(mended_in__state__in=MENDED)


class Reject(models.Model):
    """A row that was not loaded, as it stood in the file, and why."""

    load = models.ForeignKey(Load, models.CASCADE, related_name="rejects")
    line = models.BigIntegerField(help_text="Line of the file, the header being line 1")
    raw = models.TextField(help_text="The line as it stood; bytes that are no text as \\xNN")
    reason = models.TextField()
    cells = models.JSONField(default=dict, help_text="Our column → the text found in it, as far as it could be read")
    mended = models.JSONField(null=True, blank=True, help_text="The cells as somebody mended them")
    mended_in = models.ForeignKey(
        Load, models.SET_NULL, null=True, blank=True, related_name="mended_rejects", help_text="Loads the mended row"
    )

    objects = RejectQuerySet.as_manager()

    class Meta:
        ordering = ["load", "line"]
        indexes = [models.Index(fields=["load", "line"], name="reject_by_line")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"

    @property
    def mended_by(self) -> int | None:
        """The load that has brought the mended row in, or is about to; None if the row is not mended."""
        return self.mended_in.pk if self.mended_in and self.mended_in.state in MENDED else None
