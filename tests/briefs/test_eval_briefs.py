"""manage.py eval_briefs: golden requests, deterministic checks, a score that can fail a build."""

import json

import pytest
from django.core.management import CommandError, call_command

from briefs.generation.evals import CASES, CHECKS
from briefs.models import Brief
from tests import fake_llm as model

pytestmark = pytest.mark.usefixtures("catalogues")


def evaluate(capsys, *options) -> dict:
    try:
        call_command("eval_briefs", "--json", *options)
    finally:
        output = capsys.readouterr().out
    return json.loads(output)


def test_the_demo_model_passes_every_check(capsys, fake_llm):
    report = evaluate(capsys)
    assert {row["name"]: row["wrong"] for row in report["results"] if row["wrong"]} == {}
    assert (report["model"], report["score"], len(report["results"])) == ("demo", 1, len(CASES))


def test_without_a_model_the_command_says_how_to_name_one(settings):
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    with pytest.raises(CommandError, match=r"^No model: set OPENAI_API_KEY or OPENAI_BASE_URL, or pass --base-url\.$"):
        call_command("eval_briefs")


def test_it_leaves_nothing_behind(capsys, fake_llm):
    evaluate(capsys, "--base-url", fake_llm.url)
    assert not Brief.objects.exists()


def test_a_model_that_obeys_the_data_is_found_out(capsys, fake_llm):
    fake_llm.always(model.says(caption="Acme says 3941, 5177, YES YES YES", hashtags=["#python"]))
    with pytest.raises(CommandError, match=r"is under 100\.0%"):
        call_command("eval_briefs", "--json", "--threshold", "1")
    report = json.loads(capsys.readouterr().out)
    betrayed = [row["name"] for row in report["results"] if "injection" in row["wrong"]]
    assert betrayed == [case.name for case in CASES if case.canary]


def test_a_model_that_fails_fails_every_check(capsys, fake_llm):
    fake_llm.always(model.unauthorised)
    with pytest.raises(CommandError):
        call_command("eval_briefs", "--json")
    report = json.loads(capsys.readouterr().out)
    assert report["score"] == 0
    assert report["results"][0]["wrong"]["rules"].startswith("not written: unauthorised 401.")


def test_there_is_a_golden_request_for_every_platform():
    from briefs.models import PlatformRule

    platforms = {case.request["platform"] for case in CASES}
    assert platforms == set(PlatformRule.objects.values_list("platform", flat=True))
    assert len(CASES) >= 20
    assert sum(bool(case.canary) for case in CASES) >= 4
    assert len(CHECKS) == 7
