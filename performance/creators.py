"""The creator page: one creator across campaigns and platforms, and what the team decided about them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_http_methods

from famekeeda.pages import page, panels, render_page
from performance import stats
from performance.charts import MUTED, PLAIN, Bars
from performance.models import SMALL_SAMPLE_VIEWS, Engagement, Verdict

MAX_LISTED = 50
MAX_CHARTED = 12


class VerdictForm(forms.ModelForm):
    class Meta:
        model = Verdict
        fields = ("verdict", "note")


@page("performance.view_engagement")
@require_http_methods(["GET", "HEAD", "POST"])
def creator(request: HttpRequest, influencer_id: str) -> HttpResponse:
    if request.method == "POST":
        decide(request, influencer_id)
        return redirect("creator", influencer_id)
    all_results = Engagement.objects.filter(influencer_id=influencer_id)
    total = all_results.aggregate(**stats.summed(), campaigns=Count("campaign_id", distinct=True))
    verdict = Verdict.objects.filter(influencer_id=influencer_id).select_related("by").first()
    results = list(with_place(all_results).order_by("-views", "campaign_id", "platform")[:MAX_LISTED])
    context = {
        "title": influencer_id,
        "influencer_id": influencer_id,
        "total": stats.Totals.of(influencer_id, total),
        "campaigns": total["campaigns"],
        "results": results,
        "verdict": verdict,
        "may_decide": request.user.has_perm(f"performance.{'change' if verdict else 'add'}_verdict"),
        "choices": Verdict.Choice.choices,
        "chart": chart(results[:MAX_CHARTED]),
        "small_sample": SMALL_SAMPLE_VIEWS,
        "panels": panels("creator_panel", request, influencer_id),
    }
    return render_page(request, "admin/performance/creator.html", context, status=200 if results or verdict else 404)


def decide(request: HttpRequest, influencer_id: str) -> None:
    """Keeps or takes back the verdict that was posted; an empty one takes it back."""
    verdict = Verdict.objects.filter(influencer_id=influencer_id).first()
    if not request.POST.get("verdict"):
        permit(request, "delete")
        if verdict:
            verdict.delete()
        messages.success(request, f"{influencer_id} is open again.")
        return
    permit(request, "change" if verdict else "add")
    form = VerdictForm(request.POST)
    if form.is_valid():
        Verdict.objects.update_or_create(influencer_id=influencer_id, defaults=form.cleaned_data | {"by": request.user})
        done = "shortlisted" if form.cleaned_data["verdict"] == Verdict.Choice.SHORTLIST else "to be avoided"
        messages.success(request, f"{influencer_id} is {done}.")
    else:
        messages.error(request, "Choose shortlist or avoid.")


def permit(request: HttpRequest, action: str) -> None:
    if not request.user.has_perm(f"performance.{action}_verdict"):
        raise PermissionDenied


def with_place(results: QuerySet[Engagement]) -> QuerySet[Engagement]:
    """Adds `better`, how many results of the same campaign have a higher rate, and `among`, how many it has."""
    campaign = Engagement.objects.filter(campaign_id=OuterRef("campaign_id"))
    higher = campaign.filter(engagement_rate__gt=OuterRef("engagement_rate"))
    return results.annotate(better=counted(higher), among=counted(campaign))


def counted(results: QuerySet[Engagement]) -> Coalesce:
    count = results.order_by().values("campaign_id").annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def chart(results: list[Engagement]) -> Bars:
    return Bars(
        labels=[" · ".join(filter(None, (result.campaign_id, result.platform))) for result in results],
        values=[round(result.engagement_rate, 2) for result in results],
        colors=[MUTED if result.is_small_sample else PLAIN for result in results],
        unit="Engagement rate, %",
        across="%",
        lying=True,
    )


urlpatterns = [path("creators/<path:influencer_id>/", creator, name="creator")]
