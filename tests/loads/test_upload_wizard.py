"""An upload by hand: matched, checked, loaded on confirmation; remembered, refused, discarded."""

import gzip

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from loads.models import Load
from loads.tasks import run_upload
from performance.models import Engagement
from tests import factories
from tests.loads.loading import HEADER
from tests.loads.workbooks import ROW, workbook

ADD = "/admin/loads/load/add/"


def page_of(load: Load, step: str) -> str:
    return f"/admin/loads/load/{load.pk}/{step}/"


def text(response) -> str:
    return response.content.decode()


def upload(client, content: str | bytes, name="may.csv", **fields):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(ADD, {"file": SimpleUploadedFile(name, data), **fields})


@pytest.mark.django_db(transaction=True)
def test_an_upload_is_matched_checked_and_loaded_on_confirmation(admin_client):
    text = HEADER.replace("views", "Video plays") + "a,c,100,5,2,1\nb,c,x,5,2,1\n"
    answer = admin_client.post("/admin/loads/load/add/", {"file": SimpleUploadedFile("may.csv", text.encode())})
    load = Load.objects.get()
    assert (load.state, answer["Location"]) == ("draft", f"/admin/loads/load/{load.pk}/columns/")
    columns = dict(zip(HEADER.strip().split(","), load.header, strict=True))
    assert columns["views"] == "Video plays"
    admin_client.post(answer["Location"], columns)
    load.refresh_from_db()
    assert (load.state, load.check_only, load.mapping) == ("queued", True, {"views": "Video plays"})
    run_upload(load.pk)
    load.refresh_from_db()
    assert (load.state, load.inserted, load.rejected) == ("checked", 1, 1)
    assert not Engagement.objects.exists()
    assert "views is not a whole number" in admin_client.get(f"/admin/loads/load/{load.pk}/change/").content.decode()
    admin_client.post(f"/admin/loads/load/{load.pk}/confirm/")
    run_upload(load.pk)
    load.refresh_from_db()
    assert load.state == "loaded"
    assert Engagement.objects.get().views == 100


@pytest.mark.django_db(transaction=True)
def test_columns_are_remembered_for_the_next_file_like_it(admin_client):
    header = ["who", "campaignId", "views", "likes", "comments", "shares"]
    factories.load(header=header, mapping={"influencerId": "who"})
    text = ",".join(header) + "\na,c,100,5,2,1\n"
    answer = admin_client.post("/admin/loads/load/add/", {"file": SimpleUploadedFile("may.csv", text.encode())})
    assert '<option value="who" selected' in admin_client.get(answer["Location"]).content.decode()


def test_columns_of_other_names_are_guessed(admin_client):
    answer = upload(
        admin_client, "Creator handle;Campaign name;Impressions;Reactions;Replies;Reposts;Network\n1;2;3;4;5;6;7"
    )

    page = text(admin_client.get(answer["Location"]))

    names = ("Creator handle", "Campaign name", "Impressions", "Reactions", "Replies", "Reposts", "Network")
    assert [f'<option value="{name}" selected' in page for name in names] == [True] * 7


def test_the_first_lines_of_the_file_are_shown_beside_its_columns(admin_client):
    answer = upload(
        admin_client, gzip.compress((HEADER + "zoë,<b>,1,2,3,4\n\xff,,,,,\n").encode("latin-1")), "may.csv.gz"
    )

    page = text(admin_client.get(answer["Location"]))

    assert "&lt;b&gt;" in page
    assert "zo\\xeb" in page


def test_two_of_ours_from_one_column_are_refused_before_anything_is_read(admin_client):
    upload(admin_client, HEADER + "a,c,100,5,2,1\n")
    load = Load.objects.get()
    names = ("influencerId", "campaignId", "views", "likes", "comments")

    page = admin_client.post(page_of(load, "columns"), {name: name for name in names} | {"shares": "comments"})

    assert "read from the same column" in text(page)
    load.refresh_from_db()
    assert load.state == "draft"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04xxxx", "is a damaged workbook or zip archive"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is a picture (PNG)"),
        (b"%PDF-1.7\n", "is a PDF"),
        (bytes(range(5, 250)), "is no text"),
        (b"some\nwords", "row 1, taken for the header, names 1: &#x27;some&#x27;. The header must be the first row"),
        (
            b"\n" + b"," * 9 + b"x" * 900 + b"\n" + HEADER.encode(),
            f"row 2, taken for the header, names 1: &#x27;{'x' * 60}",
        ),
        (b"\n\n", "is empty; expected a header"),
        (b"\x1f\x8bbroken", "is damaged"),
        (b"", "This file is empty."),
    ],
)
def test_what_is_no_export_is_refused_with_one_line_and_not_kept(admin_client, settings, tmp_path, content, said):
    settings.MEDIA_ROOT = tmp_path
    answer = upload(admin_client, content)

    assert answer.status_code == 400
    assert said in text(answer)
    assert not Load.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_file_above_the_limit_is_refused(admin_client, settings):
    settings.UPLOAD_MAX_MB = 1

    answer = upload(admin_client, HEADER + "x" * 1_000_000)

    assert answer.status_code == 413
    assert "1 MB at most" in text(answer)


