"""The pages of a brief: add it, follow it while it is written, edit it, decide about it, print it for the creator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from briefs.admin.advice import ADVICE
from briefs.admin.brief_them_all import of_campaign
from briefs.admin.comparison import compare
from briefs.admin.costs import money
from briefs.admin.forms import DecisionForm, EditForm, RegenerateForm, RequestForm
from briefs.budget import OverBudget
from briefs.content import FIELDS
from briefs.failures import GenerationError
from briefs.models import Brief, Decision, PlatformRule, Step
from briefs.request import BriefRequest
from briefs.rules.preview import preview, published
from briefs.rules.violations import violations
from briefs.submit import submit
from famekeeda import shared
from famekeeda.broker import live_workers
from famekeeda.history import changed
from famekeeda.pages import page, render_page

PAGE = "admin:briefs_brief_change"
OVERTAKEN = "Somebody changed or decided this brief meanwhile. Look again before you decide."


def rule_of(brief: Brief) -> PlatformRule | None:
    """None where the platform has been deleted from the catalogue since."""
    return PlatformRule.objects.filter(pk=brief.platform).first()


@page("briefs.add_brief")
def add(request: HttpRequest) -> HttpResponse:
    """The form for a request, prefilled from the query string."""
    form = RequestForm(request.POST or None, initial=prefilled(request))
    status = 400 if form.errors else 200
    if form.is_valid():
        if brief := request_brief(request, form.request):
            return redirect(PAGE, brief.pk)
        status = 503
    context = {"title": "Add a brief", "form": form, "lengths": lengths(), "is_demo": settings.OPENAI_MODEL == "demo"}
    return render_page(request, "admin/briefs/add.html", context, status=status)


def prefilled(request: HttpRequest) -> dict[str, str]:
    """What the query string says, and of what it leaves out, what is known of its campaign."""
    given = {name: request.GET[name] for name in RequestForm.base_fields if request.GET.get(name)}
    given["platform"] = given.get("platform", "").strip().lower()
    known = of_campaign(shared.campaign_facts(given["campaign_id"])) if "campaign_id" in given else {}
    return known | {name: value for name, value in given.items() if value}


def lengths() -> dict[str, Any]:
    """The maximum length of each field of the form."""
    limits = {"hashtags": 3_000, "campaign_id": 200, "influencer_id": 200}
    columns = {field.name: field.max_length for field in Brief._meta.fields}
    return {name: limits.get(name) or columns[name] for name in RequestForm.base_fields}


def request_brief(request: HttpRequest, brief_request: BriefRequest, **options: Any) -> Brief | None:
    """The brief for the request; None, and a message to the user, where it cannot be submitted."""
    try:
        submission = submit(brief_request, by=request.user, **options)
    except PlatformRule.DoesNotExist:
        messages.error(request, f"{brief_request.platform} is not in the catalogue of platforms any more.")
    except (GenerationError, OverBudget) as error:
        messages.error(request, str(error))
    else:
        if submission.is_hit:
            messages.info(request, "This brief was written earlier for the same request. Regenerate it for another.")
        return submission.brief
    return None


@page("briefs.view_brief")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief with its trace. A page that polls (htmx) gets only the part that changes."""
    brief = get_object_or_404(Brief.objects.with_people(), pk=pk)
    context = brief_context(brief)
    if "HX-Request" in request.headers:
        return TemplateResponse(request, "admin/briefs/brief_body.html", context)
    return render_page(request, "admin/briefs/brief.html", context | {"title": str(brief)})


def brief_context(brief: Brief) -> dict[str, Any]:
    rule = rule_of(brief)
    steps = list(brief.steps.all())
    context: dict[str, Any] = {
        "brief": brief,
        "rule": rule,
        "platform": rule or brief.platform,
        "steps": steps,
        "deadline": settings.LLM_DEADLINE,
        "names": shared.creator_names([brief.influencer_id, *creators_in(steps)]),
        "campaign_names": shared.campaign_names([brief.campaign_id]),
    }
    if brief.is_in_flight:
        return context | {"is_without_worker": is_without_worker(brief)}
    context |= {
        "history": list(history(brief)),
        "regenerations": brief.regenerations.all(),
        "cost": money(brief.cost),
        "took": seconds_between(brief.started_at, brief.finished_at),
        "waited": seconds_between(brief.created_at, brief.started_at),
        "advice": ADVICE[brief.failure_code] if brief.failure_code else "",
    }
    if brief.state == Brief.State.READY:
        context |= post_context(brief.content, rule)
        context["violations"] = violations(brief.content, rule) if rule else []
    return context


def creators_in(steps: list[Step]) -> Iterator[str]:
    """The creators whose results are evidence in a step."""
    for step in steps:
        evidence = step.received.get("evidence") if step.kind == Step.Kind.TOOL else None
        if evidence:
            yield from (best["influencerId"] for best in evidence["bestCreators"])


def is_without_worker(brief: Brief) -> bool:
    """Whether nobody holds the brief's lease and no worker that generates briefs is alive."""
    is_unleased = brief.leased_until is None or brief.leased_until < timezone.now()
    return is_unleased and live_workers("io") == 0


def seconds_between(begin: Any, end: Any) -> float | None:
    return (end - begin).total_seconds() if begin and end else None


def post_context(content: dict[str, Any], rule: PlatformRule | None) -> dict[str, Any]:
    """The post as the platform shows it, for the templates. The disclosure stands apart, so that it can be marked."""
    if rule is None:
        return {"content": content}
    shown = preview(content, rule)
    disclosure = content["disclosure"] if shown.seen.startswith(content["disclosure"]) else ""
    return {
        "content": content,
        "preview": shown,
        "disclosure": disclosure,
        "seen": shown.seen.removeprefix(disclosure),
        "separate_hashtags": [] if rule.hashtags_in_caption else content["hashtags"],
    }


