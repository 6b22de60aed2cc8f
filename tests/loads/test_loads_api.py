"""Loads over the API: files taken in, watched, and their rejects."""

import csv

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loads.models import Load
from loads.tasks import resume_uploads, run_upload
from performance.models import Engagement
from tests import factories
from tests.loads.loading import HEADER
from tests.loads.workbooks import ROW, workbook

CSV = HEADER + "a,c,100,5,2,1\nb,c,x,5,2,1\n"


@pytest.fixture
def marketer(client, transactional_db):
    client.force_login(factories.user("mara", "loads.view_load", "loads.view_reject", "loads.add_load"))
    return client


def post(client, content=CSV, name="may.csv", *, key="", **fields):
    data = content if isinstance(content, bytes) else content.encode()
    headers = {"Idempotency-Key": key} if key else {}
    return client.post("/loads", {"file": SimpleUploadedFile(name, data), **fields}, headers=headers)


def test_a_file_is_accepted_then_loaded_and_can_be_watched(marketer):
    answer = post(marketer, platform="TikTok")
    load = Load.objects.get()
    assert (answer.status_code, answer["Location"]) == (202, f"/loads/{load.pk}")
    assert (answer.json()["state"], answer.json()["by"]) == ("queued", "mara")
    run_upload(load.pk)
    found = marketer.get(answer["Location"]).json()
    assert {name: found[name] for name in ("state", "progress", "rows", "inserted", "rejected")} == {
        "state": "loaded", "progress": 1.0, "rows": 2, "inserted": 1, "rejected": 1,
    }  # fmt: skip
    assert Engagement.objects.get().platform == "TikTok"


def test_a_file_that_is_posted_again_with_its_key_is_loaded_once(marketer):
    first, repeat = post(marketer, key="k"), post(marketer, key="k")
    load = Load.objects.get()
    assert first.status_code == repeat.status_code == 202
    assert first.content == repeat.content
    assert repeat["Location"] == f"/loads/{load.pk}"
    assert load.upload.read() == CSV.encode()
    assert post(marketer, CSV + "d,c,100,5,2,1\n", key="k").status_code == 422
    assert post(marketer, name="june.csv", key="k").status_code == 422


def test_its_rejects_come_as_json_and_as_csv(marketer):
    load = factories.load()
    factories.reject(load, influencerId="=x")
    assert marketer.get(f"/loads/{load.pk}/rejects").json() == [
        {"line": 2, "raw": "influencer_1,campaign_1,0,0,0,0", "reason": "views is zero", "mendedBy": None}
    ]
    text = b"".join(marketer.get(f"/loads/{load.pk}/rejects?format=csv").streaming_content).decode()
    assert text.splitlines()[1].startswith("'=x,")


def test_who_may_only_read_loads_nothing(client, transactional_db):
    client.force_login(factories.user("ken", "loads.view_load"))
    assert post(client).status_code == 403
    assert not Load.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"maxRejects": "many"}, "maxRejects"),
        ({"maxRejects": "9" * 24}, "maxRejects"),
        ({"platform": "\0"}, "platform"),
        ({"platform": " TikTok"}, "platform"),
        ({"plattform": "x"}, "plattform"),
        ({"encoding": "base64"}, "encoding"),
        ({"encoding": "e" * 41}, "encoding"),
        ({"sheet": "May"}, "file"),
        ({"kind": "trends", "platform": "x"}, "platform"),
    ],
)
def test_a_silly_field_is_refused_by_its_name(marketer, fields, field):
    answer = post(marketer, **fields)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_no_file_and_an_empty_file_are_refused(marketer):
    assert list(marketer.post("/loads", {}).json()["errors"]) == ["file"]
    assert list(post(marketer, content="").json()["errors"]) == ["file"]


def test_a_file_that_is_too_large_is_413_and_says_the_limit(marketer, settings):
    settings.UPLOAD_MAX_MB = 1
    answer = post(marketer, content="x" * 1_100_000)
    assert (answer.status_code, answer.json()["detail"]) == (413, "An upload may be 1 MB at most.")


def test_a_hostile_file_name_stays_a_name(marketer):
    post(marketer, name="../../etc/pass\nwd.csv")
    load = Load.objects.get()
    assert "/" not in load.file
    assert ".." not in load.upload.name