def test_the_page_says_the_limit_before_anything_is_sent(admin_client, settings):
    settings.UPLOAD_MAX_MB = 7

    assert 'data-max="7000000"' in text(admin_client.get(ADD))


def test_a_check_is_confirmed_once(admin_client):
    load = factories.load(state="checked", check_only=True, upload="loads/m.csv", runs=1)

    admin_client.post(page_of(load, "confirm"))
    again = admin_client.post(page_of(load, "confirm"), follow=True)

    load.refresh_from_db()
    assert (load.state, load.check_only, load.runs) == ("queued", False, 0)
    assert "Somebody was faster" in text(again)


@pytest.mark.parametrize("state", ["loaded", "queued", "running"])
def test_what_is_not_open_any_more_is_neither_confirmed_nor_matched_nor_discarded(admin_client, state):
    upload(admin_client, HEADER + "a,c,100,5,2,1\n")
    Load.objects.update(state=state)
    load = Load.objects.get()

    assert admin_client.get(page_of(load, "columns"))["Location"] == page_of(load, "change")
    for step in ("confirm", "discard", "columns"):
        assert admin_client.post(page_of(load, step)).status_code == 302

    load.refresh_from_db()
    assert load.state == state


def test_a_discarded_upload_leaves_nothing(admin_client):
    upload(admin_client, HEADER + "a,c,100,5,2,1\n")
    load = Load.objects.get()

    admin_client.post(page_of(load, "discard"))

    assert not Load.objects.exists()
    assert not default_storage.exists(load.upload.name)


@pytest.mark.parametrize("step", ["columns", "confirm", "discard"])
def test_uploads_need_the_right_to_load(client, db, step):
    load = factories.load(state="checked", check_only=True, upload="loads/m.csv")
    client.force_login(factories.user("ken", "loads.view_load", is_staff=True))

    assert client.post(page_of(load, step)).status_code == 403
    assert "confirm" not in text(client.get(page_of(load, "change")))


def test_the_template_is_a_header_that_needs_no_matching(admin_client):
    template = b"".join(admin_client.get("/admin/loads/load/template.csv").streaming_content)

    assert template == b"influencerId,campaignId,views,likes,comments,shares,platform\r\n"


@pytest.mark.parametrize(
    ("rights", "status"), [(["loads.add_load"], 403), (["loads.add_load", "briefs.add_trend"], 200)]
)
def test_a_file_of_trends_is_chosen_only_by_users_who_may_add_trends(client, db, rights, status):
    client.force_login(factories.user("ken", *rights, is_staff=True))

    assert client.get(ADD + "?kind=trends").status_code == status


@pytest.mark.parametrize("step", ["columns", "confirm", "discard"])
def test_an_upload_of_trends_is_moved_on_only_by_users_who_may_add_trends(client, db, step):
    load = factories.load(kind="trends", state="checked", check_only=True, upload="loads/m.csv")
    client.force_login(factories.user("ken", "loads.add_load", is_staff=True))

    assert client.post(page_of(load, step)).status_code == 403


def test_an_unknown_kind_is_not_found(admin_client):
    assert admin_client.get(ADD + "?kind=nonsense").status_code == 404
    assert admin_client.get("/admin/loads/load/template.csv?kind=nonsense").status_code == 404


def test_each_kind_has_a_template(admin_client):
    template = b"".join(admin_client.get("/admin/loads/load/template.csv?kind=trends").streaming_content)

    assert template == b"hashtag,platform,score,topics,observedAt\r\n"


