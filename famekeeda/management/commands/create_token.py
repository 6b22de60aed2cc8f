"""manage.py create_token USERNAME: prints a new long-lived token, for a cron job, and nothing else."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError, CommandParser

from famekeeda.models import MAX_DAYS, MAX_NAME, Token, TokenRefused


class Command(BaseCommand):
    help = "Print a new long-lived token. Send it as `Authorization: Token …`; the admin lists and revokes tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="what the token is for, as its list shows it")
        parser.add_argument("--days", type=int, help="how long the token lasts; by default until it is revoked")

    def handle(self, *args: Any, username: str, name: str, days: int | None, **options: Any) -> None:
        if days is not None and not 1 <= days <= MAX_DAYS:
            raise CommandError(f"--days {days}: must be 1 to {MAX_DAYS}.")
        if len(name) > MAX_NAME:
            raise CommandError(f"--name: must be {MAX_NAME} characters at most.")
        user = get_user_model().objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user {username!r}.")
        try:
            self.stdout.write(Token.objects.make(user, name=name, days=days)[1])
        except TokenRefused as refused:
            raise CommandError(str(refused)) from None
