"""Which package may import which: famekeeda, then loads, then the apps; nothing imports dev but manage.py."""

import ast
import re
from pathlib import Path

import pytest

from famekeeda.celery import app as celery

ROOT = Path(__file__).resolve().parent.parent.parent
MAY_IMPORT = {
    "famekeeda": {"famekeeda"},
    "loads": {"loads", "famekeeda"},
    "campaigns": {"campaigns", "loads", "famekeeda"},
    "performance": {"performance", "loads", "famekeeda"},
    "briefs": {"briefs", "performance", "loads", "famekeeda"},
    "dev": {"dev"},
}


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute here"
            found.add((node.module or "").partition(".")[0])
    return found


def test_imports_run_one_way():
    ours = set(MAY_IMPORT)
    wrong = [
        f"{file.relative_to(ROOT)} imports {', '.join(strange)}"
        for app, allowed in MAY_IMPORT.items()
        for file in (ROOT / app).rglob("*.py")
        if (strange := (imported(file) & ours) - allowed)
    ]
    assert wrong == []


def test_settings_import_nothing_of_ours():
    assert imported(ROOT / "famekeeda" / "settings.py") & set(MAY_IMPORT) == set()


def test_manage_imports_dev_alone():
    assert imported(ROOT / "manage.py") & set(MAY_IMPORT) == {"dev"}


def sources() -> dict[str, str]:
    return {str(file.relative_to(ROOT)): file.read_text() for app in MAY_IMPORT for file in (ROOT / app).rglob("*.py")}


def test_no_module_imports_tasks():
    importing = re.compile(
        r"^\s*(from [\w.]+\.tasks import|from \w+ import .*\btasks\b|import \w+\.tasks)", re.MULTILINE
    )
    assert [name for name, source in sources().items() if importing.search(source)] == []


def test_every_task_that_is_sent_by_name_exists():
    celery.loader.import_default_modules()
    sending = re.compile(r"(?:send_now|enqueue_on_commit)\(\s*\"([\w.]+)\"")
    sent = {task for source in sources().values() for task in sending.findall(source)}
    assert sent
    assert sent <= set(celery.tasks)


@pytest.mark.parametrize("app", sorted(MAY_IMPORT))
def test_every_module_says_in_its_first_line_what_it_is_for(app):
    silent = [
        str(file.relative_to(ROOT))
        for file in (ROOT / app).rglob("*.py")
        if file.read_text().strip()
        and "migrations" not in file.parts
        and not ast.get_docstring(ast.parse(file.read_text()))
    ]
    assert silent == []
