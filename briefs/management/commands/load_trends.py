"""Loads a CSV of trending hashtags: hashtag, platform, score and, if you like, topics (a;b) and observedAt."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from briefs.trends import Summary, load
from loads.sources import Source, Unreadable

COUNTS = ("rows", "inserted", "updated", "unchanged", "rejected")


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # they import every view, which takes longer than a small file

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", metavar="FILE", help="a .csv or .csv.gz file, or - for standard input")
        parser.add_argument("--check", action="store_true", help="do everything, then undo it")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *, file: str, check: bool, **options: Any) -> None:
        source = Source.from_path(file)
        bar = Progress(
            TextColumn("reading"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rows]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=options["json"] or not sys.stderr.isatty(),
        )
        task = bar.add_task("reading", total=source.size or None, rows="")

        def show(summary: Summary) -> None:
            bar.update(task, completed=source.meter.position, rows=f"{summary.rows:,} rows")

        try:
            with bar:
                summary = load(source, check=check, on_progress=show)
        except Unreadable as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            raise CommandError("interrupted; nothing was changed", returncode=130) from None
        if options["json"]:
            self.stdout.write(json.dumps(as_json(summary, source.name, check=check)))
        else:
            print_summary(summary, source.name, check=check)


def as_json(summary: Summary, name: str, *, check: bool) -> dict[str, object]:
    """The counts, and the first of the rejects as line and reason."""
    rejects = [rejection._asdict() for rejection in summary.rejects]
    return {"file": name, "check": check} | asdict(summary) | {"rejects": rejects}


def print_summary(summary: Summary, name: str, *, check: bool) -> None:
    console = Console()
    table = Table(*COUNTS, title=f"Trends: {name}", title_justify="left")
    table.add_row(*(f"{getattr(summary, count):,}" for count in COUNTS))
    console.print(table)

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    if summary.ignored:
        say(f"ignored columns: {', '.join(summary.ignored)}")
    for rejection in summary.rejects:
        say(f"line {rejection.line}: {rejection.reason}")
    if summary.rejected > len(summary.rejects):
        say(f"and {summary.rejected - len(summary.rejects):,} more rejects")
    verb = "checked, nothing changed" if check else "loaded"
    say(f"{verb}: {summary.rows:,} rows, {summary.rejected:,} rejected")
