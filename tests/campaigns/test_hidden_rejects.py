"""Rows of creators' lists hold contacts and fees: who may not see fees sees none of a load's rejected rows."""

import pytest
from django.contrib.auth.models import Group
from rest_framework_simplejwt.tokens import AccessToken

from loads.models import Load
from tests import factories
from tests.loads.loading import load_text

RAW = "ana,ana@secret.example,654.32"


@pytest.fixture
def load(db):
    load = factories.load("creators.csv", kind="creators", rows=1, rejected=1)
    factories.reject(load, 2, RAW, "usualFee 654.32 needs a currency", contact="ana@secret.example")
    return load


@pytest.fixture
def results(db):
    load = factories.load("results.csv", kind="performance", rows=1, rejected=1)
    factories.reject(load, 3, "ben,spring,0,0,0,0", "views is zero")
    return load


def ask(client, path, group):
    user = factories.user("rita")
    user.groups.add(Group.objects.get(name=group))
    return client.get(path, headers={"Authorization": f"Bearer {AccessToken.for_user(user)}"})


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_api_keeps_them_from_a_reviewer_and_names_the_right(client, load, form):
    answer = ask(client, f"/loads/{load.pk}/rejects?format={form}", "Reviewer")

    assert answer.status_code == 403
    assert answer.json()["detail"] == "None of your groups has the right campaigns.view_fee."


def test_the_api_shows_them_to_marketing(client, load):
    assert ask(client, f"/loads/{load.pk}/rejects", "Marketing").json()[0]["raw"] == RAW


def test_on_a_laptop_they_need_a_token_while_rejects_of_results_do_not(client, load, results, settings):
    settings.DEBUG = True

    assert client.get(f"/loads/{load.pk}/rejects").status_code == 401
    assert client.get(f"/loads/{load.pk}/rejects?format=csv").status_code == 401
    assert client.get(f"/loads/{results.pk}/rejects").json()[0]["reason"] == "views is zero"


def test_the_page_of_the_load_says_how_many_and_which_right_it_takes_to_see_them(reviewer, load):
    page = reviewer.get(f"/admin/loads/load/{load.pk}/change/").content.decode()

    assert "654.32" not in page
    assert "secret" not in page
    assert "rejects.csv" not in page
    assert "What the rows hold is shown to users with the right campaigns.view_fee." in page


def test_the_csv_and_the_page_that_mends_them_are_forbidden(sign_in, load):
    adder = sign_in("rita", "loads.add_load", "campaigns.change_creator", group="Reviewer")

    for page in ("rejects.csv", "mend/"):
        assert adder.get(f"/admin/loads/load/{load.pk}/{page}").status_code == 403


def test_the_table_of_rejects_leaves_them_out_also_of_a_search(reviewer, load, results):
    assert [reject.load for reject in listed(reviewer, "")] == [results]
    assert listed(reviewer, "?q=secret") == []
    assert listed(reviewer, f"?load={load.pk}") == []
    page = reviewer.get(f"/admin/loads/reject/{load.rejects.get().pk}/change/")
    assert (page.status_code, page.headers["Location"]) == (302, "/admin/")


def test_marketing_sees_them_on_every_page(marketing, load):
    assert RAW in marketing.get(f"/admin/loads/load/{load.pk}/change/").content.decode()
    assert RAW in marketing.get("/admin/loads/reject/").content.decode()
    assert "ana@secret.example" in marketing.get(f"/admin/loads/load/{load.pk}/mend/").content.decode()


def listed(client, query):
    return list(client.get(f"/admin/loads/reject/{query}").context["cl"].result_list)


@pytest.mark.django_db(transaction=True)
def test_the_error_of_a_list_without_a_good_row_quotes_no_row():
    load = load_text("influencerId,name,usualFee\nana,Ana,65x.32\n", kind="creators")

    assert (load.state, load.error) == (
        Load.State.FAILED,
        "no good row among 1; the first to be rejected: line 2",
    )
