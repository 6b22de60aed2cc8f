"""The upload wizard: choose a file, match its columns, look at the check, load it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST

from famekeeda import history
from famekeeda.broker import enqueue_on_commit
from famekeeda.ids import checked_id
from famekeeda.pages import page, render_page
from loads.columns import Columns, guess, match_columns, normalised
from loads.files.encodings import named_encoding
from loads.files.sources import Source
from loads.files.unreadable import Unreadable
from loads.judge import NO_TEXT
from loads.kinds import Kind, default_kind, kind_named, kinds
from loads.models import Load
from loads.numbers import EXPECTED_EVERY_DIGIT
from loads.previews import PREVIEWED_COLUMNS, PROPOSED_ENCODING, Preview, preview

# States in which an upload has changed nothing and no process works on it.
STILL_OPEN = (Load.State.DRAFT, Load.State.CHECKED, Load.State.FAILED, Load.State.CANCELLED)
MEGABYTE_BYTES = 1_000_000


class UploadForm(forms.Form):
    file = forms.FileField(error_messages={"required": "Choose a file first.", "empty": "This file is empty."})
    platform = forms.CharField(required=False, strip=False)

    def clean_platform(self) -> str:
        text = self.cleaned_data["platform"]
        try:
            return checked_id(text) if text else ""
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_MB * MEGABYTE_BYTES:
            raise ValidationError(too_large())
        return file


class ReadingForm(forms.Form):
    """How the file is to be read: in which encoding, which sheet of it. What the page does not ask stays as it is."""

    def __init__(self, load: Load, data: Any):
        super().__init__({name: data.get(name, getattr(load, name)) for name in ("encoding", "sheet")})

    encoding = forms.CharField(max_length=40, required=False)
    sheet = forms.CharField(max_length=255, required=False, strip=False)

    def clean_encoding(self) -> str:
        try:
            return named_encoding(self.cleaned_data["encoding"])
        except ValueError as error:
            raise ValidationError(str(error)) from error


class ColumnsForm(forms.Form):
    """A select per column of ours with the file's columns in it, and whether abbreviated numbers are read."""

    def __init__(self, columns: Columns, names: list[str], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.columns, self.names = columns, names
        choices = [(name, name) for name in dict.fromkeys(names) if name]
        theirs = {normalised(name) for name in names}
        for column in columns:
            is_needed = column.is_required and not column.instead
            blank = "Choose a column" if is_needed else "Not in this file"
            # A column of the file that has our name is read in any case.
            has_blank = normalised(column.name) not in theirs
            self.fields[column.name] = forms.ChoiceField(
                choices=[("", blank), *choices] if has_blank else choices, required=is_needed
            )
        self.fields["approximate"] = forms.BooleanField(required=False)

    @property
    def selects(self) -> list[forms.BoundField]:
        return [self[column.name] for column in self.columns]

    @property
    def mapping(self) -> dict[str, str]:
        """The file's name per column of ours, where they differ."""
        chosen = {column.name: self.cleaned_data.get(column.name, "") for column in self.columns}
        return {column: name for column, name in chosen.items() if name and normalised(name) != normalised(column)}

    def clean(self) -> None:
        if self.errors:
            return
        try:
            match_columns(self.columns, self.names, self.mapping)
        except Unreadable as error:
            raise ValidationError(str(error).capitalize()) from error


def too_large() -> str:
    return f"This file is too large: {settings.UPLOAD_MAX_MB} MB is the most. Compressed with gzip it may fit."


def kind_of(request: HttpRequest) -> Kind:
    """The kind in the query string. Raises Http404 for an unknown kind, PermissionDenied for a forbidden one."""
    kind = kinds().get(request.GET.get("kind") or default_kind())
    if kind is None:
        raise Http404
    if not may_load(request, kind):
        raise PermissionDenied
    return kind


def may_load(request: HttpRequest, kind: Kind) -> bool:
    return kind.may_be_loaded_by(request.user)


@page("loads.add_load")
def choose(request: HttpRequest) -> HttpResponse:
    kind, form = kind_of(request), UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return choose_page(request, kind, form, status=400 if form.is_bound else 200)
    file, platform = form.cleaned_data["file"], form.cleaned_data["platform"]
    try:
        header = preview(Source.from_request(file), kind.columns).names
    except Unreadable as error:
        return choose_page(request, kind, form, problem=str(error), status=400)
    load = Load(kind=kind.name, state=Load.State.DRAFT, file=file.name, upload=file, size=file.size, check_only=True)
    load.platform, load.by, load.header = platform, request.user, header  # type: ignore[assignment]
    load.save()
    history.added(load, request.user, "Uploaded.")
    return redirect("admin:loads_load_columns", load.pk)


def choose_page(
    request: HttpRequest, kind: Kind, form: UploadForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "title": "Upload an export",
        "kind": kind,
        "kinds": [other for other in kinds().values() if may_load(request, other)],
        "form": form,
        "problem": problem,
        "max_mb": settings.UPLOAD_MAX_MB,
        "max_bytes": settings.UPLOAD_MAX_MB * MEGABYTE_BYTES,
        "too_large": too_large(),
    }
    return render_page(request, "admin/loads/upload.html", context, status=status)


def upload_of(request: HttpRequest, pk: int) -> Load:
    load = get_object_or_404(Load.objects.exclude(upload=""), pk=pk)
    if not may_load(request, kind_named(load.kind)):
        raise PermissionDenied
    return load


@page("loads.add_load")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Stores which of the file's columns is which, then has the file checked."""
    load = upload_of(request, pk)
    if load.state not in STILL_OPEN:
        return redirect("admin:loads_load_change", pk)
    ours, data = kind_named(load.kind).columns, None
    if request.method == "POST":
        data = request.POST.dict()
        if reads_otherwise(request, load):
            before = load.header if request.POST.get("sheet", load.sheet) == load.sheet else []
            if not reread(request, load):
                return redirect("admin:loads_load_columns", pk)
            data |= still_there(data, before, load.header)
    try:
        found = preview(Source.from_upload(load), ours)
    except Unreadable as error:
        found = Preview(problem=str(error))
    known = remembered(load, found.names)
    initial = guess(ours, found.names, known) | {"approximate": load.approximate}
    form = ColumnsForm(ours, found.names, data, initial=initial)
    if data is not None and not found.problem and form.is_valid():
        requeue(load, *STILL_OPEN, check_only=True, mapping=form.mapping, approximate=form.cleaned_data["approximate"])
        return redirect("admin:loads_load_change", pk)
    context = {
        "title": "Match columns",
        "load": load,
        "form": form,
        "preview": found,
        "hidden_columns": max(0, len(found.names) - PREVIEWED_COLUMNS),
        "proposed_encoding": PROPOSED_ENCODING,
        "asked_encoding": "" if found.is_partly_utf_8 else PROPOSED_ENCODING,
        "is_undecoded": bool(found.changed) or load.rejects.filter(reason__startswith=NO_TEXT).exists(),
        "is_abbreviated": bool(found.abbreviated)
        or load.approximate
        or load.rejects.filter(reason__contains=EXPECTED_EVERY_DIGIT).exists(),
        "is_remembered": bool(known) and not load.mapping,
    }
    return render_page(request, "admin/loads/columns.html", context)


@page("loads.add_load")
@require_POST
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """Stores in which encoding a file is read and which sheet of it, and shows its columns as they are read so."""
    reread(request, upload_of(request, pk))
    return redirect("admin:loads_load_columns", pk)


def reads_otherwise(request: HttpRequest, load: Load) -> bool:
    """Whether the page names another encoding or sheet than the one in which the load is read."""
    return any(request.POST.get(name, getattr(load, name)) != getattr(load, name) for name in ("encoding", "sheet"))


def reread(request: HttpRequest, load: Load) -> bool:
    """Stores how the page says that a file is read, unless it cannot be read so, and the columns that somebody has
    matched meanwhile. Returns whether it can be read so; a message says why not."""
    form = ReadingForm(load, request.POST)
    changed: dict[str, Any] = {"mapping": chosen_columns(request, load), "approximate": "approximate" in request.POST}
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        redraft(load, changed)
        return False
    is_same_sheet = load.sheet == form.cleaned_data["sheet"]
    load.encoding, load.sheet = form.cleaned_data["encoding"], form.cleaned_data["sheet"]
    try:
        found = preview(Source.from_upload(load), kind_named(load.kind).columns)
    except Unreadable as error:
        messages.error(request, str(error))
        redraft(load, changed)
        return False
    changed |= {"encoding": load.encoding, "sheet": load.sheet}
    if not found.problem:
        changed["header"] = found.names
        changed["mapping"] = still_there(changed["mapping"], load.header if is_same_sheet else [], found.names)
    redraft(load, changed)
    return True


def chosen_columns(request: HttpRequest, load: Load) -> dict[str, str]:
    """The mapping of the load with the columns that the page was sent with, matched or not."""
    mapping = dict(load.mapping)
    for column in kind_named(load.kind).columns:
        name = request.POST.get(column.name)
        if name and name in load.header and normalised(name) != normalised(column.name):
            mapping[column.name] = name
        elif name is not None:
            mapping.pop(column.name, None)
    return mapping


def still_there(mapping: dict[str, str], before: list[str], names: list[str]) -> dict[str, str]:
    """The choices that exist among the file's columns as it is read now: by their names or, if another encoding spells
    some names otherwise, by their places."""
    same = dict(zip(before, names, strict=True)) if len(before) == len(names) else {}
    moved = {column: name if name in names else same.get(name) for column, name in mapping.items()}
    return {column: name for column, name in moved.items() if name}


def redraft(load: Load, changed: dict[str, Any]) -> None:
    """Stores how an open upload is read. A check of the file as it was read before says nothing about it any more."""
    changed |= {"state": Load.State.DRAFT, "error": ""}
    Load.objects.filter(pk=load.pk, state__in=STILL_OPEN).update(**changed)
    for name, value in changed.items():
        setattr(load, name, value)


def remembered(load: Load, names: list[str]) -> dict[str, str]:
    """The mapping of the load or, before it has one, of the latest load with the same header."""
    same_header = Load.objects.filter(kind=load.kind, header=names).exclude(mapping={}).exclude(pk=load.pk)
    latest = same_header.order_by("-id").first()
    return load.mapping or (latest.mapping if latest else {})


def requeue(load: Load, *states: Load.State, **fields: Any) -> bool:
    """Sends the load to a worker, unless the load has left these states meanwhile. Returns whether it was sent."""
    fields |= {"state": Load.State.QUEUED, "runs": 0, "error": ""}
    moved = Load.objects.filter(pk=load.pk, state__in=states).update(**fields) == 1
    if moved:
        enqueue_on_commit("loads.tasks.run_upload", load.pk)
    return moved


@page("loads.add_load")
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Loads a file that was checked."""
    load = upload_of(request, pk)
    # The user who confirms answers for the load; the history names the user who brought the file.
    if requeue(load, Load.State.CHECKED, check_only=False, by=request.user):
        history.changed(load, request.user, "Confirmed: the file that was checked is loaded.")
    else:
        messages.warning(request, "Somebody was faster: this upload is on its way already.")
    return redirect("admin:loads_load_change", pk)


@page("loads.add_load")
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes an upload that changed nothing."""
    load = upload_of(request, pk)
    if Load.objects.filter(pk=pk, state__in=STILL_OPEN).delete()[0]:
        history.deleted(load, request.user, "Discarded. It had changed nothing.")
        messages.success(request, f"{load.file} is forgotten. It had changed nothing.")
        try:
            load.upload.delete(save=False)
        except OSError as error:
            messages.warning(request, f"Its file {load.upload.name} could not be deleted: {error.strerror or error}.")
    return redirect("admin:loads_load_changelist")


urlpatterns = [
    path("add/", choose, name="loads_load_add"),
    path("<int:pk>/columns/", columns, name="loads_load_columns"),
    path("<int:pk>/reading/", reading, name="loads_load_reading"),
    path("<int:pk>/confirm/", confirm, name="loads_load_confirm"),
    path("<int:pk>/discard/", discard, name="loads_load_discard"),
]
