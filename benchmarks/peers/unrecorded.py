"""Settings of the peer that keeps no events: our own views, with the statement that stores events left out."""

from famekeeda.events import recording
from famekeeda.settings import *  # noqa: F403

recording.store_now = lambda events: None
