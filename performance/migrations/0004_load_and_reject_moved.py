"""Load and Reject belong to the app `loads` from here on; their tables, permissions and histories stay as they are."""

import django.db.models.deletion
from django.db import migrations, models

MOVED = ["load", "reject"]


def move_content_types(apps, schema_editor, *, source="performance", target="loads"):
    """Permissions, and what the admin remembers of each object, point to content types: these keep their ids."""
    db = schema_editor.connection.alias
    ContentType = apps.get_model("contenttypes", "ContentType")
    moving = ContentType.objects.using(db).filter(app_label=source, model__in=MOVED)
    # `migrate loads`, without `performance`, ends between the two and makes new ones, which nothing refers to yet.
    doubles = ContentType.objects.using(db).filter(app_label=target, model__in=moving.values("model"))
    doubles.delete()
    moving.update(app_label=target)
    ContentType.objects.clear_cache()


def move_content_types_back(apps, schema_editor):
    move_content_types(apps, schema_editor, source="loads", target="performance")


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0003_rename_load_tables"),
        ("loads", "0001_initial"),
        ("admin", "0001_initial"),  # what deletes a content type must know who refers to it
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="engagement",
                    name="load",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="loads.load",
                    ),
                ),
                migrations.DeleteModel("Reject"),
                migrations.DeleteModel("Load"),
            ],
        ),
        migrations.RunPython(move_content_types, move_content_types_back),
    ]
