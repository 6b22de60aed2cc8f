"""The right to remove the demo data, for operators."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations, models


def extend_group(apps, schema_editor):
    db = schema_editor.connection.alias
    # Which otherwise happens only after the last migration.
    create_permissions(installed.get_app_config("famekeeda"), using=db, verbosity=0, apps=apps)
    Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    remove_demo = Permission.objects.using(db).get(content_type__app_label="famekeeda", codename="remove_demo")
    operator, _ = Group.objects.using(db).get_or_create(name="Operator")
    operator.permissions.add(remove_demo)


class Migration(migrations.Migration):
    dependencies = [("famekeeda", "0006_kept_answers")]

    operations = [
        migrations.CreateModel(
            name="DemoData",
            fields=[("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))],
            options={
                "permissions": [("remove_demo", "Can remove the demo data of all apps")],
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.RunPython(extend_group, migrations.RunPython.noop),
    ]
