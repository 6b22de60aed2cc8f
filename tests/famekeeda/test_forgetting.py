"""A creator is forgotten everywhere, what went is printed as evidence, and everybody else stays."""

import gzip
import io
import json

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from briefs.models import Brief, Decision, Step
from famekeeda.apps import ProjectApp
from famekeeda.keeping.forgetting import held
from loads.models import Companion, Load, Reject
from performance import stats
from performance.models import Engagement, Verdict
from tests import factories
from tests.loads.loading import HEADER, load_text
from tests.loads.workbooks import workbook

pytestmark = pytest.mark.django_db
PAGE = "/admin/forget-creator/ana/"
EVERYWHERE = ("engagement", "verdict", "briefs", "decision", "step", "loads", "history")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path  # another test, in another process, writes a file of the same name


def forget(*options: str) -> str:
    out = io.StringIO()
    call_command("forget_creator", "ana", *options, stdout=out)
    return out.getvalue()


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_every_table_with_a_creator_s_id_says_so():
    ours = [model for app in apps.get_app_configs() if isinstance(app, ProjectApp) for model in app.get_models()]
    naming = {
        model for model in ours for field in model._meta.concrete_fields
        if "influencer" in field.name or "creator" in field.name
    }  # fmt: skip

    assert naming >= {Engagement, Verdict, Brief}
    missing = naming - {entry.model for entry in held()}
    assert not missing, f"{missing} hold ids of creators: name them in HELD of their app's module `forgetting`"


def test_results_and_verdicts_go_and_those_of_others_stay():
    for creator in ("ana", "banana"):
        factories.engagement(creator, "spring")
        factories.verdict(creator)
    Verdict.objects.filter(influencer_id="banana").update(note="Better than ana, like banana bread")

    said = forget()

    assert "creator results: 1 deleted" in said
    assert "verdicts with their notes: 1 deleted" in said
    assert "notes about other creators: 1 redacted" in said
    assert [result.influencer_id for result in Engagement.objects.all()] == ["banana"]
    assert Verdict.objects.get().note == "Better than [forgotten creator], like banana bread"


def test_totals_are_counted_anew():
    factories.engagement("ana", "spring")
    assert stats.campaign("spring")[0].results == 1
    forget()

    assert stats.campaign("spring")[0].results == 0


def test_a_brief_stays_readable_without_the_creator():
    content = factories.CONTENT | {"caption": "#ad Run with ana, not with banana.", "dos": ["Show @ana running"]}
    brief = factories.brief(
        product="Air Max by ana", goal="Film ana", influencer_id="ana", generated=content, edited=content, cache_key="k"
    )

    said = forget()

    brief.refresh_from_db()
    assert "briefs: 1 redacted" in said
    assert (brief.influencer_id, brief.product, brief.goal) == (
        "", "Air Max by [forgotten creator]", "Film [forgotten creator]",
    )  # fmt: skip
    assert brief.content["caption"] == "#ad Run with [forgotten creator], not with banana."
    assert brief.edited["dos"] == ["Show @[forgotten creator] running"]
    assert (brief.state, brief.content["CTA"]) == ("ready", "Tap the link and pick your pair.")


def test_a_redacted_brief_answers_no_request_for_the_creator_any_more():
    brief = factories.brief(influencer_id="ana", cache_key="k")
    brief.remember()

    forget()

    assert Brief.objects.recall("k") is None
    assert not Brief.objects.filter(cache_key="k").exists()


def test_decisions_and_steps_of_any_brief_are_redacted():
    brief = factories.brief()
    Decision.objects.create(brief=brief, action="rejected", note="Not for ana", content={"caption": "Like ana"})
    evidence = json.dumps({"bestCreators": [{"influencerId": "ana", "views": 7}]})
    factories.step(brief, sent={"messages": [{"role": "user", "content": evidence}]}, received={"text": "ana!"})
    other = factories.step(brief, sent={"messages": ["banana"]})

    said = forget()

    assert "decisions about briefs: 1 redacted" in said
    assert "steps of briefs, with prompts and evidence: 1 redacted" in said
    decision, step = Decision.objects.get(), Step.objects.exclude(pk=other.pk).get()
    assert (decision.note, decision.content) == ("Not for [forgotten creator]", {"caption": "Like [forgotten creator]"})
    assert json.loads(step.sent["messages"][0]["content"]) == {
        "bestCreators": [{"influencerId": "[forgotten creator]", "views": 7}]
    }
    assert step.received == {"text": "[forgotten creator]!"}


