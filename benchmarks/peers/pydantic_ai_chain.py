"""The same chain by pydantic-ai: our prompts, our tools on our database, the same answer, the same server.

    pydantic_ai_chain.py BASE_URL HOW_MANY

One agent and one client for all; the answer as the server's structured output, which needs the fewest requests. Brief
and conversation are stored in our tables when it has ended; no rules mend the answer."""

import asyncio
import json
import os
import statistics
import sys
import time
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "famekeeda.settings")

import django

django.setup()

from asgiref.sync import sync_to_async
from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput, RunContext
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from briefs.generation import prompts, tools
from briefs.models import Brief as Stored
from briefs.models import PlatformRule, Step
from briefs.request import BriefRequest

base_url, how_many = sys.argv[1], int(sys.argv[2])


class Brief(BaseModel):
    caption: str
    hookIdeas: list[str]
    hashtags: list[str]
    CTA: str
    tone: str
    deliverables: list[str]
    dos: list[str]
    donts: list[str]
    usageRights: str


def trendFetcher(about: RunContext[BriefRequest], platform: str, product: str, goal: str) -> dict:
    """Returns the three hashtags that are strongest on the platform right now."""
    return tools.trend_fetcher(platform, product, goal, request=about.deps)


def personaClassifier(about: RunContext[BriefRequest], brand: str, product: str, goal: str, platform: str) -> dict:
    """Chooses the persona that the brief should speak to."""
    return tools.persona_classifier(brand, product, goal, platform, request=about.deps)


def creativeAngle(about: RunContext[BriefRequest], brand: str, product: str, goal: str, platform: str) -> dict:
    """Chooses how the brief should approach the product."""
    return tools.creative_angle(brand, product, goal, platform, request=about.deps)


rule = PlatformRule.objects.get(pk="instagram")
agent = Agent(
    OpenAIChatModel("demo", provider=OpenAIProvider(base_url=base_url, api_key="none")),
    instructions=prompts.system(rule, "en"),
    tools=[trendFetcher, personaClassifier, creativeAngle],
    output_type=NativeOutput(Brief),
    deps_type=BriefRequest,
)


@transaction.atomic
def store(request: BriefRequest, result) -> None:
    began = timezone.now()
    brief = Stored.objects.create(
        **request.fields(),
        cache_key=uuid4().hex,
        model="demo",
        state="ready",
        generated=result.output.model_dump(),
        finished_at=timezone.now(),
    )
    messages = json.loads(result.all_messages_json())
    Step.objects.create(brief=brief, run=1, kind="call", name="all", sent=messages, started_at=began, milliseconds=0)


async def main() -> None:
    seconds = []
    for number in range(how_many + 1):
        request = BriefRequest.normalised(
            brand=f"Peer {number}",
            product="Air Max Running Shoes",
            goal="Reach young athletes",
            platform="instagram",
        )
        began = time.perf_counter()
        result = await agent.run(prompts.user(request, rule), deps=request)
        await sync_to_async(store)(request, result)
        seconds.append(time.perf_counter() - began)
        assert result.output.caption
    print(json.dumps({"median_ms": statistics.median(seconds[1:]) * 1000}))


asyncio.run(main())
