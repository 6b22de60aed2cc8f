"""How long briefs keep their traces, and briefs that failed."""

from briefs.models import Brief, Step
from famekeeda.keeping.retention import Kept

KEPT = (
    Kept("steps of briefs", "KEEP_STEPS_DAYS", lambda before: Step.objects.filter(brief__finished_at__lt=before)),
    Kept(
        "failed briefs",
        "KEEP_FAILED_BRIEFS_DAYS",
        lambda before: Brief.objects.filter(state=Brief.State.FAILED, finished_at__lt=before),
    ),
)
