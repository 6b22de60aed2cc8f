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
        ("ana,,tiktok,a b,,,,,,,,", "handle must hold no spaces, and 100 characters at most"),
        ("ana,,tiktok,,1.2M,,,,,,,", "followers is abbreviated"),
        ("ana,,,,,,,,,,400,", "usualFee needs a currency"),
        ("ana,,,,,,,,,,12.345.6,EUR", "usualFee cannot be read as an amount without doubt; expected one such as"),
        ("ana,,,,,,,,,,1.2k,EUR", "usualFee cannot be read as an amount without doubt; expected one such as"),
        ("ana,,,,,,,,,,-400,EUR", "usualFee is negative"),
        ("ana,,,,,,,,,,$400,", "usualFee needs a currency: its sign may be USD, CAD or AUD"),
        ("ana,,,,,,,,,,400 €,USD", "usualFee is in EUR and currency is USD"),
        ("ana,,tiktok,https://instagram.com/ana,,,,,,,,", "handle is a link to instagram and platform is tiktok"),
        ("ana,,,https://instagram.com/p/Cxyz/,,,,,,,,", "handle is a link that names no handle"),
        (",Ana,tiktok,,,,,,,,,", "influencerId is missing"),
        ("ana,,,,,,,,,,9999999999999,EUR", "usualFee has more than 12 digits"),
        ("ana,,,,,,,,,,,EURO", "currency must be the three letters of a currency, such as EUR"),
        (f"ana,{'x' * 201},,,,,,,,,,", "name is longer than 200 characters"),
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


def test_a_profile_says_how_many_follow_the_account_with_most_after_each_load():
    def followers(rows):
        loaded(f"influencerId,platform,followers\n{rows}")
        return dict(Creator.objects.values_list("pk", "followers"))

    assert followers("ana,x,5\nana,tiktok,70\nben,x,\n") == {"ana": 70, "ben": None}
    assert followers("ana,tiktok,3\nben,x,8\n") == {"ana": 5, "ben": 8}
    assert followers("ana,youtube,900\nben,x,\n") == {"ana": 900, "ben": 8}


def test_a_deleted_load_takes_the_profiles_that_it_made_and_nobody_has_changed_since():
    loaded("influencerId,name\nben,Ben\n")
    load = loaded("influencerId,name\nana,Ana\nben,Ben Ode\ncleo,Cleo\n")
    Creator.objects.get(pk="cleo").change(by=None, name="Cleo Paz")

    said = deletion.delete(load, by=None)

    assert said.startswith("Deleted: 1 profile and 0 rejected rows.")
    assert list(Creator.objects.values_list("pk", "name")) == [("ben", "Ben Ode"), ("cleo", "Cleo Paz")]


@pytest.mark.parametrize(
    "header", ["name,handle,platform,followers,email\n", "Name,handle,Platform,Followers,E-Mail\n"]
)
def test_a_list_without_ids_names_creators_by_their_handles(header):
    load = loaded(
        header + "Jörg,joerg,instagram,1000,j@x.de\nBen,@ben,tiktok,500,b@x.de\nJörg,Joerg,tiktok,70,j@x.de\n"
    )

    assert list(Creator.objects.values_list("pk", "name")) == [("ben", "Ben"), ("joerg", "Jörg")]
    assert accounts(Creator.objects.get(pk="joerg")) == {("instagram", "joerg", 1_000), ("tiktok", "Joerg", 70)}
    assert "ids made of handles, for creators of whom no influencerId is known: 2" in load.notes


@pytest.mark.parametrize(
    ("known", "given"), [("Éloïse", "éLOÏSE"), ("МАРИНА", "марина"), ("ΝΊΚΗ", "νίκη"), ("łucja", "ŁUCJA")]
)
def test_a_handle_is_the_same_in_any_case_of_any_alphabet(known, given):
    loaded(f"influencerId,name,platform,handle\nc-1,Ana,instagram,{known}\n")

    load = loaded(f"platform,handle,followers\ninstagram,@{given},900\ntiktok,{known},1\ntiktok,{given},2\n")

    assert accounts(Creator.objects.get(pk="c-1")) == {("instagram", given, 900)}
    assert [creator.pk for creator in Creator.objects.exclude(pk="c-1")] == [known]
    assert [reject.reason for reject in load.rejects.all()] == ["the creator's tiktok stands on line 3 already"]
    assert "ids made of handles, for creators of whom no influencerId is known: 1" in load.notes


def test_a_line_without_an_id_belongs_to_the_creator_who_has_the_handle():
    loaded("influencerId,name,platform,handle\nc-1,Ana,instagram,ana.s\n")

    load = loaded(
        "influencerId,platform,handle,followers\n,Instagram,@ANA.s,900\nc-2,tiktok,ben,5\n,youtube,cleo,7\n,tiktok,Ben,8\n"
    )

    assert set(Creator.objects.values_list("pk", flat=True)) == {"c-1", "c-2", "cleo"}
    assert accounts(Creator.objects.get(pk="c-1")) == {("instagram", "ANA.s", 900)}
    assert rejects(load) == {5: "the creator's tiktok stands on line 3 already"}
    assert load.rejects.get().cells == {"influencerId": "", "platform": "tiktok", "handle": "Ben", "followers": "8"}
    assert "ids made of handles, for creators of whom no influencerId is known: 1" in load.notes


