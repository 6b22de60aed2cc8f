"""What famekeeda itself stores: tokens, failed sign-ins, events, answers to repeat, the right to forget a creator."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from knox.models import AuthToken, get_digest_token
from knox.settings import CONSTANTS, knox_settings

from famekeeda import history
from famekeeda.events.models import Event, EventCounter

__all__ = ["Creator", "DemoData", "Event", "EventCounter", "SignInCount", "Token", "TokenQuerySet", "TokenRefused"]

MAX_DAYS = 3650  # that a token may last, unless it lasts until it is revoked
MAX_NAME = 100  # characters
LAST_USE_PRECISION = timedelta(minutes=5)  # so that a token used a hundred times a second is not written as often


class TokenRefused(Exception):
    """A token that may not be made; `field` is the one to blame, or empty."""

    def __init__(self, why: str, field: str = "") -> None:
        self.field = field
        super().__init__(why)


class TokenQuerySet(models.QuerySet["Token"]):
    def valid(self) -> TokenQuerySet:
        return self.filter(Q(expiry=None) | Q(expiry__gt=Now()))

    @transaction.atomic
    def make(
        self, user: Any, *, name: str = "", days: int | None = None, made_with: Token | None = None
    ) -> tuple[Token, str]:
        """Stores a new token. Returns the row and the token itself, of which the row holds only a hash.

        Without `days` the token lasts until it is revoked, or as long as the token that it is `made_with`. Raises
        TokenRefused where it would last longer than that one, and where the user has too many tokens.
        """
        expiry = timezone.now() + timedelta(days=days) if days else None
        if made_with and made_with.expiry:
            if expiry and expiry > made_with.expiry:
                last = f"{made_with.expiry:%Y-%m-%d %H:%M}"
                raise TokenRefused(f"May not outlive the token that makes it, which ends on {last} UTC.", "days")
            expiry = expiry or made_with.expiry
        get_user_model().objects.select_for_update().get(pk=user.pk)  # one token of a user at a time
        limit = knox_settings.TOKEN_LIMIT_PER_USER
        if self.valid().filter(user=user).count() >= limit:
            raise TokenRefused(f"There are {limit} tokens already. Revoke one of them first.")
        digest, token = get_digest_token()
        key = token[: CONSTANTS.TOKEN_KEY_LENGTH]
        row = self.create(user=user, digest=digest, token_key=key, expiry=expiry, name=name, made_with=made_with)
        return row, token


class Token(AuthToken):
    """A long-lived token of a user. knox's row, whose table keeps a hash of the token, and what knox does not keep."""

    name = models.CharField(max_length=MAX_NAME, blank=True, help_text="What the token is for")
    last_used_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=f"To within {LAST_USE_PRECISION.seconds // 60} minutes"
    )
    # Revoking a token revokes the tokens that were made with it: a thief may have made some.
    made_with = models.ForeignKey("self", models.CASCADE, null=True, blank=True, editable=False, related_name="+")

    objects = TokenQuerySet.as_manager()  # knox's manager would make rows without ours

    class Meta:
        ordering = ["-created"]
        verbose_name = "API token"
        default_permissions = ("view", "delete")  # of other users' tokens; one's own need no right

    def __str__(self) -> str:
        return f"{self.token_key} {self.name}".strip()

    @property
    def is_expired(self) -> bool:
        return self.expiry is not None and self.expiry <= timezone.now()

    @transaction.atomic
    def revoke(self, by: Any) -> None:
        """Deletes the token and the tokens made with it."""
        history.deleted(self, by)
        self.delete()

    def note_use(self) -> None:
        """Stores the time of this use, unless a use of the last minutes stands there."""
        before = timezone.now() - LAST_USE_PRECISION
        if self.last_used_at is None or self.last_used_at < before:
            unnoted = Token.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=before), pk=self.pk)
            unnoted.update(last_used_at=Now())


class SignInCount(models.Model):
    """Attempts to sign in that failed, of an address, for a name, or for a name at an address."""

    # A hash, so that nothing that people type in is kept, whatever its length.
    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField()
    next_at = models.DateTimeField(help_text="Attempts before this time are refused")
    succeeded_at = models.DateTimeField(null=True, help_text="When this name last signed in at this address")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.failures} failures"

    def count(self, now: datetime, wait: timedelta) -> None:
        """Counts an attempt as a failure; the next one has to `wait`."""
        self.failures, self.tried_at, self.next_at = self.failures + 1, now, now + wait
        self.save()


class KeptAnswerQuerySet(models.QuerySet["KeptAnswer"]):
    # Two statements in one round trip. A single one would look with a snapshot from before it had the lock, and might
    # miss the answer of a transaction that has just ended.
    CLAIM = """
        SELECT pg_try_advisory_xact_lock(%s);
        SELECT fingerprint, path, rights, status, headers, body FROM famekeeda_keptanswer
         WHERE id = %s AND created_at > now() - make_interval(days => %s)
    """

    def claim(self, pk: UUID) -> tuple[bool, KeptAnswer | None]:
        """Whether the answer is for this transaction to give, and the answer itself if it was given earlier.

        False, None: another transaction is about to give the answer. This one holds the claim until it ends.
        """
        lock = int.from_bytes(pk.bytes[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute(self.CLAIM, [lock, pk, settings.KEEP_ANSWERS_DAYS])
            is_ours = cursor.fetchone()[0]
            cursor.nextset()
            row = cursor.fetchone()
        if row is None:
            return is_ours, None
        fingerprint, path, rights, status, headers, body = row
        return is_ours, KeptAnswer(
            pk=pk,
            fingerprint=fingerprint,
            path=path,
            rights=rights,
            status=status,
            headers=orjson.loads(headers),
            body=body,
        )


class KeptAnswer(models.Model):
    """The answer to a POST with an Idempotency-Key, for repeats of the POST (famekeeda.idempotency)."""

    id = models.UUIDField(primary_key=True, editable=False)  # a hash of the user and the key
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, db_index=False, related_name="+", help_text="Who asked"
    )
    path = models.TextField(help_text="The path that was posted to")
    fingerprint = models.CharField(max_length=64, help_text="A hash of all that was asked")
    rights = ArrayField(
        models.TextField(), db_default=[], help_text="Of the user when the answer was given; * is a superuser's"
    )
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.TextField(help_text="JSON, as it was sent")
    created_at = models.DateTimeField(db_default=Now())

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.status} of POST {self.path}"

    def keep(self) -> None:
        """Stores the answer, in the place of one that is too old to be repeated."""
        fields = [field.name for field in KeptAnswer._meta.fields if not field.primary_key]
        KeptAnswer.objects.bulk_create([self], update_conflicts=True, unique_fields=["id"], update_fields=fields)


class DemoData(models.Model):
    """Stands for what is there to look around, of all apps, so that there can be a right to remove it."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("remove_demo", "Can remove the demo data of all apps")]

    def __str__(self) -> str:
        return "demo data"


class Creator(models.Model):
    """Stands for creators, who have no table of their own, so that there can be a right to forget one."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("forget_creator", "Can forget a creator for good")]

    def __str__(self) -> str:
        return f"creator {self.pk}"
