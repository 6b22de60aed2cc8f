"""Loads a CSV of trending hashtags: hashtag, platform, score and, if you like, topics (a;b) and observedAt."""

from loads.commands import LoadCommand


class Command(LoadCommand):
    help = __doc__
    kind = "trends"
