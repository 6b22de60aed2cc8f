"""Lets all groups see events."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def extend_groups(apps, schema_editor):
    db = schema_editor.connection.alias
    # Which otherwise happens only after the last migration.
    create_permissions(installed.get_app_config("famekeeda"), using=db, verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    see_events = Permission.objects.using(db).get(content_type__app_label="famekeeda", codename="view_event")
    for name in ("Marketing", "Reviewer", "Operator"):
        group, _ = Group.objects.using(db).get_or_create(name=name)
        group.permissions.add(see_events)


class Migration(migrations.Migration):
    dependencies = [
        ("famekeeda", "0004_events"),
        ("performance", "0002_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(extend_groups, migrations.RunPython.noop)]
