"""How a reader wants the creators of a campaign listed, as the address of the page says it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, QueryDict

from campaigns.models import Collaboration
from campaigns.story.creators import KEYS, LARGEST_FIRST, RIGHTS

MAX_PAGE = 100


@dataclass(frozen=True)
class Asked:
    """`state` narrows the table, `open` is the column of the board that shows all of its cards; both may be empty."""

    query: QueryDict
    is_board: bool
    sort: str
    state: str
    open: str
    page: int

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """What is no choice counts as not said, and so does a column that the reader may not see."""
        query, sees = request.GET, request.user.has_perm
        sort, page = query.get("sort", ""), query.get("creators", "")
        columns = {name for name in KEYS if name not in RIGHTS or sees(RIGHTS[name])}
        return cls(
            query=query,
            is_board=query.get("view") == "board",
            sort=sort if sort.removeprefix("-") in columns else "name",
            state=state_or_none(query.get("state", "")),
            open=state_or_none(query.get("open", "")),
            page=min(max(int(page), 1), MAX_PAGE) if page.isdecimal() and len(page) < 4 else 1,
        )

    def link(self, **changes: object) -> str:
        """The address of the page with these parameters changed, and without those that are empty; others stay, for
        other panels have theirs."""
        query = self.query.copy()
        for name, value in changes.items():
            query.pop(name, None)
            if value:
                query[name] = str(value)
        return f"?{query.urlencode()}#creators"

    @property
    def query_string(self) -> str:
        return f"?{self.query.urlencode()}" if self.query else ""

    def sorting(self, column: str) -> tuple[str, str]:
        """The link of the column's title, and its `aria-sort`."""
        first, then = (f"-{column}", column) if column in LARGEST_FIRST else (column, f"-{column}")
        aria = {column: "ascending", f"-{column}": "descending"}.get(self.sort, "none")
        return self.link(sort=then if self.sort == first else first, creators=""), aria


def state_or_none(text: str) -> str:
    return text if text in Collaboration.State.values else ""
