"""The app that loads files: its panels, its periodic task and its lines in the menu."""

from famekeeda.apps import Capability, Group, Line


class LoadsConfig(Capability):
    default = True
    name = "loads"
    verbose_name = "Data"
    panels = "loads.panels"
    schedule = {"loads.tasks.resume_uploads": 30}
    sidebar = (
        Group(
            "Data",
            order=80,
            lines=(
                Line("Upload an export", "upload_file", "admin:loads_load_add", "loads.add_load"),
                Line("Loads", "database", "admin:loads_load_changelist", "loads.view_load"),
                Line("Rejected rows", "rule", "admin:loads_reject_changelist", "loads.view_reject"),
            ),
        ),
    )
