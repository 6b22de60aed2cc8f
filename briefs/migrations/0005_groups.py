"""Who may do what with briefs: marketing writes and edits, reviewers decide and keep the catalogues."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

CATALOGUES = ["platformrule", "trend", "persona", "angle", "modelprice"]
MARKETING = ["view_brief", "add_brief", "change_brief", *(f"view_{name}" for name in CATALOGUES)]
REVIEWER = [
    *MARKETING,
    "review_brief",
    *(f"{action}_{name}" for action in ("add", "change", "delete") for name in CATALOGUES),
]


def extend_groups(apps, schema_editor):
    db = schema_editor.connection.alias
    # Which otherwise happens only after the last migration.
    create_permissions(installed.get_app_config("briefs"), using=db, verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ours = Permission.objects.using(db).filter(content_type__app_label="briefs")
    groups = {
        "Marketing": ours.filter(codename__in=MARKETING),
        "Reviewer": ours.filter(codename__in=REVIEWER),
        "Operator": ours,
    }
    for name, permissions in groups.items():
        group, _ = Group.objects.using(db).get_or_create(name=name)
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [("briefs", "0004_trend_index"), ("performance", "0002_groups")]

    operations = [migrations.RunPython(extend_groups, migrations.RunPython.noop)]
