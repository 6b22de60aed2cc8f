"""What tests read in answers of the API."""


def errors(answer) -> dict[str, list[str]]:
    """The messages per field of a 400."""
    assert answer.status_code == 400, answer.content
    return answer.json()["errors"]
