"""What an id of another system may be: of a campaign, a creator, a platform."""

import re

from famekeeda.text import CONTROL, SURROGATES

# As the catalogue of platforms begins, which people extend; files may name any.
PLATFORMS = "instagram, tiktok, youtube, x, facebook, linkedin, threads, pinterest"
MAX_ID_CHARACTERS = 200  # three ids share one index entry, which PostgreSQL limits to 2,704 bytes

# No control characters, line breaks, byte order marks or U+FFFD; the first and the last character are no space either.
ID_PATTERN = rf"^[^\s{CONTROL}]([^{CONTROL}]*[^\s{CONTROL}])?\Z"

# What is said of an id that does not match ID_PATTERN.
ID_REFUSAL = "May not hold control characters, nor begin or end with a space."

PATH_REFUSAL = "No part between slashes may be empty, . or .., which paths cannot carry."


def checked_id(text: str) -> str:
    """The id. Raises ValueError with a sentence for a text that is none."""
    if len(text) > MAX_ID_CHARACTERS:
        raise ValueError(f"May have {MAX_ID_CHARACTERS} characters at most.")
    if not re.match(ID_PATTERN, text) or re.search(f"[{SURROGATES}]", text):  # a command's argument may be no text
        raise ValueError(ID_REFUSAL)
    return text


def can_be_in_a_path(text: str) -> bool:
    """Whether the id gets through a path as it is: browsers and proxies take `.`, `..` and nothing between two slashes
    out of a path, also where they are percent-encoded."""
    return not any(part in ("", ".", "..") for part in text.split("/"))


def new_id(text: str) -> str:
    """The id of a row that is to be made. Raises ValueError, as `checked_id` does, also for one that no path can carry:
    nobody could open the page of the row. Such an id that files have brought is read by a query: `?campaignId=..`."""
    if not can_be_in_a_path(checked_id(text)):
        raise ValueError(PATH_REFUSAL)
    return text


class IdConverter:
    """`<id:…>` in a path: an id of another system, which may hold slashes. What cannot be in a table is not found."""

    regex = ".+"

    def to_python(self, text: str) -> str:
        if len(text) > MAX_ID_CHARACTERS or not re.fullmatch(ID_PATTERN, text):
            raise ValueError(text)
        return text

    def to_url(self, text: str) -> str:
        return text