def test_the_page_of_a_checked_load_offers_loading_only_to_users_with_the_right_of_its_kind(client, db):
    load = factories.load(kind="trends", state="checked", check_only=True, upload="loads/m.csv")
    client.force_login(factories.user("ken", "loads.view_load", "loads.add_load", is_staff=True))

    assert "Load it</button>" not in text(client.get(page_of(load, "change")))


@pytest.mark.parametrize("platform", [" TikTok", "a\nb", "x" * 201])
def test_a_platform_is_checked_as_the_api_checks_it(admin_client, platform):
    answer = upload(admin_client, HEADER + "a,c,100,5,2,1\n", platform=platform)

    assert answer.status_code == 400
    assert not Load.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_another_encoding_is_proposed_with_the_cells_it_changes_and_taken_only_when_chosen(admin_client):
    content = HEADER.encode() + "Zoë,c,100,5,2,1\n".encode("cp1252") + "Åsa,c,100,5,2,1\n".encode()
    columns = upload(admin_client, content)["Location"]
    load = Load.objects.get()

    page = text(admin_client.get(columns))
    assert "This file is not UTF-8" in page
    assert '<td class="fk-id">Zo\\xeb</td><td class="fk-id">Zoë</td>' in page
    assert '<td class="fk-id">Åsa</td><td class="fk-id">Ã…sa</td>' in page
    assert load.encoding == ""

    admin_client.post(page_of(load, "reading"), {"encoding": "windows-1252"})
    load.refresh_from_db()
    assert load.encoding == "cp1252"
    assert "Read as cp1252." in text(admin_client.get(columns))

    admin_client.post(columns, {name: name for name in HEADER.strip().split(",")})
    run_upload(load.pk)
    load.refresh_from_db()
    assert (load.state, load.inserted, load.rejected) == ("checked", 2, 0)


def german_creators(number: int) -> bytes:
    """As Excel of Germany writes them."""
    lines = [f"Zoë Krüger {each};Instagram;@zoe{each};Österreich" for each in range(number)]
    return "\r\n".join(["Größe;Plattform;Benutzername;Land", *lines, ""]).encode("cp1252")


def encoding_box(page: str) -> str:
    return page.partition('name="encoding" list="encodings" value="')[2].partition('"')[0]


@pytest.mark.django_db(transaction=True)
def test_next_reads_a_file_in_the_encoding_that_the_box_shows(admin_client):
    file = SimpleUploadedFile("creators.csv", german_creators(20))
    answer = admin_client.post(ADD + "?kind=creators", {"file": file})
    load = Load.objects.get()
    page = text(admin_client.get(answer["Location"]))
    assert encoding_box(page) == "cp1252"
    matched = {"name": "Gr\\xf6\\xdfe", "platform": "Plattform", "handle": "Benutzername", "country": "Land"}

    admin_client.post(answer["Location"], matched | {"encoding": "cp1252"})

    run_upload(load.pk)
    load.refresh_from_db()
    assert (load.state, load.encoding, load.rejected, load.inserted) == ("checked", "cp1252", 0, 20)
    assert load.mapping["name"] == "Größe"


def test_next_reads_a_file_as_utf_8_where_the_box_was_emptied(admin_client):
    columns = upload(admin_client, HEADER.encode() + "Zoë,c,100,5,2,1\n".encode("cp1252"))["Location"]

    admin_client.post(columns, {name: name for name in HEADER.strip().split(",")} | {"encoding": ""})

    load = Load.objects.get()
    assert (load.state, load.encoding) == ("queued", "")


def test_a_file_that_is_utf_8_for_the_most_part_is_not_read_otherwise_unless_somebody_says_so(admin_client):
    content = HEADER.encode() + "Zoë,c,100,5,2,1\n".encode("cp1252")
    plain, mixed = (upload(admin_client, each)["Location"] for each in (content, content + "Åsa,c,1,1,1,1\n".encode()))

    assert [encoding_box(text(admin_client.get(page))) for page in (plain, mixed)] == ["cp1252", ""]


def test_next_refuses_a_mistyped_encoding_and_checks_nothing(admin_client):
    columns = upload(admin_client, HEADER.encode() + "Zoë,c,100,5,2,1\n".encode("cp1252"))["Location"]

    matched = {name: name for name in HEADER.strip().split(",")}
    answer = admin_client.post(columns, matched | {"encoding": "cp12525"}, follow=True)

    assert "is no encoding of text" in text(answer)
    assert Load.objects.get().state == "draft"