@dataclass(frozen=True)
class HistoryEntry:
    """A decision; of an edit, also the labels of the fields that it changed."""

    decision: Decision
    changed: list[str]


def history(brief: Brief) -> Iterator[HistoryEntry]:
    before = brief.generated or {}
    for decision in brief.decisions.select_related("by"):
        after = decision.content or before
        yield HistoryEntry(
            decision, [field.label for name, field in FIELDS.items() if after.get(name) != before.get(name)]
        )
        before = after


@page("briefs.change_brief")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form beside what the model wrote. An edit is saved only if it keeps the rules and nobody else has changed the
    brief meanwhile. While somebody types (htmx), the page gets a preview, and nothing is saved."""
    brief = get_object_or_404(Brief.objects.with_people(), pk=pk)
    rule, is_submitted = rule_of(brief), request.method == "POST"
    if brief.state != Brief.State.READY or rule is None:
        messages.error(request, "Only a written brief for a platform in the catalogue can be edited.")
        return redirect(PAGE, pk)
    if brief.review != Brief.Review.PENDING and not is_submitted:
        messages.warning(request, f"This brief is {brief.review} already. Reopen it first.")
        return redirect(PAGE, pk)
    initial = brief.content | {"revision": brief.revision}
    form = EditForm(request.POST or None, rule=rule, current=brief.content, initial=initial)
    is_valid = form.is_valid()
    names = shared.creator_names([brief.influencer_id])
    context = {"brief": brief, "rule": rule, "platform": rule, "form": form, "names": names}
    if is_submitted and "HX-Request" in request.headers:
        return TemplateResponse(request, "admin/briefs/edit_live.html", context | post_context(form.content, rule))
    if is_valid:
        if form.content == brief.content:
            messages.info(request, "Nothing was changed.")
            return redirect(PAGE, pk)
        if brief.edit(form.content, by=request.user, revision=form.cleaned_data["revision"]):
            messages.success(request, "Your edit is saved; what the model wrote stays on record.")
            return redirect(PAGE, pk)
        brief.refresh_from_db()
        form.data = request.POST.copy()
        form.data["revision"] = str(brief.revision)  # saving again then replaces the other's edit
        context |= {"is_overtaken": True, "latest": list(history(brief))[-1:]}
    context |= {"title": f"Edit {brief}", "status": brief.review} | post_context(form.content, rule)
    return render_page(
        request, "admin/briefs/edit.html", context, status=409 if is_valid else 400 if is_submitted else 200
    )


@page("briefs.review_brief")
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    brief = get_object_or_404(Brief, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return redirect(PAGE, pk)
    revision, reason, by = form.cleaned_data["revision"], form.cleaned_data["reason"], request.user
    match form.cleaned_data["action"]:
        case "approve":
            is_done, message = (
                brief.approve(by=by, revision=revision),
                "Approved: this brief answers the same request from now on.",
            )
        case "reject":
            is_done, message = (
                brief.reject(by=by, revision=revision, reason=reason),
                "Rejected: this brief answers no request any more.",
            )
        case _:
            is_done, message = brief.reopen(by=by, revision=revision), "Reopened. The earlier decision stays on record."
    (messages.success if is_done else messages.warning)(request, message if is_done else OVERTAKEN)
    return redirect(PAGE, pk)


@page("briefs.add_brief")
@require_POST
def regenerate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new brief for the same request, with other instructions if some are given. If this brief was rejected, its text
    and the reason go along. The old brief stays, with a record that somebody regenerated it."""
    brief = get_object_or_404(Brief, pk=pk)
    if brief.is_in_flight:
        messages.warning(request, "This brief is still being written.")
        return redirect(PAGE, pk)
    form = RegenerateForm({"instructions": brief.instructions} | request.POST.dict())
    if not form.is_valid():
        messages.error(request, f"Instructions: {' '.join(map(str, form.errors['instructions']))}")
        return redirect(PAGE, pk)
    again = replace(brief.request, instructions=form.cleaned_data["instructions"])
    regenerated = request_brief(request, again, refresh=True, regenerated_from=brief)
    if regenerated is None:
        return redirect(PAGE, pk)
    brief.decisions.create(action=Decision.Action.REGENERATED, by_id=request.user.pk, note=f"brief {regenerated.pk}")
    changed(brief, request.user, f"Regenerated as brief {regenerated.pk}.")
    return redirect(PAGE, regenerated.pk)


@page("briefs.view_brief")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief for the creator, to print or copy: without trace, names of colleagues and notes."""
    brief = get_object_or_404(Brief, pk=pk, state=Brief.State.READY)
    rule = rule_of(brief)
    caption = published(brief.content, rule) if rule else brief.content["caption"]
    context = {
        "brief": brief,
        "platform": rule or brief.platform,
        "content": brief.content,
        "caption": caption,
        "names": shared.creator_names([brief.influencer_id]),
    }
    return TemplateResponse(request, "admin/briefs/sheet.html", context | {"rule": rule})


urlpatterns = [
    path("add/", add, name="briefs_brief_add"),
    path("<int:pk>/change/", show, name="briefs_brief_change"),
    path("<int:pk>/edit/", edit, name="briefs_brief_edit"),
    path("<int:pk>/decide/", decide, name="briefs_brief_decide"),
    path("<int:pk>/regenerate/", regenerate, name="briefs_brief_regenerate"),
    path("<int:pk>/compare/<int:other>/", compare, name="briefs_brief_compare"),
    path("<int:pk>/creator/", sheet, name="briefs_brief_sheet"),
]
