"""Renames Brief.content to generated and Brief.fingerprint to cache_key. Constraints and the index follow: Django's
state of them names the fields, so they are dropped before the renames and made again after."""

from django.db import migrations, models
from django.db.models import Q

READY_HAS_CONTENT = "brief_ready_has_content"
SINGLE_FLIGHT = "brief_single_flight"


class Migration(migrations.Migration):
    dependencies = [("briefs", "0006_by_fingerprint")]

    operations = [
        migrations.RemoveConstraint("brief", READY_HAS_CONTENT),
        migrations.RemoveConstraint("brief", SINGLE_FLIGHT),
        migrations.RemoveIndex("brief", "brief_by_fingerprint"),
        migrations.RenameField("brief", "content", "generated"),
        migrations.RenameField("brief", "fingerprint", "cache_key"),
        migrations.AddConstraint(
            "brief",
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(generated__isnull=False, finished_at__isnull=False),
                name=READY_HAS_CONTENT,
            ),
        ),
        migrations.AddConstraint(
            "brief",
            models.UniqueConstraint(
                fields=["cache_key"], condition=Q(state__in=["queued", "running"]), name=SINGLE_FLIGHT
            ),
        ),
        migrations.AddIndex("brief", models.Index(fields=["cache_key"], name="brief_by_cache_key")),
    ]
