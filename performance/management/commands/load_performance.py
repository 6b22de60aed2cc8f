"""Loads a CSV export of engagement counts; rejects broken rows with a reason, and changes nothing if told so."""

from loads.commands import LoadCommand


class Command(LoadCommand):
    help = __doc__
    kind = "performance"
