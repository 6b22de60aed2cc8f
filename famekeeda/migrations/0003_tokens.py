"""Gives the tokens that knox stored before what we keep of each, and operators the right to see and revoke them."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

ADOPT = """
INSERT INTO famekeeda_token (authtoken_ptr_id, name) SELECT digest, '' FROM knox_authtoken
    ON CONFLICT (authtoken_ptr_id) DO NOTHING
"""


def extend_groups(apps, schema_editor):
    db = schema_editor.connection.alias
    # Which otherwise happens only after the last migration.
    create_permissions(installed.get_app_config("famekeeda"), using=db, verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    ours = Permission.objects.using(db).filter(content_type__app_label="famekeeda", codename__in=["view_token", "delete_token"])
    group, _ = Group.objects.using(db).get_or_create(name="Operator")
    group.permissions.add(*ours)


class Migration(migrations.Migration):
    dependencies = [
        ("famekeeda", "0002_sign_ins_and_tokens"),
        ("performance", "0002_groups"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunSQL(ADOPT, migrations.RunSQL.noop),
        migrations.RunPython(extend_groups, migrations.RunPython.noop),
    ]
