"""What unfold's lists say of themselves: where they are, and what a row's cells are on a narrow screen."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def heading(client, address: str) -> str:
    page = client.get(address).content.decode()
    words = re.sub(r"<span class=\"material[^>]*>[^<]*</span>", "›", page.partition("<h1")[2].partition("</h1>")[0])
    return " ".join(re.sub("<[^>]+>", " ", words.partition(">")[2]).split())


def test_an_app_and_its_table_of_one_name_are_named_once(admin_client):
    factories.campaign("spring", name="Spring")
    assert heading(admin_client, "/admin/campaigns/campaign/") == "Campaigns"
    assert heading(admin_client, "/admin/campaigns/campaign/spring/change/") == "Campaigns › Spring"
    assert heading(admin_client, "/admin/performance/engagement/") == "Performance › Creator results"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("campaigns/campaign", "Campaigns"),
        ("campaigns/creator", "Creators"),
        ("campaigns/deliverable", "Deliverables"),
        ("loads/load", "Loads"),
        ("loads/reject", "Rejects"),
        ("performance/engagement", "Creator results"),
        ("briefs/brief", "Briefs"),
        ("famekeeda/event", "Events"),
        ("famekeeda/token", "API tokens"),
        ("auth/user", "Users"),
        ("auth/group", "Groups"),
    ],
)
def test_a_list_is_called_in_its_tab_what_it_lists(admin_client, address, title):
    page = admin_client.get(f"/admin/{address}/").content.decode()

    assert " ".join(page.partition("<title>")[2].partition("</title>")[0].split()) == f"{title} | Fame Keeda"


def test_the_label_that_the_style_sheet_replaces_is_the_one_that_lists_have(admin_client):
    factories.campaign("spring")
    first = re.findall(
        r'<td[^>]*data-label="Select record"', admin_client.get("/admin/campaigns/campaign/").content.decode()
    )
    boxes = re.findall(r'<td[^>]*data-label="Select record"', admin_client.get("/admin/auth/user/").content.decode())
    assert ("action-checkbox" in first[0], "action-checkbox" in boxes[0]) == (False, True)
    style = (Path(settings.BASE_DIR) / "famekeeda/static/famekeeda/admin.css").read_text()
    assert '#result_list td[data-label="Select record"]::before { content: none; }' in style


def test_each_list_searches_for_eight_words_and_says_so_of_more(admin_client):
    import_module("famekeeda.urls")
    models = [model for model, table in admin.site._registry.items() if table.search_fields]
    for model in models:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        pages = [admin_client.get(address, {"q": " ".join(["word"] * words)}) for words in (8, 900)]
        assert ["Only the first 8 words were searched for." in page.content.decode() for page in pages] == [False, True]
        assert pages[1].context["cl"].query == " ".join(["word"] * 8)
    assert len(models) > 10
