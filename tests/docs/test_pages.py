"""The pages are complete and hang together: links, endpoints, settings, figures."""

import re
import subprocess

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from benchmarks import tables
from tests.docs.pages import PAGES, ROOT, matches, read

README, OPERATIONS, BENCHMARKS = ROOT / "README.md", ROOT / "docs" / "operations.md", ROOT / "docs" / "benchmarks.md"


def test_every_page_is_run():
    assert set(PAGES) == {README, *(ROOT / "docs").glob("*.md")}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_block_is_run_compared_or_exempt_with_a_reason(path):
    assert read(path).strange == []


@pytest.mark.parametrize(
    "block",
    ["```bash\nls\n```", "```console\n$ ls\n```", "```\nls\n```", "    ls", "```text\nfiles\n```"],
)
def test_a_block_that_nobody_would_run_or_compare_is_found(tmp_path, monkeypatch, block):
    monkeypatch.setattr("tests.docs.pages.ROOT", tmp_path)
    (tmp_path / "page.md").write_text(f"# A page\n\n{block}\n")
    assert len(read(tmp_path / "page.md").strange) == 1


def test_contributing_names_the_pages_in_the_order_in_which_tests_run_them():
    text = " ".join((ROOT / "docs" / "contributing.md").read_text().split())
    assert f"in the order {', '.join(path.stem for path in PAGES)}:" in text


def test_git_ignores_what_the_commands_of_the_pages_write():
    commands = "\n".join(block.text for path in PAGES for block in read(path).commands if not block.not_run)
    written = set(re.findall(r"(?:> ?|-o |-D |--rejects )(\w+\.\w+)", commands))
    ignored = subprocess.run(["git", "check-ignore", *written], cwd=ROOT, capture_output=True, text=True).stdout.split()
    assert {"campaign.json", "rejects.csv", "headers.txt"} <= written
    assert written - set(ignored) == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path):
    lost = []
    for link in read(path).links:
        target, _, anchor = link.partition("#")
        if target.startswith(("http://", "https://")):
            continue
        file = path.parent / target if target else path
        if not file.exists() or (anchor and anchor not in read(file).headings):
            lost.append(link)
    assert lost == []


def test_the_readme_lists_exactly_the_paths_of_the_api():
    section = README.read_text().partition("## Endpoints")[2].partition("\n## ")[0]
    listed = {re.sub(r"\{\w+\}", "{}", path) for path in re.findall(r"`(/[^`]*)`", section.partition("\n\nErrors")[0])}
    assert listed == {re.sub(r"<[^>]+>", "{}", f"/{path}") for path in api_paths(get_resolver().url_patterns)}


def api_paths(patterns, prefix=""):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if path.startswith(("admin", "favicon")):
            continue
        if isinstance(pattern, URLResolver):
            yield from api_paths(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern) and path:
            yield path


def test_operations_describe_exactly_the_settings_of_env_example():
    example = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    section = OPERATIONS.read_text().partition("## Settings")[2].partition("\n## ")[0]
    first_cells = re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE)
    assert {name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)} == example


def test_the_figures_are_those_of_the_last_measurement():
    page = BENCHMARKS.read_text()
    assert page == tables.with_tables(page, tables.published())


@pytest.mark.parametrize(
    ("said", "printed", "is_same"),
    [
        ("loaded: 3 rows", "loaded: 3 rows\n", True),
        ('{"a":1,\n  "b":2}', '{"a":1,"b":2}', True),
        ("loaded: … rows in … s", "loaded: 3 rows in 0.07 s", True),
        ("…loaded", "Load 2\nloaded", True),
        ("loaded: 3 rows", "loaded: 4 rows", False),
        ("loaded: 3 rows", "loaded: 3 rows, 1 rejected", False),
        ("loaded", "Load 2\nloaded", False),
        ("", "loaded", False),
        ("a.c", "abc", False),
    ],
)
def test_what_a_page_says_is_compared_with_what_was_printed(said, printed, is_same):
    assert matches(said, printed) is is_same
