"""manage.py remove_demo: takes away all that is there to look around, of every app, and prints what went."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from famekeeda.keeping import demo


class Command(BaseCommand):
    help = "Take away all demo data of every app, such as the sample, and print what went."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="print what would go, and change nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        try:
            found = demo.count() if dry_run else demo.remove()
        except demo.Busy as error:
            raise CommandError(str(error)) from None
        for each in found:
            self.stdout.write(f"{each.what}: {each.rows:,} {'would be removed' if dry_run else 'removed'}")
        if not found:
            self.stdout.write("there is no demo data")
