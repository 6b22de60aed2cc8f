"""A creator's profile: who stands behind an id, where they post, what they usually ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.cache import cache
from django.core.validators import RegexValidator
from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.lookups import Exact
from django.urls import reverse

from campaigns.models.money import amount_field, amounts_are_sound, currency_field
from campaigns.models.revised import Revised
from campaigns.models.text_search import Folded, Grams, beginning, holding, indexed, is_indexed, part
from campaigns.refusals import HasProfile, IdUnfit
from famekeeda import history
from famekeeda.folding import Fold, folded_field, typed
from famekeeda.ids import can_be_in_a_path
from famekeeda.shared import CreatorName

CONFIDENTIAL = ("contact", "usual_fee", "currency")  # seen with the right campaigns.view_fee alone
MAX_ACCOUNTS, MAX_TOPICS, MAX_TOPIC_CHARACTERS = 20, 50, 60
MAX_FOLLOWERS = 10**12
COUNTRY = RegexValidator(r"^[A-Z]{2}\Z", "Must be the two letters of a country, such as DE.")
HANDLE = RegexValidator(r"^\S{0,100}\Z", "Must hold no spaces, and 100 characters at most.")
LANGUAGE = RegexValidator(r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*\Z", "Must be a language such as en, de or pt-BR.")
MAX_LISTED_MATCHES = 1_000  # names, ids and handles, of which a list looks at the rows by their ids
MAX_VALUES = 300  # of a field that a list is narrowed by; there are 249 countries

HANDLE_LOCK = 0x10B0  # the first half of advisory locks
# In the order of keys, so that nobody waits in a circle.
HOLD_HANDLES = """
SELECT pg_advisory_xact_lock(%s, key)
  FROM (SELECT DISTINCT hashtext(platform || ' ' || famekeeda_folded(handle)) AS key
          FROM unnest(%s::text[], %s::text[]) AS given (platform, handle) ORDER BY key) AS keys
"""

# Jumps from each value to the next, so that a million rows of one cost one look.
VALUES = """
WITH RECURSIVE seen(value, number) AS (
    SELECT min({column}), 1 FROM {table} WHERE {column} <> ''
    UNION ALL
    SELECT (SELECT min({column}) FROM {table} WHERE {column} > seen.value), number + 1
      FROM seen WHERE value IS NOT NULL AND number < %(most)s
)
SELECT value FROM seen WHERE value IS NOT NULL ORDER BY value
"""


# Of the first profiles that have topics: at a million rows this costs what it costs at a hundred thousand.
TOPICS = """
SELECT topic, famekeeda_folded(topic)
  FROM (SELECT topics FROM {table} WHERE topics <> '{{}}' LIMIT %(read)s) AS read, unnest(topics) AS topic
 GROUP BY topic ORDER BY count(*) DESC, topic LIMIT %(most)s
