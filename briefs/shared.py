"""What briefs tell the other apps: campaigns with briefs and what they are about, and the newest brief of a creator."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from briefs.catalogues.models import PlatformRule
from briefs.models import Brief
from famekeeda.links import address
from famekeeda.search import campaigns_found, creators_found
from famekeeda.seen_ids import first_ids, in_words
from famekeeda.shared import CampaignFacts, Column, Found, Seen

VIEW, ADD = "briefs.view_brief", "briefs.add_brief"
MAX_BRIEFS = 200  # of a campaign, the newest, from which its facts are read


def campaign_ids(text: str, limit: int, after: str) -> list[Seen]:
    found = first_ids(Brief, "campaign_id", text=text, limit=limit, after=after)
    return [Seen(campaign_id, in_words(rows, "brief")) for campaign_id, rows in found.items()]


def campaign_facts(campaign_id: str) -> CampaignFacts | None:
    """What the campaign's newest brief is about, and the platforms and creators of the MAX_BRIEFS newest."""
    briefs = list(
        Brief.objects.filter(campaign_id=campaign_id)
        .exclude(campaign_id="")
        .order_by("-id")
        .values("brand", "product", "goal", "platform", "influencer_id")[:MAX_BRIEFS]
    )
    if not briefs:
        return None
    return CampaignFacts(
        brand=briefs[0]["brand"],
        product=briefs[0]["product"],
        goal=briefs[0]["goal"],
        platforms=tuple(dict.fromkeys(brief["platform"] for brief in briefs)),
        creators=tuple(dict.fromkeys(brief["influencer_id"] for brief in briefs if brief["influencer_id"])),
    )


def creator_columns(request: HttpRequest, campaign_id: str, influencer_ids: Collection[str]) -> list[Column]:
    """The state of each creator's newest brief for the campaign, or a link that adds one."""
    if not request.user.has_perm(VIEW):
        return []
    newest = newest_briefs(campaign_id, influencer_ids)
    cells = {creator: shown(brief) for creator, brief in newest.items()}
    if request.user.has_perm(ADD):
        form = reverse("admin:briefs_brief_add")
        cells |= {creator: adding(form, campaign_id, creator) for creator in influencer_ids if creator not in newest}
    return [Column("Brief", cells)]


def newest_briefs(campaign_id: str, influencer_ids: Collection[str]) -> dict[str, Brief]:
    briefs = Brief.objects.filter(campaign_id=campaign_id, influencer_id__in=set(influencer_ids) - {""})
    newest = briefs.order_by("influencer_id", "-id").distinct("influencer_id").defer("generated", "edited")
    return {brief.influencer_id: brief for brief in newest}


def shown(brief: Brief) -> SafeString:
    badges = render_to_string("admin/briefs/badges.html", {"brief": brief})
    return format_html('<a href="{}">{}</a>', address("admin:briefs_brief_change", brief.pk), badges)


def adding(form: str, campaign_id: str, influencer_id: str) -> SafeString:
    query = urlencode({"campaign_id": campaign_id, "influencer_id": influencer_id})
    return format_html('<a href="{}?{}">Add a brief</a>', form, query)


def platforms() -> dict[str, str]:
    return dict(PlatformRule.objects.values_list("platform", "label"))


def search(request: HttpRequest, text: str, limit: int) -> list[Found]:
    """Briefs with the text in their brand or product, and campaigns and creators of briefs whose ids begin with it."""
    if not request.user.has_perm(VIEW):
        return []
    about = Brief.objects.filter(Q(brand__icontains=text) | Q(product__icontains=text)).defer("generated", "edited")
    found = [
        Found(
            "Briefs",
            f"{brief.brand}: {brief.product}",
            reverse("admin:briefs_brief_change", args=[brief.pk]),
            f"{brief.get_state_display()}, {brief.platform}",
        )
        for brief in about[:limit]
    ]
    seen = {each.campaign_id: each.where for each in campaign_ids(text, limit, "")}
    creators = first_ids(Brief, "influencer_id", text=text, limit=limit)
    return campaigns_found(seen) + creators_found(list(creators)) + found
