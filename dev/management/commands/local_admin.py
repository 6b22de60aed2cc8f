"""Makes the user `admin` of a laptop; the file admin-password in the state folder holds the user's password."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from dev import services


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Only on a laptop (DEBUG=1); elsewhere `manage.py createsuperuser` asks for a password.")
        password = services.admin_password_file()
        admin, made = User.objects.get_or_create(username="admin", defaults={"is_staff": True, "is_superuser": True})
        if made or not password.exists():
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(12) + "\n")
            admin.set_password(password.read_text().strip())
            admin.save()
