"""The catalogues that the migrations fill."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from briefs.catalogues.models import Angle, Persona, Trend
from briefs.generation.tools import TOOLS
from tests import factories
from tests.factories import brief_request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_catalogues")]

TREND_FETCHER, PERSONA_CLASSIFIER, CREATIVE_ANGLE = TOOLS


def trends(**fields):
    return TREND_FETCHER.run_for(brief_request(**fields))


def starting_set():
    import_module("briefs.migrations.0003_starting_catalogues").fill(apps, connection.schema_editor())


@pytest.mark.parametrize(
    "platform", ["instagram", "tiktok", "youtube", "x", "facebook", "linkedin", "threads", "pinterest"]
)
def test_every_platform_has_a_starting_set(platform):
    starting_set()
    assert Trend.objects.filter(platform=platform, is_starter=True).count() >= 6
    assert len(trends(platform=platform, product="protein bar")["hashtags"]) == 3


def test_the_starting_set_chooses_sensibly():
    starting_set()
    request = brief_request(product="vitamin C serum", goal="launch on 1 March", platform="tiktok")
    assert trends(product="vitamin C serum", platform="tiktok")["hashtags"][0] == "#beautytok"
    assert PERSONA_CLASSIFIER.run_for(request)["persona"] == "Beauty lover"
    assert CREATIVE_ANGLE.run_for(request)["angle"] == "First impressions"


def test_the_starting_set_says_when_it_was_written():
    starting_set()
    assert {trend.observed_at for trend in Trend.objects.all()} == {datetime(2026, 11, 1, tzinfo=UTC)}


def test_a_catalogue_that_people_filled_is_left_alone():
    factories.persona("Ours")
    starting_set()
    assert list(Persona.objects.values_list("name", flat=True)) == ["Ours"]
    assert Angle.objects.filter(is_starter=True).count() == 11
