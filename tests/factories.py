"""Rows the tests need, a tiny function each; what a test is about stands in the test."""

from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from briefs.models import Angle, Brief, Persona, Step, Trend
from briefs.request import BriefRequest
from campaigns.models import Campaign, Collaboration, Creator, Deliverable
from famekeeda.events.models import Event
from famekeeda.events.recording import recording
from loads.models import Load, Reject
from performance.models import Engagement, Verdict


def engagement(
    influencer_id="influencer_1",
    campaign_id="campaign_1",
    *,
    platform="",
    views=10_000,
    likes=0,
    comments=0,
    shares=0,
    **fields,
) -> Engagement:
    return Engagement.objects.create(
        influencer_id=influencer_id,
        campaign_id=campaign_id,
        platform=platform,
        views=views,
        likes=likes,
        comments=comments,
        shares=shares,
        **fields,
    )


def load(file="export.csv", *, state=Load.State.LOADED, **fields) -> Load:
    return Load.objects.create(**{"kind": "performance", "file": file, "state": state} | fields)


def reject(load, line=2, raw="influencer_1,campaign_1,0,0,0,0", reason="views is zero", **cells) -> Reject:
    return Reject.objects.create(load=load, line=line, raw=raw, reason=reason, cells=cells)


def user(username="mara", *permissions, **fields) -> User:
    """A user with the permissions named, each as `app.codename`."""
    user = User.objects.create_user(username, **fields)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


def verdict(influencer_id="influencer_1", verdict=Verdict.Choice.SHORTLIST, **fields) -> Verdict:
    return Verdict.objects.create(influencer_id=influencer_id, verdict=verdict, **fields)


def trend(hashtag="#run", platform="instagram", *, topics=(), score=1.0, hours_ago=1, **fields) -> Trend:
    observed_at = timezone.now() - timedelta(hours=hours_ago)
    return Trend.objects.create(
        hashtag=hashtag, platform=platform, topics=list(topics), score=score, **{"observed_at": observed_at} | fields
    )


def persona(name="Runner", *, keywords=(), platforms=(), **fields) -> Persona:
    fields = {"description": f"{name}, described"} | fields
    return Persona.objects.create(name=name, keywords=list(keywords), platforms=list(platforms), **fields)


def angle(name="A day with it", *, keywords=(), platforms=(), **fields) -> Angle:
    fields = {"description": f"{name}, described"} | fields
    return Angle.objects.create(name=name, keywords=list(keywords), platforms=list(platforms), **fields)


def brief_request(**fields) -> BriefRequest:
    """A request with four words, and `fields`."""
    words = {"brand": "Nova", "product": "running shoes", "goal": "more sales", "platform": "instagram"}
    return BriefRequest.normalised(**words | fields)


CONTENT = {
    "caption": "#ad Nike Air Max: run your first mile with us.",
    "hookIdeas": ["Your first mile starts here", "What nobody tells beginners", "Lace up with me"],
    "hashtags": ["#run", "#firstmile"],
    "CTA": "Tap the link and pick your pair.",
    "tone": "Warm and honest",
    "deliverables": ["1 Reel of 30 seconds"],
    "dos": ["Show the shoe in motion"],
    "donts": ["No claims about health"],
    "disclosure": "#ad",
    "usageRights": "Organic use for 30 days.",
}


def brief(brand="Nike", product="Air Max", *, state=Brief.State.READY, **fields) -> Brief:
    words = {"goal": "Reach young runners", "platform": "instagram", "model": "demo", "cache_key": uuid4().hex}
    if state == Brief.State.READY:
        words |= {"generated": CONTENT, "started_at": timezone.now(), "finished_at": timezone.now()}
    if state == Brief.State.FAILED:
        words |= {"failure": "timed_out", "finished_at": timezone.now()}
    return Brief.objects.create(**words | {"brand": brand, "product": product, "state": state} | fields)


def step(brief, kind=Step.Kind.CALL, name="answer", **fields) -> Step:
    fields = {"run": 1, "started_at": timezone.now(), "milliseconds": 12.5} | fields
    return Step.objects.create(brief=brief, kind=kind, name=name, **fields)


def campaign(id="spring", **fields) -> Campaign:
    return Campaign.objects.create(**{"id": id, "name": id.capitalize()} | fields)


def collaboration(campaign, influencer_id="ana", **fields) -> Collaboration:
    return Collaboration.objects.create(campaign=campaign, influencer_id=influencer_id, **fields)


def deliverable(collaboration, format="reel", **fields) -> Deliverable:
    return Deliverable.objects.create(collaboration=collaboration, format=format, **fields)


def creator(influencer_id="ana", name="Ana Silva", *, followers=12_000, platforms=("instagram",), **fields) -> Creator:
    """A profile with an account on each platform, most followed on the first; the handle is made from the name."""
    creator = Creator.objects.create(influencer_id=influencer_id, name=name, followers=followers, **fields)
    handle = name.lower().replace(" ", ".")
    for place, platform in enumerate(platforms):
        creator.accounts.create(platform=platform, handle=handle, followers=followers and followers - place)
    return creator


def event(event_type, campaign_id="spring", *, by=None, **data) -> Event:
    """An event of the type with the data of its example, and `data`."""
    with recording(by=by) as record:
        record(event_type, campaign_id, dict(event_type.example) | data)
    return Event.objects.latest("at")
