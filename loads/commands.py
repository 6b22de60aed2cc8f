"""The base of the commands that load a file: one per kind of load."""

from __future__ import annotations

import getpass
import json
import os
import sys
from argparse import ArgumentTypeError
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from famekeeda.ids import checked_id
from loads.columns import Columns
from loads.files.encodings import named_encoding, printable
from loads.files.sources import Source
from loads.kinds import kinds
from loads.limits import allowed_rejects
from loads.models import Load
from loads.rejects import as_csv
from loads.remedies import remedies
from loads.run import COUNTS, run

MAX_LISTED_REJECTS = 10
MAX_JSON_REJECTS = 100


class LoadCommand(BaseCommand):
    """`manage.py load_…`: a subclass names its kind."""

    kind: str
    requires_system_checks = []  # checks import every view, which takes longer than a small file

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV, gzipped CSV or .xlsx, or - for standard input")
        parser.add_argument("--sheet", default="", help="the sheet to read of a workbook; else the first")
        parser.add_argument("--encoding", default="", type=encoding, metavar="cp1252",
                            help="the encoding of a file that is neither UTF-8 nor UTF-16")  # fmt: skip
        parser.add_argument("--approximate", action="store_true", help="read abbreviated numbers: 1.2M as 1,200,000")
        if kinds()[self.kind].takes_platform:
            parser.add_argument("--platform", default="", type=platform, help="the platform of rows that name none")
        parser.add_argument("--map", action="append", default=[], metavar='COLUMN="THEIR NAME"',
                            type=partial(pair, kinds()[self.kind].columns),
                            help="the file's name for one of our columns; may be repeated")  # fmt: skip
        parser.add_argument("--check", action="store_true", help="dry run: validates, merges, rolls back")
        parser.add_argument("--max-rejects", metavar="5%", type=limit,
                            help="change nothing if more rows than this number or share are rejected")  # fmt: skip
        parser.add_argument("--rejects", metavar="OUT.csv", type=Path, help="write the rejects to a file")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(
        self, *, file, map, check, max_rejects, rejects, sheet, encoding, approximate, platform="", **options
    ) -> None:
        if rejects:
            refuse_to_write(rejects, file)
        source = Source.from_path(file, sheet=sheet, encoding=encoding)
        load = Load.objects.create(
            kind=self.kind, file=source.name, sheet=printable(sheet), encoding=encoding, approximate=approximate,
            platform=platform, mapping=dict(map), check_only=check, size=source.size, max_rejects=max_rejects or "",
            origin=f"{getpass.getuser()}, at the command line",
        )  # fmt: skip
        try:
            with Display(quiet=options["json"]) as display:
                run(load, source, on_progress=display.show)
        except KeyboardInterrupt:
            raise CommandError(f"load {load.pk} interrupted; nothing was changed", returncode=130) from None
        if rejects:
            write_rejects(load, rejects)
        if load.state == Load.State.FAILED:
            advice = [remedy.option for remedy in remedies(load)]
            raise CommandError("; ".join([f"load {load.pk} failed: {load.error}", *advice]))
        if load.state == Load.State.CANCELLED:
            raise CommandError(f"load {load.pk} was {load.error}")
        if options["json"]:
            self.stdout.write(json.dumps(self.summary(load)))
        else:
            print_summary(load)

    def summary(self, load: Load) -> dict[str, Any]:
        """What --json prints."""
        counts = {name: getattr(load, name) for name in COUNTS}
        rejects = load.rejects.values("line", "reason")[:MAX_JSON_REJECTS]
        return {
            "load": load.pk, "file": load.file, "sha256": load.sha256, "check": load.check_only, **counts,
            "notes": load.notes, "rejects": list(rejects), "seconds": load.seconds,
        }  # fmt: skip


def pair(columns: Columns, text: str) -> tuple[str, str]:
    ours, equals, theirs = text.partition("=")
    known = {column.name.lower(): column.name for column in columns}
    if not equals or not theirs.strip() or ours.strip().lower() not in known:
        raise ArgumentTypeError(f'{text!r} is not like views="Video views"; columns are {", ".join(known.values())}')
    return known[ours.strip().lower()], theirs.strip()


def limit(text: str) -> str:
    try:
        allowed_rejects(text, 0)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is neither a number of rows, such as 20, nor a share, such as 5%") from None
    return text


def encoding(text: str) -> str:
    try:
        return named_encoding(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def platform(text: str) -> str:
    try:
        return checked_id(text) if text else ""
    except ValueError as error:
        raise ArgumentTypeError(f"{text[:40]!r}: {error}") from None


def refuse_to_write(rejects: Path, file: str) -> None:
    """Raises CommandError if there is no folder for the rejects, or if they would overwrite the file to load."""
    if not rejects.absolute().parent.is_dir():
        raise CommandError(f"--rejects {rejects}: there is no such folder")
    try:
        read = sys.stdin.fileno() if file == "-" else file
        is_same = os.path.samestat(os.stat(read), rejects.stat())  # noqa: PTH116 - also of a file descriptor
    except (OSError, ValueError):  # one of them does not exist, or is no file
        return
    if is_same:
        raise CommandError(f"--rejects {rejects} is the file to load itself; nothing was read or written")


class Display:
    """A progress bar on a terminal; in a log, a line when the load has to wait."""

    def __init__(self, *, quiet: bool):
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rows]}"),
        )
        self.bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True,
                            disable=quiet or not sys.stderr.isatty())  # fmt: skip
        self.task = self.bar.add_task("reading", total=None, rows="")
        self.phase = ""

    def __enter__(self) -> Display:
        self.bar.start()
        return self

    def __exit__(self, *exc) -> None:
        self.bar.stop()

    def show(self, load: Load) -> None:
        if load.phase != self.phase and load.phase.startswith("waiting"):
            print(f"load {load.pk}: {load.phase}", file=sys.stderr)  # noqa: T201
        self.phase = load.phase
        done, total = (load.position, load.size) if load.phase == "reading" else (load.inserted, load.rows)
        self.bar.update(
            self.task, description=load.phase, completed=done, total=total or None, rows=f"{load.rows:,} rows"
        )


def write_rejects(load: Load, path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            out.writelines(as_csv(load))
    except OSError as error:
        raise CommandError(f"load {load.pk} is {load.state}, but --rejects {path}: {error.strerror}") from error


def print_summary(load: Load) -> None:
    console = Console()
    table = Table("rows", *COUNTS[1:], title=f"Load {load.pk}: {load.file}", title_justify="left")
    table.add_row(*(f"{getattr(load, name):,}" for name in COUNTS))
    console.print(table)

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    for note in load.notes:
        say(note)
    for reject in load.rejects.all()[:MAX_LISTED_REJECTS]:
        say(str(reject))
    if load.rejected > MAX_LISTED_REJECTS:
        say(f"and {load.rejected - MAX_LISTED_REJECTS:,} more rejects; --rejects OUT.csv writes all of them")
    for remedy in remedies(load):
        say(remedy.option)
    verb = "checked, nothing changed" if load.state == Load.State.CHECKED else "loaded"
    say(f"{verb}: {load.rows:,} rows in {load.seconds} s, {load.rejected:,} rejected")
