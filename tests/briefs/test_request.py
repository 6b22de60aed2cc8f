"""Requests in one normal form, and the cache key under which a brief answers again."""

import pytest

from briefs.generation import prompts
from briefs.generation.cache_key import cache_key
from briefs.models import PlatformRule
from briefs.request import BriefRequest, as_hashtag

pytestmark = pytest.mark.usefixtures("catalogues")

WORDS = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}


def key(**changed) -> str:
    request = BriefRequest.normalised(**WORDS | changed)
    return cache_key(request, PlatformRule.objects.get(pk=request.platform))


@pytest.mark.parametrize(
    "same",
    [
        {"brand": "  Nike "},
        {"product": "Air\t \nMax"},
        {"goal": "reach YOUNG runners"},
        {"platform": "Instagram"},
        {"language": "EN"},
        {"persona": ""},
    ],
)
def test_requests_that_mean_the_same_have_one_cache_key(same):
    assert key(**same) == key()


def test_unicode_forms_of_one_word_have_one_cache_key():
    assert key(brand="Cafe\u0301") == key(brand="Caf\u00e9")


def test_hashtags_count_without_case_and_order_and_once():
    assert key(hashtags=["#Run", "fun", "#run"]) == key(hashtags=["#FUN", "#run"])


@pytest.mark.parametrize(
    "other",
    [
        {"brand": "nike"},
        {"product": "Air Max 2"},
        {"platform": "tiktok"},
        {"persona": "Runners"},
        {"creative_angle": "Quiet"},
        {"hashtags": ["#run"]},
        {"campaign_id": "campaign_1"},
        {"influencer_id": "influencer_1"},
        {"language": "de"},
    ],
)
def test_requests_that_differ_have_other_cache_keys(other):
    assert key(**other) != key()


@pytest.mark.parametrize(("name", "value"), [("OPENAI_MODEL", "other"), ("OPENAI_BASE_URL", "http://other/v1")])
def test_another_model_or_server_has_another_cache_key(settings, name, value):
    before = key()
    setattr(settings, name, value)
    assert key() != before


def test_a_changed_platform_rule_has_another_cache_key():
    before = key()
    PlatformRule.objects.filter(pk="instagram").update(hashtag_limit=4)
    assert key() != before


def test_an_edited_template_has_another_cache_key(tmp_path, monkeypatch):
    before = key()
    for file in prompts.FOLDER.glob("*.txt"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(prompts, "FOLDER", tmp_path)
    assert key() == before
    (tmp_path / "system.txt").write_text("Write well.")
    assert key() != before


@pytest.mark.parametrize(
    ("written", "hashtag"),
    [
        ("run", "#run"),
        ("##Run!", "#Run"),
        (" air max ", "#airmax"),
        ("läufer_1", "#läufer_1"),
        ("走る", "#走る"),
        ("#!", ""),
        ("123", ""),
        ("nike.\u0301x", "#niké" + "x"),
        ("\u0301fun", "#fun"),
        ("नमस्ते", "#नमस्ते"),
    ],
)
def test_a_hashtag_is_letters_digits_and_underscores(written, hashtag):
    assert as_hashtag(written) == hashtag
