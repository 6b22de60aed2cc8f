"""What loads hold of a creator: rejected rows, the good rows beside them, uploaded files, and words about loads."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import reduce

from django.conf import settings
from django.db.models import Q, QuerySet

from famekeeda.keeping.forgetting import Held, mentions
from famekeeda.keeping.mention import Mention
from loads.columns import DELIMITER_LINE
from loads.files.lines import DELIMITERS
from loads.files.sources import MAX_LINE_CHARACTERS, Source
from loads.files.unreadable import Unreadable
from loads.kinds import kinds
from loads.models import Companion, Load, Reject
from loads.retention import ENDED, delete_files

MAX_DELIMITER_LINE = 8  # characters of "sep=:" with its quotes and a carriage return
UNDECODED_BYTE = re.compile(r"\\x[0-9a-f]{2}")  # as rejects show it


def loads_of_creators() -> QuerySet[Load]:
    """Loads of the kinds whose rows name a creator."""
    naming = [kind.name for kind in kinds().values() if any(column.field == "influencer_id" for column in kind.columns)]
    return Load.objects.filter(kind__in=naming)


def rejects(mention: Mention) -> QuerySet[Reject]:
    """Rejects of the creator, as they were found or as they were mended."""
    of_creators = Reject.objects.filter(load__in=loads_of_creators())
    texts = ("raw__contains", "cells__influencerId__icontains", "mended__influencerId__icontains")
    candidates = of_creators.filter(reduce(Q.__or__, (Q(**{text: form}) for text in texts for form in mention.cells)))
    return of_creators.filter(pk__in=[row.pk for row in candidates.iterator() if is_of_creator(row, mention)])


def is_of_creator(reject: Reject, mention: Mention) -> bool:
    """Whether the reject has the creator's id. Where no id could be read, the row as it stood is searched for it; where
    another was read, the row may be one whose cells have shifted, so that some other cell is the id."""
    ids = {cells.get("influencerId", "").strip() for cells in (reject.cells, reject.mended or {})} - {""}
    if mention.influencer_id in ids:
        return True
    if reject.cells.get("influencerId", "").strip():
        return not mention.is_ambiguous and mention.is_cell_of(reject.raw, DELIMITERS)
    return mention.is_cell_of(reject.raw, DELIMITERS) or mention.is_in(UNDECODED_BYTE.sub(" ", reject.raw))


def companions(mention: Mention) -> QuerySet[Companion]:
    return Companion.objects.filter(cells__influencerId=mention.influencer_id)


def uploads(mention: Mention) -> QuerySet[Load]:
    """Loads whose uploaded file mentions the creator, or cannot be read any more, so that nobody knows."""
    uploaded = loads_of_creators().exclude(upload="")
    return Load.objects.filter(pk__in=[load.pk for load in uploaded.iterator() if is_in_file(load, mention)])


def is_in_file(load: Load, mention: Mention) -> bool:
    try:
        with Source.from_upload(load) as source:
            return any(mention.is_cell_of(line, delimiters) for line, delimiters in searchable(load, source, mention))
    except Unreadable as error:
        if is_there := load.upload.storage.exists(str(load.upload.name)):
            mention.unsearched.add(f"load {load.pk}: {error}")
        return is_there


def searchable(load: Load, source: Source, mention: Mention) -> Iterator[tuple[str, str]]:
    """The lines of a file, each with the characters that may end its cells. Raises `Unreadable` if reading takes longer
    than a load may; the limit of what a file may unpack to is that of `Source`."""
    ends_at, delimiters = time.monotonic() + settings.LOAD_MAX_SECONDS, DELIMITERS
    for lines in source.blocks():
        if time.monotonic() > ends_at:
            raise Unreadable(f"{source.name} takes longer than {settings.LOAD_MAX_SECONDS:,} seconds to search")
        for line in lines:
            if len(line) > MAX_LINE_CHARACTERS:
                mention.unsearched.add(
                    f"load {load.pk}: {source.name} has lines of more than {MAX_LINE_CHARACTERS:,} characters"
                )
            elif len(line) <= MAX_DELIMITER_LINE and (named := DELIMITER_LINE.fullmatch(line)):
                delimiters += named[1]
            yield line, delimiters


def delete_ended(loads: QuerySet[Load], mention: Mention) -> None:
    """Deletes the files of loads that have ended; a file that is still needed stays, and is named as what remains."""
    delete_files(loads.filter(state__in=ENDED))


HELD = (
    Held("rejected rows", Reject, "deleted", rejects),
    Held("good rows beside rejected ones", Companion, "deleted", companions),
    Held("uploaded files", Load, "deleted", uploads, delete_ended, is_slow=True),
    mentions("words about loads", Load, ("file", "notes", "error")),
)
