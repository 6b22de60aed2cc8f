"""The app that ranks creators by their results: its panels, its kind of load and its lines in the menu."""

from famekeeda.apps import Capability, Group, Line


class PerformanceConfig(Capability):
    default = True
    name = "performance"
    verbose_name = "Performance"
    panels = "performance.panels"
    load_kinds = ("performance.load_kind.PerformanceKind",)
    sidebar = (
        Group(
            "",
            order=0,
            lines=(
                Line("Campaigns", "campaign", "pages:campaigns", "performance.view_engagement"),
                Line(
                    "Creator results",
                    "leaderboard",
                    "admin:performance_engagement_changelist",
                    "performance.view_engagement",
                ),
                Line("Shortlist", "bookmark_star", "admin:performance_verdict_changelist", "performance.view_verdict"),
            ),
        ),
    )
