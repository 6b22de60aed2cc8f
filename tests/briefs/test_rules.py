"""The rules after the model: whatever it wrote, the post keeps to the platform's limits and says that it is paid."""

from importlib import import_module

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from briefs.content import ModelAnswer
from briefs.models import PlatformRule
from briefs.rules.mend import mend
from briefs.rules.preview import preview, published
from briefs.rules.text_length import cut, length
from briefs.rules.violations import violations

COLUMNS = ("platform", "label", "counting", "caption_limit", "seen_limit", "title_limit", "hashtag_limit")
ROWS = import_module("briefs.migrations.0002_platform_rules").RULES
RULES = {row[0]: PlatformRule(**dict(zip(COLUMNS, row, strict=False))) for row in ROWS}


def answer(**changed) -> ModelAnswer:
    fields = {
        "caption": "Run with Nike.",
        "hookIdeas": ["Look"],
        "hashtags": ["#run"],
        "CTA": "Try it.",
        "tone": "warm",
    }
    return ModelAnswer(**fields | changed)


def mended(platform="instagram", *, keep=(), language="en", **changed) -> dict:
    return mend(answer(**changed), RULES[platform], keep=keep, language=language).content


@pytest.mark.parametrize(
    ("text", "counting", "expected"),
    [
        ("naïve", "characters", 5),
        ("👍🏽", "characters", 2),
        ("👍🏽", "utf16", 4),
        ("naïve", "bytes", 6),
        ("Nike", "weighted", 4),
        ("走る", "weighted", 4),
        ("👨‍👩‍👧", "weighted", 2),
        ("see https://example.com/a/very/long/path?with=query#fragment", "weighted", 27),
        ("example.com", "weighted", 23),
        ("https://nike.comで走ろう", "weighted", 31),
        ("http://" + "x" * 900, "weighted", 907),
        ("https://nike.com/" + "走" * 400, "weighted", 823),
    ],
)
def test_a_text_is_as_long_as_its_platform_counts(text, counting, expected):
    assert length(text, counting) == expected


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("One sentence here. And another one", 24, "One sentence here."),
        ("several words in a row without an end", 20, "several words in a…"),
        ("abcdefghij", 5, "abcd…"),
        ("👨‍👩‍👧👨‍👩‍👧", 7, "👨‍👩‍👧…"),
        ("a" + "\u0301" * 99, 5, "a" + "\u0301" * 3 + "…"),
    ],
)
def test_a_cut_breaks_neither_words_nor_emoji(text, limit, expected):
    assert cut(text, limit, "characters") == expected


def test_the_disclosure_stands_first():
    assert mended()["caption"] == "#ad Run with Nike."


@pytest.mark.parametrize(
    ("language", "disclosure"), [("de", "#Werbung"), ("de-AT", "#Werbung"), ("fr", "#publicité"), ("sw", "#ad")]
)
def test_the_disclosure_is_in_the_languages_own_word(language, disclosure):
    content = mended(language=language)
    assert content["disclosure"] == disclosure
    assert content["caption"].startswith(f"{disclosure} ")


@pytest.mark.parametrize(
    "caption",
    [
        "#ad Run with Nike.",
        "Run with Nike. #ad",
        "Ad: Run with Nike.",
        "[Sponsored] Run with Nike.",
        "#sponsored #partner Run with Nike. #sp",
        "Run with Nike. #notad #unpaid",
    ],
)
def test_disclosures_of_the_models_own_are_replaced_by_ours(caption):
    assert mended(caption=caption)["caption"] == "#ad Run with Nike."


def test_hashtags_in_the_caption_move_into_the_list():
    content = mended(caption="Run with #Nike today\n\n#fun #5k", hashtags=["#run"])
    assert content["caption"] == "#ad Run with Nike today"
    assert content["hashtags"] == ["#run", "#Nike", "#fun", "#5k"]


@pytest.mark.parametrize(
    ("caption", "kept"),
    [
        ("Love my new pair by #Nike", "Love my new pair by Nike"),
        ("今日は #Nike", "今日は Nike"),
        ("Out now. #Nike", "Out now."),
        ("Out now\n#Nike", "Out now"),
        ("Out now #Nike #AirMax", "Out now"),
        ("#नमस्ते दुनिया", "नमस्ते दुनिया"),
        ("Hi #👟 there #️⃣", "Hi 👟 there #️⃣"),
        ("See http://#fun", "See http://fun"),
    ],
)
def test_a_hashtag_that_is_part_of_a_sentence_stays_as_a_word(caption, kept):
    assert mended(caption=caption)["caption"] == f"#ad {kept}"


