"""Who may do what: Marketing, Reviewer, Operator. Later apps add their own permissions to these groups."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

MARKETING = (
    ("performance", "view_engagement"), ("performance", "view_load"), ("performance", "view_reject"),
    ("performance", "add_load"), ("performance", "view_verdict"), ("performance", "add_verdict"),
    ("performance", "change_verdict"), ("performance", "delete_verdict"),
)


def make_groups(apps, schema_editor):
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    for label in ("performance", "knox"):
        config = installed.get_app_config(label)
        create_permissions(config, apps=apps, verbosity=0)  # which otherwise happens only after the last migration
    marketing = [Permission.objects.get(content_type__app_label=app, codename=code) for app, code in MARKETING]
    everything_but_users = Permission.objects.filter(content_type__app_label__in=["performance", "knox"])
    for name, permissions in (("Marketing", marketing), ("Reviewer", marketing), ("Operator", everything_but_users)):
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("knox", "0009_extend_authtoken_field"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
