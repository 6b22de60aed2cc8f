"""Preconditions: a change goes through only on the revision that its author has read."""

import pytest
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from famekeeda.preconditions import PreconditionFailed, check_if_match, etag


def asking(if_match=None):
    headers = {} if if_match is None else {"if-match": if_match}
    return Request(APIRequestFactory().patch("/campaigns/spring", headers=headers))


def test_a_revision_has_a_strong_tag():
    assert etag(7) == '"7"'


@pytest.mark.parametrize("if_match", [None, '"7"', "*", ' "7" ', '"6", "7"', '"6","7"', 'W/"6", "7"', '"a,b", "7"'])
def test_a_change_of_the_revision_that_was_read_goes_through(if_match):
    check_if_match(asking(if_match), 7)


@pytest.mark.parametrize("if_match", ['"6"', '"8", "9"', 'W/"7"', '""', '"07"', '"\xfc"'])
def test_a_change_of_another_revision_is_refused_and_told_the_one_there_is(if_match):
    with pytest.raises(PreconditionFailed) as refusal:
        check_if_match(asking(if_match), 7)
    assert refusal.value.status_code == 412
    assert (
        str(refusal.value.detail) == 'What you have read was changed since: the ETag is now "7". Read it again first.'
    )


@pytest.mark.parametrize("if_match", ["7", "", "W/7", '"7', '7"', '"7" 8', "*, *", '"7", *', "\x00", '"\x01"'])
def test_what_is_no_tag_is_refused_with_the_name_of_the_header(if_match):
    with pytest.raises(ValidationError) as refusal:
        check_if_match(asking(if_match), 7)
    assert refusal.value.detail == {
        "If-Match": ['Must be an ETag in double quotes, such as "7", several of them, or *.']
    }


def test_what_does_not_exist_yet_is_made_without_a_precondition():
    check_if_match(asking(), None)


@pytest.mark.parametrize("if_match", ["*", '"1"'])
def test_no_revision_of_what_does_not_exist_matches(if_match):
    with pytest.raises(PreconditionFailed):
        check_if_match(asking(if_match), None)
