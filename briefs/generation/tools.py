"""The tools that a model may call for the facts of a brief: what is trending, whom to speak to, which angle to take.

A tool is a plain function: its signature becomes the JSON schema, and its docstring the description that models read.
A model's arguments are checked and recorded; the tool runs with those of `request`, which our own code passes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Annotated, Any, get_type_hints

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from briefs.catalogues.matching import topics_in
from briefs.catalogues.models import Angle, Persona, Trend
from briefs.generation.evidence import evidence
from briefs.generation.selection import select
from briefs.request import BriefRequest
from famekeeda.text import one_form

TRENDS_PER_BRIEF = 3

# How much a keyword counts, by the field in which it stands. A brand's name may mean anything.
PERSONA_WEIGHTS = {"product": 3, "goal": 2, "brand": 1}
ANGLE_WEIGHTS = {"goal": 3, "product": 2, "brand": 1}

MAX_ARGUMENTS_CHARACTERS = 10_000
MAX_ERRORS_TOLD = 5

Brand = Annotated[str, Field(description="The brand, as in the request")]
Product = Annotated[str, Field(description="The product, as in the request")]
Goal = Annotated[str, Field(description="The campaign's goal, as in the request")]
Platform = Annotated[str, Field(description="The platform, as in the request")]


def trend_fetcher(platform: Platform, product: Product, goal: Goal, *, request: BriefRequest) -> dict[str, Any]:
    """Returns the three hashtags that are strongest on the platform right now, those about the product or the goal
    first. `matched` says whether any is about them or all are merely strong on the platform, `onTopic` which of them
    are, `newestHoursAgo` how old the newest observation among them is, `note` what to be careful about. Call this
    before you name any hashtag.
    """
    topics = topics_in(product) | topics_in(goal) | topics_in(request.brand)
    on_topic, others = Trend.objects.suiting(platform, topics, TRENDS_PER_BRIEF)
    trends = [*on_topic, *others]
    ages = [timezone.now() - trend.observed_at for trend in trends]
    result = {
        "hashtags": [trend.hashtag for trend in trends],
        "newestHoursAgo": max(min(ages) // timedelta(hours=1), 0) if ages else None,
        "matched": "topic" if on_topic else "platform",
        "onTopic": [trend.hashtag for trend in on_topic],
    }
    note = " ".join(notes_on(trends, others, platform))
    return result | {"note": note} if note else result


def notes_on(trends: list[Trend], others: list[Trend], platform: str) -> Iterator[str]:
    if not trends:
        yield f"No trends are loaded for {platform}: upload a file of trends."
        return
    if len(trends) < TRENDS_PER_BRIEF:
        yield f"No more trends are loaded for {platform}."
    if others:
        yield f"Not about the product or the goal, merely strong on {platform}: {listed(others)}."
    starters = [trend for trend in trends if trend.is_starter]
    if starters:
        yield f"From the starting set, not observed: {listed(starters)}. Upload a file of trends."


def listed(trends: list[Trend]) -> str:
    return ", ".join(trend.hashtag for trend in trends)


def persona_classifier(
    brand: Brand, product: Product, goal: Goal, platform: Platform, *, request: BriefRequest
) -> dict[str, Any]:
    """Chooses the persona that the brief should speak to, from the team's catalogue. `confidence` is from 0, where
    nothing in the request spoke for any persona, to 1; `why` says what spoke for this one. Call this before you
    decide on tone and words.
    """
    selection = select(Persona.objects.filter(is_active=True), PERSONA_WEIGHTS, request)
    return {
        "persona": selection.name,
        "description": selection.description,
        "confidence": selection.confidence,
        "why": selection.why,
    }


def creative_angle(
    brand: Brand, product: Product, goal: Goal, platform: Platform, *, request: BriefRequest
) -> dict[str, Any]:
    """Chooses how the brief should approach the product, from the team's catalogue; `why` says what spoke for this
    angle. `evidence` is what is known of how creators performed: the campaign's best other creators and the named
    creator's own record, engagement rates in per cent; its `note` says what is not known, its `known` what the campaign
    is about, and what the creator posts about, where and to whom. Call this before you write hooks.
    """
    selection = select(Angle.objects.filter(is_active=True), ANGLE_WEIGHTS, request)
    return {
        "angle": selection.name,
        "description": selection.description,
        "why": selection.why,
        "evidence": evidence(request.campaign_id, request.influencer_id),
    }


@dataclass(frozen=True)
class Outcome:
    """A tool's answer to a model's call: the result, or what is wrong with the arguments, in words for the model."""

    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    overridden: list[str] = field(default_factory=list)  # arguments that differ from the request


@dataclass(frozen=True)
class Tool:
    name: str  # under which models call it
    function: Callable[..., dict[str, Any]]
    answers: str  # the field of a request that makes the tool needless

    @cached_property
    def arguments(self) -> type[BaseModel]:
        """The arguments that a model has to pass: every parameter of the function but `request`."""
        hints = get_type_hints(self.function, include_extras=True)
        fields: Any = {name: (hints[name], ...) for name in parameters(self.function)}
        return create_model(self.name, __config__=ConfigDict(extra="forbid", strict=True), **fields)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The tool as an entry of `tools` in OpenAI's protocol."""
        described = self.arguments.model_json_schema()
        properties = {
            name: {key: value for key, value in about.items() if key != "title"}
            for name, about in described["properties"].items()
        }
        parameters = {
            "type": "object",
            "properties": properties,
            "required": described["required"],
            "additionalProperties": False,
        }
        description = " ".join((inspect.getdoc(self.function) or "").split())
        return {
            "type": "function",
            "function": {"name": self.name, "description": description, "parameters": parameters},
        }

    def run(self, arguments: Any, request: BriefRequest) -> Outcome:
        """Answers a model's call. The model's arguments are checked and compared; the request's own are used.

        Whatever a model passes ends in an Outcome; an exception is a fault of ours.
        """
        try:
            passed = self.read(arguments)
        except ValidationError as error:
            expected = f"Expected a JSON object with exactly {', '.join(parameters(self.function))}, each a string."
            return Outcome(error=f"Invalid arguments: {error_messages(error)}. {expected}")
        except ValueError as error:
            return Outcome(error=f"Invalid arguments: {error}.")
        overridden = [name for name, value in passed if not is_same(value, getattr(request, name))]
        return Outcome(result=self.run_for(request), overridden=overridden)

    def read(self, arguments: Any) -> BaseModel:
        if isinstance(arguments, str | bytes):
            if len(arguments) > MAX_ARGUMENTS_CHARACTERS:
                raise ValueError(f"longer than {MAX_ARGUMENTS_CHARACTERS:,} characters")
            return self.arguments.model_validate_json(arguments)
        return self.arguments.model_validate(arguments)

    def run_for(self, request: BriefRequest) -> dict[str, Any]:
        """The result with the request's own arguments."""
        return self.function(*(getattr(request, name) for name in parameters(self.function)), request=request)


TOOLS = (
    Tool("trendFetcher", trend_fetcher, answers="hashtags"),
    Tool("personaClassifier", persona_classifier, answers="persona"),
    Tool("creativeAngle", creative_angle, answers="creative_angle"),
)


def offered(request: BriefRequest) -> list[Tool]:
    """The tools whose answer the request does not give itself."""
    return [tool for tool in TOOLS if not getattr(request, tool.answers)]


def parameters(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "request"]


def error_messages(error: ValidationError) -> str:
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    told = [": ".join([*(str(at)[:40] for at in one["loc"]), one["msg"]]) for one in errors[:MAX_ERRORS_TOLD]]
    return "; ".join(told + [f"and {len(errors) - MAX_ERRORS_TOLD} more"] * (len(errors) > MAX_ERRORS_TOLD))


def is_same(passed: str, asked: str) -> bool:
    return one_form(passed).casefold() == one_form(asked).casefold()
