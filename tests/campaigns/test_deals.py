"""The page of a creator's part in a campaign: what it shows to whom, and what may be done there."""

import re
from decimal import Decimal

import pytest
from django.db import connection

from campaigns.models import Account, Campaign, Collaboration, Creator
from famekeeda.models import Event
from tests import factories
from tests.campaigns.deal_pages import page_of, text

pytestmark = pytest.mark.django_db


def terms(**changed) -> dict:
    """The form of the terms as a browser sends it, of Ana before anybody changed anything."""
    shown = {"fee": "400.00", "currency": "EUR", "promo_code": "ANA10", "note": ""}
    return {"revision": 1} | shown | {f"initial-{name}": value for name, value in shown.items()} | changed


def test_the_page_says_who_in_which_campaign_and_how_far(marketing, ana):
    page = text(marketing.get(page_of(ana)))
    assert '<a class="fk-link" href="/admin/creator/ana/">ana</a>' in page
    assert '<span class="fk-badge fk-agreed">Agreed</span>' in page
    assert '<a class="fk-link" href="/admin/campaign/spring/">Spring</a>, which is active' in page


def test_the_page_calls_the_creator_by_name_and_names_the_usual_fee(marketing, ana):
    Creator.objects.create(influencer_id="ana", name="Ana Silva", usual_fee=450, currency="EUR")
    page = text(marketing.get(page_of(ana)))
    assert 'href="/admin/creator/ana/" title="ana">Ana Silva</a>' in page
    assert "Usual fee: 450 EUR" in page


def test_the_page_needs_its_right(sign_in, ana):
    assert sign_in("nora", "campaigns.view_campaign").get(page_of(ana)).status_code == 403


def test_a_reviewer_sees_neither_fees_nor_a_form(reviewer, ana):
    Creator.objects.create(influencer_id="ana", usual_fee=450, currency="EUR")
    factories.engagement("ana", "spring", views=10_000, likes=100)
    ana.change(by=None, fee=Decimal("777.00"))
    page = text(reviewer.get(page_of(ana)))
    assert "ANA10" in page
    assert "10,000" in page
    for hidden in (
        "777",
        "450",
        "EUR",
        "Cost per",
        "Set to",
        "Remove from the campaign",
        "Add a deliverable",
        ">Save<",
    ):
        assert hidden not in page


@pytest.mark.parametrize(
    ("page", "sent"), [("terms", terms(note="x")), ("move", {"state": "briefed", "revision": 1}), ("remove", {})]
)
def test_a_reviewer_changes_nothing(reviewer, ana, page, sent):
    assert reviewer.post(page_of(ana, page), sent).status_code == 403
    assert Event.objects.count() == 0


@pytest.mark.parametrize("page", ["terms", "move"])
def test_what_changes_something_is_not_read(marketing, ana, page):
    assert marketing.get(page_of(ana, page)).status_code == 405


def test_the_page_offers_the_states_that_may_follow(marketing, ana):
    page = text(marketing.get(page_of(ana)))
    offered = [state for state in Collaboration.State.values if f'name="state" value="{state}"' in page]
    assert offered == ["contacted", "briefed", "posted", "declined"]


def test_a_button_sets_the_state(marketing, ana):
    page = text(marketing.post(page_of(ana, "move"), {"state": "briefed", "revision": 1}, follow=True))
    assert "ana is briefed now." in page
    assert Event.objects.get().data == {"influencerId": "ana", "before": "agreed", "after": "briefed"}
    assert Event.objects.get().by.username == "mara"


def test_a_state_that_does_not_follow_is_refused_with_those_that_do(marketing, ana):
    page = text(marketing.post(page_of(ana, "move"), {"state": "paid", "revision": 1}, follow=True))
    assert (
        "ana is agreed and cannot become paid. After agreed comes contacted or briefed or posted or declined." in page
    )


@pytest.mark.parametrize("sent", [{"state": "lost", "revision": 1}, {"state": "briefed", "revision": "x"}, {}])
def test_a_state_that_is_none_is_refused(marketing, ana, sent):
    page = text(marketing.post(page_of(ana, "move"), sent, follow=True))
    assert "That is no state a creator can be in." in page