def test_a_handle_that_does_not_say_who_it_is_is_rejected():
    loaded(
        "influencerId,platform,handle\nc-1,instagram,ana\nc-2,instagram,ana\nben,instagram,ben.fit\n"
    )  # fmt: skip

    load = loaded("platform,handle\ninstagram,ana\ninstagram,ben\ninstagram,cleo\n")

    assert rejects(load) == {
        2: "influencerId is missing: 2 creators have the handle ana on instagram",
        3: "influencerId is missing: the creator ben has another handle on instagram, ben.fit",
    }
    assert set(Creator.objects.values_list("pk", flat=True)) == {"c-1", "c-2", "ben", "cleo"}


def test_one_column_may_be_both_id_and_handle():
    load = load_text(
        "user,platform\n@ana,tiktok\n", kind="creators", max_rejects="",
        mapping={"influencerId": "user", "handle": "user"},
    )  # fmt: skip

    assert load.state == Load.State.LOADED, load.error
    assert Creator.objects.get().pk == "ana"


def test_a_list_with_neither_ids_nor_handles_is_refused():
    load = load_text("name,platform\nAna,tiktok\n", kind="creators", max_rejects="")

    assert load.error.startswith("no column for influencerId or handle; found name, platform")


@pytest.mark.parametrize(
    ("cell", "currency", "fee"),
    [
        ("650,00 €", "", ("650.00", "EUR")),
        ('"1.400,00"', "CHF", ("1400.00", "CHF")),
        ("€650", "", ("650.00", "EUR")),
        ('"1,400.00 EUR"', "", ("1400.00", "EUR")),
        ("1.400", "EUR", ("1400.00", "EUR")),
        ("\"650,-\"", "EUR", ("650.00", "EUR")),
        ("$400", "CAD", ("400.00", "CAD")),
        ("1 400 500 eur", "EUR", ("1400500.00", "EUR")),
    ],
)  # fmt: skip
def test_a_fee_is_read_as_people_write_it(cell, currency, fee):
    cell = cell if cell.startswith('"') else f'"{cell}"'
    loaded(f"influencerId,usualFee,currency\nana,{cell},{currency}\n")

    creator = Creator.objects.get()
    assert (str(creator.usual_fee), creator.currency) == fee


def test_the_sign_of_a_fee_is_its_currency_in_a_list_without_currencies():
    loaded("influencerId,usualFee\nana,£90.50\n")

    assert Creator.objects.values_list("usual_fee", "currency").get() == (Decimal("90.50"), "GBP")


@pytest.mark.parametrize(
    ("name", "code"),
    [("Deutsch", "de"), ("German", "de"), ("englisch", "en"), ("Français", "fr"), ("PORTUGUESE", "pt")],
)
def test_a_language_is_known_by_its_name(name, code):
    loaded(f"influencerId,language\nana,{name}\n")

    assert Creator.objects.get().language == code


def test_a_cell_that_cannot_be_read_costs_its_value_alone_and_the_load_says_so():
    load = loaded(
        "influencerId,name,platform,followers,country,language,topics\n"
        f"ana,Ana,tiktok,-3,Atlantis,Klingon,{'x' * 61}\nben,Ben,tiktok,9,EU,de,food\n"
    )

    ana = Creator.objects.get(pk="ana")
    assert (ana.name, ana.country, ana.language, ana.topics) == ("Ana", "", "", [])
    assert load.rejected == 0
    assert [note for note in load.notes if note.startswith("left out")] == [
        "left out of followers: 1 cell, such as '-3' is negative",
        "left out of country: 2 cells, such as 'Atlantis' must be the name of a country or its two letters, "
        "such as Germany or DE",
        "left out of language: 1 cell, such as 'Klingon' must be a language such as en, de or pt-BR",
        "left out of topics: 1 cell, such as '" + "x" * 40 + "' is longer than 60 characters",
    ]


@pytest.mark.parametrize(
    ("cell", "account"),
    [
        ("https://www.instagram.com/joerg.mueller/", ("instagram", "joerg.mueller")),
        ("https://instagram.com/joerg?igsh=1", ("instagram", "joerg")),
        ("tiktok.com/@joerg", ("tiktok", "joerg")),
        ("http://m.youtube.com/@joerg", ("youtube", "joerg")),
    ],
)
def test_a_link_to_a_profile_is_its_handle_and_platform(cell, account):
    loaded(f"influencerId,handle\nj,{cell}\n")

    assert accounts(Creator.objects.get()) == {(*account, None)}
