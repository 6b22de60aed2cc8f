"""The app that holds what a team runs: campaigns, their creators, what each creator owes, and creators' profiles."""

from famekeeda.apps import MenuGroup, MenuItem, ProjectApp


class CampaignsConfig(ProjectApp):
    default = True
    name = "campaigns"
    verbose_name = "Campaigns"
    panels = "campaigns.panels"
    event_types = "campaigns.event_types"
    reactions = {"BriefApproved": "campaigns.reactions.brief_approved"}
    schedule = {"campaigns.tasks.notice_overdue": 3600}
    forgetting = "campaigns.forgetting"
    demo = "campaigns.demo"
    shared = "campaigns.shared"
    actions = (
        "campaigns.actions.AddToCampaign",
        "campaigns.actions.SetState",
        "campaigns.admin.set_fees.SetFees",
        "campaigns.admin.add_deliverables.AddDeliverables",
        "campaigns.actions.RemoveFromCampaign",
    )
    load_kinds = ("campaigns.load_kind.CreatorKind",)
    sidebar = (
        MenuGroup(
            "",
            order=0,
            items=(
                MenuItem(
                    "Campaigns",
                    "campaign",
                    "admin:campaigns_campaign_changelist",
                    "campaigns.view_campaign",
                    pages=("pages:campaign",),
                ),
                MenuItem("Add a campaign", "add_circle", "admin:campaigns_campaign_add", "campaigns.add_campaign"),
                MenuItem(
                    "Deliverables",
                    "task_alt",
                    "admin:campaigns_deliverable_changelist",
                    "campaigns.view_deliverable",
                ),
                MenuItem("Creators", "group", "admin:campaigns_creator_changelist", "campaigns.view_creator"),
            ),
        ),
    )
