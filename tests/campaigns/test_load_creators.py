"""The kind of load "creators": what a list does to profiles, what is rejected, what people are told."""

from decimal import Decimal

import pytest

from campaigns.models import Creator
from loads import deletion
from loads.columns import guess
from loads.kinds import default_kind, kinds
from loads.models import Load
from tests import factories
from tests.loads.loading import counts, load_text

COLUMNS = [
    "influencerId", "name", "platform", "handle", "followers", "country", "language", "topics", "usualFee", "currency",
]  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)

HEADER = "influencerId,name,platform,handle,followers,country,language,topics,contact,manager,usualFee,currency\n"


def loaded(text: str) -> Load:
    load = load_text(text, kind="creators", max_rejects="")
    assert load.state == Load.State.LOADED, load.error
    return load


def rejects(load: Load) -> dict[int, str]:
    return dict(load.rejects.values_list("line", "reason"))


def accounts(creator: Creator) -> set[tuple]:
    return set(creator.accounts.values_list("platform", "handle", "followers"))


def test_a_line_becomes_a_profile_with_an_account():
    load = loaded(
        HEADER + 'ana,Ana Silva,Instagram,@ana.s,"12,000",pt,pt-BR,Running; food|running,a@x.pt,Kim,400,eur\n'
    )

    ana = Creator.objects.get()
    assert (ana.pk, ana.name, ana.country, ana.language, ana.topics) == (
        "ana",
        "Ana Silva",
        "PT",
        "pt-BR",
        ["running", "food"],
    )
    assert (ana.contact, ana.manager, ana.usual_fee, ana.currency) == ("a@x.pt", "Kim", Decimal("400.00"), "EUR")
    assert (ana.revision, ana.load) == (1, load)
    assert accounts(ana) == {("instagram", "ana.s", 12_000)}
    assert counts(load)["inserted"] == 1


def test_lines_of_several_platforms_are_one_profile():
    load = loaded("influencerId,name,platform,handle\nana,Ana,instagram,ana\nana,,tiktok,ana.tik\nben,Ben,,\n")

    assert list(Creator.objects.values_list("pk", "name")) == [("ana", "Ana"), ("ben", "Ben")]
    assert accounts(Creator.objects.get(pk="ana")) == {("instagram", "ana", None), ("tiktok", "ana.tik", None)}
    assert counts(load) | {"rows": 3, "inserted": 3} == counts(load)


def test_an_empty_cell_leaves_what_stands_there_and_a_new_one_counts_as_a_change():
    loaded(HEADER + "ana,Ana,instagram,ana,500,PT,pt,food,a@x.pt,Kim,400,EUR\n")
    Creator.objects.update(note="Likes mornings")

    load = loaded(HEADER + "ana,Ana Costa,instagram,,700,,,,,,,\n")

    ana = Creator.objects.get()
    assert (ana.name, ana.country, ana.topics, ana.usual_fee, ana.note) == (
        "Ana Costa",
        "PT",
        ["food"],
        400,
        "Likes mornings",
    )
    assert accounts(ana) == {("instagram", "ana", 700)}
    assert ana.revision == 2
    assert counts(load)["updated"] == 1


def test_the_same_file_again_changes_nothing():
    text = HEADER + "ana,Ana,instagram,ana,500,PT,pt,food,a@x.pt,Kim,400.50,EUR\nben,Ben,,,,,,,,,,\n"
    loaded(text)

    assert counts(loaded(text))["unchanged"] == 2
    assert set(Creator.objects.values_list("revision", flat=True)) == {1}


def test_a_line_about_the_same_creator_and_platform_again_is_rejected_with_its_line():
    load = loaded("influencerId,name,platform,topics\nana,Ana,tiktok,a;b\nana,Other,TikTok,c;d\nben,Ben,,\nben,Bob,,\n")

    assert rejects(load) == {
        3: "the creator's tiktok stands on line 2 already",
        5: "the creator without a platform stands on line 4 already",
    }
    assert load.rejects.get(line=3).cells == {
        "influencerId": "ana",
        "name": "Other",
        "platform": "tiktok",
        "topics": "c;d",
    }
    assert set(Creator.objects.values_list("name", flat=True)) == {"Ana", "Ben"}


