"""Links to other sites: to drafts and posts, whose addresses people and programs give."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.html import format_html
from django.utils.safestring import SafeString


def outward(url: str) -> SafeString | str:
    """The address as a link that is shown by its host. Text, where it is none that a browser should open."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not host:
        return url
    return format_html(
        '<a class="fk-link" href="{}" rel="noopener noreferrer" target="_blank" title="{}">{}</a>',
        url,
        url,
        host.removeprefix("www."),
    )