def test_a_state_that_somebody_else_has_set_meanwhile_is_not_overwritten(marketing, ana):
    ana.change(by=None, state="declined")
    page = text(marketing.post(page_of(ana, "move"), {"state": "briefed", "revision": 1}, follow=True))
    assert "Somebody changed ana meanwhile. Look again before you change it." in page
    ana.refresh_from_db()
    assert ana.state == "declined"


def test_the_terms_are_saved(marketing, ana):
    sent = terms(fee="1250.5", currency="usd", promo_code=" NOVA ", note="Ships\r\nfrom Porto")
    assert "Saved." in text(marketing.post(page_of(ana, "terms"), sent, follow=True))
    ana.refresh_from_db()
    assert (ana.fee, ana.currency, ana.promo_code, ana.note) == (
        Decimal("1250.50"), "USD", "NOVA", "Ships\nfrom Porto",
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["1250,50", "1.250,50 €", "1 250,50"])
def test_a_fee_is_read_as_people_type_it(marketing, ana, typed):
    assert "Saved." in text(marketing.post(page_of(ana, "terms"), terms(fee=typed, currency="EUR"), follow=True))
    ana.refresh_from_db()
    assert ana.fee == Decimal("1250.50")


def test_no_field_for_money_is_a_browser_s_field_for_numbers(marketing, ana):
    ana.change(by=None, fee=Decimal("1250.50"))
    field = re.search(r'<input[^>]*name="fee"[^>]*>', text(marketing.get(page_of(ana)))).group()
    assert ('type="text"' in field, 'inputmode="decimal"' in field, 'value="1250.50"' in field) == (True, True, True)


def test_terms_that_are_saved_as_they_were_change_nothing(marketing, ana):
    ana.change(by=None, note="Ships\nfrom Porto")
    sent = terms(revision=2, fee="400", note="Ships\r\nfrom Porto")
    assert "Nothing was changed." in text(marketing.post(page_of(ana, "terms"), sent, follow=True))
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"fee": "a lot"}, "Type a number, such as 1200.00."),
        ({"fee": "NaN"}, "Type a number, such as 1200.00."),
        ({"fee": "-1"}, "An amount cannot be negative."),
        ({"fee": "9999999999999"}, "An amount has 12 digits before its point at most."),
        ({"fee": "0.001"}, "An amount has two digits after its point at most."),
        ({"fee": "1.250"}, "Can be read as 1250 and as 1.250. Write 1250 or 1250.00 for the first."),
        ({"fee": "5 USD", "currency": "EUR"}, "Is in USD here, and the currency is EUR."),
        ({"currency": "EUX"}, "EUX is no currency that we know. Type its three letters, such as EUR."),
        ({"currency": "€"}, "Must be the three letters of a currency, such as EUR."),
        ({"promo_code": "A" * 61}, "Ensure this value has at most 60 characters (it has 61)."),
        ({"promo_code": "A\x07"}, "May not hold control characters."),
        ({"note": "A\x00"}, "May not hold control characters."),
        ({"note": "A" * 2_001}, "Ensure this value has at most 2000 characters (it has 2001)."),
        ({"revision": ""}, "The page is older than its form: open it again."),
        ({"revision": "9" * 5_000}, "Open it again."),
    ],
)
def test_terms_that_make_no_sense_are_refused_at_their_field_and_stay_typed(marketing, ana, sent, said):
    response = marketing.post(page_of(ana, "terms"), terms(**{"note": "A long talk"} | sent))
    assert response.status_code == 400
    assert said in text(response).replace("&#x27;", "'")
    if "note" not in sent:
        assert "A long talk" in text(response)
    ana.refresh_from_db()
    assert ana.revision == 1


def test_a_fee_without_a_currency_is_in_the_campaigns_own(marketing, ana):
    marketing.post(page_of(ana, "terms"), terms(fee="500", currency=""))
    ana.refresh_from_db()
    assert (ana.fee, ana.currency) == (500, "EUR")


def test_a_fee_without_a_currency_is_in_that_of_the_usual_fee_where_the_campaign_has_none(marketing, ana):
    Campaign.objects.update(currency="")
    Creator.objects.create(influencer_id="ana", usual_fee=450, currency="GBP")
    marketing.post(page_of(ana, "terms"), terms(fee="500", currency=""))
    ana.refresh_from_db()
    assert (ana.fee, ana.currency) == (500, "GBP")


