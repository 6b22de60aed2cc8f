"""The laptop's admin user and its password."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from dev import services

pytestmark = pytest.mark.django_db


def test_the_local_admin_keeps_its_password_and_gets_a_new_one_when_its_file_is_gone(settings):
    settings.DEBUG = True
    file = services.admin_password_file()
    try:
        call_command("local_admin")
        first = file.read_text().strip()
        call_command("local_admin")
        assert file.read_text().strip() == first
        assert User.objects.get().check_password(first)
        assert file.stat().st_mode & 0o777 == 0o600
        file.unlink()
        call_command("local_admin")
        assert User.objects.get().check_password(file.read_text().strip())
        assert file.read_text().strip() != first
    finally:
        file.unlink(missing_ok=True)


def test_there_is_no_local_admin_in_production(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="Only on a laptop"):
        call_command("local_admin")
    assert not User.objects.exists()
