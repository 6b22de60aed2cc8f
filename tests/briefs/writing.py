"""Briefs that a test writes itself, without a worker."""

from uuid import uuid4

from django.db.models.functions import Now

from briefs.generation import chain
from briefs.models import Brief
from briefs.request import BriefRequest


def claimed_brief(regenerated_from: Brief | None = None, **changed) -> Brief:
    """A brief that is leased to the test."""
    words = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}
    request = BriefRequest.normalised(**words | changed)
    fields = request.fields() | {"regenerated_from": regenerated_from}
    brief = Brief.objects.create(**fields, cache_key=uuid4().hex, model="demo", created_at=Now())
    claimed = Brief.objects.claim(brief.pk, uuid4())
    assert claimed
    return claimed


def written(**changed) -> Brief:
    brief = claimed_brief(**changed)
    chain.write(brief)
    assert brief.state == Brief.State.READY, brief.failure_detail
    return brief
