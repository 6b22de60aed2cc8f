"""Lets clients repeat a POST whose answer was lost: with one `Idempotency-Key` it has its effect once.

`@idempotent` runs a view's `post` in one transaction, and stores the answer in the same: effect and answer are both
there or both not, whenever a process dies. Errors roll back and are not kept, so that the key may be used again.

A repeat needs the right to POST, and every right that the user had when the answer was kept, because the answer may
show what those rights revealed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse, QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, PermissionDenied, UnsupportedMediaType, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from famekeeda.models import KeptAnswer
from famekeeda.renderers import JSONRenderer

HEADER = "Idempotency-Key"
MAX_KEY_CHARACTERS = 255
EVERY_RIGHT = "*"  # a superuser's
MAX_NAMED_RIGHTS = 3
# Printable ASCII but for quotes, backslashes and the comma, by which a server joins a header that is given twice.
CHARACTERS = r"[ !#-+\--\[\]-~]"
KEY = re.compile(rf'("?)({CHARACTERS}{{1,{MAX_KEY_CHARACTERS}}})\1')

KEY_PARAMETERS = [
    OpenApiParameter(
        HEADER,
        {"type": "string", "pattern": f"^{CHARACTERS}+$", "minLength": 1, "maxLength": MAX_KEY_CHARACTERS},
        OpenApiParameter.HEADER,
        description="A new one, such as a UUID, for each new POST. A repeat with the same key gets the same answer",
    ),
    OpenApiParameter(
        "Idempotent-Replayed",
        {"type": "string", "enum": ["true"]},
        OpenApiParameter.HEADER,
        response=[200, 201, 202],
        description="This is the answer of an earlier POST with this key",
    ),
]


class InFlight(APIException):
    """Another request with the key is being answered."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = f"A request with this {HEADER} is being answered. Repeat it in a moment."
    default_code = "in_flight"
    wait = 1  # seconds; DRF's name for the value of Retry-After


class OtherRequest(APIException):
    """The key belongs to a request that asked something else."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "other_request"

    def __init__(self, kept: KeptAnswer) -> None:
        super().__init__(f"This {HEADER} belongs to a POST {kept.path[:200]} that asked something else. Use a new one.")


class RightsLost(PermissionDenied):
    """The user had rights when the answer was given that were taken away since."""

    def __init__(self, rights: Iterable[str]) -> None:
        ordered = ["every right" if right == EVERY_RIGHT else right for right in sorted(rights)]
        more = len(ordered) - MAX_NAMED_RIGHTS
        named = ", ".join(ordered[:MAX_NAMED_RIGHTS]) + (f" and {more} more" if more > 0 else "")
        super().__init__(
            f"The answer of this {HEADER} was given when you had {named}, which you no longer have. What the first "
            "request did stands. Ask for it with GET."
        )


Post = Callable[..., Any]


def idempotent(post: Post) -> Post:
    """A view's `post` that has its effect once for all requests with one Idempotency-Key of one user.

    A repeat within KEEP_ANSWERS_DAYS is answered with the same status, headers and bytes. Raises ValidationError (400)
    for what is no key, RightsLost (403), InFlight (409) and OtherRequest (422). With a key the answer is JSON, whatever
    else is accepted.

    A transaction may not wait. A view whose answer takes long therefore has two halves: `post` accepts the work with
    202, and `finish(request, accepted)` gets the data of that answer, waits, and gives the final one. The final answer
    takes the place of the 202; an APIException removes it, as errors are not kept.
    """

    @wraps(post)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if HEADER not in request.headers:
            response = post(view, request, *args, **kwargs)
            return view.finish(request, response.data) if _is_unfinished(view, response.status_code) else response
        pk, fingerprint = id_of(request), fingerprint_of(request)
        with transaction.atomic():
            is_ours, kept = KeptAnswer.objects.claim(pk)
            is_repeat = kept is not None
            if kept is None:
                if not is_ours:
                    raise InFlight
                response = post(view, request, *args, **kwargs)
                if not status.is_success(response.status_code):
                    transaction.set_rollback(True)
                    return response
                asked: dict[str, Any] = {"path": request.path, "fingerprint": fingerprint}
                asked |= {"user_id": request.user.pk, "rights": sorted(rights_of(request.user))}
                kept = KeptAnswer(pk=pk, **asked, **_given(response))
                kept.keep()
            elif kept.fingerprint != fingerprint:
                raise OtherRequest(kept)
            elif lost := rights_lost(request.user, kept):
                raise RightsLost(lost)
        if _is_unfinished(view, kept.status):
            kept = _finished(view, request, kept)
        return _response(kept, is_repeat)

    once.is_idempotent = True  # type: ignore[attr-defined]
    return once


def is_idempotent(view: Any) -> bool:
    """Whether a POST to the view may be repeated safely."""
    return hasattr(view.post, "is_idempotent")


def id_of(request: Request) -> UUID:
    """The id of the answer to a user's requests with this key. Raises ValidationError for what is no key."""
    if not (key := KEY.fullmatch(request.headers[HEADER].strip())):
        raise ValidationError(
            {
                HEADER: [
                    f"Must be 1 to {MAX_KEY_CHARACTERS} printable ASCII characters, such as a UUID, without commas, "
                    "backslashes and, except around it, double quotes; and be given once."
                ]
            }
        )
    return UUID(bytes=sha256(f"{request.user.pk} {key[2]}".encode()).digest()[:16])


