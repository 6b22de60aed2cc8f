"""docker-compose.yml and Dockerfile, as far as tests without a Docker engine can check them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.famekeeda.web_server import web_server

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSITION = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSITION["services"]


def test_only_the_tls_front_publishes_ports_beyond_this_machine():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"], "tls": ["80:80", "443:443"]}


def test_postgresql_18_keeps_its_data_where_its_image_expects_it():
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]


def test_web_and_worker_see_the_same_uploads():
    assert {"media:/media"} <= set(SERVICES["web"]["volumes"]) & set(SERVICES["worker"]["volumes"])


def test_every_named_volume_is_declared():
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert used - {"./Caddyfile"} == set(COMPOSITION["volumes"])


def test_no_secret_stands_in_the_file():
    values = {name: value for service in SERVICES.values() for name, value in service.get("environment", {}).items()}
    assert {name: value for name, value in values.items() if not name.startswith("OPENAI_")} == {
        "DOMAIN": "${DOMAIN:-}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1,${DOMAIN:-}",
        "HTTPS": "0",
        "UPLOAD_MAX_MB": "${UPLOAD_MAX_MB:-200}",
        "GOMEMLIMIT": "400MiB",
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


CADDYFILE = (ROOT / "Caddyfile").read_text()


def test_tls_is_a_profile_so_that_without_it_nothing_changes():
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["tls"]
    assert SERVICES["tls"]["profiles"] == ["tls"]
    assert "./Caddyfile:/etc/caddy/Caddyfile:ro" in SERVICES["tls"]["volumes"]


def test_certificates_outlive_the_tls_front():
    assert "caddy:/data" in SERVICES["tls"]["volumes"]
    assert "storage file_system /data/caddy" in CADDYFILE


@pytest.mark.parametrize(("domain", "https"), [("", "0"), ("example.com", "1")])
def test_with_a_domain_the_web_server_is_told_that_tls_ends_before_it(domain, https, tmp_path):
    (tmp_path / "env").touch()
    script = SERVICES["web"]["command"][2].replace("$$", "$").replace("/secrets", str(tmp_path))
    told = subprocess.run(
        ["sh", "-c", re.sub("exec .*", "sh -c 'echo $HTTPS'", script)],
        check=True, env={"PATH": os.environ["PATH"], "DOMAIN": domain, "HTTPS": "0"}, capture_output=True, text=True,
    )  # fmt: skip
    assert told.stdout == f"{https}\n"


def test_the_web_server_answers_to_its_domain():
    hosts = SERVICES["web"]["environment"]["ALLOWED_HOSTS"].replace("${DOMAIN:-}", "example.com")
    assert hosts == "localhost,127.0.0.1,example.com"


def test_the_tls_front_without_a_domain_says_so():
    script = SERVICES["tls"]["command"][2].replace("$$", "$")
    refused = subprocess.run(["sh", "-c", script], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert refused.returncode != 0
    assert "DOMAIN: names no host" in refused.stderr


def test_the_caddyfile_names_no_host_but_the_domain_and_the_web_server():
    sites = re.findall(r"^(\S+) \{$", CADDYFILE, re.MULTILINE)
    assert sites == ["(to_web)", "https://{$DOMAIN}"]
    assert re.findall(r"reverse_proxy (\S+) \{", CADDYFILE) == ["uploads:8000", "web:8000"]
    assert SERVICES["web"]["networks"]["default"]["aliases"] == ["uploads"]


def test_no_request_reaches_the_web_server_without_a_limit_and_a_buffer():
    assert re.findall(r"max_size (\S+)", CADDYFILE) == ["{$UPLOAD_MAX_MB}MB", "3MB"]
    assert CADDYFILE.count("import to_web") == len(re.findall("reverse_proxy .* {", CADDYFILE)) == 2
    assert "request_buffers 3MB" in CADDYFILE.partition("(to_web) {")[2].partition("}")[0]


def test_no_header_of_a_client_says_where_its_request_comes_from():
    assert "trusted_proxies" not in CADDYFILE
    assert not re.search("header_up .*X-Forwarded", CADDYFILE)


def test_the_image_finds_itself_healthy_whatever_its_hosts_are_called(db):
    line = next(line for line in (ROOT / "Dockerfile").read_text().splitlines() if "/healthz" in line)
    hosts = {"DEBUG": "0", "SECRET_KEY": "0123456789" * 6, "ALLOWED_HOSTS": ".example.com", "HTTPS": "1"}
    with web_server(**hosts) as port:
        check = json.loads(line.strip().removeprefix("CMD "))[-1].replace("8000", str(port))
        subprocess.run([sys.executable, "-c", check], check=True)


@pytest.mark.parametrize("name", ["web", "worker", "io", "tls"])
def test_who_has_work_under_way_gets_time_to_finish_it(name):
    # A caller waits for a brief for up to 63 s, a brief may take 60, and a load of 200 MB takes about a minute.
    assert SERVICES[name]["stop_grace_period"] in ("75s", "5m")
