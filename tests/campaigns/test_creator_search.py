"""Creators are found by any part of their name, handle or id."""

import pytest
from django.db import connection

from campaigns.best_creators import POPULAR_WHO_HOLD, WHO_BEGIN, WHO_HOLD
from campaigns.best_creators import best as found_best
from campaigns.models import Collaboration, Creator
from campaigns.models.creator import Account
from campaigns.models.text_search import indexed
from tests import factories

pytestmark = pytest.mark.django_db


def best(text, limit=20) -> list[str]:
    return found_best(text, limit)


def listed(text) -> list[str]:
    return [creator.pk for creator in Creator.objects.matching(text)]


@pytest.mark.parametrize(
    "text", ["silva", "A SIL", "ana.sil", "@ANA", "C-17", "-17", " ana \n silva ", "an", "si", "a", "s"]
)
def test_a_part_of_name_handle_or_id_finds_the_creator_in_any_case(text):
    factories.creator("c-17", "Ana Silva")
    factories.creator("d-99", "Ben Ode")

    assert best(text) == ["c-17"]
    assert listed(text) == ["c-17"]


@pytest.mark.parametrize(
    ("text", "name"), [("ÖME", "Ömer"), ("łuk", "Łukasz"), ("НАТ", "Наташа"), ("🎿", "🎿 Ski"), ("美", "美咲")]
)
def test_letters_of_all_alphabets_are_found_in_any_case(text, name):
    factories.creator("c-1", name)

    assert best(text) == listed(text) == ["c-1"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lea f", "Léa Fontaine"), ("LÉA", "lea fontaine"), ("nguyen", "Nguyễn Minh An"), ("soren h", "Søren Holm"),
        ("lucia", "Ana Lucía"), ("LUCI\u0301", "Ana Lucía"), ("ana lucía", "Ana Lucia"), ("an lu", "An Lúcia"),
        ("e\u0301", "Élan Ana"), ("ecia", "Le\u0301cia"), ("dan", "Đan"), ("istanbul", "İSTANBUL ışık"),
        ("isik", "İstanbul Işık"), ("gross", "Anna GROẞ"), ("aegir", "Ægir Þórsson"), ("thors", "Ægir Þórsson"),
        ("lukasz", "ŁUKASZ"), ("민서", "김민서"), ("й", "Йосип"), ("νίκος", "ΝΙΚΟΣ"), ("o'c", "Sinéad O’Connor"),
        ("bella", "𝓑𝓮𝓵𝓵𝓪"), ("hal", "Ħal Saflieni"), ("tor", "Ŧor"), ("gudrun", "Guðrún"), ("νικοσ", "Νίκος"),
        ("o'n", "Anne Oʼneill"), ("oeu", "Sacré Cœur"), ("œu", "Coeur"), ("ħa", "Hal"), ("ßa", "Ssab"), ("þó", "Thor"),
    ],
)  # fmt: skip
def test_accents_of_text_and_name_make_no_difference(text, name):
    factories.creator("c-1", name)
    factories.creator("c-2", "Bo Zuber")

    assert best(text) == listed(text) == ["c-1"]


@pytest.mark.parametrize(
    ("text", "found"),
    [("00%", ["100% Ana"]), ("_", []), ("na_", ["ana_s"]), ("\\", ["\\o/"]), ("%%%", []), ("a%n", [])],
)
def test_signs_of_patterns_are_letters_like_others(text, found):
    for name in ("100% Ana", "ana_s", "anas", "\\o/"):
        factories.creator(name, name)

    assert best(text) == listed(text) == found


@pytest.mark.parametrize("text", ["", "  ", "@", "\0", "\u0301", " \u0301 \u0301"])
def test_an_empty_text_means_nobody_to_a_picker_and_all_to_a_list(text):
    factories.creator("ana")

    assert best(text) == []
    assert listed(text) == ["ana"]


@pytest.mark.parametrize("text", ["x" * 5_000, "silvia", "i", "lv", "ilva'--", "bo silva", "silvasilva"])
def test_what_nobody_has_finds_nobody(text):
    factories.creator("c-1", "Ana Silva")

    assert best(text) == listed(text) == []


def test_who_is_called_so_comes_before_who_begins_so_and_these_before_the_rest_each_with_most_followers_first():
    factories.creator("1", "Mariana", followers=900_000)
    factories.creator("2", "Diana", followers=990_000)
    factories.creator("3", "Ana Silva", followers=500)
    factories.creator("4", "Anabel", followers=10_000)
    factories.creator("5", "Ana", followers=7)

    assert best("ana") == ["5", "4", "3", "2", "1"]


def test_whose_handle_begins_so_comes_before_who_has_it_anywhere():
    factories.creator("1", "Mariana", followers=900_000)
    bo = factories.creator("2", "Bo", followers=5)
    bo.accounts.create(platform="tiktok", handle="ana.bo", followers=None)

    assert best("ana") == ["2", "1"]


def test_the_most_followers_of_a_creator_count_whatever_the_other_accounts_have():
    for pk, followers, others in (("1", 50, None), ("2", 90, 1), ("3", None, None), ("4", 50, 60), ("5", None, None)):
        creator = factories.creator(pk, f"Bo Ana {pk}", followers=followers)
        creator.accounts.create(platform="tiktok", handle=f"other{pk}", followers=others)

    assert best("bo") == best("ana") == ["2", "4", "1", "3", "5"]


