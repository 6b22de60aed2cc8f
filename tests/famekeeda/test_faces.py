"""How pages write creators: the face, the name that leads to the creator's page, handle or id below."""

import pytest
from django.template import Context, Template

from famekeeda import links
from famekeeda.shared import CreatorName


@pytest.mark.parametrize(
    ("called", "letters"),
    [
        ("Ana Silva", "AS"), ("ana", "A"), ("@ben.ode", "BO"), ("creator_17", "C1"), ("Ana de la Silva", "AS"),
        ("Ömer Łęcki", "ÖŁ"), ("美咲", "美"), ("😀", "?"), ("...", "?"),
    ],
)  # fmt: skip
def test_initials_are_the_first_letters_of_the_first_and_the_last_word(called, letters):
    assert links.initials(called) == letters


def test_a_creator_keeps_the_colour_of_the_face():
    assert links.face("ana", {}) == '<span class="fk-face fk-face-0" aria-hidden="true">A</span>'.replace(
        "fk-face-0", f"fk-face-{links.face_colour('ana')}"
    )
    named = {"ana": CreatorName("Bea Costa")}
    assert links.face("ana", named).replace(">BC<", ">A<") == links.face("ana", {})


def test_a_person_is_a_face_a_name_that_leads_to_the_page_and_the_handle():
    shown = Template("{% load creators %}{% person 'ana' names %}").render(
        Context({"names": {"ana": CreatorName("Ana <Silva>", "ana.s")}})
    )

    assert ">AS</span>" in shown
    assert '<a class="fk-link" href="/admin/creator/ana/" title="@ana.s · ana">Ana &lt;Silva&gt;</a>' in shown
    assert '<small class="fk-note">@ana.s</small>' in shown


def test_below_the_name_of_a_creator_without_a_handle_stands_the_id_and_below_an_id_nothing():
    assert '<small class="fk-note">ana</small>' in links.person("ana", {"ana": CreatorName("Ana Silva")})
    assert '<small class="fk-note">ana</small>' in links.person("ana", {"ana": CreatorName("", "ana.s")})
    assert "<small" not in links.person("ana", {})
