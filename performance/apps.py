"""The app that ranks creators by their results: its panels, its kind of load and its lines in the menu."""

from famekeeda.apps import MenuGroup, MenuItem, ProjectApp


class PerformanceConfig(ProjectApp):
    default = True
    name = "performance"
    verbose_name = "Performance"
    panels = "performance.panels"
    forgetting = "performance.forgetting"
    shared = "performance.shared"
    demo = "performance.demo"
    load_kinds = ("performance.load_kind.PerformanceKind",)
    sidebar = (
        MenuGroup(
            "",
            order=0,
            items=(
                MenuItem("Results by campaign", "bar_chart", "pages:campaigns", "performance.view_engagement"),
                MenuItem(
                    "Creator results",
                    "leaderboard",
                    "admin:performance_engagement_changelist",
                    "performance.view_engagement",
                ),
                MenuItem(
                    "Verdicts", "bookmark_star", "admin:performance_verdict_changelist", "performance.view_verdict"
                ),
            ),
        ),
    )
