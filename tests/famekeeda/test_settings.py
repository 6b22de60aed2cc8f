"""Settings: every variable is described, nonsense is refused in one line, production is safe."""

import os
import re
import subprocess
import sys

import pytest

from dev import services

PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "n8GkE2vQe0bO4sZ1yC7xJ5rW9tU3iP6aL_dFhMqRwTzYoVbX-K",
    "DATABASE_URL": "postgres://famekeeda:secret@db.example.com/famekeeda",
    "REDIS_URL": "redis://:secret@cache.example.com:6379/0",
    "ALLOWED_HOSTS": "api.example.com",
}


def run(*command: str, **environment: str) -> tuple[int, str]:
    """The exit code and everything that was printed."""
    emptied = dict.fromkeys(described(), "")
    done = subprocess.run(
        [sys.executable, *command],
        cwd=services.BASE_DIR,
        env=os.environ | emptied | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def described() -> dict[str, str]:
    """The variables of .env.example with the defaults it names."""
    return dict(re.findall(r"^#([A-Z_]+)=(.*)$", (services.BASE_DIR / ".env.example").read_text(), re.MULTILINE))


def test_env_example_describes_exactly_what_settings_read():
    source = (services.BASE_DIR / "famekeeda" / "settings.py").read_text()
    read = set(re.findall(r'\b(?:text|flag|whole_number)\("([A-Z_]+)"', source))
    assert set(described()) == read
    assert not re.search(r"os\.environ(?!\.get\((name|\"FORCE_COLOR\"))", source), "settings read past their readers"


def test_every_variable_of_env_example_has_a_line_of_why():
    lines = (services.BASE_DIR / ".env.example").read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"#[A-Z_]+=", line):
            assert lines[number - 1].startswith("#"), line


def test_the_defaults_that_env_example_names_are_the_defaults():
    show = (
        "from famekeeda import settings as s;"
        "print(int(s.DEBUG), ','.join(s.ALLOWED_HOSTS), int(s.HTTPS), s.UPLOAD_MAX_MB, s.MEDIA_ROOT)"
    )
    code, output = run("-c", show)
    values = described()
    media = services.BASE_DIR / values["LOCAL_STATE_DIR"] / "media"
    named = f"{values['DEBUG']} {values['ALLOWED_HOSTS']} {values['HTTPS']} {values['UPLOAD_MAX_MB']} {media}"
    assert (code, output.strip()) == (0, named)


@pytest.mark.parametrize(
    "command", [["manage.py", "check"], ["-m", "celery", "-A", "famekeeda", "worker"]], ids=["manage", "celery"]
)
def test_production_without_what_it_needs_is_refused_in_one_line(command):
    code, output = run(*command, DEBUG="0")
    assert code == 1
    assert output == (
        "famekeeda: DEBUG=0 needs SECRET_KEY, DATABASE_URL, REDIS_URL, ALLOWED_HOSTS in the environment"
        " (.env.example describes every variable)\n"
    )


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"DEBUG": "maybe"}, "DEBUG=maybe is neither 0 nor 1"),
        ({"UPLOAD_MAX_MB": "abc"}, "UPLOAD_MAX_MB=abc is no whole number above zero"),
        (
            {"CORS_ORIGINS": "https://a.example,*"},
            "CORS_ORIGINS: * is no origin such as https://app.example.com, without a path",
        ),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL=loud is neither debug, info, warning nor error"),
        ({"UPLOAD_MAX_MB": "0"}, "UPLOAD_MAX_MB=0 is no whole number above zero"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is guessable: production needs 50 random characters or more"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is guessable: production needs 50 random characters or more"),
        (
            {"ALLOWED_HOSTS": "*"},
            "ALLOWED_HOSTS=* would answer to any name: production needs the names it is reached by",
        ),
        (
            {"DATABASE_URL": "mysql://root:secret@localhost/db"},
            "DATABASE_URL is not like postgres://USER:PASSWORD@HOST:PORT/NAME, with special characters as %XX",
        ),
        (
            {"DATABASE_URL": "postgres://user:se/cret@localhost/db"},
            "DATABASE_URL is not like postgres://USER:PASSWORD@HOST:PORT/NAME, with special characters as %XX",
        ),
        (
            {"REDIS_URL": "localhost:6379"},
            "REDIS_URL is not like redis://:PASSWORD@HOST:PORT/0 or unix:///PATH?db=0",
        ),
    ],
)
def test_nonsense_is_refused_in_one_line_that_names_the_variable(changed, line):
    code, output = run("-c", "import famekeeda.settings", **PRODUCTION | changed)
    assert (code, output) == (1, f"famekeeda: {line} (.env.example describes every variable)\n")


def test_check_deploy_has_nothing_to_say():
    code, output = run("manage.py", "check", "--deploy", "--fail-level", "DEBUG", **PRODUCTION)
    assert (code, output) == (0, "System check identified no issues (0 silenced).\n")


def test_a_secret_may_begin_with_a_dollar_sign():
    secret = "$" + PRODUCTION["SECRET_KEY"]
    code, output = run(
        "-c", "from famekeeda import settings; print(settings.SECRET_KEY)", **PRODUCTION | {"SECRET_KEY": secret}
    )
    assert (code, output) == (0, f"{secret}\n")


def test_celery_finds_the_same_socket_and_database_as_the_cache():
    code, output = run(
        "-c",
        "from famekeeda import settings; print(settings.CELERY_BROKER_URL)",
        **PRODUCTION | {"REDIS_URL": "unix:///run/valkey.sock?db=3"},
    )
    assert (code, output) == (0, "redis+socket:///run/valkey.sock?virtual_host=3\n")


def test_a_pool_tries_soon_again_after_an_outage():
    show = "from famekeeda import settings as s; print(s.DATABASES['default']['OPTIONS']['pool']['reconnect_timeout'])"
    assert run("-c", show, DATABASE_POOL="4") == (0, "3\n")
