"""The action that requests a brief for each of several creators of a campaign."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest
from rest_framework.exceptions import ValidationError

from briefs.admin.forms import RequestForm
from briefs.budget import OverBudget
from briefs.catalogues.models import PlatformRule
from briefs.failures import GenerationError
from briefs.request import BriefRequest
from briefs.serializers import BriefRequestSerializer
from briefs.submit import submit
from famekeeda import shared
from famekeeda.actions import CreatorAction, Refused
from famekeeda.shared import CampaignFacts, CreatorName, Figures
from famekeeda.words import counted, listed, was

MAX_NAMED = 3  # creators in a message, of those for whom something could not be done


class BriefsForm(RequestForm):
    """A request without campaign and creator, which are known."""

    campaign_id = influencer_id = None  # type: ignore[assignment]
    own_platform = forms.BooleanField(
        required=False, initial=True, label="Each creator's own platform, of those of the campaign"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].widget = forms.Textarea({"rows": 2})
        self.fields["language"].help_text = "Such as en, de or pt-BR; empty: each creator's own, or else en"
        self.fields["persona"].help_text = self.fields["creative_angle"].help_text = "Empty: selected from your own"
        self.fields["hashtags"].help_text = "Empty: the trending hashtags"
        self.order_fields(["brand", "product", "goal", "platform", "own_platform"])

    def clean(self) -> None:
        """Without a platform of its own the serializer takes the request alone."""
        own_platform = self.cleaned_data.pop("own_platform", False)
        super().clean()
        self.cleaned_data |= {"own_platform": own_platform, "request": getattr(self, "request", None)}


class BriefThemAll(CreatorAction):
    name = "brief"
    title = "Brief them all"
    icon = "edit_square"
    permission = "briefs.add_brief"
    form_class = BriefsForm
    note = "One brief for each creator. A request that was made before keeps the earlier brief."

    def initial(self, request: HttpRequest, campaign_id: str, influencer_ids: list[str]) -> dict[str, Any]:
        return of_campaign(shared.campaign_facts(campaign_id))

    def run(
        self, request: HttpRequest, campaign_id: str, influencer_ids: list[str], cleaned_data: dict[str, Any]
    ) -> str:
        """Raises Refused, with the reason, where no brief was requested and none was there."""
        rules = {rule.platform: rule for rule in PlatformRule.objects.all()}
        names = shared.creator_names(influencer_ids)
        own = own_platforms(campaign_id, influencer_ids, names, rules) if cleaned_data["own_platform"] else {}
        common: BriefRequest = cleaned_data["request"]
        requested = there = 0
        failed: dict[str, list[str]] = {}
        for creator in influencer_ids:
            platform = own.get(creator, common.platform)
            language = cleaned_data["language"] or own_language(names.get(creator, CreatorName()))
            one = replace(
                common, campaign_id=campaign_id, influencer_id=creator, platform=platform, language=language.lower()
            )
            try:
                submission = submit(one, rule=rules[platform], by=request.user)
            except (GenerationError, OverBudget) as error:
                failed.setdefault(str(error), []).append(shared.called(creator, names))
            else:
                requested, there = requested + submission.is_new, there + (not submission.is_new)
        message = in_words(requested, there, failed)
        if not requested and not there:
            raise Refused(message)
        return message


def of_campaign(facts: CampaignFacts) -> dict[str, Any]:
    """What a campaign's facts say of a request, by the fields of the form. The platform is the first that the catalogue
    has."""
    known = set(PlatformRule.objects.values_list("platform", flat=True))
    platform = next((platform for platform in facts.platforms if platform in known), "")
    return {"brand": facts.brand, "product": facts.product, "goal": facts.goal, "platform": platform}


def own_platforms(
    campaign_id: str, influencer_ids: list[str], names: Mapping[str, CreatorName], rules: Mapping[str, PlatformRule]
) -> dict[str, str]:
    """By creator, where most people follow or watch the creator, of the campaign's platforms if any is known. Left out,
    and so briefed for the platform of the form: creators who are on none of these, or on none of the catalogue."""
    wanted = [each for each in shared.campaign_facts(campaign_id).platforms if each in rules] or list(rules)
    figures = shared.creator_figures(campaign_id, influencer_ids)
    platforms: dict[str, str] = {}
    for creator in influencer_ids:
        accounts = names.get(creator, CreatorName()).platforms
        known = (*accounts, figures.get(creator, Figures(0, 0)).platform)
        if own := next((each for each in known if each in wanted), ""):
            platforms[creator] = own
    return platforms


def own_language(name: CreatorName) -> str:
    """The creator's language where a request may name it, or else English."""
    try:
        return BriefRequestSerializer().fields["language"].run_validation(name.language) or "en"
    except ValidationError:
        return "en"


def in_words(requested: int, there: int, failed: Mapping[str, list[str]]) -> str:
    """3 briefs are requested, 1 was there already. Could not be requested for Ana: The month's tokens are used up."""
    verb = "is" if requested == 1 else "are"
    parts = [f"{counted(requested, 'brief')} {verb} requested" if requested else "No brief is requested"]
    if there:
        parts.append(f"{there:,} {was(there)} there already")
    sentences = [f"{', '.join(parts)}."]
    for reason, creators in failed.items():
        sentences.append(f"Could not be requested for {listed(creators, MAX_NAMED)}: {reason}")
    return " ".join(sentences)
