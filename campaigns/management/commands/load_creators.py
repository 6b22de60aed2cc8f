"""Loads a list of creators: influencerId and, if you like, name, platform, handle, followers, country and more."""

from loads.commands import LoadCommand


class Command(LoadCommand):
    help = __doc__
    kind = "creators"