def test_of_different_names_the_last_counts_and_the_load_says_so():
    load = loaded("influencerId,name,platform\nana,Ana,instagram\nana,Ana Silva,tiktok\nben,Ben,\n")

    assert Creator.objects.get(pk="ana").name == "Ana Silva"
    assert load.notes == ["called differently on different lines, of which the last counts: ana: Ana, Ana Silva"]


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",Ana,,,,,,,,,,", "influencerId is missing"),
        ("1.2E+11,,,,,,,,,,,", "influencerId is a number that a spreadsheet program has rounded"),
        ("ana,,myspace,,,,,,,,,", "platform 'myspace' is unknown; known: "),
        ("ana,,,ana,,,,,,,,", "handle needs a platform"),
        ("ana,,tiktok,a b,,,,,,,,", "handle contains a space"),
        ("ana,,tiktok,,1.2M,,,,,,,", "followers is abbreviated"),
        ("ana,,tiktok,,-3,,,,,,,", "followers is negative"),
        ("ana,,tiktok,,9999999999999999,,,,,,,", "followers is above 1,000,000,000,000"),
        ("ana,,,,,Portugal,,,,,,", "country must be the two letters of a country, such as DE"),
        ("ana,,,,,,portuguese,,,,,", "language must be a language such as en, de or pt-BR"),
        ("ana,,,,,,,,,,400,", "usualFee needs a currency"),
        ("ana,,,,,,,,,,12.345.6,EUR", "usualFee is "),
        ("ana,,,,,,,,,,9999999999999,EUR", "usualFee has more than 12 digits"),
        ("ana,,,,,,,,,,,EURO", "currency must be the three letters of a currency, such as EUR"),
        (f"ana,{'x' * 201},,,,,,,,,,", "name is longer than 200 characters"),
        (f"ana,,,,,,,{'x' * 61},,,,", "topics is longer than 60 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_rejected_with_its_reason(cells, reason):
    load = loaded(HEADER + cells + "\nben,,,,,,,,,,,\n")

    assert rejects(load)[2].startswith(reason)
    assert [creator.pk for creator in Creator.objects.all()] == ["ben"]


def test_signs_that_postgresql_reads_otherwise_stay_what_they_are():
    loaded('influencerId,name,topics\n"a\\N",\\N,"""x""\\;{y},z;null"\n')

    creator = Creator.objects.get()
    assert (creator.pk, creator.name, creator.topics) == ("a\\N", "\\N", ['"x"\\', "{y},z", "null"])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (["Creator ID", "Full name", "Network", "Username", "Followers", "E-Mail"],
         ["influencerId", "name", "platform", "handle", "followers", "contact"]),
        (["Kennung", "Name", "Plattform", "Benutzername", "Abonnenten", "Land", "Sprache", "Themen", "Honorar",
          "Währung"],
         COLUMNS),
        (["Identifiant", "Nom", "Plateforme", "Nom d’utilisateur", "Abonnés", "Pays", "Langue", "Catégorie",
          "Tarif", "Devise"],
         COLUMNS),
        (["Identificador", "Nombre", "Plataforma", "Usuario", "Seguidores", "País", "Idioma", "Tema", "Tarifa",
          "Moneda"],
         COLUMNS),
    ],
)  # fmt: skip
def test_columns_are_known_by_the_names_of_other_programs(theirs, ours):
    found = guess(kinds()["creators"].columns, theirs, {})

    assert {name: found[name] for name in ours} == dict(zip(ours, theirs, strict=True))


def test_an_upload_that_names_no_kind_holds_results():
    assert default_kind() == "performance"


def test_a_list_is_loaded_by_those_who_may_change_profiles_and_see_fees():
    kind = kinds()["creators"]
    may = ["loads.add_load", "campaigns.change_creator", "campaigns.view_fee"]

    assert kind.may_be_loaded_by(factories.user("mara", *may))
    assert not any(kind.may_be_loaded_by(factories.user(f"tom{n}", *may[:n], *may[n + 1 :])) for n in range(3))


def test_a_deleted_load_takes_the_profiles_that_it_made_and_nobody_has_changed_since():
    loaded("influencerId,name\nben,Ben\n")
    load = loaded("influencerId,name\nana,Ana\nben,Ben Ode\ncleo,Cleo\n")
    Creator.objects.get(pk="cleo").change(by=None, name="Cleo Paz")

    said = deletion.delete(load, by=None)

    assert said.startswith("Deleted: 1 profile and 0 rejected rows.")
    assert list(Creator.objects.values_list("pk", "name")) == [("ben", "Ben Ode"), ("cleo", "Cleo Paz")]
