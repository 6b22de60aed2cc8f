"""The form of a creator's profile: it stores what this person typed, and leaves alone what this person left alone."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.admin.deal_forms import RevisedForm
from campaigns.admin.fields import Currency, Line, Note, copy_of_sent
from campaigns.admin.profile_fields import Country, Followers, Handle, Language, Named, UsualFee, typed_fee
from campaigns.load_cells import Fee
from campaigns.models import Creator
from campaigns.models.creator import CONFIDENTIAL, MAX_TOPIC_CHARACTERS, MAX_TOPICS
from campaigns.refusals import HasProfile
from famekeeda import shared
from famekeeda.ids import MAX_ID_CHARACTERS, new_id


def line(label: str, most: int, **options: Any) -> Line:
    return Line(label=label, required=False, max_length=most, widget=UnfoldAdminTextInputWidget(), **options)


class ProfileForm(RevisedForm):
    """A profile, with a handle and a number of followers for each platform."""

    name = line("Name", 200)
    country = Country(label="Country", help_text="A name or two letters, such as Portugal or PT", proposed="countries")
    language = Language(label="Language", help_text="A name or a code, such as Portuguese or pt-BR")
    topics = line("Topics", 3_000, help_text="With commas between")
    manager = line("Manager", 200, help_text="Who negotiates for the creator")
    contact = line("Contact", 200, help_text="E-mail address or phone number")
    usual_fee = UsualFee(label="Usual fee", help_text="Such as 1200, 1.200,50 or 1.200 €")
    currency = Currency(help_text="Of the fee: three letters, such as EUR")
    note = Note()

    def __init__(self, data: Any, creator: Creator, *, sees_fees: bool) -> None:
        self.creator, self.is_known = creator, not creator._state.adding
        self.stored = {account.platform: account for account in creator.accounts.all()} if self.is_known else {}
        names = shared.platforms()
        self.platforms = names | {platform: platform for platform in self.stored if platform not in names}
        super().__init__(data, initial=self.values())
        for platform, label in self.platforms.items():
            self.fields[f"handle_{platform}"] = Handle(platform, label=f"Handle on {label}")
            self.fields[f"followers_{platform}"] = Followers(label=f"Followers on {label}")
        for name in ("country", "language"):
            cast(Named, self.fields[name]).kept = getattr(creator, name)
        if not sees_fees:
            self.fields = {name: field for name, field in self.fields.items() if name not in CONFIDENTIAL}

    def values(self) -> dict[str, Any]:
        row = self.creator
        values = {name: getattr(row, name) for name in self.base_fields if name != "revision"}
        values |= {"topics": ", ".join(row.topics), "revision": row.revision if self.is_known else 0}
        for platform, account in self.stored.items():
            values |= {f"handle_{platform}": account.handle, f"followers_{platform}": account.followers}
        return values

    @property
    def accounts(self) -> list[tuple[str, Any, Any]]:
        """The rows of the table of accounts: the platform's name, and its two fields."""
        return [
            (label, self[f"handle_{platform}"], self[f"followers_{platform}"])
            for platform, label in self.platforms.items()
        ]

    def clean_topics(self) -> list[str]:
        found = list(dict.fromkeys(filter(None, map(str.strip, self.cleaned_data["topics"].lower().split(",")))))
        if len(found) > MAX_TOPICS or any(len(topic) > MAX_TOPIC_CHARACTERS for topic in found):
            raise ValidationError(f"At most {MAX_TOPICS} topics of {MAX_TOPIC_CHARACTERS} characters each.")
        return found

    def clean(self) -> None:
        if self.cleaned_data.get("usual_fee") is not None and "currency" in self.cleaned_data:
            self.take_currency(typed_fee(self["usual_fee"].data))

    def take_currency(self, fee: Fee | None) -> None:
        """A currency beside the fee stands for the one in the field, which may be empty and may be no other."""
        currency = self.cleaned_data["currency"]
        if fee and fee.currency and currency and fee.currency != currency:
            self.add_error("usual_fee", f"Is in {fee.currency} here, and the currency is {currency}.")
        elif fee and not currency:
            self.cleaned_data["currency"] = fee.currency
            if not fee.currency:
                self.add_error("currency", f"Say in which currency, such as {fee.candidates or 'EUR'}.")

    @property
    def given(self) -> dict[str, Any]:
        """The values that this person changed; `accounts` whole, with the stored ones that this person left alone."""
        given = {name: self.cleaned_data[name] for name in self.changed_data if name in self.base_fields}
        for name in ("revision", "influencer_id"):
            given.pop(name, None)
        if "usual_fee" in given:
            given["currency"] = self.cleaned_data["currency"]  # neither stands without the other
        typed = {name.partition("_")[2] for name in self.changed_data if name.startswith(("handle_", "followers_"))}
        if typed:
            given["accounts"] = [account for platform in self.platforms if (account := self.account(platform, typed))]
        return given

    def account(self, platform: str, typed: set[str]) -> dict[str, Any] | None:
        stored = self.stored.get(platform)
        if platform in typed:
            handle, followers = self.cleaned_data[f"handle_{platform}"], self.cleaned_data[f"followers_{platform}"]
            return {"platform": platform, "handle": handle, "followers": followers} if handle or followers else None
        return {"platform": platform, "handle": stored.handle, "followers": stored.followers} if stored else None

    def take_revision(self, revision: int) -> None:
        """Sending the form once more replaces what this person has changed, and nothing else."""
        data = copy_of_sent(self)
        data["revision"] = str(revision)
        self.data = data


class NewProfileForm(ProfileForm):
    """The profile of a creator whom nobody has named yet; `influencer_id` is the id typed, or a handle, or "" where an
    id is to be made from the name. Handles stay free until the transaction ends in which the form is checked."""

    influencer_id = Line(
        label="Id",
        required=False,
        max_length=MAX_ID_CHARACTERS,
        widget=UnfoldAdminTextInputWidget(),
        help_text="The one that your other systems use. Left empty, the handle becomes the id.",
    )

    def clean_influencer_id(self) -> str:
        typed: str = self.cleaned_data["influencer_id"]
        try:
            return new_id(typed) if typed else ""
        except ValueError as refusal:
            raise ValidationError(str(refusal)) from None

    def clean(self) -> None:
        super().clean()
        Creator.objects.hold_handles(
            {platform: self.cleaned_data.get(f"handle_{platform}", "") for platform in self.platforms}
        )
        for platform in self.platforms:
            self.refuse_handle_of_another(platform)
        if self.errors:
            return
        handles = [handle for platform in self.platforms if (handle := self.cleaned_data[f"handle_{platform}"])]
        name = self.cleaned_data["name"]
        typed = self.cleaned_data["influencer_id"] or next(iter(handles), "")
        if not (typed or name):
            raise ValidationError("Type a name, a handle or an id.")
        if typed and (there := Creator.objects.filter(pk=typed).first()):
            self.add_error("influencer_id", f"{HasProfile(str(there))} Its id is {there.pk}.")
        self.cleaned_data["influencer_id"] = typed

    def refuse_handle_of_another(self, platform: str) -> None:
        handle = self.cleaned_data.get(f"handle_{platform}")
        holder = Creator.objects.with_handle(handle, platform).first() if handle else None
        if holder:
            self.add_error(f"handle_{platform}", f"{holder} has this handle already, with the id {holder.pk}.")