def fingerprint_of(request: Request) -> str:
    """A hash of method, path, query and body as they were understood: the order of a JSON object's fields, and the
    boundary of a form, are left out. Raises ParseError and the like for a body that cannot be read."""
    try:
        body = request.data
    except UnsupportedMediaType:
        body = None  # a view that reads its body refuses it, too
    if isinstance(body, QueryDict):
        body = {name: [_value(value) for value in values] for name, values in body.lists()}
    asked = [request.method, request.path, dict(request.query_params.lists()), body]
    try:
        text = json.dumps(asked, default=str, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return sha256(text.encode()).hexdigest()
    except RecursionError:
        raise ParseError("This JSON is nested too deeply.") from None


def rights_of(user: Any) -> set[str]:
    """The rights by which the user's answers are given."""
    return {EVERY_RIGHT} if user.is_superuser else user.get_all_permissions()


def rights_lost(user: Any, kept: KeptAnswer) -> set[str]:
    """The rights that the user had when the answer was given, and has no longer."""
    return set() if user.is_superuser else set(kept.rights) - rights_of(user)


def _value(value: Any) -> Any:
    """The value of a form's field: a file's name and a hash of its content, or the text."""
    if not isinstance(value, UploadedFile):
        return value
    digest = sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name, digest.hexdigest()]


def _is_unfinished(view: Any, status_code: int) -> bool:
    return status_code == status.HTTP_202_ACCEPTED and hasattr(view, "finish")


def _finished(view: Any, request: Request, accepted: KeptAnswer) -> KeptAnswer:
    """The final answer to accepted work, after a wait; another 202, which is not kept, if the wait was too short."""
    place = KeptAnswer.objects.filter(pk=accepted.pk, body=accepted.body)
    try:
        response = view.finish(request, orjson.loads(accepted.body))
    except APIException:
        place.delete()
        raise
    final = _given(response)
    if _is_unfinished(view, response.status_code) or place.update(**final):
        return KeptAnswer(**final)
    return KeptAnswer.objects.filter(pk=accepted.pk).first() or KeptAnswer(**final)  # a repeat has waited, too


def _given(response: Response) -> dict[str, Any]:
    """What is kept of a response."""
    headers = {name: value for name, value in response.items() if name != "Content-Type"}
    return {
        "status": response.status_code,
        "headers": headers,
        "body": JSONRenderer().render(response.data).decode(),
    }


def _response(kept: KeptAnswer, is_repeat: bool) -> HttpResponse:
    """The first answer is built in the same way as its repeats, so that they are equal."""
    headers = kept.headers | ({"Idempotent-Replayed": "true"} if is_repeat else {})
    return HttpResponse(kept.body.encode(), "application/json", kept.status, headers=headers)


def refuse_key(request: Request) -> None:
    """For a POST whose answer may not be kept. Raises ValidationError if there is a key."""
    if HEADER in request.headers:
        raise ValidationError({HEADER: ["May not be given here: the answer is a secret, which is kept nowhere."]})
