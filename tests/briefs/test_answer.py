"""A model's text read as a brief: fences and prose are tolerated, the rest is named exactly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.content import SCHEMA
from briefs.generation.answer import UnusableAnswer, parse

GOOD = {
    "caption": "Run with Nike.",
    "hookIdeas": ["One", "Two"],
    "hashtags": ["#run"],
    "CTA": "Try it.",
    "tone": "warm",
    "deliverables": ["1 reel"],
    "dos": ["Smile"],
    "donts": ["Do not shout"],
    "usageRights": "30 days",
}


def errors(answer) -> list[str]:
    with pytest.raises(UnusableAnswer) as caught:
        parse(answer if isinstance(answer, str) else json.dumps(answer))
    return caught.value.errors


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD, indent=1)}\n```",
        f"Here you are {{as asked}}:\n\n{json.dumps(GOOD)}\nEnjoy!",
        json.dumps({"thoughts": "hm"}) + json.dumps(GOOD),
        f"<think>{json.dumps(GOOD | {'caption': 'A draft.'})}</think>{json.dumps(GOOD)}",
        f'{{"caption": "half"}} {json.dumps(GOOD)}',
        f'{json.dumps(GOOD)} {{"caption": "half"}}',
    ],
)
def test_the_brief_is_found_in_whatever_stands_around_it(text):
    assert parse(text).caption == "Run with Nike."


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"caption": None}, "caption is not what was asked for: expected a text."),
        ({"caption": " \n"}, "caption is empty: expected a text."),
        ({"hookIdeas": []}, "hookIdeas is empty: expected a list of short texts."),
        ({"hookIdeas": {"a": 1}}, "hookIdeas is not what was asked for: expected a list of short texts."),
        ({"hookIdeas": ["fine", None]}, "hookIdeas[1] is not what was asked for: expected a text."),
        ({"CTA": ["x"]}, "CTA is not what was asked for: expected a text."),
    ],
)
def test_what_is_wrong_is_named_by_its_field(changed, message):
    assert errors(GOOD | changed) == [message]


def test_everything_that_is_missing_is_named():
    assert errors({"caption": "x"}) == [
        "hookIdeas is missing: expected a list of short texts.",
        "hashtags is missing: expected a list of short texts.",
        "CTA is missing: expected a text.",
        "tone is missing: expected a text.",
    ]


@pytest.mark.parametrize("text", ["", "Sure!", "[1, 2]", "{" * 100_000, "[" * 100_000, "null", '{"a": ' * 5_000])
def test_a_text_without_an_object_says_so(text):
    assert errors(text) in (["The answer holds no JSON object."], errors({}))


def test_the_five_fields_of_the_contract_are_enough():
    five = {name: GOOD[name] for name in ("caption", "hookIdeas", "hashtags", "CTA", "tone")}
    assert parse(json.dumps(five)).deliverables == []


def test_lists_may_come_as_text():
    answer = parse(json.dumps(GOOD | {"hashtags": "#one, #two", "hookIdeas": "1. First\n- Second\n\n* Third"}))
    assert (answer.hashtags, answer.hookIdeas) == (["#one", "#two"], ["First", "Second", "Third"])


def test_what_is_not_seen_is_taken_out():
    answer = parse(json.dumps(GOOD | {"caption": "Ni\u202eke\u0000 \u200bhere\ud800", "tone": "wa\u0007rm"}))
    assert (answer.caption, answer.tone) == ("Nike here", "warm")


def test_sizes_have_a_bound():
    answer = parse(json.dumps(GOOD | {"caption": "x" * 60_000, "dos": ["y" * 9_000] * 50, "hashtags": ["#z"] * 500}))
    assert (len(answer.caption), len(answer.dos), len(answer.dos[0]), len(answer.hashtags)) == (10_000, 12, 500, 60)


def test_the_schema_is_one_that_strict_mode_takes():
    assert SCHEMA["additionalProperties"] is False
    assert SCHEMA["required"] == list(SCHEMA["properties"])
    kinds = {json.dumps(each["type"]) for each in SCHEMA["properties"].values()}
    assert kinds == {'"string"', '"array"'}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(GOOD)), inner),
    )
)
def test_no_answer_breaks_the_parser(value):
    try:
        parse(json.dumps(value))
    except UnusableAnswer as unusable:
        assert unusable.errors