"""
MAX_READ_PROFILES, MAX_KNOWN_TOPICS = 100_000, 2_000
TOPICS_KEPT_SECONDS = 60


class CreatorQuerySet(models.QuerySet["Creator"]):
    def names(self, influencer_ids: Iterable[str]) -> dict[str, CreatorName]:
        """What people call those of the creators that have a profile, in one query. The handle is that of the account
        with most followers."""
        accounts = self.filter(pk__in=list(influencer_ids)).order_by(F("accounts__followers").desc(nulls_last=True))
        known: dict[str, CreatorName] = {}
        for pk, name, language, platform, handle in accounts.values_list(
            "pk", "name", "language", "accounts__platform", "accounts__handle"
        ):
            before = known.get(pk)
            platforms = (*(before.platforms if before else ()), *([platform] if platform else ()))
            known[pk] = CreatorName(name, (before.handle if before else "") or handle or "", platforms, language)
        return known

    def on_platform(self, platform: str) -> CreatorQuerySet:
        return self.filter(Exists(Account.objects.filter(creator=OuterRef("pk"), platform=platform.lower())))

    def followed_by(self, least: int, below: int | None = None, platform: str = "") -> CreatorQuerySet:
        """Creators whom `least` or more follow, and fewer than `below`: on the platform, or where most follow them."""
        steps = {"followers__gte": least} | ({} if below is None else {"followers__lt": below})
        if not platform:
            return self.filter(**steps)
        return self.filter(Exists(Account.objects.filter(creator=OuterRef("pk"), platform=platform.lower(), **steps)))

    def values_of(self, field: str) -> list[str]:
        """All values of a field of which there are few, such as the country; an index has to begin with the field."""
        table, column = (connection.ops.quote_name(name) for name in (self.model._meta.db_table, field))
        with connection.cursor() as cursor:
            cursor.execute(VALUES.format(table=table, column=column), {"most": MAX_VALUES})
            return [value for (value,) in cursor.fetchall()]

    def topics(self) -> list[tuple[str, str]]:
        """The topics that most creators have, the most frequent first, each with its folded text."""
        found: list[tuple[str, str]] | None = cache.get("creators:topics")
        if found is None:
            with connection.cursor() as cursor:
                sql = TOPICS.format(table=connection.ops.quote_name(self.model._meta.db_table))
                cursor.execute(sql, {"read": MAX_READ_PROFILES, "most": MAX_KNOWN_TOPICS})
                found = cursor.fetchall()
            cache.set("creators:topics", found, TOPICS_KEPT_SECONDS)
        return found

    def on_topic(self, text: str) -> CreatorQuerySet:
        """Creators with a topic that is or holds the text, in any case and with any accents: "run" finds "running"."""
        folded = typed(text)
        known = [topic for topic, other in self.topics() if folded and part(folded) in f" {other}"]
        return self.filter(topics__overlap=[" ".join(text.lower().split()), *known])

    def with_handle(self, handle: str, platform: str) -> CreatorQuerySet:
        """Creators with exactly this handle on the platform, in any case."""
        same = Exact(Folded("handle"), Folded(Value(handle)))  # of those that the index finds, whatever their accents
        accounts = Account.objects.filter(same, searched_handle=Fold(Value(handle)), platform=platform)
        return self.filter(pk__in=accounts.values("creator"))

    def hold_handles(self, handles: Mapping[str, str]) -> None:
        """Locks these handles, given by platform, until the transaction ends, and waits for a transaction that has one
        of them: a handle that `with_handle` does not find then stays free."""
        given = {platform: handle for platform, handle in handles.items() if handle}
        if given:
            with connection.cursor() as cursor:
                cursor.execute(HOLD_HANDLES, [HANDLE_LOCK, list(given), list(given.values())])

    def put(self, influencer_id: str, *, by: Any, **fields: Any) -> tuple[Creator, bool]:
        """The creator's profile with these fields, and whether it is new. Raises as `Creator.change` does, and
        IdUnfit for a new profile whose id no path can carry."""
        with transaction.atomic():
            creator, is_new = self._made(influencer_id, by, fields)
            if not is_new:
                creator.change(by=by, **fields)
        return creator, is_new

    def add(self, influencer_id: str, *, by: Any, **fields: Any) -> Creator:
        """A new profile of the creator. Raises HasProfile where the creator has one, IdUnfit as `put` does."""
        with transaction.atomic():
            creator, is_new = self._made(influencer_id, by, fields)
            if not is_new:
                raise HasProfile(str(creator))
        return creator

    def _made(self, influencer_id: str, by: Any, fields: dict[str, Any]) -> tuple[Creator, bool]:
        """A new profile with the fields; the creator's profile as it stands, where there is one."""
        profile = {name: value for name, value in fields.items() if name != "accounts"}
        creator, is_new = self.get_or_create(pk=influencer_id, defaults=profile)
        if is_new:
            if not can_be_in_a_path(influencer_id):
                raise IdUnfit(influencer_id)
            if creator.write_accounts(fields.get("accounts", [])):
                creator.save(update_fields=["followers"])
            history.added(creator, by)
        return creator, is_new

    def matching(self, text: str) -> CreatorQuerySet:
        """Creators with the text in their name, a handle or the id, in any case and with any accents; all of them for
        an empty text."""
        return self.with_folded(folded) if (folded := typed(text)) else self.all()

    def with_folded(self, text: str) -> CreatorQuerySet:
        """As `matching`, for a text that is folded and not empty."""
        found = ids_with(text)
        if found is not None:
            return self.filter(pk__in=found)
        # So many have it that a page of any order is soon full: each creator is asked instead of an index.
        with_handle = Account.objects.filter(holding("searched_handle", text), creator=OuterRef("pk"))
        return self.filter(holding("searched_name", text) | holding("searched_id", text) | Exists(with_handle))


