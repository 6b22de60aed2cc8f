"""Who may do what: Marketing, Reviewer, Operator. Later apps add their own permissions to these groups."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

SEE = ["view_engagement", "view_load", "view_reject", "view_verdict"]
MARKETING = [*SEE, "add_load", "add_verdict", "change_verdict", "delete_verdict"]


def make_groups(apps, schema_editor):
    db = schema_editor.connection.alias
    for label in ("performance", "knox"):  # which otherwise happens only after the last migration
        create_permissions(installed.get_app_config(label), using=db, verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    marketing = Permission.objects.using(db).filter(content_type__app_label="performance", codename__in=MARKETING)
    all_but_users = Permission.objects.using(db).filter(content_type__app_label__in=["performance", "knox"])
    for name, permissions in {"Marketing": marketing, "Reviewer": marketing, "Operator": all_but_users}.items():
        group, _ = Group.objects.using(db).get_or_create(name=name)
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("knox", "0009_extend_authtoken_field"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
