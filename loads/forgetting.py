"""What loads hold of a creator: rejected rows, the good rows beside them, uploaded files, and words about loads."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from famekeeda.keeping.forgetting import Held
from famekeeda.keeping.mention import Mention
from loads.files.sources import Source, Unreadable
from loads.kinds import kinds
from loads.models import Companion, Load, Reject
from loads.retention import ENDED, delete_files

WORDS = ("file", "notes", "error")


def loads_of_creators() -> QuerySet[Load]:
    """Loads of the kinds whose rows name a creator."""
    naming = [kind.name for kind in kinds().values() if any(column.field == "influencer_id" for column in kind.columns)]
    return Load.objects.filter(kind__in=naming)


def rejects(mention: Mention) -> QuerySet[Reject]:
    """Rejects with the creator's id, as found or as mended; where no id could be read, with a cell that is the id."""
    of_creators = Reject.objects.filter(load__in=loads_of_creators())
    known = Q(cells__influencerId=mention.influencer_id) | Q(mended__influencerId=mention.influencer_id)
    unread = of_creators.exclude(cells__has_key="influencerId").filter(raw__contains=mention.influencer_id)
    unread_pks = [pk for pk, raw in unread.values_list("pk", "raw").iterator() if mention.is_cell_of(raw)]
    return of_creators.filter(known | Q(pk__in=unread_pks))


def companions(mention: Mention) -> QuerySet[Companion]:
    return Companion.objects.filter(cells__influencerId=mention.influencer_id)


def uploads(mention: Mention) -> QuerySet[Load]:
    """Loads whose uploaded file mentions the creator, or cannot be read any more, so that nobody knows."""
    uploaded = loads_of_creators().exclude(upload="")
    return Load.objects.filter(pk__in=[load.pk for load in uploaded.iterator() if is_in_file(load, mention)])


def is_in_file(load: Load, mention: Mention) -> bool:
    try:
        with Source.from_upload(load) as source:
            return any(mention.is_cell_of(line) for lines in source.blocks() for line in lines)
    except Unreadable:
        return load.upload.storage.exists(str(load.upload.name))


def delete_ended(loads: QuerySet[Load], mention: Mention) -> None:
    """Deletes the files of loads that have ended; a file that is still needed stays, and is named as what remains."""
    delete_files(loads.filter(state__in=ENDED))


HELD = (
    Held("rejected rows", Reject, "deleted", rejects),
    Held("good rows beside rejected ones", Companion, "deleted", companions),
    Held("uploaded files", Load, "deleted", uploads, delete_ended, is_slow=True),
    Held(
        "words about loads",
        Load,
        "redacted",
        lambda mention: mention.find(Load.objects.all(), WORDS),
        lambda rows, mention: mention.redact(rows, WORDS),
    ),
)
