"""The pages of a brief: asking for one, watching it being written, editing it, deciding about it, handing it on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from briefs import rules
from briefs.advice import ADVICE
from briefs.asking import OverBudget, ask
from briefs.costs import money
from briefs.failures import Failed
from briefs.forms import LABELS, DecisionForm, EditForm, RequestForm
from briefs.models import Brief, Decision, PlatformRule
from briefs.request import BriefRequest
from famekeeda.broker import live_workers
from famekeeda.pages import page, render_page

PAGE = "admin:briefs_brief_change"
MEANWHILE = "Somebody changed or decided this meanwhile. Look again before you decide."


def with_people() -> QuerySet[Brief]:
    return Brief.objects.select_related("by", "decided_by", "regenerated_from")


def rule_of(brief: Brief) -> PlatformRule | None:
    """None where somebody has taken the platform out of the catalogue since."""
    return PlatformRule.objects.filter(pk=brief.platform).first()


@page("briefs.add_brief")
def add(request: HttpRequest) -> HttpResponse:
    """The form; what came in the query string stands in it already."""
    form = RequestForm(request.POST or None, initial=prefilled(request))
    status = 400 if form.errors else 200
    if form.is_valid():
        if brief := have_written(request, form.request):
            return redirect(PAGE, brief.pk)
        status = 503
    context = {"title": "Add a brief", "form": form, "lengths": lengths(), "is_demo": settings.OPENAI_MODEL == "demo"}
    return render_page(request, "admin/briefs/add.html", context, status=status)


def prefilled(request: HttpRequest) -> dict[str, str]:
    given = {name: request.GET[name] for name in RequestForm.base_fields if name in request.GET}
    return given | {"platform": given.get("platform", "").strip().lower()}


def lengths() -> dict[str, Any]:
    """The longest that each field of a request may be."""
    limits = {"hashtags": 3_000, "campaign_id": 200, "influencer_id": 200}
    columns = {field.name: field.max_length for field in Brief._meta.fields}
    return {name: limits.get(name) or columns[name] for name in RequestForm.base_fields}


def have_written(request: HttpRequest, wanted: BriefRequest, **how: Any) -> Brief | None:
    """The brief, which may be one that was written earlier; None, and a message saying why, where none can be had."""
    try:
        asked = ask(wanted, by=request.user, **how)
    except PlatformRule.DoesNotExist:
        messages.error(request, f"{wanted.platform} is not in the catalogue of platforms any more.")
    except (Failed, OverBudget) as problem:
        messages.error(request, str(problem))
    else:
        if asked.is_hit:
            messages.info(request, "The same was asked before: this is what was written then. Regenerate for another.")
        return asked.brief
    return None


@page("briefs.view_brief")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief with its trace. A page that polls gets the part that changes alone."""
    brief = get_object_or_404(with_people(), pk=pk)
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
        "longest": max((step.milliseconds for step in steps), default=0),
        "deadline": settings.LLM_DEADLINE,
    }
    if brief.is_in_flight:
        return context | {"is_idle": nobody_writes(brief)}
    context |= {
        "history": list(history(brief)),
        "regenerations": brief.regenerations.all(),
        "cost": money(brief.cost),
        "took": seconds_between(brief.started_at, brief.finished_at),
        "waited": seconds_between(brief.created_at, brief.started_at),
        "advice": ADVICE.get(brief.why) if brief.why else "",
    }
    if brief.state == Brief.State.READY:
        context |= looks(brief.answer, rule)
        context["violations"] = rules.violations(brief.answer, rule) if rule else []
    return context


def nobody_writes(brief: Brief) -> bool:
    is_left = brief.leased_until is None or brief.leased_until < timezone.now()
    return is_left and live_workers("io") == 0


def seconds_between(begin: Any, end: Any) -> float | None:
    return (end - begin).total_seconds() if begin and end else None


def looks(content: dict[str, Any], rule: PlatformRule | None) -> dict[str, Any]:
    """How the post will look: what is seen of it before "more", its disclosure apart so that it can be marked."""
    if rule is None:
        return {"content": content}
    preview = rules.preview(content, rule)
    disclosure = content["disclosure"] if preview.seen.startswith(content["disclosure"]) else ""
    return {
        "content": content,
        "preview": preview,
        "disclosure": disclosure,
        "seen": preview.seen.removeprefix(disclosure),
        "apart": [] if rule.hashtags_in_caption else content["hashtags"],
    }