class Creator(Revised):
    """The profile of a creator, by the id that other systems use. Campaigns name creators who have none."""

    influencer_id = models.TextField(primary_key=True, db_collation="C")
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(
        max_length=2, blank=True, validators=[COUNTRY], help_text="Two letters (ISO 3166), such as DE"
    )
    language = models.CharField(max_length=35, blank=True, help_text="Such as en, de or pt-BR")
    topics = ArrayField(models.CharField(max_length=MAX_TOPIC_CHARACTERS), default=list, blank=True)
    contact = models.CharField(max_length=200, blank=True, help_text="E-mail address or phone number")
    manager = models.CharField(max_length=200, blank=True, help_text="Who negotiates for the creator")
    usual_fee = amount_field()
    currency = currency_field("Of the usual fee, such as EUR")
    note = models.TextField(blank=True)
    # Those of the account with most. Code that writes accounts writes this, too.
    followers = models.BigIntegerField(null=True, editable=False)
    is_sample = models.BooleanField(default=False, editable=False)
    searched_name, searched_id = folded_field("name"), folded_field("influencer_id")
    # The load that made the profile.
    load = models.ForeignKey(
        "loads.Load",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        db_constraint=False,
        related_name="+",
    )

    objects = CreatorQuerySet.as_manager()

    class Meta:
        ordering = ["influencer_id"]
        default_permissions = ("view", "add", "change")  # forgetting a creator is a right of its own
        constraints = [
            models.CheckConstraint(condition=~Q(influencer_id=""), name="creator_has_id"),
            models.CheckConstraint(condition=amounts_are_sound("usual_fee"), name="creator_fee_sound"),
        ]
        indexes = [
            models.Index(fields=["searched_name"], name="creator_name_begins"),
            models.Index(fields=["searched_id"], name="creator_id_begins"),
            GinIndex(Grams("searched_name"), name="creator_name_grams"),
            GinIndex(Grams("searched_id"), name="creator_id_grams"),
            models.Index(fields=["country"], name="creator_country"),
            models.Index(fields=["language"], name="creator_language"),
            models.Index(F("followers").desc(nulls_last=True), name="creator_followers"),
            GinIndex(fields=["topics"], name="creator_topics"),
        ]

    def __str__(self) -> str:
        return self.name or self.influencer_id

    def get_absolute_url(self) -> str:
        return reverse("pages:creator", args=[self.pk])

    @property
    def by_followers(self) -> list[Account]:
        """The accounts, those with most followers first."""
        return sorted(self.accounts.all(), key=lambda account: (-(account.followers or 0), account.platform))

    def change(self, *, by: Any, revision: int | None = None, **fields: Any) -> bool:
        """Stores the fields that differ; False, and nothing in the history, where none does. `accounts` are all of the
        creator's: dictionaries with platform, handle and followers, of which an account keeps what is left out.

        Raises Stale where the profile stands at another `revision`."""
        with transaction.atomic():
            changed = self.locked(revision).write(fields)
            if changed:
                history.changed(self, by, f"Changed {', '.join(changed)}.")
        self.refresh_from_db()
        return bool(changed)

    def write(self, fields: dict[str, Any]) -> list[str]:
        """Stores the fields that differ, and returns their names; money and contacts are not told."""
        given = dict(fields)
        accounts = given.pop("accounts", None)
        changed = list(self.assign(given))
        if accounts is not None and self.write_accounts(accounts):
            self.revision += not changed
            changed.append("accounts")
        if changed:
            self.save()
        return changed

    def write_accounts(self, accounts: list[dict[str, Any]]) -> bool:
        """Makes these the accounts; whether that changed anything. Afterwards the creator has to be saved, too."""
        stored = {account.platform: account for account in self.accounts.all()}
        gone = self.accounts.exclude(platform__in=[account["platform"] for account in accounts]).delete()[0]
        changed = 0
        most: list[int | None] = []
        for given in accounts:
            account = stored.get(given["platform"], Account(creator=self, platform=given["platform"]))
            wanted = (given.get("handle", account.handle), given.get("followers", account.followers))
            if account.pk is None or (account.handle, account.followers) != wanted:
                account.handle, account.followers = wanted
                account.save()
                changed += 1
            most.append(account.followers)
        self.followers = max((followers for followers in most if followers is not None), default=None)
        return bool(gone or changed)

    def evidence(self) -> dict[str, Any]:
        """What a brief may rest on; not who the creator is."""
        followers = {account.platform: account.followers for account in self.accounts.all() if account.followers}
        said = {"country": self.country, "language": self.language, "topics": self.topics, "followers": followers}
        return {name: value for name, value in said.items() if value}


class Account(models.Model):
    """Where a creator posts: a handle on a platform, and how many follow it."""

    creator = models.ForeignKey(Creator, models.CASCADE, related_name="accounts")
    platform = models.CharField(max_length=40)
    handle = models.CharField(max_length=100, blank=True, help_text="Without @")
    followers = models.BigIntegerField(null=True, blank=True)
    searched_handle = folded_field("handle")

    class Meta:
        ordering = ["platform"]
        default_permissions = ()  # accounts are changed with the creator
        constraints = [
            models.UniqueConstraint(fields=["creator", "platform"], name="account_per_platform"),
            models.CheckConstraint(
                condition=Q(followers=None) | Q(followers__gte=0), name="account_followers_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["searched_handle"], name="account_handle_begins"),
            GinIndex(Grams("searched_handle"), name="account_handle_grams"),
            models.Index(F("followers").desc(nulls_last=True), name="account_by_followers"),
        ]

    def __str__(self) -> str:
        return f"@{self.handle} on {self.platform}" if self.handle else self.platform


def ids_with(text: str) -> list[str] | None:
    """Ids of all creators whose name, id or handle begins with or holds the folded text; None where that many names,
    ids and handles do that indexes are of no use."""
    if not is_indexed(text):
        return None
    found: dict[str, None] = {}
    for condition in (beginning, indexed):
        names, ids, handles = (
            rows.filter(condition(field, text)).order_by().values_list(key)[:MAX_LISTED_MATCHES]
            for rows, field, key in (
                (Creator.objects, "searched_name", "pk"),
                (Creator.objects, "searched_id", "pk"),
                (Account.objects, "searched_handle", "creator_id"),
            )
        )
        matches = list(names.union(ids, handles, all=True))
        # Matches, not creators: one with several handles is several of them, and others may be cut off.
        if len(matches) >= MAX_LISTED_MATCHES:
            return None
        found |= {pk: None for (pk,) in matches}
    return list(found)
