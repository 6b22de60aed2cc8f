"""The kinds of load: what the rows of a file are, how a row is judged, and how good rows reach their table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.module_loading import import_string

from famekeeda.apps import project_apps
from loads.columns import Columns

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from famekeeda.pages import Panel
    from loads.judge import Judge, Rejection
    from loads.models import Companion, Load


class StagedLoad(Protocol):
    """The part of `loads.run.LoadRun` that a kind may use, once the good rows of the file are staged."""

    load: Load
    judge: Judge
    scratch: Any  # a cursor of the connection that has `incoming`, and that never commits
    target: Any  # a cursor of the connection that changes the table, and that commits if the load is to stay

    def reject(self, rejections: list[Rejection]) -> None: ...
    def accompany(self, companions: list[Companion]) -> None: ...
    def lock_table(self, table: str) -> None: ...
    def show_progress(self) -> None: ...


@dataclass(frozen=True)
class Standing:
    """A row as it stands in the kind's table: our column → text, and the load that left it so, if one did."""

    cells: dict[str, str]
    load_id: int | None


class Kind:
    """One kind of load. An app subclasses it and names the class in `load_kinds` of its AppConfig."""

    name: str  # as Load.kind stores it
    title: str  # the name of the kind on pages
    noun: str  # what pages call one row of the kind's table
    about: tuple[str, ...]  # paragraphs for the page on which a file is chosen: what a row is, what a later file does
    columns: Columns
    judge: type[Judge]
    staging: str  # SQL: creates the temporary table `incoming`, with a column for each field and `line bigint`
    permission: str = ""  # needed beside loads.add_load
    reading_permission: str = ""  # needed to see rows of a file, where they hold what not everybody may see
    takes_platform: bool = False  # whether a load may name the platform of rows that name none
    order: int = 50  # among the kinds that people choose from; the first is what an upload is that names none
    leaves_changed: bool = True  # whether `left_by` finds rows that the load changed, beside those that it made
    key: tuple[str, ...] = ()  # columns by which rows of a file are added up; empty if each row stands alone

    def may_be_loaded_by(self, user: Any) -> bool:
        return user.has_perms(self.loading_permissions)

    @property
    def loading_permissions(self) -> list[str]:
        """All that a user needs to load a file of this kind."""
        return ["loads.add_load", *filter(None, [self.permission, self.reading_permission])]

    def may_be_read_by(self, user: Any) -> bool:
        """Whether the user may see rows of files of this kind; the right to see loads is asked for elsewhere."""
        return not self.reading_permission or user.has_perm(self.reading_permission)

    def may_be_deleted_by(self, user: Any) -> bool:
        return user.has_perms(["loads.delete_load", *filter(None, [self.permission])])

    def refuse(self, run: StagedLoad) -> None:
        """Rejects staged rows that are wrong only in the light of other rows."""

    def accompany(self, run: StagedLoad) -> None:
        """Keeps a companion for each key that has good and rejected rows. Kinds without a `key` need none."""

    def standing(self, key: dict[str, str]) -> Standing | None:
        """The row of the table with this key, of a kind with a `key`; None if there is none."""
        raise NotImplementedError

    def overtaken(self, run: StagedLoad) -> tuple[str, int] | None:
        """Finds a staged row that would overwrite figures of a load newer than the one that `run.load` mends. Returns
        the ids of the row as text and the id of the newer load; None if there is no such row."""
        return None

    def merge(self, run: StagedLoad) -> None:
        """Brings the staged rows into the table through `run.target`, and sets the counts of `run.load`.

        A constraint of Load demands rows = inserted + updated + unchanged + merged + rejected. `run.load.rows` and
        `run.load.rejected` are set already; `lowered` counts some of the updated rows.
        """
        raise NotImplementedError

    def left_by(self, load: Load) -> QuerySet[Any]:
        """The rows of the table that stand as the load left them; their model has a field `load`."""
        raise NotImplementedError

    def rows_left(self) -> None:
        """Called after rows of the table were deleted otherwise than by a load."""

    def outcome(self, load: Load) -> Panel | None:
        """The panel that the page of a finished load shows about the changed rows; None for no panel."""
        return None


class RemovedKind(Kind):
    """Stands for a kind that no app registers any more, so that its loads can still be looked at."""

    noun = "row"
    columns = ()

    def __init__(self, name: str) -> None:
        self.name = self.title = name

    def may_be_deleted_by(self, user: Any) -> bool:
        return False  # which rows would have to go, nobody knows


def kind_named(name: str) -> Kind:
    return kinds().get(name) or RemovedKind(name)


def unreadable_by(user: Any) -> list[str]:
    """The kinds whose rows the user may not see."""
    return [kind.name for kind in kinds().values() if not kind.may_be_read_by(user)]


def default_kind() -> str:
    """The kind of an upload that names no kind: the first."""
    return next(iter(kinds()))


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name: those of a lower `order` first, and those of the same order as in INSTALLED_APPS."""
    found = [import_string(path)() for app in project_apps() for path in app.load_kinds]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: kind.order)}
