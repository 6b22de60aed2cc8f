"""Steps of briefs, which hold all prompts, and failed briefs go after ninety days."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from briefs.models import Brief, Step
from tests import factories

pytestmark = pytest.mark.django_db


def finished(days: float, **fields) -> Brief:
    return factories.brief(finished_at=timezone.now() - timedelta(days=days), **fields)


def test_steps_go_and_the_brief_stays():
    old, young = finished(91), finished(89)
    factories.step(old)
    factories.step(young)

    call_command("prune", stdout=io.StringIO())

    assert [step.brief for step in Step.objects.all()] == [young]
    assert Brief.objects.count() == 2


def test_failed_briefs_go():
    finished(91, state="failed", failure="timed_out")
    young = finished(89, state="failed", failure="timed_out")

    call_command("prune", stdout=io.StringIO())

    assert list(Brief.objects.all()) == [young]


def test_steps_of_a_brief_that_is_being_written_stay():
    factories.step(factories.brief(state="running"))

    call_command("prune", stdout=io.StringIO())

    assert Step.objects.count() == 1
