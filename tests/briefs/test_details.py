"""Details of a goal: found in it, and put into a brief that lost them."""

import pytest

from briefs.content import MAX_LINE_CHARACTERS, ModelAnswer
from briefs.models import PlatformRule
from briefs.rules.details import details_in, missing_details
from briefs.rules.mend import mend

RULE = PlatformRule(platform="instagram", label="Instagram", caption_limit=2200, seen_limit=125, hashtag_limit=5)
GOAL = "Sell with SAVE20: 20 % off until 24 December"


@pytest.mark.parametrize(
    ("goal", "details"),
    [
        (GOAL, ["SAVE20", "20 %", "24 December"]),
        ("Use code WELCOME, €15 off, $1,299.50 or 30 euros", ["WELCOME", "€15", "$1,299.50", "30 euros"]),
        ("bis 24. Dezember 2026 mit WINTER-26", ["24. Dezember 2026", "WINTER-26"]),
        ("24.12.2026, 2026-12-24 or 12/24 at 18:30", ["24.12.2026", "2026-12-24", "12/24", "18:30"]),
        ("June 5th, 2027 and 20% and 20 %", ["June 5th, 2027", "20%"]),
        ("Reach 10,000 people", ["10,000"]),
        ("若い人に20%オフ", ["20%"]),
        ("See https://shop.example/p/12?x=3 and @user12, #run5k", []),
        ("Increase engagement among young athletes", []),
    ],
)
def test_codes_numbers_prices_and_dates_are_details(goal, details):
    assert details_in(goal) == details


def test_the_line_of_added_details_is_not_too_long_for_the_edit_form():
    goal = " ".join(f"{number}{'-1234' * 7}" for number in range(1_000, 1_012)) + " 1" + "-1" * 40
    line = mend(answer(), RULE, goal=goal).content["dos"][0]
    assert 400 < len(line) <= MAX_LINE_CHARACTERS
    assert line.count(",") == 9


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("With save20 it is 20% off, until 24 december.", []),
        ("120 % off with SAVE200", ["SAVE20", "20 %", "24 December"]),
        ("SAVE20 until the 24th", ["20 %", "24 December"]),
    ],
)
def test_a_detail_stands_in_a_text_as_a_whole_however_it_is_spaced(said, missing):
    assert missing_details(GOAL, [said]) == missing


def answer(**changed) -> ModelAnswer:
    words = {"caption": "Run with Nike.", "hookIdeas": ["Look"], "hashtags": ["#run"], "CTA": "Try it.", "tone": "warm"}
    return ModelAnswer(**words | changed)


def test_what_the_model_left_out_is_added_and_noted():
    mended = mend(answer(CTA="Take 20% off."), RULE, goal=GOAL)
    assert mended.content["dos"][0] == "Get these details of the goal right: SAVE20, 24 December."
    assert "Added what the goal names and the model left out: SAVE20, 24 December." in mended.notes


def test_a_brief_that_kept_every_detail_stays_as_it_is():
    mended = mend(answer(CTA="Take 20 % off with SAVE20 until 24 December."), RULE, goal=GOAL)
    assert mended.content["dos"] == ["Keep #ad at the beginning of the caption, where it is seen."]
