"""The sample that a bare checkout shows: what is in it, and where it is not put."""

import re

import pytest
from django.core.management import call_command

from loads.models import Load, Reject
from performance.models import Engagement
from tests.loads.loading import HEADER, load_text

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_labelled_and_has_creators_rejects_and_several_posts_of_one_creator(capsys):
    call_command("load_sample")
    assert capsys.readouterr().out == "sample: 706 rows, 10 of them rejected\n"
    sample = Load.objects.get()
    assert (sample.is_sample, sample.state) == (True, Load.State.LOADED)
    assert (sample.rows, sample.inserted, sample.merged, sample.rejected) == (706, 543, 153, 10)
    assert len(set(Reject.objects.values_list("reason", flat=True))) == 10


def test_its_ids_are_of_the_contracts_shape():
    call_command("load_sample")
    assert all(
        re.fullmatch("influencer_[0-9]+", id) for id in Engagement.objects.values_list("influencer_id", flat=True)
    )
    campaigns = Engagement.objects.order_by("campaign_id").values_list("campaign_id", flat=True).distinct()
    assert set(campaigns) == {f"campaign_{number}" for number in range(1, 11)}


def test_it_is_loaded_once():
    call_command("load_sample")
    call_command("load_sample")
    assert Load.objects.count() == 1


def test_it_is_not_put_beside_real_data():
    load_text(HEADER + "influencer_1,campaign_1,100,5,2,1\n")
    call_command("load_sample")
    assert not Load.objects.filter(is_sample=True).exists()


def test_one_that_was_interrupted_is_loaded_again():
    Load.objects.create(kind="performance", file="sample.csv", is_sample=True, state=Load.State.RUNNING)
    call_command("load_sample")
    assert Load.objects.get().state == Load.State.LOADED