def test_a_hashtag_of_any_alphabet_is_whole():
    assert mended(caption="#नमस्ते", hashtags=["#รองเท้าวิ่ง"])["hashtags"] == ["#รองเท้าวิ่ง", "#नमस्ते"]


def test_an_address_keeps_its_fragment():
    assert "https://nike.com/a#b" in mended(caption="See https://nike.com/a#b now")["caption"]


def test_hashtags_are_normalised_and_there_once():
    assert mended(hashtags=["run", "#Run", "##air max", "#ad", "", "#!"])["hashtags"] == ["#run", "#airmax"]


@pytest.mark.parametrize(
    "tag",
    ["#not_ad", "#not_an_ad", "#notpaid", "#not_sponsored", "#nonsponsored", "#keineWerbung", "#unbezahlteWerbung"],
)
def test_no_hashtag_denies_that_the_post_is_paid(tag):
    assert mended(hashtags=[tag, "#run"])["hashtags"] == ["#run"]


def test_what_tells_the_creator_to_hide_it_is_dropped():
    dos = mended(dos=["Remove #ad before posting", "Don't say it is sponsored", "Smile"])["dos"]
    assert dos == ["Smile", "Keep #ad at the beginning of the caption, where it is seen."]


@pytest.mark.parametrize(("platform", "expected"), [("instagram", 4), ("x", 1), ("threads", 0), ("facebook", 2)])
def test_the_disclosure_counts_among_the_hashtags(platform, expected):
    assert len(mended(platform, hashtags=[f"#tag{n}" for n in range(10)])["hashtags"]) == expected


def test_trends_are_kept_before_the_models_own():
    content = mended("facebook", keep=["#trend1", "#trend2", "#trend3"], hashtags=["#own", "#trend2"])
    assert content["hashtags"] == ["#trend1", "#trend2"]


@pytest.mark.parametrize("platform", RULES)
def test_a_long_caption_is_cut_to_the_limit_with_its_hashtags(platform):
    content = mended(platform, caption="Every word counts here. " * 4_000)
    rule = RULES[platform]
    assert min(rule.caption_limit, 10_000) * 0.6 < length(published(content, rule), rule.counting) <= rule.caption_limit
    assert content["caption"].startswith("#ad Every word")


def test_hashtags_give_way_where_they_leave_the_caption_no_room():
    content = mended(
        "pinterest", caption="Word " * 30, hashtags=[f"#{letter * 40}" for letter in "abcdefghijklmnopqrs"]
    )
    assert content["caption"].startswith("#ad Word Word Word")
    assert len(content["caption"]) > 50
    assert len(content["hashtags"]) == 10


def test_a_hook_fits_where_it_is_a_title():
    assert [len(hook) <= 100 for hook in mended("youtube", hookIdeas=["word " * 60])["hookIdeas"]] == [True]


def test_what_a_platform_does_not_accept_is_replaced():
    content = mended("youtube", caption="I <3 Nike", hookIdeas=["Why <b>you</b>"])
    assert (content["caption"], content["hookIdeas"]) == ("#ad I ‹3 Nike", ["Why ‹b›you‹/b›"])


def test_what_the_model_left_out_is_filled_with_what_is_true():
    content = mended()
    assert content["deliverables"] == ["1 post on Instagram with the caption of this brief"]
    assert content["dos"] == ["Keep #ad at the beginning of the caption, where it is seen."]
    assert content["donts"] == ["Do not remove, move or hide #ad."]
    assert content["usageRights"].startswith("Not agreed yet")


def test_what_was_mended_is_said():
    notes = mend(answer(caption="Word " * 3_000, hashtags=[f"#t{n}" for n in range(9)]), RULES["instagram"]).notes
    assert notes[0] == "Dropped #t4, #t5, #t6, #t7, #t8: Instagram counts 5 hashtags, the disclosure one."
    assert notes[1].startswith("Cut the caption from 10,003 to 2,1")
    assert notes[2] == "Put #ad at the beginning of the caption, where it is seen."


