"""The app that loads files: its panels, its periodic task and its lines in the menu."""

from famekeeda.apps import MenuGroup, MenuItem, ProjectApp


class LoadsConfig(ProjectApp):
    default = True
    name = "loads"
    verbose_name = "Data"
    panels = "loads.panels"
    schedule = {"loads.tasks.resume_uploads": 30}
    retention = "loads.retention"
    forgetting = "loads.forgetting"
    event_types = "loads.event_types"
    sidebar = (
        MenuGroup(
            "Data",
            order=80,
            items=(
                MenuItem("Upload an export", "upload_file", "admin:loads_load_add", "loads.add_load"),
                MenuItem("Loads", "database", "admin:loads_load_changelist", "loads.view_load"),
                MenuItem("Rejected rows", "rule", "admin:loads_reject_changelist", "loads.view_reject"),
            ),
        ),
    )
