"""The pages of the documentation as tests need them: blocks of commands with what they print, headings, links.

The house rules of a page: a block marked `sh` holds commands, a block marked `text` what the block before it prints. A
block of commands without such a block prints nothing. `…` stands for anything, and white space does not count. A block
of commands that tests cannot run follows a line that begins with NOT_RUN and gives the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_RUN = "> Not run by the tests: "
LANGUAGES = {"sh", "text", "mermaid"}  # a block marked `bash` or `console` would go unnoticed

# The README first, then the pages in the order in which it names them.
PAGES = [ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in
         ("loading", "briefs", "campaigns", "api", "events", "operations", "contributing", "decisions",
          "benchmarks"))]  # fmt: skip


@dataclass
class Commands:
    """A block of commands. `prints` is what the page says that they print; `not_run` why tests do not run them."""

    place: str  # such as README.md:20
    text: str
    prints: str = ""
    not_run: str = ""


@dataclass
class Page:
    path: Path
    commands: list[Commands] = field(default_factory=list)
    headings: set[str] = field(default_factory=set)  # as GitHub's anchors
    links: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)  # what breaks the house rules


def read(path: Path) -> Page:
    page = Page(path)
    lines = enumerate(path.read_text().splitlines(), start=1)
    before, is_new_paragraph = "", True  # the last line of prose that is not blank; whether a blank line followed
    for number, line in lines:
        place = f"{path.relative_to(ROOT)}:{number}"
        if line.startswith("```"):
            language, content = line.removeprefix("```").strip(), []
            for _, inner in lines:
                if inner == "```":
                    break
                content.append(inner)
            take(page, place, language, "\n".join(content), before)
            before = ""
        elif line.startswith("    ") and is_new_paragraph:
            page.strange.append(f"{place}: an indented block")
        elif line.startswith("#"):
            page.headings.add(anchor(line.lstrip("# ")))
        elif line.strip():
            before = line
            page.links += re.findall(r"\]\(([^)\s]+)\)", line)
        is_new_paragraph = not line.strip()
    return page


def take(page: Page, place: str, language: str, text: str, before: str) -> None:
    if language == "sh":
        page.commands.append(Commands(place, text, not_run=before.removeprefix(NOT_RUN) if is_marker(before) else ""))
    elif language == "text" and page.commands:
        page.commands[-1].prints += text
    elif language not in LANGUAGES or language == "text":
        page.strange.append(f"{place}: a block marked {language!r}")
    elif is_marker(before):
        page.strange.append(f"{place}: nothing here could be run")


def is_marker(line: str) -> bool:
    return line.startswith(NOT_RUN) and len(line) > len(NOT_RUN) + 10


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def matches(said: str, printed: str) -> bool:
    parts = ["".join(part.split()) for part in said.split("…")]
    return re.fullmatch(".*".join(map(re.escape, parts)), "".join(printed.split()), re.DOTALL) is not None
