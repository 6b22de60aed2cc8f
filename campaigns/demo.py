"""What of campaigns is demo: the sample campaign with all that is in it, and the invented profiles.

What a team added to the sample campaign, such as a creator of its own, goes with the campaign: a part of a campaign
is nothing without it. Profiles that somebody has changed, and those of creators in a campaign of the team, are the
team's: they stay, and are no sample any more."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from campaigns.locks import hold
from campaigns.models import Account, Campaign, Collaboration, Creator, Deliverable
from famekeeda.keeping.demo import Demo


def lock() -> None:
    hold(Creator.objects.filter(is_sample=True), collaborations())


def deliverables() -> QuerySet[Deliverable]:
    return Deliverable.objects.filter(collaboration__campaign__is_sample=True)


def collaborations() -> QuerySet[Collaboration]:
    return Collaboration.objects.filter(campaign__is_sample=True)


def campaigns() -> QuerySet[Campaign]:
    return Campaign.objects.filter(is_sample=True)


def profiles() -> QuerySet[Creator]:
    """Those that nobody has changed since they were invented, of creators whom no campaign of the team has."""
    in_real_campaigns = Collaboration.objects.filter(campaign__is_sample=False, influencer_id=OuterRef("pk"))
    return Creator.objects.filter(~Exists(in_real_campaigns), is_sample=True, revision=1)


def keep_the_rest() -> None:
    """What is left of the sample's profiles is the team's from now on."""
    Creator.objects.filter(is_sample=True).update(is_sample=False)


REMOVED = (
    Demo("deliverables of the sample campaign", deliverables, lock=lock),
    Demo("creators of the sample campaign, those that your team added among them", collaborations),
    Demo("sample campaign", campaigns, campaigns=lambda rows: rows.values_list("pk", flat=True)),
    Demo("accounts of invented creators", lambda: Account.objects.filter(creator__in=profiles())),
    Demo("profiles of invented creators", profiles, keep=keep_the_rest),
)
