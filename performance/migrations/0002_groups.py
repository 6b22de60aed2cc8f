"""The three groups people are put into. Reviewers may later also decide on briefs."""

from django.apps import apps as real_apps
from django.contrib.auth.management import create_permissions
from django.db import migrations

SEE = ["view_engagement", "view_load", "view_reject", "view_verdict"]
MARKETING = [*SEE, "add_load", "add_verdict", "change_verdict", "delete_verdict"]


def make_groups(apps, schema_editor):
    """A fresh database has no permissions yet: Django makes them after the last migration."""
    db = schema_editor.connection.alias
    for config in real_apps.get_app_configs():
        create_permissions(config, using=db, verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    marketing = Permission.objects.using(db).filter(content_type__app_label="performance", codename__in=MARKETING)
    everything = Permission.objects.using(db).exclude(content_type__app_label__in=["auth", "contenttypes", "sessions"])
    for name, permissions in {"Marketing": marketing, "Reviewer": marketing, "Operator": everything}.items():
        group, _ = Group.objects.using(db).get_or_create(name=name)
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
