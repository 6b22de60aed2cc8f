"""What models are told of the tools, and that a model decides nothing by the arguments it passes."""

import json

import pytest

from briefs.generation.tools import TOOLS, offered
from tests import factories
from tests.factories import brief_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_catalogues")]

TREND_FETCHER, PERSONA_CLASSIFIER, CREATIVE_ANGLE = TOOLS


def test_three_tools_are_offered_by_their_wire_names():
    assert [tool.name for tool in offered(brief_request())] == ["trendFetcher", "personaClassifier", "creativeAngle"]


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"hashtags": ["#run"]}, ["personaClassifier", "creativeAngle"]),
        ({"persona": "Runner"}, ["trendFetcher", "creativeAngle"]),
        ({"creative_angle": "A day with it"}, ["trendFetcher", "personaClassifier"]),
    ],
)
def test_a_tool_whose_answer_is_given_is_not_offered(given, left):
    assert [tool.name for tool in offered(brief_request(**given))] == left


def test_the_schema_comes_from_signature_and_docstring():
    schema = TREND_FETCHER.schema
    assert schema["type"] == "function"
    assert schema["function"]["name"] == "trendFetcher"
    assert schema["function"]["description"].startswith("Returns the three hashtags that are strongest on the platform")
    assert "\n" not in schema["function"]["description"]
    assert schema["function"]["parameters"] == {
        "type": "object",
        "properties": {
            "platform": {"type": "string", "description": "The platform, as in the request"},
            "product": {"type": "string", "description": "The product, as in the request"},
            "goal": {"type": "string", "description": "The campaign's goal, as in the request"},
        },
        "required": ["platform", "product", "goal"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize("tool", [PERSONA_CLASSIFIER, CREATIVE_ANGLE])
def test_the_others_take_the_four_words_of_the_request(tool):
    assert tool.schema["function"]["parameters"]["required"] == ["brand", "product", "goal", "platform"]


def test_the_requests_own_words_are_used_whatever_a_model_passes():
    factories.trend("#run", "instagram", topics=["running"])
    factories.trend("#cat", "tiktok", topics=["cats"])
    passed = {"platform": "tiktok", "product": "cats", "goal": "More  SALES"}
    outcome = TREND_FETCHER.run(json.dumps(passed), brief_request())
    assert outcome.result["hashtags"] == ["#run"]
    assert outcome.overridden == ["platform", "product"]
    assert outcome.error == ""


def test_arguments_that_are_parsed_already_are_taken_too():
    arguments = {"platform": "Instagram", "product": "running shoes", "goal": "more sales"}
    assert TREND_FETCHER.run(arguments, brief_request()).overridden == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ('{"platform": "x", "product": "y"}', "goal: Field required"),
        ('{"platform": "x", "product": "y", "goal": 3}', "goal: Input should be a valid string"),
        ('{"platform": "x", "product": "y", "goal": null}', "goal: Input should be a valid string"),
        ('{"platform": "x", "product": "y", "goal": "z", "limit": 9}', "limit: Extra inputs are not permitted"),
        ('{"platform": "x", "product": "y", "goal": "z", "request": {}}', "request: Extra inputs are not permitted"),
        ('["x"]', "Input should be an object"),
    ],
)
def test_arguments_of_another_shape_are_told_exactly(arguments, error):
    outcome = TREND_FETCHER.run(arguments, brief_request())
    assert outcome.error == (
        f"Invalid arguments: {error}. Expected a JSON object with exactly platform, product, goal, each a string."
    )
    assert outcome.result == {}


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "{",
        "platform=x",
        '{"platform": "\ud800"}',
        '{"platform": "\\ud800"}',
        "[" * 9_000,
        "\0",
        None,
        7,
        [],
        b"\xff",
    ],
)
def test_what_is_no_json_object_ends_in_an_error(arguments):
    outcome = TREND_FETCHER.run(arguments, brief_request())
    assert outcome.error.startswith("Invalid arguments: ")
    assert len(outcome.error) < 400


def test_megabytes_of_arguments_are_not_even_read():
    outcome = TREND_FETCHER.run('{"platform": "' + "x" * 2_000_000, brief_request())
    assert outcome.error == "Invalid arguments: longer than 10,000 characters."


def test_many_errors_are_summed_up():
    arguments = json.dumps({f"{'long' * 20}{number}": number for number in range(100)})
    error = TREND_FETCHER.run(arguments, brief_request()).error
    assert "; and 98 more. " in error
    assert len(error) < 700
