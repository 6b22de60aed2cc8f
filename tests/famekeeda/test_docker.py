"""docker-compose.yml and Dockerfile, as far as tests without a Docker engine can check them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSITION = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSITION["services"]


def test_ports_are_published_to_this_machine_alone():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published == ["127.0.0.1:8000:8000"]


def test_postgresql_18_keeps_its_data_where_its_image_expects_it():
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


def test_web_and_worker_see_the_same_uploads():
    assert {"media:/media"} <= set(SERVICES["web"]["volumes"]) & set(SERVICES["worker"]["volumes"])


def test_every_named_volume_is_declared():
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used == set(COMPOSITION["volumes"])


def test_no_secret_stands_in_the_file():
    values = {name: value for service in SERVICES.values() for name, value in service.get("environment", {}).items()}
    assert {name: value for name, value in values.items() if not name.startswith("OPENAI_")} == {
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "HTTPS": "0",
        "POSTGRES_USER": "famekeeda",
        "POSTGRES_PASSWORD_FILE": "/secrets/postgres-password",
    }
    assert values["OPENAI_API_KEY"] == "${OPENAI_API_KEY:-}"


def test_without_a_language_model_the_demo_model_writes():
    environment = with_nothing_set(SERVICES["web"]["environment"])
    assert (environment["OPENAI_BASE_URL"], environment["OPENAI_MODEL"]) == ("http://demo:9000/v1", "demo")
    assert SERVICES["demo"]["command"][-2:] == ["--port", "9000"]


def with_nothing_set(environment: dict[str, str]) -> dict[str, str]:
    """The values that Docker fills in if the shell sets none of the variables."""
    return {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", value) for name, value in environment.items()}


@pytest.mark.parametrize("name", ["postgres", "valkey", "worker", "io"])
def test_who_others_wait_for_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_the_image_runs_as_an_ordinary_user_for_production():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER famekeeda" in lines
    assert "ENV DEBUG=0 MEDIA_ROOT=/media" in lines


def test_the_secrets_that_it_makes_are_enough_for_production_and_stay_the_same(tmp_path):
    script = SERVICES["secrets"]["command"][2].replace("$$", "$").replace("/secrets", str(tmp_path))
    search = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["sh", "-c", script], check=True, env=search)
    made = (tmp_path / "env").read_text()
    subprocess.run(["sh", "-c", script], check=True, env=search)
    assert (tmp_path / "env").read_text() == made

    environment = search | {"DEBUG": "0"} | with_nothing_set(SERVICES["web"]["environment"])
    start = f". {tmp_path}/env && python -c 'from famekeeda import settings; print(settings.DATABASES)'"
    settings = subprocess.run(
        ["sh", "-c", start], check=True, env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert repr((tmp_path / "postgres-password").read_text()) in settings.stdout