def test_a_list_of_loads_costs_as_many_queries_as_one(marketer, django_assert_max_num_queries):
    for _ in range(5):
        factories.load(state=Load.State.RUNNING)
    with django_assert_max_num_queries(5):
        assert [load["state"] for load in marketer.get("/loads").json()] == ["interrupted"] * 5


def test_an_upload_whose_queue_was_lost_is_sent_again(marketer, monkeypatch):
    post(marketer)
    sent = []
    monkeypatch.setattr("loads.tasks.enqueue_on_commit", lambda task, *args: sent.append(args))
    resume_uploads()
    assert sent == [(Load.objects.get().pk,)]


def test_a_finished_upload_is_not_sent_again(marketer, monkeypatch):
    post(marketer)
    run_upload(Load.objects.get().pk)
    sent = []
    monkeypatch.setattr("loads.tasks.enqueue_on_commit", lambda task, *args: sent.append(args))
    resume_uploads()
    assert sent == []


def test_a_file_that_is_gone_fails_its_load_in_one_line(marketer):
    post(marketer)
    load = Load.objects.get()
    load.upload.storage.delete(load.upload.name)
    run_upload(load.pk)
    load.refresh_from_db()
    assert (load.state, load.error) == ("failed", "may.csv cannot be read: No such file or directory")


def test_a_kind_with_a_right_of_its_own_needs_that_right(marketer):
    refused = post(marketer, "hashtag,platform,score\n#run,x,1\n", kind="trends")
    assert refused.status_code == 403
    assert not Load.objects.exists()


def test_a_file_of_another_kind_is_taken_from_users_with_its_right(client, transactional_db):
    client.force_login(factories.user("rita", "loads.view_load", "loads.add_load", "briefs.add_trend"))
    answer = post(client, "hashtag,platform,score\n#run,x,1\n", kind="trends")
    assert (answer.status_code, answer.json()["kind"]) == (202, "trends")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "may.csv is a picture (PNG); expected CSV or an Excel workbook (.xlsx)."),
        (b"%PDF-1.7\n", "may.csv is a PDF; expected CSV or an Excel workbook (.xlsx)."),
        (bytes(range(5, 250)), "may.csv is no text; expected CSV or an Excel workbook (.xlsx)."),
        (b"PK\x03\x04xxxx", "may.csv is a damaged workbook or zip archive: its end is missing."),
        (
            b"a,b\n1,2\n",
            "may.csv needs a header that names 6 columns or more, for influencerId, campaignId, views, likes, "
            "comments, shares; row 1, taken for the header, names 2: 'a, b'. The header must be the first row: delete "
            "what stands above it.",
        ),
    ],
)
def test_what_no_load_could_read_is_refused_and_leaves_nothing(marketer, settings, tmp_path, content, said):
    settings.MEDIA_ROOT = tmp_path
    answer = post(marketer, content)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"file": [said]})
    assert not Load.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_encoding_sheet_and_approximate_numbers_are_fields(marketer):
    text = (HEADER + "Zoë,c,1.2M,5,2,1\n").encode("cp1252")
    answer = post(marketer, text, encoding="cp1252", approximate="true")
    run_upload(answer.json()["id"])
    assert (Engagement.objects.get().influencer_id, Engagement.objects.get().views) == ("Zoë", 1_200_000)
    answer = post(marketer, workbook(ROW, change=lambda book: book.create_sheet("Empty", 0)), "may.xlsx", sheet="Sheet")
    run_upload(answer.json()["id"])
    found = marketer.get(answer["Location"]).json()
    assert (found["state"], found["sheet"], found["inserted"]) == ("loaded", "Sheet", 1)


def test_the_csv_of_loads_is_for_people(marketer):
    factories.load(notes=["ignored columns: a, b", "the sample data left with this load"], check_only=True)
    header, line = marketer.get("/loads?format=csv").content.decode().splitlines()
    cells = dict(zip(header.split(","), next(csv.reader([line])), strict=True))
    assert (cells["check"], cells["isSample"], cells["seconds"]) == ("true", "false", "")
    assert cells["notes"] == "ignored columns: a, b | the sample data left with this load"