@dataclass(frozen=True)
class Happened:
    """A decision, and for an edit the names of what it changed."""

    decision: Decision
    changed: list[str]


def history(brief: Brief) -> Iterator[Happened]:
    before = brief.content or {}
    for decision in brief.decisions.select_related("by"):
        after = decision.content or before
        yield Happened(decision, [label for name, label in LABELS.items() if after.get(name) != before.get(name)])
        before = after


@page("briefs.change_brief")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """People's words beside the model's. Nothing is saved until it keeps the rules, nor over anybody else's change.

    A page that asks while somebody types (htmx) gets how that would look, and nothing is saved."""
    brief = get_object_or_404(with_people(), pk=pk)
    rule, is_typed = rule_of(brief), request.method == "POST"
    if brief.state != Brief.State.READY or rule is None:
        messages.error(request, "Only a brief that is written, for a platform in the catalogue, can be edited.")
        return redirect(PAGE, pk)
    if brief.review != Brief.Review.PENDING and not is_typed:
        messages.warning(request, f"It is {brief.review} already. Reopen it first.")
        return redirect(PAGE, pk)
    initial = brief.answer | {"revision": brief.revision}
    form = EditForm(request.POST or None, rule=rule, current=brief.answer, initial=initial)
    is_valid = form.is_valid()
    context = {"brief": brief, "rule": rule, "platform": rule, "form": form}
    if is_typed and "HX-Request" in request.headers:
        return TemplateResponse(request, "admin/briefs/edit_live.html", context | looks(form.content, rule))
    if is_valid:
        if form.content == brief.answer:
            messages.info(request, "Nothing was changed.")
            return redirect(PAGE, pk)
        if brief.edit(form.content, by=request.user, revision=form.cleaned_data["revision"]):
            messages.success(request, "Your words are kept, beside the model's.")
            return redirect(PAGE, pk)
        brief.refresh_from_db()
        form.data = request.POST.copy()
        form.data["revision"] = str(brief.revision)  # to save again is to decide for one's own words
        context |= {"is_overtaken": True, "latest": list(history(brief))[-1:]}
    context |= {"title": f"Edit {brief}", "status": brief.review} | looks(form.content, rule)
    return render_page(request, "admin/briefs/edit.html", context, status=409 if is_valid else 400 if is_typed else 200)


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
            is_done, said = (
                brief.approve(by=by, revision=revision),
                "Approved: it answers the same request now.",
            )
        case "reject":
            is_done, said = brief.reject(by=by, revision=revision, reason=reason), "Rejected. Nobody is served it."
        case _:
            is_done, said = brief.reopen(by=by, revision=revision), "Open again. The decision stays on record."
    (messages.success if is_done else messages.warning)(request, said if is_done else MEANWHILE)
    return redirect(PAGE, pk)


@page("briefs.add_brief")
@require_POST
def regenerate(request: HttpRequest, pk: int) -> HttpResponse:
    """A new brief for the same request. This one stays as it is, and keeps that somebody wanted another."""
    brief = get_object_or_404(Brief, pk=pk)
    if brief.is_in_flight:
        messages.warning(request, "It is still being written.")
        return redirect(PAGE, pk)
    again = have_written(request, brief.request, refresh=True, regenerated_from=brief)
    if again is None:
        return redirect(PAGE, pk)
    brief.decisions.create(action=Decision.Action.REGENERATED, by_id=request.user.pk, note=f"brief {again.pk}")
    return redirect(PAGE, again.pk)


@page("briefs.view_brief")
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The brief alone, to print or copy for the creator: no trace, no names of colleagues, no notes."""
    brief = get_object_or_404(Brief, pk=pk, state=Brief.State.READY)
    rule = rule_of(brief)
    caption = rules.published(brief.answer, rule) if rule else brief.answer["caption"]
    context = {"brief": brief, "platform": rule or brief.platform, "content": brief.answer, "caption": caption}
    return TemplateResponse(request, "admin/briefs/sheet.html", context | {"rule": rule})


urlpatterns = [
    path("add/", add, name="briefs_brief_add"),
    path("<int:pk>/change/", show, name="briefs_brief_change"),
    path("<int:pk>/edit/", edit, name="briefs_brief_edit"),
    path("<int:pk>/decide/", decide, name="briefs_brief_decide"),
    path("<int:pk>/regenerate/", regenerate, name="briefs_brief_regenerate"),
    path("<int:pk>/creator/", sheet, name="briefs_brief_sheet"),
]
