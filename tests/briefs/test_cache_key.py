"""The cache key: equal for requests that mean the same, another when something that shapes an answer changes."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from briefs.generation import cache_key as module
from briefs.generation import prompts
from briefs.generation.cache_key import MODULES, cache_key, source_of
from briefs.generation.tools import TOOLS
from briefs.models import PlatformRule
from briefs.request import BriefRequest

pytestmark = pytest.mark.usefixtures("catalogues")

WORDS = {"brand": "Nike", "product": "Air Max", "goal": "Reach young runners", "platform": "instagram"}


def key(**changed) -> str:
    request = BriefRequest.normalised(**WORDS | changed)
    return cache_key(request, PlatformRule.objects.get(pk=request.platform))


@pytest.mark.parametrize(
    "same",
    [
        {"brand": "  Nike "},
        {"product": "Air\t \nMax"},
        {"goal": "reach YOUNG runners"},
        {"platform": "Instagram"},
        {"language": "EN"},
        {"persona": ""},
    ],
)
def test_requests_that_mean_the_same_have_one_cache_key(same):
    assert key(**same) == key()


def test_unicode_forms_of_one_word_have_one_cache_key():
    assert key(brand="Cafe\u0301") == key(brand="Caf\u00e9")


def test_hashtags_count_without_case_and_order_and_once():
    assert key(hashtags=["#Run", "fun", "#run"]) == key(hashtags=["#FUN", "#run"])


@pytest.mark.parametrize(
    "other",
    [
        {"brand": "nike"},
        {"product": "Air Max 2"},
        {"platform": "tiktok"},
        {"persona": "Runners"},
        {"creative_angle": "Quiet"},
        {"hashtags": ["#run"]},
        {"campaign_id": "campaign_1"},
        {"influencer_id": "influencer_1"},
        {"language": "de"},
        {"instructions": "Shorter"},
    ],
)
def test_requests_that_differ_have_other_cache_keys(other):
    assert key(**other) != key()


@pytest.mark.parametrize(("name", "value"), [("OPENAI_MODEL", "other"), ("OPENAI_BASE_URL", "http://other/v1")])
def test_another_model_or_server_has_another_cache_key(settings, name, value):
    before = key()
    setattr(settings, name, value)
    assert key() != before


def test_a_changed_platform_rule_has_another_cache_key():
    before = key()
    PlatformRule.objects.filter(pk="instagram").update(hashtag_limit=4)
    assert key() != before


def test_an_edited_template_has_another_cache_key(tmp_path, monkeypatch):
    before = key()
    for file in prompts.FOLDER.glob("*.txt"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(prompts, "FOLDER", tmp_path)
    assert key() == before
    (tmp_path / "system.txt").write_text("Write well.")
    assert key() != before


def test_what_other_apps_say_anew_of_the_creator_or_the_campaign_has_another_cache_key(register):
    known = {"profile": {"topics": ["running"]}}
    register("weather", brief_evidence=lambda campaign_id, influencer_id: known if influencer_id == "ana" else {})
    before, of_nobody = key(influencer_id="ana"), key()
    assert key(influencer_id="ana") == before

    known["profile"] = {"topics": ["running", "sleep"]}

    assert key(influencer_id="ana") != before
    assert key() == of_nobody


@pytest.fixture
def edited_module(tmp_path, monkeypatch):
    """A function that makes a module's source end in other code, as far as the cache key can see."""

    def edit(name, code=b"edited = True", docstring=b'"""'):
        file = tmp_path / f"{name}.py"
        source = source_of(name).read_bytes().replace(b'"""', docstring, 1)
        file.write_bytes(source + b"\n" + code)
        monkeypatch.setattr(module, "source_of", lambda other: file if other == name else source_of(other))
        module._code_version.cache_clear()

    yield edit
    module._code_version.cache_clear()


@pytest.mark.parametrize("name", MODULES)
def test_an_edit_of_a_shaping_module_has_another_cache_key(name, edited_module):
    before = key()
    edited_module(name)
    assert key() != before


def test_an_edit_of_an_admin_page_has_the_same_cache_key(edited_module):
    import_module("famekeeda.urls")  # as a process that serves pages does: the admin's modules want this order
    before = key()
    edited_module("briefs.admin.review")
    assert key() == before


@pytest.mark.parametrize("name", MODULES)
def test_an_edit_of_comments_docstrings_or_layout_has_the_same_cache_key(name, edited_module):
    before = key()
    edited_module(name, code=b"# edited\n\n\n", docstring=b'"""Edited. ')
    assert key() == before


def test_what_models_read_of_a_tools_docstring_has_another_cache_key(monkeypatch):
    before = key()
    monkeypatch.setattr(TOOLS[0].function, "__doc__", "Returns hashtags.")
    monkeypatch.delitem(vars(TOOLS[0]), "schema", raising=False)
    assert key() != before


# Modules that the chain reaches and that shape no answer, with the reason; a package stands for all of its modules.
SHAPE_NO_ANSWER = {
    "briefs.event_types": "names what is said of a brief once it is written",
    "briefs.failures": "a brief that failed is never served again",
    "briefs.generation.trace": "records what others have decided",
    "briefs.models": "stores what others have decided; approved examples are data, as trends are",
    "famekeeda.circuit": "decides whether a server is asked, not what it answers",
    "famekeeda.events": "records that a brief is ready",
    "famekeeda.http": "lets an answer through whole or not at all",
    "famekeeda.llm.errors": "a request that failed leads to no answer",
    "famekeeda.llm.server": "OPENAI_BASE_URL is part of the key",
    "famekeeda.shared": "what the apps say of a campaign and a creator is part of the key",
    "loads": "brings data in; what it brought is data, as trends are",
    "performance": "results are data, as trends are",
}
ROOT = Path(__file__).resolve().parent.parent.parent
OURS = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}


def imports_of(name: str) -> set[str]:
    """Our modules that a module imports anywhere in its source."""
    names = set()
    for node in ast.walk(ast.parse(source_of(name).read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {each for each in names if each.partition(".")[0] in OURS and is_module(each)}


def is_module(name: str) -> bool:
    return (ROOT / name.replace(".", "/")).with_suffix(".py").exists()


def is_excepted(name: str) -> bool:
    return any(name == excepted or name.startswith(f"{excepted}.") for excepted in SHAPE_NO_ANSWER)


def reachable_from(name: str) -> set[str]:
    """The module, and what it imports, and what that imports; what shapes no answer is followed no further."""
    found, unread = set(), {name}
    while unread:
        found |= unread
        unread = {imported for each in unread if not is_excepted(each) for imported in imports_of(each)} - found
    return found


def test_every_module_that_the_chain_reaches_is_listed_or_excepted():
    reached = reachable_from("briefs.generation.chain")
    assert {name for name in reached if not is_excepted(name)} == set(MODULES)


def test_no_exception_has_become_needless():
    reached = reachable_from("briefs.generation.chain")
    needed = {name for name in SHAPE_NO_ANSWER if any(f"{each}.".startswith(f"{name}.") for each in reached)}
    assert needed == set(SHAPE_NO_ANSWER)
