"""The app that writes briefs: its panels, queues, periodic task and kind of load, and its lines in the menu."""

from famekeeda.apps import Capability, Group, Line


class BriefsConfig(Capability):
    default = True
    name = "briefs"
    verbose_name = "Briefs"
    panels = "briefs.admin.panels"
    queues = {("rescue", "briefs"): 64}  # first the briefs of a dead worker or a lost queue: their deadline is nearer
    routes = {"briefs.tasks.write": "briefs", "briefs.tasks.resume": "rescue"}
    schedule = {"briefs.tasks.resume": 3}
    load_kinds = ("briefs.catalogues.trend_load.TrendKind",)
    sidebar = (
        Group(
            "Briefs",
            lines=(
                Line("Add a brief", "edit_square", "admin:briefs_brief_add", "briefs.add_brief"),
                Line("All briefs", "description", "admin:briefs_brief_changelist", "briefs.view_brief"),
                Line("Trends", "trending_up", "admin:briefs_trend_changelist", "briefs.view_trend"),
                Line("Personas", "groups", "admin:briefs_persona_changelist", "briefs.view_persona"),
                Line("Angles", "lightbulb", "admin:briefs_angle_changelist", "briefs.view_angle"),
                Line("Platforms", "smartphone", "admin:briefs_platformrule_changelist", "briefs.view_platformrule"),
                Line("Model prices", "payments", "admin:briefs_modelprice_changelist", "briefs.view_modelprice"),
            ),
        ),
    )
