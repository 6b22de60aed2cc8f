"""Makes a sample campaign to walk through, in a database where nobody has campaigns or loaded files yet."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.utils import timezone

from campaigns import sample
from campaigns.models import Campaign
from loads.models import Load


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if Campaign.objects.exists() or Load.objects.filter(is_sample=False).exists():
            return
        owner = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        campaign = sample.load(timezone.localdate(), owner)
        self.stdout.write(f"sample: a campaign with {campaign.collaborations.count()} creators")