@pytest.mark.django_db(transaction=True)
def test_next_reads_the_sheet_that_the_box_shows_if_it_has_the_matched_columns(admin_client):
    def more_sheets(book):
        book.create_sheet("June").append(HEADER.strip().split(","))
        book["June"].append(["b", "c", 7, 1, 1, 1])
        book.create_sheet("Other").append(["influencerId", "campaignId", "views", "likes", "comments", "Sent"])

    columns = upload(admin_client, workbook(ROW, change=more_sheets), "may.xlsx")["Location"]
    load, matched = Load.objects.get(), {name: name for name in HEADER.strip().split(",")}

    page = text(admin_client.post(columns, matched | {"sheet": "Other"}))
    load.refresh_from_db()
    assert ("shares is not one of the available choices" in page, load.state, load.sheet) == (True, "draft", "Other")

    admin_client.post(columns, matched | {"sheet": "June"})
    run_upload(load.pk)
    load.refresh_from_db()
    assert (load.state, load.sheet, load.inserted) == ("checked", "June", 1)


def test_a_file_in_utf_8_gets_no_proposal(admin_client):
    columns = upload(admin_client, HEADER + "Zoë,c,100,5,2,1\n")["Location"]

    assert "not UTF-8" not in text(admin_client.get(columns))


def test_what_is_no_encoding_is_refused_and_changes_nothing(admin_client):
    upload(admin_client, HEADER + "a,c,100,5,2,1\n")
    load = Load.objects.get()

    answer = admin_client.post(page_of(load, "reading"), {"encoding": "base64"}, follow=True)

    assert "is no encoding of text" in text(answer)
    load.refresh_from_db()
    assert load.encoding == ""


def test_another_reading_of_a_checked_file_needs_another_check(admin_client):
    upload(admin_client, HEADER + "a,c,100,5,2,1\n")
    Load.objects.update(state="checked")
    load = Load.objects.get()

    admin_client.post(page_of(load, "reading"), {"encoding": "cp1252"})

    load.refresh_from_db()
    assert (load.state, load.encoding) == ("draft", "cp1252")


@pytest.mark.django_db(transaction=True)
def test_a_sheet_of_a_workbook_is_chosen_also_when_the_first_one_is_no_table(admin_client):
    columns = upload(admin_client, workbook(ROW, change=lambda book: book.create_sheet("Cover", 0)), "may.xlsx")[
        "Location"
    ]
    load = Load.objects.get()

    page = text(admin_client.get(columns))
    assert "may.xlsx is empty; expected a header" in page
    assert "<option selected>Cover</option><option>Sheet</option>" in page

    admin_client.post(page_of(load, "reading"), {"sheet": "Sheet"})
    admin_client.post(columns, {name: name for name in HEADER.strip().split(",")})
    run_upload(load.pk)
    load.refresh_from_db()
    assert (load.state, load.sheet, load.inserted) == ("checked", "Sheet", 1)


@pytest.mark.django_db(transaction=True)
def test_abbreviated_numbers_are_read_when_the_box_with_the_file_s_example_is_ticked(admin_client):
    columns = upload(admin_client, HEADER + "a,c,1.2M,3K,2,1\n")["Location"]
    load = Load.objects.get()

    assert "1.2M → 1,200,000, 3K → 3,000" in text(admin_client.get(columns))

    admin_client.post(columns, {name: name for name in HEADER.strip().split(",")} | {"approximate": "on"})
    run_upload(load.pk)
    load.refresh_from_db()
    assert (load.approximate, load.inserted) == (True, 1)
    assert load.notes == ["abbreviated numbers read as approximate, 1.2M as 1,200,000: 2"]


@pytest.mark.parametrize(
    "content",
    [HEADER + "a\rb,c,100,5,2,1\n", HEADER.replace("likes", '"likes') + "a,c\n", HEADER + '"' + "x" * 200_000],
)
def test_a_preview_of_strange_lines_is_shown_all_the_same(admin_client, content):
    answer = upload(admin_client, content.encode())

    page = admin_client.get(answer["Location"]) if answer.status_code == 302 else answer
    assert page.status_code in (200, 400)