def test_a_fee_of_which_nobody_knows_the_currency_is_refused(marketing, ana):
    Campaign.objects.update(currency="")
    response = marketing.post(page_of(ana, "terms"), terms(fee="500", currency=""))
    assert response.status_code == 400
    assert "Say in which currency, such as EUR: the campaign has none." in text(response)


def test_who_may_not_see_fees_changes_none(sign_in, ana):
    client = sign_in("omar", "campaigns.view_collaboration", "campaigns.change_collaboration")
    assert "EUR" not in text(client.get(page_of(ana)))
    client.post(page_of(ana, "terms"), terms(fee="1", note="Call back"))
    ana.refresh_from_db()
    assert (ana.fee, ana.note) == (400, "Call back")


def test_of_two_people_who_change_the_terms_the_second_is_told_and_loses_nothing(marketing, ana):
    ana.change(by=None, fee=Decimal(350), promo_code="SPRING")
    response = marketing.post(page_of(ana, "terms"), terms(fee="600", note="Said on the phone"))
    page = text(response)
    assert response.status_code == 409
    assert "Somebody changed this meanwhile, so nothing of yours is saved yet." in page
    assert "Fee is now “350.00”; yours would take its place." in page
    assert 'name="fee" value="600"' in page
    assert "Said on the phone" in page
    assert 'name="promo_code" value="SPRING"' in page  # which was left alone
    assert "Promo code is now" not in page
    ana.refresh_from_db()
    assert (ana.fee, ana.note) == (350, "")


def test_who_sends_the_terms_once_more_then_has_seen_what_goes(marketing, ana):
    ana.change(by=None, fee=Decimal(350), promo_code="SPRING")
    page = marketing.post(page_of(ana, "terms"), terms(fee="600")).content.decode()
    assert 'name="revision" value="2"' in page
    sent = terms(revision=2, fee="600", promo_code="SPRING") | {"initial-fee": "350.00"}
    assert marketing.post(page_of(ana, "terms"), sent).status_code == 302
    ana.refresh_from_db()
    assert (ana.fee, ana.promo_code) == (600, "SPRING")


def test_results_stand_beside_the_fee(marketing, ana):
    factories.engagement("ana", "spring", platform="instagram", views=10_000, likes=100)
    factories.engagement("ana", "spring", platform="tiktok", views=30_000, likes=900)
    factories.engagement("ana", "autumn", views=7, likes=7)
    page = text(marketing.get(page_of(ana)))
    assert "<dt>Views</dt><dd>40,000</dd> <dt>Engagements</dt><dd>1,000</dd> <dt>Rate</dt><dd>2.50 %</dd>" in page
    assert "<dt>Cost per engagement</dt><dd>0.4000 EUR</dd> <dt>Cost per 1,000 views</dt><dd>10.00 EUR</dd>" in page


@pytest.mark.parametrize(
    ("fee", "views", "shown"), [(None, 10_000, []), (400, None, []), (400, 10_000, ["Cost per 1,000 views"])]
)
def test_what_results_cost_is_told_where_both_are_known(marketing, ana, fee, views, shown):
    Collaboration.objects.update(fee=fee)
    if views:
        factories.engagement("ana", "spring", views=views)  # without an engagement
    page = text(marketing.get(page_of(ana)))
    assert [cost for cost in ("Cost per engagement", "Cost per 1,000 views") if f"<dt>{cost}</dt>" in page] == shown


def test_the_page_tells_what_happened_to_this_creator_alone(marketing, ana):
    ben = factories.collaboration(ana.campaign, "ben")
    mara = factories.user("mo")
    ana.change(by=mara, fee=Decimal(500))
    ben.change(by=mara, note="Ben is busy")
    page = text(marketing.get(page_of(ana)))
    assert "mo</td> <td>ana: fee from 400.00 to 500.00</td>" in page
    assert "Ben is busy" not in page


def test_the_page_tells_the_latest_thirty_events(marketing, ana):
    for number in range(31):
        ana.change(by=None, note=f"Call {number}.")
    page = text(marketing.get(page_of(ana)))
    assert "the latest 30" in page
    assert "note to Call 0." not in page
    assert "note from Call 0. to Call 1." in page


