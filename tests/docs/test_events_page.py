"""The catalogue of docs/events.md lists the types of events that the apps register, and nothing else."""

from famekeeda.events.types import EventType, event_types
from tests.docs.pages import ROOT


def line(event_type: EventType) -> str:
    """The type's row of the table, to be pasted there."""
    data, confidential = (
        ", ".join(f"`{key}`" for key in keys) for keys in (event_type.example, event_type.confidential)
    )
    return f"| `{event_type.name}` | {event_type.title} | {data} | {confidential} |".replace("  ", " ")


def test_the_catalogue_of_events_is_that_of_the_apps():
    section = (ROOT / "docs" / "events.md").read_text().partition("## The types")[2]
    listed = [each for each in section.splitlines() if each.startswith("| `")]

    assert listed == [line(event_type) for event_type in event_types().values()]


def test_confidential_data_needs_the_right_that_the_page_names():
    rights = {right for event_type in event_types().values() for right in event_type.confidential.values()}

    assert rights == {"campaigns.view_fee"}
