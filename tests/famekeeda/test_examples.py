"""What /docs shows: examples that work, a summary of every operation, null where the schema says so."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from django.contrib.auth.models import User
from django.db import connection
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from briefs.event_types import BRIEF_READY
from briefs.models import Brief, PlatformRule
from famekeeda.ids import PLATFORMS
from famekeeda.models import Token
from loads.models import Load
from tests import factories
from tests.loads.loading import HEADER

SCHEMA = SchemaGenerator().get_schema(request=None, public=True)
OPERATIONS = [
    (method, path, operation)
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
]
NAMES = [f"{method} {path}" for method, path, _ in OPERATIONS]


def test_the_schema_is_valid_and_made_without_a_warning():
    GENERATOR_STATS.reset()
    validate_schema(SchemaGenerator().get_schema(request=None, public=True))
    assert not GENERATOR_STATS


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_every_operation_has_a_summary_and_what_it_needs_has_an_example(method, path, operation):
    assert operation["summary"]
    for parameter in operation.get("parameters", []):
        assert "example" in parameter or not parameter.get("required")
    for body in operation.get("requestBody", {}).get("content", {}).values():
        assert body["example"]


@pytest.fixture
def sample(transactional_db, settings) -> User:
    """The rows that the examples name."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
    with connection.cursor() as cursor:  # rows that are added meanwhile get other ids
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(name, 'id'), 1000) FROM unnest(%s::text[]) AS name",
            [["loads_load", "briefs_brief", "campaigns_deliverable"]],
        )
    ken = factories.user("ken", password="correct horse battery staple", is_superuser=True)
    factories.reject(factories.load(pk=1, started_at=None))
    factories.load(pk=2, state=Load.State.QUEUED)
    factories.engagement("influencer_221", platform="instagram", views=29_342, likes=3_647)
    factories.step(factories.brief(pk=1))
    factories.event(BRIEF_READY, "campaign_1")
    factories.creator("influencer_221", country="PT", topics=["running"])
    spring = factories.campaign("spring-drop", name="Spring drop", status="active", owner=ken)
    factories.collaboration(spring, "ben")
    ana = factories.collaboration(spring, "ana", state="agreed")
    factories.deliverable(ana, pk=1)
    factories.deliverable(ana, pk=2)
    token = Token.objects.make(ken, name="nightly load")[0]
    Token.objects.filter(pk=token.pk).update(token_key="0a1b2c3d4e5f607")
    return ken


def ask(server: str, user: User, method: str, path: str, operation: dict[str, Any]) -> httpx2.Response:
    given = {each["name"]: each["example"] for each in operation.get("parameters", []) if "example" in each}
    in_path = {name: value for name, value in given.items() if f"{{{name}}}" in path}
    options: dict[str, Any] = {"params": {name: value for name, value in given.items() if name not in in_path}}
    for kind, body in list(operation.get("requestBody", {}).get("content", {}).items())[:1]:
        example = body["example"] | ({"refresh": str(RefreshToken.for_user(user))} if "refresh" in path else {})
        if kind == "application/json":
            options["json"] = example
        else:
            options["data"] = {name: str(value) for name, value in example.items()}
            options["files"] = {"file": ("may.csv", f"{HEADER}ana,spring,900,12,3,1\n")}
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}"}
    return httpx2.request(method.upper(), server + path.format(**in_path), headers=headers, timeout=30, **options)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_every_example_works(live_server, worker, sample, method, path, operation):
    answer = ask(live_server.url, sample, method, path, operation)
    assert str(answer.status_code) in operation["responses"], answer.text
    assert answer.status_code < 300
    if method == "get" and not path.startswith(("/metrics", "/healthz", "/readyz")):
        assert answer.json()


READABLE = {
    "/loads": "/loads",
    "/loads/{id}": "/loads/1",
    "/loads/{id}/rejects": "/loads/1/rejects",
    "/briefs": "/briefs",
    "/briefs/{id}": "/briefs/1",
    "/tokens": "/tokens",
    "/campaigns": "/campaigns",
    "/campaigns/{id}": "/campaigns/empty",
    "/campaigns/{id}/creators": "/campaigns/spring-drop/creators",
    "/campaigns/{id}/creators/{influencerId}": "/campaigns/spring-drop/creators/ana",
    "/campaigns/{id}/creators/{influencerId}/deliverables": "/campaigns/spring-drop/creators/ana/deliverables",
    "/campaigns/{id}/creators/{influencerId}/deliverables/{deliverableId}": (
        "/campaigns/spring-drop/creators/ana/deliverables/1"
    ),
}


@pytest.mark.parametrize(("described", "path"), READABLE.items(), ids=READABLE)
def test_what_is_null_may_be_null(client, sample, described, path):
    client.force_login(sample)
    for load_state in set(Load.State.values) - {Load.State.INTERRUPTED}:
        factories.load(state=load_state)
    for brief_state in Brief.State:
        factories.brief(state=brief_state)
    factories.campaign("empty")
    operation = SCHEMA["paths"][described]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    answer = client.get(path).json()
    assert sorted(set(null_where_none_may_be(answer, schema))) == []


def null_where_none_may_be(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    while "$ref" in schema or len(schema.get("allOf", [])) == 1:
        reference = schema.get("$ref") or schema["allOf"][0]["$ref"]
        found = SCHEMA["components"]["schemas"][reference.rpartition("/")[2]]
        schema = found | {"nullable": schema.get("nullable") or found.get("nullable")}
    if value is None:
        options = [SCHEMA["components"]["schemas"][each["$ref"].rpartition("/")[2]] for each in schema.get("oneOf", [])]
        if not schema.get("nullable") and not any(None in option.get("enum", []) for option in options):
            yield at
    elif isinstance(value, list):
        for each in value:
            yield from null_where_none_may_be(each, schema["items"], f"{at}[]")
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from null_where_none_may_be(each, schema["properties"][name], f"{at}.{name}")


def test_the_platforms_that_the_schema_lists_are_those_of_the_catalogue(catalogues, db):
    assert sorted(PLATFORMS.split(", ")) == sorted(PlatformRule.objects.values_list("platform", flat=True))


def test_the_user_menu_of_the_admin_leads_to_the_documentation(admin_client, db):
    page = admin_client.get("/admin/").content.decode()
    assert 'href="/docs"' in page
    assert 'href="/admin/tokens/"' in page
