"""manage.py prune: deletes what is older than the settings KEEP_…_DAYS allow, and prints what went."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from famekeeda.keeping import retention


class Command(BaseCommand):
    help = "Delete what is older than the settings KEEP_…_DAYS allow, as a task does every day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print what would go, and delete nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        verb = "would be deleted" if dry_run else "deleted"
        for entry, number in retention.prune(dry_run=dry_run):
            self.stdout.write(f"{entry.what}: {number:,} {verb}, older than {entry.days} days ({entry.setting})")
