"""Leases, by the model that uses them: claimed by one, renewed together, released by who still holds one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import F

from briefs.models import Brief
from famekeeda.leases import renew_all, renewing
from tests import factories

pytestmark = pytest.mark.django_db


def queued() -> Brief:
    return factories.brief(state="queued")


def expire(brief) -> None:
    Brief.objects.filter(pk=brief.pk).update(leased_until=F("leased_until") - timedelta(minutes=1))


def test_of_two_who_claim_a_row_one_gets_it():
    brief = queued()
    claims = [Brief.objects.claim(brief.pk, uuid4()), Brief.objects.claim(brief.pk, uuid4())]
    assert [bool(claim) for claim in claims] == [True, False]


def test_an_expired_lease_is_claimed_by_another_and_the_start_stays():
    brief = queued()
    first = Brief.objects.claim(brief.pk, uuid4())
    expire(brief)
    second = Brief.objects.claim(brief.pk, uuid4())
    assert (second.runs, second.started_at) == (2, first.started_at)


def test_what_is_finished_is_not_claimed():
    assert Brief.objects.claim(factories.brief(state="failed").pk, uuid4()) is None


def test_whoever_lost_the_lease_stores_nothing():
    brief = queued()
    first = Brief.objects.claim(brief.pk, uuid4())
    expire(brief)
    second = Brief.objects.claim(brief.pk, uuid4())
    assert (first.release(model="first"), second.release(model="second")) == (False, True)
    brief.refresh_from_db()
    assert (brief.model, brief.owner, brief.leased_until) == ("second", None, None)


def test_all_leases_of_a_model_are_renewed_by_one_statement(django_assert_num_queries):
    owners = [uuid4(), uuid4()]
    briefs = [Brief.objects.claim(queued().pk, owner) for owner in owners]
    for brief in briefs:
        expire(brief)
    with renewing(Brief, owners[0]), renewing(Brief, owners[1]), django_assert_num_queries(1):
        renew_all()
    assert not Brief.objects.abandoned().exists()


def test_after_its_block_an_owner_is_not_renewed_any_more(django_assert_num_queries):
    with renewing(Brief, uuid4()):
        pass
    with django_assert_num_queries(0):
        renew_all()
