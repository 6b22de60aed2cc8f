"""What people read of a change names its fields in words."""

import re
from datetime import date

import pytest

from campaigns import event_types
from famekeeda.events.telling import tell
from famekeeda.models import Event
from tests import factories

pytestmark = pytest.mark.django_db


def texts(user) -> list[str]:
    return [told.text for told in tell(Event.objects.order_by("sequence"), user)]


def test_every_field_that_can_change_is_told_in_words(mara, ana):
    campaign = ana.campaign
    campaign.change(by=mara, starts_on=date(2027, 3, 1), ends_on=date(2027, 5, 31), media_budget="800.00", owner=mara)
    ana.change(by=mara, promo_code="ANA20", fee="450.00")
    reel = factories.deliverable(ana, due_on=date(2027, 5, 7))
    reel.change(by=mara, due_on=date(2027, 5, 14), draft_url="https://drafts.example/7", post_url="https://x.com/7")
    reel.change(by=mara, due_on=None, draft_url="")

    assert texts(mara) == [
        "Spring: owner to mara, end to 2027-05-31, start to 2027-03-01, budget for ads to 800.00",
        "ana: promo code from ANA10 to ANA20, fee from 400.00 to 450.00",
        "ana, reel: due date from 2027-05-07 to 2027-05-14, post link to https://x.com/7, "
        "draft link to https://drafts.example/7",
        "ana, reel: due date removed, draft link removed",
    ]


def test_every_field_whose_name_is_no_word_has_words():
    told = {key for each in event_types.EVENT_TYPES for key in each.example}
    assert {name for name in told if re.search("[A-Z]", name)} - set(event_types.WORDS) == {
        "influencerId", "deliverableId",
    }  # fmt: skip
