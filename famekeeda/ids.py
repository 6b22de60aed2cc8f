"""What an id of another system may be: of a campaign, a creator, a platform."""

import re

MAX_ID_CHARACTERS = 200  # three ids share one index entry, which PostgreSQL limits to 2,704 bytes

# No control characters, line breaks or U+FFFD; the first and the last character are no space either.
_REFUSED = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd"
ID_PATTERN = rf"^[^\s{_REFUSED}]([^{_REFUSED}]*[^\s{_REFUSED}])?\Z"


class IdConverter:
    """`<id:…>` in a path: an id of another system, which may hold slashes. What cannot be in a table is not found."""

    regex = ".+"

    def to_python(self, text: str) -> str:
        if len(text) > MAX_ID_CHARACTERS or not re.fullmatch(ID_PATTERN, text):
            raise ValueError(text)
        return text

    def to_url(self, text: str) -> str:
        return text