def test_a_draft_whose_file_is_gone_says_so_and_is_discarded(admin_client):
    columns = upload(admin_client, HEADER + "a,c,100,5,2,1\n")["Location"]
    load = Load.objects.get()
    default_storage.delete(load.upload.name)

    assert "may.csv cannot be read: No such file or directory" in text(admin_client.get(columns))
    assert "Discard</button>" in text(admin_client.get(columns))
    assert "Discard</button>" in text(admin_client.get(page_of(load, "change")))

    admin_client.post(page_of(load, "discard"))
    assert not Load.objects.exists()


def test_a_draft_whose_file_cannot_be_deleted_or_whose_kind_is_gone_is_discarded(admin_client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "folder" / "in the way").mkdir(parents=True)
    load = factories.load(state="draft", check_only=True, upload="folder", kind="gone")

    assert admin_client.get(page_of(load, "columns")).status_code == 200
    answer = admin_client.post(page_of(load, "discard"), follow=True)

    assert "is forgotten" in text(answer)
    assert not Load.objects.exists()


def test_a_header_of_ten_thousand_columns_is_shown_in_part(admin_client):
    names = ",".join(f"column {number}" for number in range(10_000))
    columns = upload(admin_client, HEADER.replace("\n", f",{names}\n") + "a,c,100,5,2,1" + "," * 10_000)["Location"]

    assert "without 9,966 further columns" in text(admin_client.get(columns))


STRANGE_HEADER = "Zoë,Wer,Welche,Eins,Zwei,Drei,Vier,Gefällt\n"
MATCHED = {"influencerId": "Wer", "campaignId": "Welche", "views": "Eins", "comments": "Drei", "platform": ""}


def chosen(page: str, column: str) -> str:
    select = page.partition(f'name="{column}"')[2].partition("</select>")[0]
    return select.partition('" selected>')[0].rpartition('value="')[2] if " selected>" in select else ""


@pytest.mark.parametrize("encoding", ["cp1252", "nonsense"])
def test_columns_matched_so_far_outlive_another_encoding_and_a_mistyped_one(admin_client, db, encoding):
    columns = upload(admin_client, STRANGE_HEADER.encode("cp1252"))["Location"]
    load = Load.objects.get()
    assert load.header[-1] == "Gef\\xe4llt"

    answer = admin_client.post(
        page_of(load, "reading"),
        MATCHED | {"likes": "Gef\\xe4llt", "shares": "no such column", "encoding": encoding, "approximate": "on"},
    )

    page = text(admin_client.get(columns))
    assert answer["Location"] == columns
    assert [chosen(page, name) for name in ("influencerId", "campaignId", "views", "comments", "shares")] == [
        "Wer", "Welche", "Eins", "Drei", "",
    ]  # fmt: skip
    assert chosen(page, "likes") == ("Gefällt" if encoding == "cp1252" else "Gef\\xe4llt")
    load.refresh_from_db()
    assert load.approximate


def test_columns_matched_so_far_outlive_another_sheet_where_it_has_them(admin_client, db):
    def more_sheets(book):
        book.active.delete_rows(1)
        book.active.append(["Who", "Which", "Seen", "Liked", "Said", "Sent"])
        book.create_sheet("June").append(["Which", "Who", "Seen", "Loved", "Said", "Sent"])
        book.create_sheet("Cover")

    columns = upload(admin_client, workbook(change=more_sheets), "may.xlsx")["Location"]
    load = Load.objects.get()
    admin_client.post(page_of(load, "reading"), {"influencerId": "Who", "likes": "Liked", "sheet": "Cover"})
    assert "is empty; expected a header" in text(admin_client.get(columns))

    admin_client.post(page_of(load, "reading"), {"sheet": "June"})

    page = text(admin_client.get(columns))
    assert (chosen(page, "influencerId"), chosen(page, "likes")) == ("Who", "")


@pytest.mark.django_db(transaction=True)
def test_the_page_of_a_load_names_the_box_that_lets_abbreviated_numbers_in_and_no_option(admin_client):
    columns = upload(admin_client, HEADER + "a,c,1.2M,3K,2K,1K\n")["Location"]
    load = Load.objects.get()
    admin_client.post(columns, {name: name for name in HEADER.strip().split(",")})
    run_upload(load.pk)

    page = text(admin_client.get(page_of(load, "change")))

    assert "views, likes, comments and shares are abbreviated, such as 1.2M: expected every digit</td>" in page
    assert f'<a href="{columns}">match columns again</a> and tick “Read abbreviated numbers as approximate”.' in page
    assert "--approximate" not in page
