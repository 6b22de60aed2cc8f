"""Paths with a POST that makes a group and then waits, fails, or ends its process before or after COMMIT.

As a program: sends one POST with the token, key and header `X-Then` that are its arguments.
"""

import os
import signal
import sys
from collections.abc import Callable
from threading import Barrier
from typing import Any, ClassVar

import django
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import path

if __name__ == "__main__":
    django.setup()

from django.contrib.auth.models import Group
from rest_framework.exceptions import NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from famekeeda.idempotency import idempotent
from famekeeda.parsers import JSONParser

met = Barrier(2)  # where a handler that waits meets its test


class Groups(APIView):
    permission_classes = [IsAuthenticated]
    parser_classes = [JSONParser, MultiPartParser]

    @idempotent
    def post(self, request):
        group = Group.objects.create(name=request.data["name"])
        match request.headers.get("X-Then"):
            case "die before":
                os.kill(os.getpid(), signal.SIGKILL)
            case "die after":
                transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
            case "wait":
                met.wait(20)
                met.wait(20)
            case "raise":
                raise NotFound("There is nothing.")
            case "break":
                raise RuntimeError("Broken.")
            case "answer an error":
                return Response({}, 409)
        headers = {"Location": f"/groups/{group.pk}", "ETag": '"1"'}
        return Response({"id": group.pk, "name": group.name}, 201, headers=headers)


class Slow(APIView):
    """Accepts, and then gives the answers one after the other, in the order in which requests come to their end."""

    permission_classes = [IsAuthenticated]
    parser_classes = [JSONParser]
    meanwhile: ClassVar[list[Callable[[], Any]]] = []  # what happens while the request waits for its answer
    answers: ClassVar[list[Any]] = []

    @idempotent
    def post(self, request):
        return Response({"state": "accepted"}, 202)

    def finish(self, request, accepted):
        if self.meanwhile:
            self.meanwhile.pop()()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Response(answer, 201)


urlpatterns = [path("slow", Slow.as_view()), path("groups", Groups.as_view()), path("other-groups", Groups.as_view())]

if __name__ == "__main__":
    token, key, then = sys.argv[1:]
    settings.ROOT_URLCONF = __name__
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key, "X-Then": then}
    Client(SERVER_NAME="localhost").post("/groups", {"name": "A"}, "application/json", headers=headers)
