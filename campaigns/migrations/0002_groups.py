"""Who may do what with campaigns: marketing runs them and sees fees, reviewers decide on deliverables."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

SEE = [f"view_{name}" for name in ("campaign", "creator", "collaboration", "deliverable")]
MARKETING = [
    *SEE,
    "view_fee",
    *(f"{action}_{name}" for action in ("add", "change") for name in ("campaign", "creator")),
    *(f"{action}_{name}" for action in ("add", "change", "delete") for name in ("collaboration", "deliverable")),
]
REVIEWER = [*SEE, "decide_deliverable"]


def extend_groups(apps, schema_editor):
    db = schema_editor.connection.alias
    # Which otherwise happens only after the last migration.
    create_permissions(installed.get_app_config("campaigns"), using=db, verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ours = Permission.objects.using(db).filter(content_type__app_label="campaigns")
    groups = {
        "Marketing": ours.filter(codename__in=MARKETING),
        "Reviewer": ours.filter(codename__in=REVIEWER),
        "Operator": ours,
    }
    for name, permissions in groups.items():
        group, _ = Group.objects.using(db).get_or_create(name=name)
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial"), ("performance", "0002_groups")]

    operations = [migrations.RunPython(extend_groups, migrations.RunPython.noop)]
