"""Signing in with a password, at `POST /token` and at the admin's login: guesses are slowed down, and so is hashing.

Before the password is checked, `begin` adds a failure to three counters: address, name, and name at address. It refuses
the attempt if the wait of a counter has not ended. A right password resets the third and takes one from each of the
others. Nothing is locked for good, since waits end and since a refused attempt is not counted. The counters are in
PostgreSQL: without it nobody signs in anyway, and Redis may be flushed.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from math import ceil
from threading import BoundedSemaphore
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.throttling import BaseThrottle

from famekeeda.models import SignInCount
from famekeeda.words import counted

FORGET_AFTER = timedelta(days=1)  # without an attempt
MAX_LOGGED_NAME = 150  # characters; no user has a longer name
# A hash takes a core for a third of a second. One at a time leaves the other threads to readers, and a queue that is
# bounded leaves readers their threads.
MAX_HASHES = 1
MAX_QUEUED = 8

log = structlog.get_logger(__name__)
_queue, _hashing = BoundedSemaphore(MAX_QUEUED), BoundedSemaphore(MAX_HASHES)


class TooManyAttempts(APIException):
    """429. `wait` is in seconds, and DRF's name for the value of Retry-After."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "too_many_attempts"

    def __init__(self, wait: float, why: str = "Too many attempts to sign in failed.") -> None:
        self.wait = ceil(wait)
        super().__init__(f"{why} Try again in {in_words(self.wait)}.")


def in_words(seconds: int) -> str:
    return counted(ceil(seconds / 60), "minute") if seconds > 90 else counted(seconds, "second")


@dataclass(frozen=True)
class Patience:
    """So many attempts are `free`: they may fail one after the other. After the last of them the next attempt waits a
    second; each further failure doubles the wait, up to `longest`."""

    free: int
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta()
        return min(timedelta(seconds=2 ** min(failures - self.free, 30)), self.longest)


# An office shares an address. A name that many addresses try waits only briefly, since its owner waits with them.
PER_ADDRESS = Patience(free=30, longest=timedelta(minutes=15))
PER_NAME = Patience(free=30, longest=timedelta(minutes=1))
PER_NAME_AND_ADDRESS = Patience(free=5, longest=timedelta(minutes=15))


class PasswordBackend(ModelBackend):
    """Django's, where an attempt that came with a request is throttled. Raises TooManyAttempts."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        if request is None or username is None or password is None or not settings.SIGN_IN_THROTTLE:
            return super().authenticate(request, username, password, **kwargs)
        address = address_of(request)
        said = {"address": address, "name": username[:MAX_LOGGED_NAME]}
        try:
            with place_in_queue():
                attempt = begin(address, username)
                with _hashing:
                    user = super().authenticate(request, username, password, **kwargs)
        except TooManyAttempts as error:
            log.warning("sign_in_refused", **said, seconds=error.wait)
            raise
        if user is None:
            log.warning("sign_in_failed", **said)
        else:
            take_back(attempt)
        return user


def address_of(request: HttpRequest) -> str:
    """The client's address, as the proxies in front say; of an IPv6 address the network, which one client has whole."""
    given = BaseThrottle().get_ident(request)  # type: ignore[arg-type]
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given[:100]
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return given


@contextmanager
def place_in_queue() -> Iterator[None]:
    """One of the few threads that may hash, or wait for a hash, at once. Raises TooManyAttempts if all are taken."""
    if not _queue.acquire(blocking=False):
        raise TooManyAttempts(1, "Too many people are signing in at this moment.")
    try:
        yield
    finally:
        _queue.release()


@transaction.atomic
def begin(address: str, name: str) -> list[SignInCount]:
    """Counts an attempt as a failure. Raises TooManyAttempts, and counts nothing, where the attempt came too early.

    If the name signed in from this address within KEEP_SIGN_INS_DAYS, only the counter of name at address applies, so
    attackers elsewhere cannot block the owner.
    """
    both = locked("both", address, name)
    kinds = [(both, PER_NAME_AND_ADDRESS)]
    if both.succeeded_at is None or both.succeeded_at < timezone.now() - timedelta(days=settings.KEEP_SIGN_INS_DAYS):
        kinds += [(locked("address", address), PER_ADDRESS), (locked("name", name), PER_NAME)]
    now = timezone.now()  # now that nobody else changes these counts
    if (next_at := max(count.next_at for count, _ in kinds)) > now:
        raise TooManyAttempts((next_at - now).total_seconds())
    for count, patience in kinds:
        if count.tried_at < now - FORGET_AFTER:
            count.failures = 0
        count.count(now, patience.wait_after(count.failures + 1))
    return [count for count, _ in kinds]


def locked(*what: str) -> SignInCount:
    key = sha256("\n".join(what).encode()).hexdigest()
    now = timezone.now()
    new = {"tried_at": now, "next_at": now}
    return SignInCount.objects.select_for_update().get_or_create(key=key, defaults=new)[0]


@transaction.atomic
def take_back(attempt: list[SignInCount]) -> None:
    """The attempt succeeded: it is no failure, and those before it do not count for this name at this address."""
    both, *others = attempt
    now = timezone.now()
    SignInCount.objects.filter(pk=both.pk).update(failures=0, next_at=now, succeeded_at=now)
    for count in others:
        SignInCount.objects.filter(pk=count.pk, failures__gt=0).update(failures=F("failures") - 1)
        SignInCount.objects.filter(pk=count.pk, next_at=count.next_at).update(next_at=now)  # the wait of this attempt