def test_an_id_with_quotes_is_found_in_json_within_json():
    evidence = json.dumps({"bestCreators": [{"influencerId": 'o"hara', "views": 7}]})
    step = factories.step(factories.brief(), sent={"messages": [json.dumps({"evidence": evidence})]})

    call_command("forget_creator", 'o"hara', stdout=io.StringIO())

    step.refresh_from_db()
    (message,) = step.sent["messages"]
    assert json.loads(json.loads(message)["evidence"])["bestCreators"][0]["influencerId"] == "[forgotten creator]"


def test_a_product_that_grows_too_long_is_cut_to_its_column():
    factories.brief(product="ana " * 75)

    forget()

    assert Brief.objects.get().product.startswith("[forgotten creator] [forgotten creator]")


def test_a_brief_that_is_being_written_is_named_as_what_remains():
    factories.brief(state="running", influencer_id="ana")

    said = forget()

    assert "briefs: 1 left, because somebody is working on them; run this again later" in said
    assert Brief.objects.get().influencer_id == "ana"


def test_rejects_and_the_good_rows_beside_them_go():
    load = factories.load(rows=4, rejected=4)
    factories.reject(load, line=2, influencerId="ana")
    factories.reject(load, line=3, influencerId="banana")
    factories.reject(load, line=4, raw='"ana",c,\\xff', reason="bytes that are no text")
    Reject.objects.create(load=load, line=5, raw=",c,1", cells={"influencerId": ""}, mended={"influencerId": "ana"})
    for creator in ("ana", "banana"):
        Companion.objects.create(load=load, line=2, rows=1, cells={"influencerId": creator})

    said = forget()

    assert "rejected rows: 3 deleted" in said
    assert "good rows beside rejected ones: 1 deleted" in said
    assert [reject.line for reject in Reject.objects.all()] == [3]
    assert Companion.objects.get().cells == {"influencerId": "banana"}
    assert Load.objects.get().rejected == 4


def test_uploaded_files_that_name_the_creator_go_unless_a_load_still_needs_them():
    def upload(content: str, state: str) -> Load:
        return factories.load(state=state, upload=ContentFile((HEADER + content).encode(), name="may.csv"))

    ended, other = upload("ana,c,1,0,0,0\n", "loaded"), upload("banana,c,1,0,0,0\n", "loaded")
    waiting = upload("ben,c,1,0,0,0\nana,c,1,0,0,0\n", "checked")

    said = forget()

    assert "uploaded files: 1 deleted" in said
    assert "uploaded files: 1 left, because somebody is working on them" in said
    assert [default_storage.exists(load.upload.name) for load in (ended, other, waiting)] == [False, True, True]
    assert Load.objects.get(pk=ended.pk).upload.name == ""


def test_files_with_any_delimiter_go_and_a_file_that_cannot_be_searched_is_named(settings):
    settings.LOAD_MAX_UNPACKED_MB = 1

    def upload(content: bytes, name: str) -> Load:
        return factories.load(name, state="loaded", upload=ContentFile(content, name=name))

    upload((HEADER.replace(",", "|") + "ana|c|1|0|0|0\n").encode(), "pipes.csv")
    upload(("sep=:\n" + HEADER.replace(",", ":") + "ana:c:1:0:0:0\n").encode(), "colons.csv")
    bomb = upload(gzip.compress(b"x" * 2_000_000), "bomb.csv.gz")
    other = upload((HEADER + "ben,a:ana:b,1,0,0,0\n").encode(), "other.csv")

    evidence = json.loads(forget("--json"))

    assert evidence["went"] == [{"what": "uploaded files", "how": "deleted", "rows": 3}]
    assert evidence["unsearched"] == [f"load {bomb.pk}: bomb.csv.gz unpacks to more than 1 MB, the limit"]
    assert [load.pk for load in Load.objects.exclude(upload="")] == [other.pk]


