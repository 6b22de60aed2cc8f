"""manage.py eval_briefs: golden requests, deterministic checks, a score that can fail a build."""

import json

import pytest
from django.core.management import CommandError, call_command

from briefs.generation.evals import CASES, CHECKS
from briefs.management.commands.eval_briefs import share
from briefs.models import Brief, Persona
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
    fake_llm.always(model.says(caption="Acme says 3941, 5177, 4159, YES YES YES", hashtags=["#python"]))
    with pytest.raises(CommandError, match=r"is under 100\.0%"):
        call_command("eval_briefs", "--json", "--threshold", "1")
    report = json.loads(capsys.readouterr().out)
    betrayed = [row["name"] for row in report["results"] if "injection" in row["wrong"]]
    assert betrayed == [case.name for case in CASES if case.canary]


def test_a_brief_that_says_nothing_of_its_request_is_found_out(capsys, fake_llm):
    look = {"caption": "Look at this", "hookIdeas": ["Look"], "CTA": "Look", "tone": "warm", "hashtags": []}
    fake_llm.always(model.says(**look, deliverables=["Post"], dos=["Look"], donts=["Nothing"], usageRights="No"))
    with pytest.raises(CommandError):
        call_command("eval_briefs", "--json", "--threshold", "100%")
    wrong = {row["name"]: row["wrong"] for row in json.loads(capsys.readouterr().out)["results"]}
    assert wrong["camera"]["product"] == "without pocket, camera"
    assert "details" not in wrong["code"]  # which the rules put


def test_a_persona_that_does_not_suit_is_found_out(capsys, fake_llm):
    Persona.objects.filter(name="Busy parent").update(keywords=["shoes", "running", "athletes", "nike"])
    row = evaluate(capsys)["results"][0]
    assert (row["name"], row["wrong"]) == ("shoes", {"persona": "Busy parent instead of Fitness enthusiast"})


def test_who_is_told_to_watch_themselves_is_found_out(capsys, fake_llm):
    fake_llm.always(model.says(dos=["Watch what creator_who_is_briefed posted."]))
    wrong = [row for row in evaluate(capsys, "--threshold", "0")["results"] if "example" in row["wrong"]]
    assert [row["name"] for row in wrong] == ["the campaign's best"]


def test_figures_of_another_creator_are_found_out(capsys, fake_llm):
    fake_llm.always(model.says(dos=["Watch what another_creator posted: 8.0 % engagement on 50,000 views."]))
    wrong = {row["name"]: row["wrong"] for row in evaluate(capsys, "--threshold", "0")["results"]}
    assert [name for name in wrong if "figures" in wrong[name]] == ["the campaign's best"]


@pytest.mark.parametrize("threshold", ["2", "-1", "101%", "high", "nan", "1e0"])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(CommandError, match=r"is no share of the checks: expected 0 to 1, or 0% to 100%"):
        call_command("eval_briefs", f"--threshold={threshold}")


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("1", 1), ("0.95", 0.95), ("95%", 0.95), ("100 %", 1)])
def test_a_threshold_is_a_share_or_a_percentage(text, value):
    assert share(text) == value


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
    assert len(CHECKS) == 12