def test_of_many_who_begin_so_those_are_looked_at_who_come_first_by_alphabet(monkeypatch):
    monkeypatch.setattr("campaigns.best_creators.WHO_BEGIN", WHO_BEGIN.replace("LIMIT 100", "LIMIT 2"))
    factories.creator("2", "Anatol", followers=900)
    factories.creator("1", "Anabel", followers=5)
    factories.creator("3", "Ana Zuber", followers=7)

    assert best("ana", limit=2) == ["3", "1"]


def test_a_part_is_looked_for_among_the_popular_first_and_among_all_where_too_few_of_these_have_it(monkeypatch):
    monkeypatch.setattr("campaigns.best_creators.POPULAR_WHO_HOLD", POPULAR_WHO_HOLD.replace("LIMIT 500", "LIMIT 2"))
    factories.creator("1", "Mariana", followers=5)
    factories.creator("2", "Diana", followers=900)
    factories.creator("3", "Ben", followers=800)
    factories.creator("4", "Oceana", followers=None)

    assert best("ana", limit=1) == ["2"]
    assert best("ana", limit=9) == ["2", "1", "4"]


def test_the_popular_are_found_by_name_id_and_handle_without_a_look_at_all(monkeypatch):
    monkeypatch.setattr("campaigns.best_creators.WHO_HOLD", WHO_HOLD.replace("LIMIT 100", "LIMIT 0"))
    factories.creator("1", "Diana", followers=None)
    factories.creator("2", "Mariana", followers=5)
    factories.creator("x-ana", "Bo", followers=900)
    factories.creator("4", "Cleo", followers=2).accounts.create(platform="x", handle="oceana", followers=70)

    assert best("ana") == ["x-ana", "4", "2", "1"]

    monkeypatch.setattr("campaigns.best_creators.POPULAR_WHO_HOLD", POPULAR_WHO_HOLD.replace("LIMIT 500", "LIMIT 4"))
    assert best("ana") == ["x-ana", "4", "2"]


def test_an_id_that_was_typed_to_its_end_finds_what_begins_with_it_alone():
    for pk in ("c-1", "c-17", "old-c-1"):
        factories.creator(pk, "Somebody")

    assert best("c-1") == ["c-1", "c-17"]


@pytest.mark.parametrize("most", [300, 1_000])
def test_a_list_narrows_what_was_found_and_pages_through_it(django_assert_max_num_queries, monkeypatch, most):
    monkeypatch.setattr("campaigns.models.creator.MAX_LISTED_MATCHES", most)
    for number in range(350):
        factories.creator(f"creator-{number:03}", f"Ana {number}", country="PT" if number % 2 else "DE")

    with django_assert_max_num_queries(4):
        found = list(Creator.objects.filter(country="PT").matching("ana").values_list("pk", flat=True)[160:])

    assert found == [f"creator-{number:03}" for number in range(321, 350, 2)]
    assert list(Creator.objects.matching("tor-34").values_list("pk", flat=True)) == [
        f"creator-34{n}" for n in range(10)
    ]


@pytest.mark.parametrize("text", ["zumba", "umba"])
@pytest.mark.parametrize("most", [300, 500, 501, 1_000])
def test_creators_with_several_handles_crowd_nobody_out(monkeypatch, text, most):
    monkeypatch.setattr("campaigns.models.creator.MAX_LISTED_MATCHES", most)
    ids = [f"{number:03}" for number in range(250)]
    Creator.objects.bulk_create(Creator(pk=pk, name=f"Person {pk}") for pk in ids)
    Account.objects.bulk_create(
        Account(creator_id=pk, platform=platform, handle=f"zumba.{pk}")
        for pk in ids for platform in ("instagram", "tiktok")
    )  # fmt: skip

    assert listed(text) == ids
    spring = factories.campaign("spring")
    Collaboration.objects.bulk_create(Collaboration(campaign=spring, influencer_id=pk) for pk in ids)
    assert Collaboration.objects.matching(text).count() == 250


def test_a_list_finds_whom_a_look_at_every_creator_finds_however_many_they_are(monkeypatch):
    words = ["ana", "nan.ana", "bob.an", "n", "banana"]
    texts: dict[str, list[str]] = {}
    for number in range(8):
        handles = [words[(number + step) % 5] for step in range(number % 4 + 1)]
        creator = factories.creator(f"{'bn' * (number % 2)}-{number}", "Nan An" if number % 3 == 0 else "Bo")
        creator.accounts.all().delete()
        for at, handle in enumerate(handles):
            creator.accounts.create(platform=f"platform {at}", handle=handle)
        texts[creator.pk] = [creator.pk, creator.name.lower(), *handles]

    for most in (1, 2, 3, 5, 8, 13):
        monkeypatch.setattr("campaigns.models.creator.MAX_LISTED_MATCHES", most)
        for asked in ("a", "n", "an", "bn", "ana", "nan", "nan an", "bob", "-3", ".an", "xyz"):
            inside = asked if len(asked) > 2 else f" {asked}"
            assert listed(asked) == sorted(
                pk for pk, has in texts.items() if any(text.startswith(asked) or inside in text for text in has)
            ), (asked, most)


def test_indexes_find_a_part_and_a_beginning():
    factories.creator("c-17", "Ana Silva")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = on")

    held = Creator.objects.filter(indexed("searched_name", "silv")).order_by().explain()
    begun = Creator.objects.filter(searched_name__startswith="ana").order_by("searched_name")[:5].explain()

    assert "creator_name_grams" in held
    assert "creator_name_begins" in begun
