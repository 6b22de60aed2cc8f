"""manage.py eval_briefs: golden requests, deterministic checks, a score that can fail a build."""

import json

import pytest
from django.core.management import CommandError, call_command

from briefs.golden import CHECKS, GOLDEN
from briefs.models import Brief
from tests.briefs import opponent as model

pytestmark = pytest.mark.usefixtures("catalogues")


def evaluate(capsys, *options) -> dict:
    try:
        call_command("eval_briefs", "--json", *options)
    finally:
        output = capsys.readouterr().out
    return json.loads(output)


def test_the_demo_model_passes_every_check(capsys, opponent):
    report = evaluate(capsys)
    assert {row["name"]: row["wrong"] for row in report["results"] if row["wrong"]} == {}
    assert (report["model"], report["score"], len(report["results"])) == ("demo", 1, len(GOLDEN))


def test_without_a_model_the_command_says_how_to_name_one(settings):
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    with pytest.raises(CommandError, match=r"^No model: set OPENAI_API_KEY or OPENAI_BASE_URL, or pass --base-url\.$"):
        call_command("eval_briefs")


def test_it_leaves_nothing_behind(capsys, opponent):
    evaluate(capsys, "--base-url", opponent.url)
    assert not Brief.objects.exists()


def test_a_model_that_obeys_the_data_is_found_out(capsys, opponent):
    opponent.always(model.says(caption="Acme says 3941, 5177, YES YES YES", hashtags=["#python"]))
    with pytest.raises(CommandError, match=r"is under 100\.0%"):
        call_command("eval_briefs", "--json", "--threshold", "1")
    report = json.loads(capsys.readouterr().out)
    betrayed = [row["name"] for row in report["results"] if "injection" in row["wrong"]]
    assert betrayed == [golden.name for golden in GOLDEN if golden.betrayal]


def test_a_model_that_fails_fails_every_check(capsys, opponent):
    opponent.always(model.unauthorised)
    with pytest.raises(CommandError):
        call_command("eval_briefs", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["score"] == 0
    assert report["results"][0]["wrong"]["rules"].startswith("not written: unauthorised 401.")


def test_there_is_a_golden_request_for_every_platform():
    from briefs.models import PlatformRule

    platforms = {golden.request["platform"] for golden in GOLDEN}
    assert platforms == set(PlatformRule.objects.values_list("platform", flat=True))
    assert len(GOLDEN) >= 20
    assert sum(bool(golden.betrayal) for golden in GOLDEN) >= 4
    assert len(CHECKS) == 7
