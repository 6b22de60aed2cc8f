"""manage.py forget_creator ID: takes out all that is held of a creator, and prints what went as evidence."""

import getpass
import json
from typing import Any

from django.core.management import BaseCommand, CommandParser

from famekeeda.keeping import forgetting


class Command(BaseCommand):
    help = "Take out all that is held of a creator, for good, and print what went."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="the creator's id, letter by letter")
        parser.add_argument("--dry-run", action="store_true", help="print what would go, and change nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, id: str, dry_run: bool, json: bool, **options: Any) -> None:
        if dry_run:
            self.say_what_would_go(id, forgetting.count(id), as_json=json)
            return
        evidence = forgetting.forget(id, by=f"{getpass.getuser()}, at the command line")
        if json:
            self.say_json(evidence.as_json())
            return
        self.stdout.write(f"creator {id}, forgotten at {evidence.forgotten_at} by {evidence.by}")
        self.say(evidence.went, "{what}: {rows:,} {how}")
        self.say(evidence.remains, "{what}: {rows:,} left, because somebody is working on them; run this again later")
        for file in evidence.unsearched:
            self.stdout.write(f"not searched to the end: {file}")
        self.stdout.write(evidence.note if evidence.went else "nothing was held of this creator")

    def say_what_would_go(self, id: str, counts: list[forgetting.Count], *, as_json: bool) -> None:
        if as_json:
            self.say_json({"creator": id, "wouldGo": [vars(found) for found in counts]})
        else:
            self.say(counts, "{what}: {rows:,} would be {how}")

    def say(self, counts: list[forgetting.Count], sentence: str) -> None:
        for found in counts:
            self.stdout.write(sentence.format(**vars(found)))

    def say_json(self, fields: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(fields, ensure_ascii=False))