def test_the_preview_ends_where_the_platform_hides_the_rest():
    content = mended(caption="Word " * 60, hashtags=["#run"])
    shown = preview(content, RULES["instagram"])
    assert len(shown.seen) <= 125
    assert shown.seen + shown.rest == published(content, RULES["instagram"])
    assert (shown.used + shown.left, shown.hashtags_used, shown.hashtags_left) == (2_200, 2, 3)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"caption": "Run with Nike."}, "The caption has to begin with #ad, where it is seen."),
        ({"caption": "#adventure awaits"}, "The caption has to begin with #ad, where it is seen."),
        (
            {"caption": "#ad Run #fun"},
            "The caption holds other hashtags than the disclosure: they belong in the list of hashtags.",
        ),
        (
            {"caption": "#ad " + "x" * 2_300},
            "Caption and hashtags are 2,310 long as Instagram counts; 2,200 is the limit.",
        ),
        (
            {"hashtags": ["#a", "#b", "#c", "#d", "#e"]},
            "5 hashtags are too many: Instagram counts 4 beside the disclosure.",
        ),
        ({"hashtags": ["run"]}, "run is no hashtag."),
        ({"hashtags": ["#123"]}, "#123 is no hashtag."),
        ({"hashtags": ["#Run", "#run"]}, "A hashtag stands in the list twice."),
        ({"hashtags": ["#notad"]}, "#notad discloses, or denies, that the post is paid: only #ad may."),
        ({"disclosure": "#sp"}, "#sp is no accepted disclosure"),
        ({"tone": ""}, "tone is empty."),
        ({"hookIdeas": []}, "hookIdeas is empty."),
        ({"dos": "smile"}, "dos is not a list of texts."),
    ],
)
def test_what_breaks_a_rule_is_said_in_a_sentence(changed, wrong):
    assert violations(mended() | changed, RULES["instagram"])[0].startswith(wrong)


def test_a_title_above_the_limit_is_said():
    found = violations(mended("youtube") | {"hookIdeas": ["x" * 101]}, RULES["youtube"])
    assert found == ["A hook idea is longer than a title of 100 characters."]


def test_what_is_missing_is_said():
    content = mended()
    del content["CTA"]
    assert violations(content, RULES["instagram"]) == ["CTA is missing."]


PIECES = [
    *("#", "＃", "\u200d", "\ufe0f", "\u202e", "\n", " ", ".", "ad", "#ad", "Ad:"),
    *("👨\u200d👩\u200d👧", "🇩🇪", "https://x.co/#a", "x.co", "e\u0301"),
]
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=30).map("".join)
long = st.builds(lambda text, times: text * times, hostile, st.integers(1, 60))


@settings(max_examples=300, deadline=None)
@given(
    caption=hostile | long,
    hooks=st.lists(hostile, max_size=3),
    hashtags=st.lists(hostile, max_size=30),
    keep=st.lists(st.from_regex(r"#[a-z]{1,30}", fullmatch=True), max_size=4, unique=True),
    language=st.sampled_from(["en", "de", "fr", "pl", "xx"]),
)
@example(caption="#\u200dad", hooks=[], hashtags=[], keep=[], language="en")
@example(caption="a" + "\u0301" * 9_000, hooks=[], hashtags=[], keep=[], language="en")
@example(caption="http://" + "x" * 900, hooks=[], hashtags=["nike.\u0301x", "#123"], keep=[], language="en")
@example(caption="🇩🇪\ufe0f" * 200, hooks=[], hashtags=[], keep=[], language="en")
@example(caption="x" * 500, hooks=[], hashtags=["#" + "y" * 99] * 3, keep=[], language="en")
def test_whatever_a_model_writes_every_platforms_rules_are_kept(caption, hooks, hashtags, keep, language):
    try:
        given_answer = answer(caption=caption, hookIdeas=[*hooks, "Look"], hashtags=hashtags)
    except ValueError:
        return  # no valid answer: it goes back to the model
    for rule in RULES.values():
        content = mend(given_answer, rule, keep=keep, language=language).content
        assert violations(content, rule) == []
        text = published(content, rule)
        if text.isascii() and "." not in text:  # neither emoji nor a link: every platform counts characters
            assert len(text) <= rule.caption_limit
        assert content["disclosure"] in preview(content, rule).seen
        trends = [tag for tag in keep if tag not in ("#ad", "#sp", "#adv")][: len(content["hashtags"])]
        assert content["hashtags"][: len(trends)] == trends
