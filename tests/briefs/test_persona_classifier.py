"""The tool personaClassifier: how an entry is selected by the words of a request."""

import pytest

from briefs.generation.tools import TOOLS
from tests import factories
from tests.factories import brief_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_catalogues")]

_, PERSONA_CLASSIFIER, _ = TOOLS


def test_the_persona_that_the_request_says_most_of_is_chosen(django_assert_num_queries):
    factories.persona("Runner", keywords=["Running", "shoe", "marathon"])
    factories.persona("Bargain hunter", keywords=["sale"])
    factories.persona("Cook", keywords=["recipe"])
    with django_assert_num_queries(1):
        assert PERSONA_CLASSIFIER.run_for(brief_request()) == {
            "persona": "Runner",
            "description": "Runner, described",
            "confidence": 0.6,  # 3 + 3 of the product, against 2 of the goal for another, and 2 of doubt
            "why": "The request says Running, shoe.",
        }


def test_one_word_alone_is_no_certainty():
    factories.persona("Runner", keywords=["running"])
    assert PERSONA_CLASSIFIER.run_for(brief_request())["confidence"] == 0.6


def test_the_platform_decides_between_equals():
    factories.persona("Any runner", keywords=["running"])
    factories.persona("Instagram runner", keywords=["running"], platforms=["Instagram"])
    factories.persona("A TikTok runner", keywords=["running"], platforms=["tiktok"])
    chosen = PERSONA_CLASSIFIER.run_for(brief_request())
    assert chosen["persona"] == "Instagram runner"
    assert chosen["why"] == "The request says running, and it works well on instagram."


def test_equals_are_chosen_by_name():
    factories.persona("Sprinter", keywords=["running"])
    factories.persona("Jogger", keywords=["running"])
    assert PERSONA_CLASSIFIER.run_for(brief_request())["persona"] == "Jogger"


def test_where_nothing_speaks_for_any_the_most_general_is_taken_and_said():
    factories.persona("Cook", keywords=["recipe"], platforms=["instagram"])
    factories.persona("Everybody")
    assert PERSONA_CLASSIFIER.run_for(brief_request()) == {
        "persona": "Everybody",
        "description": "Everybody, described",
        "confidence": 0.0,
        "why": "Nothing in the request speaks for any: this is the most general.",
    }


def test_without_a_general_one_the_guess_is_said_to_be_one():
    factories.persona("Cook", keywords=["recipe"])
    factories.persona("Baker", keywords=["cake"])
    chosen = PERSONA_CLASSIFIER.run_for(brief_request())
    assert chosen["persona"] == "Baker"
    assert chosen["why"] == "Nothing in the request speaks for any: this is a guess."


def test_what_is_not_active_is_not_chosen():
    factories.persona("Runner", keywords=["running"], is_active=False)
    assert PERSONA_CLASSIFIER.run_for(brief_request()) == {
        "persona": "",
        "description": "",
        "confidence": 0.0,
        "why": "The catalogue is empty: decide by the product and the goal.",
    }
