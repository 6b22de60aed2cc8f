"""Which creators actually performed?"""

from famekeeda.apps import Capability, Group, Line


class PerformanceConfig(Capability):
    default = True
    name = "performance"
    verbose_name = "Performance"
    panels = "performance.panels"
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
        Group(
            "Data",
            order=80,
            lines=(
                Line("Upload an export", "upload_file", "admin:performance_load_add", "performance.add_load"),
                Line("Loads", "database", "admin:performance_load_changelist", "performance.view_load"),
                Line("Rejected rows", "rule", "admin:performance_reject_changelist", "performance.view_reject"),
            ),
        ),
    )