def test_a_link_adds_a_brief_of_all_that_is_known(marketing, ana, catalogues):
    Campaign.objects.update(product="Trail shoes & more", goal="Sell out")
    Creator.objects.create(influencer_id="ana", name="Ana Silva")
    Account.objects.create(creator_id="ana", platform="tiktok", followers=9)
    page = marketing.get(page_of(ana)).content.decode()
    known = "campaign_id=spring&amp;influencer_id=ana&amp;brand=Nova&amp;product=Trail+shoes+%26+more&amp;goal=Sell+out"
    assert f'href="/admin/briefs/brief/add/?{known}&amp;platform=tiktok"' in page
    assert "None yet." in page
    form = marketing.get(f"/admin/briefs/brief/add/?{known}&platform=tiktok".replace("&amp;", "&")).content.decode()
    assert 'value="Trail shoes &amp; more"' in form
    assert '<option value="tiktok" selected>' in form


def test_the_page_leads_to_the_creators_brief_in_the_campaign(sign_in, ana, catalogues):
    brief = factories.brief(campaign_id="spring", influencer_id="ana")
    other = factories.brief(campaign_id="autumn", influencer_id="ana")
    client = sign_in("vera", "campaigns.view_collaboration", "briefs.view_brief")
    page = client.get(page_of(ana)).content.decode()
    assert f'href="/admin/briefs/brief/{brief.pk}/change/"' in page
    assert f"/admin/briefs/brief/{other.pk}/" not in page
    assert "/admin/briefs/brief/add/?" not in page


def test_a_creator_is_taken_out_after_a_question(marketing, ana):
    factories.deliverable(ana, "reel")
    page = text(marketing.get(page_of(ana, "remove")))
    assert "Remove ana from Spring?" in page
    assert "The terms and 1 deliverable go along." in page
    response = marketing.post(page_of(ana, "remove"), {"revision": 1})
    assert response["Location"] == "/admin/campaign/spring/"
    assert Collaboration.objects.count() == 0
    assert Event.objects.get().type == "CreatorRemoved"


def test_a_creator_who_was_paid_stays_in_words(marketing, ana):
    Creator.objects.create(influencer_id="ana", name="Ana Silva")
    Collaboration.objects.update(state="paid")
    page = text(marketing.get(page_of(ana, "remove")))
    assert "Ana Silva has been paid and stays on record." in page
    assert "Remove from the campaign</button>" not in page
    page = text(marketing.post(page_of(ana, "remove"), {"revision": 1}, follow=True))
    assert "Ana Silva has been paid and stays on record." in page
    assert Collaboration.objects.count() == 1


def test_a_creator_who_was_changed_since_the_question_stays(marketing, ana):
    ana.change(by=None, fee=Decimal(900))
    page = text(marketing.post(page_of(ana, "remove"), {"revision": 1}, follow=True))
    assert "Somebody changed ana meanwhile." in page
    assert Collaboration.objects.count() == 1


def test_a_refusal_names_the_creator_whose_id_is_a_letter_of_its_words(marketing, ana):
    someone = factories.collaboration(ana.campaign, "e", state="paid")
    Creator.objects.create(influencer_id="e", name="Eva Costa")

    moved = text(marketing.post(page_of(someone, "move"), {"state": "briefed", "revision": 9}, follow=True))
    removed = text(marketing.post(page_of(someone, "remove"), {"revision": 1}, follow=True))

    assert "Somebody changed Eva Costa meanwhile." in moved
    assert "Eva Costa has been paid and stays on record." in removed


def test_a_creator_whom_somebody_removes_while_the_change_is_made_is_not_found(marketing, ana):
    def remove_first(execute, sql, params, many, context):
        if "FOR NO KEY UPDATE" in sql:
            Collaboration.objects.all()._raw_delete("default")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(remove_first):
        assert marketing.post(page_of(ana, "move"), {"state": "briefed", "revision": 1}).status_code == 404


def test_hostile_words_are_shown_as_they_were_typed(marketing):
    hostile = '"><script>alert(1)</script>'
    spring = factories.campaign("a/b", name=hostile)
    row = factories.collaboration(spring, "o'hara/<b>", promo_code=hostile[:60], note=hostile)
    factories.deliverable(row, format=hostile, note=hostile, draft_url="javascript:alert(1)")
    page = marketing.get(page_of(row)).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "/admin/creator/o&#x27;hara/%3Cb%3E/" in page