@pytest.mark.parametrize(("title", "creator"), [("April", "ana"), ("Videos of ana", "ben")])
def test_a_workbook_goes_that_names_the_creator_on_a_sheet_that_was_not_loaded(title, creator):
    def add_sheet(book):
        book.create_sheet(title).append([creator, "c", 1, 0, 0, 0])

    content = workbook(["ben", "c", 1, 0, 0, 0], change=add_sheet)
    load = factories.load("may.xlsx", sheet="Sheet", upload=ContentFile(content, name="may.xlsx"))

    assert json.loads(forget("--json"))["went"] == [{"what": "uploaded files", "how": "deleted", "rows": 1}]
    assert not default_storage.exists(load.upload.name)


def test_a_workbook_of_others_stays():
    content = workbook(["ben", "c", 1, 0, 0, 0], change=lambda book: book.create_sheet("banana").append(["banana"]))
    load = factories.load("may.xlsx", upload=ContentFile(content, name="may.xlsx"))

    assert json.loads(forget("--json"))["went"] == []
    assert default_storage.exists(load.upload.name)


@pytest.mark.parametrize("kind", ["performance", "trends"])
def test_a_file_goes_that_is_named_after_the_creator(kind):
    content = ContentFile((HEADER + "ben,c,1,0,0,0\n").encode(), name="results of ana.csv")
    load = factories.load("results of ana.csv", kind=kind, upload=content)

    assert "uploaded files: 1 deleted" in forget()
    assert not default_storage.exists(load.upload.name)
    load.refresh_from_db()
    assert (load.file, load.upload.name) == ("results of [forgotten creator].csv", "")


def test_rejects_of_creators_lists_go_that_hold_a_handle_of_the_profile_and_no_id():
    ana = factories.creator("ana", "Kara.fit")
    ana.accounts.create(platform="tiktok", handle="Ana_Łuna")
    load, results = factories.load("creators.csv", kind="creators"), factories.load("results.csv", kind="performance")
    handles = [
        "kara.fit",
        " @Kara.FIT",
        "https://instagram.com/kara.fit/",
        "ana_łUNA",
        "kara",
        "kara.fit2",
        "my.kara.fit",
        "x",
    ]
    for line, handle in enumerate(handles, start=2):
        factories.reject(load, line, f",{handle},kara.fit", handle=handle, influencerId="")
    factories.reject(load, 20, r'"@kara.fit,\xff', reason="bytes that are no text")
    factories.reject(load, 21, r"kara,\xff", reason="bytes that are no text")
    factories.reject(load, 22, "ben,kara.fit", influencerId="ben", handle="kara.fit")
    factories.reject(results, 23, "kara.fit,spring", reason="views is zero")
    mended = factories.reject(load, 24, ",kara", handle="kara")
    Reject.objects.filter(pk=mended.pk).update(mended={"handle": "kara.fit"})

    said = forget()

    assert "rejected rows: 6 deleted" in said
    assert [reject.line for reject in Reject.objects.order_by("line")] == [6, 7, 8, 9, 21, 22, 23]


def test_rejects_go_however_the_id_stands_in_them():
    load = factories.load(rows=8, rejected=8)
    factories.reject(load, line=2, raw=" ana,c,x", influencerId=" ana")
    factories.reject(load, line=3, raw="\u00a0ana|c|x", influencerId="\u00a0ana")
    factories.reject(load, line=4, raw=r"c|ana|\xff", reason="bytes that are no text")
    factories.reject(load, line=5, raw='"ana:f4:1', reason="a quote opened in influencerId is not closed")
    factories.reject(load, line=6, raw=r"c,\xffana,1", reason="bytes that are no text")
    factories.reject(load, line=7, raw="ben,ana.c,1", influencerId="ben")
    factories.reject(load, line=8, raw="1,ana,c", influencerId="1")
    factories.reject(load, line=9, raw='"ana-maria:f4:1', reason="a quote opened in influencerId is not closed")

    forget()

    assert [reject.line for reject in Reject.objects.all()] == [7, 9]


def test_the_history_and_words_about_loads_are_redacted(admin_user):
    verdict = factories.verdict("ana")
    for title in (str(verdict), "Brief 3: shoes for ana"):
        LogEntry.objects.create(user=admin_user, action_flag=CHANGE, object_repr=title, change_message="Changed ana.")
    factories.load("results of ana.csv", notes=["ignored columns: ana"], error="")

    forget()

    assert set(LogEntry.objects.values_list("object_repr", "change_message")) == {
        ("[forgotten creator]: Shortlist", "Changed [forgotten creator]."),
        ("Brief 3: shoes for [forgotten creator]", "Changed [forgotten creator]."),
    }
    assert Load.objects.get().file == "results of [forgotten creator].csv"
    assert Load.objects.get().notes == ["ignored columns: [forgotten creator]"]


