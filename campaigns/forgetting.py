"""What campaigns hold of a creator: the profile, the creator's part in campaigns, and mentions in what people wrote."""

from __future__ import annotations

from secrets import token_hex

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from campaigns.locks import hold
from campaigns.models import Account, Campaign, Collaboration, Creator, Deliverable
from famekeeda.keeping.forgetting import Held, mentions
from famekeeda.keeping.mention import FORGOTTEN, Mention

IN_PROFILE, IN_PART = ("name", "contact", "manager", "note"), ("note", "promo_code")
IN_DELIVERABLE = ("note", "draft_url", "post_url")


def lock(mention: Mention) -> None:
    """Those of the creator, and those that mention the creator."""
    creators = mention.find(Creator.objects.all(), IN_PROFILE)
    parts = mention.find(Collaboration.objects.all(), IN_PART)
    deliverables = mention.find(Deliverable.objects.all(), IN_DELIVERABLE)
    hold(
        Creator.objects.filter(Q(pk=mention.influencer_id) | Q(pk__in=creators.values("pk"))),
        Collaboration.objects.filter(
            Q(influencer_id=mention.influencer_id)
            | Q(pk__in=parts.values("pk"))
            | Q(pk__in=deliverables.values("collaboration"))
        ),
    )


def collaborations(mention: Mention) -> QuerySet[Collaboration]:
    return Collaboration.objects.filter(influencer_id=mention.influencer_id)


def anonymise(rows: QuerySet[Collaboration], mention: Mention) -> None:
    """Leaves what was paid, in which campaign, without saying to whom; posts and drafts lead to the creator, and go."""
    for row in rows:
        row.deliverables.all().delete()
        name = f"{FORGOTTEN} {token_hex(4)}"  # a campaign may have had several creators who are forgotten
        Collaboration.objects.filter(pk=row.pk).update(influencer_id=name, promo_code="", note="")


def history(mention: Mention) -> QuerySet[LogEntry]:
    """Lines about the profile, which name the creator where no id stands."""
    kind = ContentType.objects.get_for_model(Creator)
    return LogEntry.objects.filter(content_type=kind, object_id=mention.influencer_id)


HELD = (
    Held("lines of the profile's history", LogEntry, "deleted", history),
    Held("accounts of the profile", Account, "deleted", lambda m: Account.objects.filter(creator=m.influencer_id)),
    Held("profile", Creator, "deleted", lambda m: Creator.objects.filter(pk=m.influencer_id), lock=lock),
    Held(
        "parts in campaigns, with deliverables",
        Collaboration,
        "deleted",
        lambda mention: collaborations(mention).exclude(state__in=Collaboration.ON_RECORD),
    ),
    Held(
        "parts in campaigns that were paid",
        Collaboration,
        "redacted",
        lambda mention: collaborations(mention).filter(state__in=Collaboration.ON_RECORD),
        anonymise,
    ),
    mentions("notes about creators of campaigns", Collaboration, IN_PART),
    mentions("notes about deliverables", Deliverable, IN_DELIVERABLE),
    mentions("other profiles", Creator, IN_PROFILE),
    mentions("campaigns", Campaign, ("name", "brand", "product", "goal")),
)
