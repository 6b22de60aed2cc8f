"""Loads a small sample, broken rows included, into a database that holds no other load of creator performance."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loads.files.sources import Source
from loads.models import Load
from loads.run import run
from performance.models import Engagement

SAMPLE = Path(__file__).resolve().parents[2] / "sample.csv"


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        samples = Load.objects.filter(kind="performance", is_sample=True)
        if Engagement.objects.exists() or Load.objects.filter(kind="performance").exclude(pk__in=samples).exists():
            return
        samples.delete()  # a sample whose load was interrupted
        load = Load.objects.create(
            kind="performance", file=SAMPLE.name, is_sample=True, origin="the sample that comes with Fame Keeda"
        )
        run(load, Source.from_path(str(SAMPLE)))
        if load.state != Load.State.LOADED:
            raise CommandError(f"the sample was not loaded: {load.error}")
        self.stdout.write(f"sample: {load.rows} rows, {load.rejected} of them rejected")
