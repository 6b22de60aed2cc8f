"""The admin's history: what our own views delete, discard and decide stands there too, with who did it."""

import pytest
from django.contrib.admin.models import LogEntry

from loads.models import Load
from tests import factories
from tests.loads.loading import HEADER

UPLOAD = f"{HEADER}\ninfluencer_1,campaign_1,100,10,1,1\n"


def said() -> list[tuple[str, str, str]]:
    """Who did what to which row, oldest first."""
    entries = LogEntry.objects.order_by("pk").select_related("user")
    return [(entry.user.username, entry.object_repr, entry.get_change_message()) for entry in entries]


def test_a_verdict_and_its_end_stand_there(admin_client, db):
    factories.engagement("ana")
    for verdict in ("shortlist", "avoid", ""):
        admin_client.post("/admin/performance/verdict/decide/ana/", {"verdict": verdict})
    assert said() == [
        ("admin", "ana: Shortlist", ""),
        ("admin", "ana: Avoid", "Changed to Avoid."),
        ("admin", "ana: Avoid", "Taken back."),
    ]


def test_a_discarded_upload_stands_there(admin_client, db):
    load = factories.load(state=Load.State.CHECKED, upload="loads/gone.csv")
    admin_client.post(f"/admin/loads/load/{load.pk}/discard/")
    assert said() == [("admin", f"Load {load.pk}: export.csv", "Discarded. It had changed nothing.")]


def test_whoever_confirms_a_load_is_its_by_and_who_brought_it_stands_in_its_history(admin_client, admin_user, db):
    mara = factories.user("mara")
    load = factories.load(state=Load.State.CHECKED, upload="loads/export.csv", by=mara)
    admin_client.post(f"/admin/loads/load/{load.pk}/confirm/")
    assert Load.objects.get().by == admin_user
    assert said() == [("admin", f"Load {load.pk}: export.csv", "Confirmed: the file that was checked is loaded.")]


def test_decisions_about_a_brief_stand_there(admin_client, db, catalogues):
    brief = factories.brief()
    admin_client.post(f"/admin/briefs/brief/{brief.pk}/decide/", {"action": "approve", "revision": 0})
    assert said() == [("admin", f"Brief {brief.pk}: Nike Air Max", "Approved.")]


@pytest.mark.parametrize("way", ["page", "api"])
def test_a_revoked_token_stands_there(admin_client, admin_user, way):
    from famekeeda.models import Token

    row, _ = Token.objects.make(admin_user, name="nightly load")
    if way == "page":
        admin_client.post(f"/admin/tokens/{row.token_key}/revoke/")
    else:
        admin_client.delete(f"/tokens/{row.token_key}")
    assert said() == [("admin", f"{row.token_key} nightly load", "")]
