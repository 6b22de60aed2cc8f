"""What loads hold of a creator: rejected rows, the good rows beside them, uploaded files, and words about loads."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import reduce
from pathlib import PurePath

from django.conf import settings
from django.db.models import Q, QuerySet

from famekeeda.keeping.forgetting import Held
from famekeeda.keeping.mention import Mention
from loads.columns import DELIMITER_LINE
from loads.files.lines import DELIMITERS
from loads.files.sources import MAX_LINE_CHARACTERS, Source
from loads.files.unreadable import Unreadable
from loads.kinds import kinds
from loads.models import IS_ALIVE, Companion, Load, Reject
from loads.retention import ENDED, delete_files

MAX_DELIMITER_LINE = 8  # characters of "sep=:" with its quotes and a carriage return
UNDECODED_BYTE = re.compile(r"\\x[0-9a-f]{2}")  # as rejects show it
WORDS = ("file", "notes", "error", "header", "sheet", "mapping")


def loads_of_creators() -> QuerySet[Load]:
    """Loads of the kinds whose rows name a creator."""
    naming = [kind.name for kind in kinds().values() if any(column.field == "influencer_id" for column in kind.columns)]
    return Load.objects.filter(kind__in=naming)


def rejects(mention: Mention) -> QuerySet[Reject]:
    """Rejects of the creator, as they were found or as they were mended."""
    of_creators = Reject.objects.filter(load__in=loads_of_creators())
    texts = ("raw__contains", "cells__influencerId__icontains", "mended__influencerId__icontains")
    candidates = of_creators.filter(reduce(Q.__or__, (Q(**{text: form}) for text in texts for form in mention.cells)))
    found = [row.pk for row in candidates.iterator() if is_of_creator(row, mention)]
    return of_creators.filter(pk__in=found + rejects_by_handle(mention))


def rejects_by_handle(mention: Mention) -> list[int]:
    """Ids of rejects of lists of creators that name nobody by an id, and the creator by a handle of the profile."""
    if not mention.handles:
        return []
    naming = [kind.name for kind in kinds().values() if any(column.name == "handle" for column in kind.columns)]
    return [row.pk for row in Reject.objects.filter(load__kind__in=naming).iterator() if has_handle(row, mention)]


def has_handle(reject: Reject, mention: Mention) -> bool:
    """Whether the cell for the handle, as it was found or mended, holds the creator's, and no id says who it is. Where
    no handle could be read, the row as it stood is searched for it."""
    cells = [reject.cells, reject.mended or {}]
    if any(each.get("influencerId", "").strip() for each in cells):
        return False
    handles = [each["handle"] for each in cells if each.get("handle", "").strip()]
    return any(mention.is_handle(text) for text in handles or [UNDECODED_BYTE.sub(" ", reject.raw)])


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
    """Loads whose uploaded file mentions the creator, in its name or inside, or cannot be read any more, so that nobody
    knows."""
    uploaded = Load.objects.exclude(upload="")
    named = [load.pk for load in uploaded.iterator() if is_in_name(load, mention)]
    searched = loads_of_creators().exclude(upload="").exclude(pk__in=named)
    inside = [load.pk for load in searched.iterator() if is_in_file(load, mention)]
    return Load.objects.filter(pk__in=named + inside)


def is_in_name(load: Load, mention: Mention) -> bool:
    """Whether the file is named after the creator: in the storage it has the name that its user gave it."""
    return mention.is_in(load.file) or mention.is_in(PurePath(str(load.upload.name)).name)


def is_in_file(load: Load, mention: Mention) -> bool:
    """Whether a sheet's name or a cell of any sheet, not only of the sheet that was loaded, mentions the creator."""
    try:
        with Source(load.file, lambda: load.upload.open("rb"), load.size, encoding=load.encoding) as source:
            if source.workbook and any(mention.is_in(sheet.name) for sheet in source.workbook.sheets):
                return True
            return any(mention.is_cell_of(line, delimiters) for line, delimiters in searchable(load, source, mention))
    except Unreadable as error:
        if is_there := load.upload.storage.exists(str(load.upload.name)):
            mention.unsearched.add(f"load {load.pk}: {error}")
        return is_there


def searchable(load: Load, source: Source, mention: Mention) -> Iterator[tuple[str, str]]:
    """The lines of a file, of all its sheets, each with the characters that may end its cells. Raises `Unreadable` if
    reading takes longer than a load may; the limit of what a file may unpack to is that of `Source`."""
    ends_at, delimiters = time.monotonic() + settings.LOAD_MAX_SECONDS, DELIMITERS
    for lines in blocks(source):
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


def blocks(source: Source) -> Iterator[list[str]]:
    """Lists of lines: of a text, or of each sheet of a workbook in turn."""
    for sheet in source.workbook.sheets if source.workbook else [None]:
        source.sheet = sheet
        yield from source.blocks()


def delete_ended(loads: QuerySet[Load], mention: Mention) -> None:
    """Deletes the files of loads that have ended; a file that is still needed stays, and is named as what remains."""
    delete_files(loads.filter(state__in=ENDED))


def redact_words(loads: QuerySet[Load], mention: Mention) -> None:
    """Leaves loads alone that wait or run: they find their columns by these words, and their file by its name."""
    at_work = Load.objects.filter(Q(pk__in=Load.objects.waiting()) | Q(IS_ALIVE))
    mention.redact(loads.exclude(pk__in=list(at_work.values_list("pk", flat=True))), WORDS)


HELD = (
    Held("rejected rows", Reject, "deleted", rejects),
    Held("good rows beside rejected ones", Companion, "deleted", companions),
    Held("uploaded files", Load, "deleted", uploads, delete_ended, is_slow=True),
    Held("words about loads", Load, "redacted", lambda mention: mention.find(Load.objects.all(), WORDS), redact_words),
)
