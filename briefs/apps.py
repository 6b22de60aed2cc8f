"""The app that writes briefs: its panels, queues, periodic task and kind of load, and its lines in the menu."""

from famekeeda.apps import MenuGroup, MenuItem, ProjectApp


class BriefsConfig(ProjectApp):
    default = True
    name = "briefs"
    verbose_name = "Briefs"
    panels = "briefs.admin.panels"
    queues = {("rescue", "briefs"): 64}  # first the briefs of a dead worker or a lost queue: their deadline is nearer
    routes = {"briefs.tasks.write": "briefs", "briefs.tasks.resume": "rescue"}
    schedule = {"briefs.tasks.resume": 3}
    retention = "briefs.retention"
    forgetting = "briefs.forgetting"
    event_types = "briefs.event_types"
    shared = "briefs.shared"
    demo = "briefs.demo"
    actions = ("briefs.admin.brief_them_all.BriefThemAll",)
    load_kinds = ("briefs.catalogues.trend_load.TrendKind",)
    sidebar = (
        MenuGroup(
            "Briefs",
            items=(
                MenuItem("Add a brief", "edit_square", "admin:briefs_brief_add", "briefs.add_brief"),
                MenuItem("All briefs", "description", "admin:briefs_brief_changelist", "briefs.view_brief"),
                MenuItem("Trends", "trending_up", "admin:briefs_trend_changelist", "briefs.view_trend"),
                MenuItem("Personas", "groups", "admin:briefs_persona_changelist", "briefs.view_persona"),
                MenuItem("Angles", "lightbulb", "admin:briefs_angle_changelist", "briefs.view_angle"),
                MenuItem("Platforms", "smartphone", "admin:briefs_platformrule_changelist", "briefs.view_platformrule"),
                MenuItem("Model prices", "payments", "admin:briefs_modelprice_changelist", "briefs.view_modelprice"),
            ),
        ),
    )
