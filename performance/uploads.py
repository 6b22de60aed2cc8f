"""An upload's way through the admin: choose a file, match its columns, look at the check, load it."""

from __future__ import annotations

import csv
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from famekeeda.broker import enqueue_on_commit
from famekeeda.pages import page, render_page
from performance.etl.extract import (
    COLUMNS,
    OPTIONAL,
    Header,
    Source,
    Unreadable,
    match_columns,
    normalised,
    read_header,
    sniff,
)
from performance.etl.transform import LONGEST_ID, printable
from performance.models import Load

# An upload in one of these has changed nothing, and nobody works on it.
STILL_OPEN = (Load.State.DRAFT, Load.State.CHECKED, Load.State.FAILED)
PREVIEWED = 3
MEGABYTE = 1_000_000

# How other systems' exports call what we need; matched as part of a name, where no column has the name itself.
HINTS = {
    "influencerId": ("influencer", "creator"),
    "campaignId": ("campaign",),
    "views": ("views", "plays", "impressions"),
    "likes": ("likes", "reactions"),
    "comments": ("comments", "replies"),
    "shares": ("shares", "reposts", "retweets"),
    "platform": ("platform", "network", "channel"),
}


class UploadForm(forms.Form):
    file = forms.FileField(error_messages={"required": "Choose a file first.", "empty": "This file is empty."})
    platform = forms.CharField(max_length=LONGEST_ID, required=False)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_MB * MEGABYTE:
            raise ValidationError(too_large())
        return file


class ColumnsForm(forms.Form):
    """A select per column of ours with the file's columns in it."""

    def __init__(self, names: list[str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.names = names
        choices = [(name, name) for name in dict.fromkeys(names) if name]
        theirs = {normalised(name) for name in names}
        for column in COLUMNS + OPTIONAL:
            blank = "Choose a column" if column in COLUMNS else "Not in this file"
            # A column that has our name is read in any case.
            has_blank = normalised(column) not in theirs
            self.fields[column] = forms.ChoiceField(
                choices=[("", blank), *choices] if has_blank else choices, required=column in COLUMNS
            )

    @property
    def mapping(self) -> dict[str, str]:
        """The file's name per column of ours, where they differ."""
        chosen = {column: self.cleaned_data.get(column, "") for column in self.fields}
        return {column: name for column, name in chosen.items() if name and normalised(name) != normalised(column)}

    def clean(self) -> None:
        if self.errors:
            return
        try:
            match_columns(self.names, self.mapping)
        except Unreadable as error:
            raise ValidationError(str(error).capitalize()) from error


def too_large() -> str:
    return f"This file is too large: {settings.UPLOAD_MAX_MB} MB is the most. Compressed with gzip it may fit."


@page("performance.add_load")
def choose(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return choose_page(request, form, status=400 if form.is_bound else 200)
    file, platform = form.cleaned_data["file"], form.cleaned_data["platform"]
    load = Load(state=Load.State.DRAFT, file=file.name, upload=file, size=file.size, platform=platform, check_only=True)
    load.by = request.user  # type: ignore[assignment]
    load.save()
    try:
        load.header = sniff(Source.from_upload(load)).names
    except Unreadable as error:
        load.upload.delete(save=False)
        load.delete()
        return choose_page(request, form, problem=str(error), status=400)
    load.save(update_fields=["header"])
    return redirect("admin:performance_load_columns", load.pk)


def choose_page(request: HttpRequest, form: UploadForm, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {"title": "Upload an export", "form": form, "problem": problem, "columns": COLUMNS}
    context |= {"most_mb": settings.UPLOAD_MAX_MB, "most_bytes": settings.UPLOAD_MAX_MB * MEGABYTE}
    return render_page(request, "admin/performance/upload.html", context | {"too_large": too_large()}, status=status)


@page("performance.add_load")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Says which of the file's columns is which, then has the file checked."""
    load = get_object_or_404(Load.objects.exclude(upload=""), pk=pk)
    if load.state not in STILL_OPEN:
        return redirect("admin:performance_load_change", pk)
    try:
        header, rows = preview(load)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect("admin:performance_load_change", pk)
    known = remembered(load, header.names)
    form = ColumnsForm(header.names, request.POST or None, initial=guess(header.names, known))
    if request.method == "POST" and form.is_valid():
        requeue(load, *STILL_OPEN, check_only=True, mapping=form.mapping)
        return redirect("admin:performance_load_change", pk)
    context = {
        "title": "Match columns",
        "load": load,
        "form": form,
        "header": header,
        "rows": rows,
        "is_remembered": bool(known) and not load.mapping,
    }
    return render_page(request, "admin/performance/columns.html", context)


def preview(load: Load) -> tuple[Header, list[list[str]]]:
    """The header and the first rows, cell by cell. Raises `Unreadable`."""
    with Source.from_upload(load) as source:
        header, lines = read_header(source, source.blocks())
    rows = [next(csv.reader([line.rstrip("\r")], delimiter=header.delimiter), []) for line in lines[:PREVIEWED]]
    return header, [[printable(cell) for cell in row] for row in rows]


def remembered(load: Load, names: list[str]) -> dict[str, str]:
    """How the columns of the last file with the same header were matched."""
    like_it = Load.objects.filter(header=names).exclude(mapping={}).exclude(pk=load.pk).order_by("-id").first()
    return load.mapping or (like_it.mapping if like_it else {})


def guess(names: list[str], known: dict[str, str]) -> dict[str, str]:
    """For each column of ours the name it most likely has in the file, empty if none looks like it."""
    theirs = {normalised(name): name for name in reversed(names)}
    found = {}
    for column in COLUMNS + OPTIONAL:
        like_it = (name for hint in HINTS[column] for name in names if hint in normalised(name))
        found[column] = known.get(column) or theirs.get(normalised(column)) or next(like_it, "")
    return found


def requeue(load: Load, *states: Load.State, **fields: Any) -> bool:
    """Sends the load to a worker, unless it has left these states meanwhile."""
    fields |= {"state": Load.State.QUEUED, "attempts": 0, "error": ""}
    moved = Load.objects.filter(pk=load.pk, state__in=states).update(**fields) == 1
    if moved:
        enqueue_on_commit("performance.tasks.absorb", load.pk)
    return moved


@page("performance.add_load")
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Loads what the check has shown."""
    load = get_object_or_404(Load.objects.exclude(upload=""), pk=pk)
    if not requeue(load, Load.State.CHECKED, check_only=False):
        messages.warning(request, "Somebody was faster: this upload is on its way already.")
    return redirect("admin:performance_load_change", pk)


@page("performance.add_load")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forgets an upload that changed nothing."""
    load = get_object_or_404(Load.objects.exclude(upload=""), pk=pk)
    if Load.objects.filter(pk=pk, state__in=STILL_OPEN).delete()[0]:
        load.upload.delete(save=False)
        messages.success(request, f"{load.file} is forgotten. It had changed nothing.")
    return redirect("admin:performance_load_changelist")


urlpatterns = [
    path("add/", choose, name="performance_load_add"),
    path("<int:pk>/columns/", columns, name="performance_load_columns"),
    path("<int:pk>/confirm/", confirm, name="performance_load_confirm"),
    path("<int:pk>/discard/", discard, name="performance_load_discard"),
]
