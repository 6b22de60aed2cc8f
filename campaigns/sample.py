"""The sample campaign: invented, so that there is one to walk through. Its id is one that the sample results name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from campaigns.models import Account, Campaign, Collaboration, Creator, Deliverable
from famekeeda.events.recording import recording

ID = "campaign_1"
CURRENCY = "EUR"
INVENTED = "Invented for the sample."
FORMATS = {"instagram": "reel", "tiktok": "video", "youtube": "video"}

# The states on the way to a state; a creator has posted once every deliverable is live.
WAY = {
    "shortlisted": (),
    "contacted": ("contacted",),
    "declined": ("contacted", "declined"),
    "agreed": ("contacted", "agreed"),
    "briefed": ("contacted", "agreed", "briefed"),
    "posted": ("contacted", "agreed", "briefed"),
    "paid": ("contacted", "agreed", "briefed"),
}
STEPS = ("submitted", "approved", "live")


@dataclass(frozen=True)
class Invented:
    """A creator of the sample results with an invented profile, and how far the creator is in the sample campaign.

    `owed` are the deliverables: the state of each, and in how many days from today it is due."""

    influencer_id: str
    name: str
    handle: str
    platform: str
    followers: int
    country: str
    language: str
    topics: tuple[str, ...]
    fee: int
    state: str
    owed: tuple[tuple[str, int], ...] = ()


CREATORS = (
    Invented("influencer_221", "Ana Lúcia Ferreira", "analu.corre", "instagram", 48_200, "BR", "pt-BR",
             ("running", "food"), 650, "paid", (("live", -9), ("live", -6))),
    Invented("influencer_228", "Jonas Weiß", "jonas_weiss", "tiktok", 310_000, "DE", "de",
             ("running", "gear"), 1_400, "posted", (("live", -4),)),
    Invented("influencer_202", "Léa Fontaine", "leafontaine", "tiktok", 122_500, "FR", "fr",
             ("fashion", "running"), 900, "briefed", (("approved", 2), ("planned", 9))),
    Invented("influencer_138", "佐藤 美咲", "misaki.runs", "instagram", 96_300, "JP", "ja",
             ("running", "travel"), 780, "briefed", (("submitted", 1),)),
    Invented("influencer_217", "Zofia Kowalczyk", "zofia.wbiegu", "tiktok", 88_000, "PL", "pl",
             ("running", "health"), 520, "agreed", (("planned", -2),)),
    Invented("influencer_239", "Mateo Ibarra", "mateoibarra", "instagram", 71_400, "MX", "es",
             ("football", "gear"), 480, "agreed", (("planned", 5),)),
    Invented("influencer_15", "Aylin Demir", "aylindemir", "tiktok", 64_900, "TR", "tr",
             ("fitness",), 430, "contacted"),
    Invented("influencer_262", "Amara Okafor", "amara.okafor", "instagram", 53_700, "NG", "en",
             ("fitness", "food"), 400, "contacted"),
    Invented("influencer_311", "ليلى حداد", "layla.haddad", "instagram", 51_200, "LB", "ar",
             ("fashion",), 390, "shortlisted"),
    Invented("influencer_261", "Søren Holm", "sorenholm", "youtube", 37_800, "DK", "da",
             ("gear", "outdoors"), 600, "shortlisted"),
    Invented("influencer_13", "Nguyễn Minh An", "minhan.chay", "youtube", 29_500, "VN", "vi",
             ("running",), 350, "declined"),
)  # fmt: skip


def load(today: date, owner: Any = None) -> Campaign:
    """Makes the sample campaign as if it had begun three weeks before `today`, all of it or nothing."""
    with recording(by=None):
        campaign = Campaign.objects.start(
            by=None,
            id=ID,
            name="Spring run (sample)",
            brand="Nova Run (invented)",
            product="Nova Pace 2 running shoes",
            goal="Reach people who begin to run",
            platforms=list(FORMATS),
            budget=Decimal(6_000),
            media_budget=Decimal(2_000),
            currency=CURRENCY,
            starts_on=today - timedelta(days=21),
            ends_on=today + timedelta(days=21),
            owner=owner,
            is_sample=True,
        )
        campaign.change(by=None, status=Campaign.Status.ACTIVE)
        for invented in CREATORS:
            add_profile(invented)
            add_creator(campaign, invented, today)
    return campaign


def add_profile(invented: Invented) -> None:
    """The creator's profile, unless somebody has made one."""
    profile, is_new = Creator.objects.get_or_create(
        influencer_id=invented.influencer_id,
        defaults={
            "name": invented.name,
            "country": invented.country,
            "language": invented.language,
            "topics": list(invented.topics),
            "usual_fee": Decimal(invented.fee),
            "currency": CURRENCY,
            "contact": f"{invented.handle}@creators.example",
            "note": INVENTED,
            "followers": invented.followers,
            "is_sample": True,
        },
    )
    if is_new:
        Account.objects.create(
            creator=profile, platform=invented.platform, handle=invented.handle, followers=invented.followers
        )


def add_creator(campaign: Campaign, invented: Invented, today: date) -> None:
    """The creator in the campaign, led to the state as people would have."""
    agreed: dict[str, Any] = {"fee": Decimal(invented.fee), "note": INVENTED} if "agreed" in WAY[invented.state] else {}
    part, _ = Collaboration.objects.engage(campaign, invented.influencer_id, by=None, **agreed)
    for state in WAY[invented.state]:
        part.change(by=None, state=state)
    for state, days in invented.owed:
        add_deliverable(part, invented, state, today + timedelta(days=days))
    if invented.state == Collaboration.State.PAID:
        part.refresh_from_db()
        part.change(by=None, state=Collaboration.State.PAID)


def add_deliverable(part: Collaboration, invented: Invented, state: str, due_on: date) -> None:
    post = f"{invented.handle}/{due_on:%m%d}"
    links: dict[str, dict[str, Any]] = {
        "submitted": {"draft_url": f"https://drafts.example/{post}"},
        "live": {"post_url": f"https://posts.example/{post}"},
    }
    deliverable = Deliverable.objects.add(
        part, by=None, format=FORMATS[invented.platform], platform=invented.platform, due_on=due_on
    )
    for step in STEPS[: STEPS.index(state) + 1] if state in STEPS else ():
        deliverable.change(by=None, state=step, **links.get(step, {}))
