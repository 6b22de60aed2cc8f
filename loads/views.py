"""The API of loads: files are taken in, watched, and their rejects handed out."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from famekeeda import history
from famekeeda.api import ListView
from famekeeda.broker import enqueue_on_commit
from famekeeda.csv_safety import csv_response
from famekeeda.idempotency import idempotent
from loads.kinds import kind_named
from loads.models import Load, Reject
from loads.rejects import as_csv
from loads.serializers import LoadSerializer, RejectSerializer, UploadSerializer


class Loads(ListView):
    """Every load, newest first. POST a file to have it loaded; the answer's Location is the load."""

    queryset = Load.objects.with_liveness().select_related("by")
    parser_classes = [MultiPartParser]
    rights = {"GET": "loads.view_load", "POST": "loads.add_load"}
    summaries = {"GET": "List loads", "POST": "Load a file"}
    examples = {"POST": {"kind": "performance", "platform": "instagram", "check": True, "maxRejects": "5%"}}

    def get_serializer_class(self) -> type[LoadSerializer] | type[UploadSerializer]:
        return UploadSerializer if self.request.method == "POST" else LoadSerializer

    @extend_schema(responses={status.HTTP_202_ACCEPTED: LoadSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        file, asked = serializer.validated_data.pop("file"), serializer.validated_data
        check_kind(request, asked["kind"])
        load = Load.objects.create(file=file.name, upload=file, size=file.size, by_id=request.user.pk, **asked)
        history.added(load, request.user, "Uploaded by the API.")
        enqueue_on_commit("loads.tasks.run_upload", load.pk)
        answer = LoadSerializer(load, context=self.get_serializer_context())
        return Response(
            answer.data, status.HTTP_202_ACCEPTED, headers={"Location": reverse("api:load", args=[load.pk])}
        )


def check_kind(request: Request, name: str) -> None:
    """Raises PermissionDenied unless the user may load files of this kind too."""
    kind = kind_named(name)
    if not kind.may_be_loaded_by(request.user):
        missing = next(right for right in kind.loading_permissions if not request.user.has_perm(right))
        raise PermissionDenied(f"None of your groups has the right {missing}.")


class Ended(APIException):
    """The load has ended, so that nothing is left to cancel."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "ended"


class CancelLoad(generics.GenericAPIView):
    """Cancels a load that waits or runs; nothing is changed. 409 if the load has ended already."""

    queryset = Load.objects.select_related("by")
    serializer_class = LoadSerializer
    rights = {"POST": "loads.add_load"}
    summaries = {"POST": "Cancel a load"}
    examples = {"POST": {"id": 2}}

    @extend_schema(request=None)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        load = self.get_object()
        check_kind(request, load.kind)
        if not load.cancel(by=request.user):
            raise Ended(f"Load {pk} is {load.status} already.")
        history.changed(load, request.user, "Cancelled. Nothing was changed.")
        return Response(self.get_serializer(load).data)


class LoadDetail(generics.RetrieveAPIView):
    """One load: how far it is, what it changed, who brought the file."""

    queryset = Load.objects.with_liveness().select_related("by")
    serializer_class = LoadSerializer
    rights = {"GET": "loads.view_load"}
    summaries = {"GET": "Show a load"}
    examples = {"GET": {"id": 1}}


class Rejects(ListView):
    """The rows that a load rejected, by line. As CSV: all of them at once, in a form that loads again once mended."""

    serializer_class = RejectSerializer
    rights = {"GET": "loads.view_reject"}
    summaries = {"GET": "List the rows that a load rejected"}
    examples = {"GET": {"id": 1}}

    def get_queryset(self) -> QuerySet[Reject]:
        return self.load().rejects.select_related("mended_in").order_by("line", "id")

    def load(self) -> Load:
        """The load. Raises PermissionDenied, or asks who it is, where the user may not see rows of its kind."""
        load: Load = get_object_or_404(Load, pk=self.kwargs["pk"])
        kind = kind_named(load.kind)
        if not kind.may_be_read_by(self.request.user):
            self.permission_denied(self.request, f"None of your groups has the right {kind.reading_permission}.")
        return load

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        if request.accepted_renderer.format != "csv":
            return super().list(request, *args, **kwargs)
        load = self.load()
        return csv_response(as_csv(load), f"rejects-of-load-{load.pk}.csv")