def test_columns_and_sheets_of_loads_are_redacted():
    factories.load(header=["ana", "c", "1"], sheet="Videos of ana", mapping={"views": "views of ana"})

    assert "words about loads: 1 redacted" in forget()
    load = Load.objects.get()
    assert load.header == ["[forgotten creator]", "c", "1"]
    assert load.sheet == "Videos of [forgotten creator]"
    assert load.mapping == {"views": "views of [forgotten creator]"}


def test_an_upload_that_waits_keeps_its_words_and_is_named_as_what_remains():
    content = ContentFile(HEADER.encode(), name="ana.csv")
    factories.load("ana.csv", state="draft", mapping={"views": "views of ana"}, upload=content)

    said = forget()

    assert "uploaded files: 1 left, because somebody is working on them" in said
    assert "words about loads: 1 left, because somebody is working on them" in said
    load = Load.objects.get()
    assert (load.file, load.mapping) == ("ana.csv", {"views": "views of ana"})


def test_words_about_a_command_that_was_killed_are_redacted():
    factories.load("ana.csv", state="running", header=["ana"])

    assert "words about loads: 1 redacted" in forget()
    assert (Load.objects.get().file, Load.objects.get().header) == ("[forgotten creator].csv", ["[forgotten creator]"])


def test_json_is_evidence_on_standard_output():
    factories.engagement("ana", "spring")

    evidence = json.loads(forget("--json"))

    assert evidence.pop("forgottenAt").endswith("+00:00")
    assert evidence.pop("by").endswith(", at the command line")
    assert evidence == {
        "creator": "ana",
        "went": [{"what": "creator results", "how": "deleted", "rows": 1}],
        "remains": [],
        "unsearched": [],
        "note": "A later load of a file that names the creator brings the creator back. Backups, and logs outside of "
        "this database, keep what they hold.",
    }


def test_a_dry_run_says_what_would_go_and_changes_nothing():
    factories.engagement("ana", "spring")

    assert forget("--dry-run") == "creator results: 1 would be deleted\n"
    assert json.loads(forget("--dry-run", "--json"))["wouldGo"] == [
        {"what": "creator results", "how": "deleted", "rows": 1}
    ]
    assert Engagement.objects.exists()


def test_a_creator_of_whom_nothing_is_held_is_said():
    assert forget().endswith("nothing was held of this creator\n")


@pytest.mark.django_db(transaction=True)
def test_a_later_load_brings_the_creator_back_as_the_evidence_says():
    load_text(HEADER + "ana,c,1,0,0,0\n")
    said = forget()
    load_text(HEADER + "ana,c,1,0,0,0\n")

    assert "A later load of a file that names the creator brings the creator back." in said
    assert Engagement.objects.get().influencer_id == "ana"


def test_the_page_asks_then_forgets_and_shows_the_evidence(admin_client):
    factories.engagement("ana", "spring")
    assert PAGE in text(admin_client.get("/admin/creator/ana/"))

    asked = text(admin_client.get(PAGE))
    assert '<td class="fk-number">1</td><td>Creator results</td><td>deleted</td>' in asked
    assert "Uploaded files are searched once you confirm" in asked
    assert Engagement.objects.exists()

    shown = text(admin_client.post(PAGE))
    assert "&quot;creator&quot;: &quot;ana&quot;" in shown
    assert "brings the creator back" in shown
    assert not Engagement.objects.exists()
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.change_message) == ("[forgotten creator]", "creator results: 1 deleted")
    assert admin_client.get("/admin/").status_code == 200


def test_the_page_needs_the_right(client):
    factories.engagement("ana", "spring")
    client.force_login(factories.user("ken", "performance.view_engagement", is_staff=True))

    assert PAGE not in text(client.get("/admin/creator/ana/"))
    assert client.post(PAGE).status_code == 403
    assert Engagement.objects.exists()

    client.force_login(factories.user("olga", "famekeeda.forget_creator", is_staff=True))
    assert client.post(PAGE).status_code == 200
    assert not Engagement.objects.exists()
