"""No address, form or cookie makes the server fail: every path is called with what is no text, and with too much."""

import re

import pytest
from django.urls import URLPattern, get_resolver

from performance.models import Verdict
from tests import factories

NO_TEXTS = ["%00", "a%00b", "_00", "%ED%A0%80", "%FF", "9" * 30, "x" * 5_000, "%E2%80%A8"]


def routes(patterns=None, prefix=""):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern.url_patterns, route)


def paths() -> list[str]:
    """Every path of API and admin, `{}` standing for each of its parameters."""
    found = {re.sub(r"<[^>]+>", "{}", route) for route in routes() if "(?P<" not in route}
    return sorted(f"/{route}" for route in found if "autocomplete" not in route)


@pytest.fixture
def signed_in(client, db):
    """What stops the server is answered, not raised."""
    client.raise_request_exception = False
    client.force_login(factories.user("ken", is_superuser=True, is_staff=True))
    return client


@pytest.mark.parametrize("path", [path for path in paths() if "{}" in path])
def test_no_parameter_of_a_path_breaks_the_server(signed_in, path):
    for text in NO_TEXTS:
        for send in (signed_in.get, signed_in.post):
            status = send(path.replace("{}", text)).status_code
            assert status < 500, (path, text)
            assert "%00" not in text or status == 400


@pytest.mark.parametrize("path", [path for path in paths() if "{}" not in path and "logout" not in path])
def test_no_query_string_breaks_the_server(signed_in, path):
    for text in NO_TEXTS:
        asked = "&".join(
            f"{name}={text}"
            for name in ("q", "p", "o", "e", "page", "campaignId", "platform", "state", "load", "limit")
        )
        status = signed_in.get(f"{path}?{asked}").status_code
        assert status < 500, (path, text)
        assert "%00" not in text or status == 400


@pytest.mark.parametrize(
    "path",
    [
        "/admin/performance/verdict/add/",
        "/admin/performance/verdict/",
        "/admin/briefs/platformrule/",
        "/admin/famekeeda/token/",
        "/admin/tokens/",
        "/admin/login/",
        "/admin/briefs/brief/add/",
        "/token",
    ],
)
def test_no_form_breaks_the_server(signed_in, path):
    names = ("influencer_id", "verdict", "username", "name", "brand", "action", "_selected_action", "platform", "note")
    for text in NO_TEXTS:
        form = "&".join(f"{name}={text}" for name in names)
        answer = signed_in.post(path, form, "application/x-www-form-urlencoded")
        assert answer.status_code < 500, (path, text)


def test_a_verdict_on_an_endless_id_is_not_stored(signed_in):
    endless = "x" * 2_800
    factories.engagement(endless[:200])
    answer = signed_in.post(f"/admin/performance/verdict/decide/{endless}/", {"verdict": "avoid"})
    assert answer.status_code == 404
    assert not Verdict.objects.exists()


@pytest.mark.parametrize("session", [r'"abcdefghijklmnop\000"', r'"\000\000\000\000\000\000\000\000\000"'])
def test_no_cookie_breaks_the_server(client, db, session):
    client.raise_request_exception = False
    answer = client.get("/admin/", headers={"Cookie": f"sessionid={session}"})
    assert answer.status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "nonsense", "utf-16"])
def test_text_in_another_encoding_is_refused(signed_in, charset):
    answer = signed_in.get("/admin/campaign/?q=%5Cud800", CONTENT_TYPE=f"text/plain; charset={charset}")
    assert answer.status_code == 400


def test_a_refusal_is_a_problem_document_or_a_page(signed_in):
    assert signed_in.get("/top-performers?campaignId=a%00")["Content-Type"] == "application/problem+json"
    assert "NUL" in signed_in.get("/admin/campaign/?q=%00").content.decode()


def test_no_name_of_a_file_breaks_the_server(signed_in):
    for name in ("filename*=nonsense''x.csv", "filename*=unicode_escape''%5Cud800.csv", "filename*=utf-8''%00.csv"):
        lines = ["--x", f"Content-Disposition: form-data; name=file; {name}", "", "a", "--x--", ""]
        body = "\r\n".join(lines)
        for path in ("/loads", "/admin/loads/load/add/"):
            assert signed_in.post(path, body, "multipart/form-data; boundary=x").status_code < 500, (path, name)
