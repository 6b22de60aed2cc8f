"""Our chain without the queue: claims briefs and writes them in this process; prints the median as JSON.

chain_alone.py HOW_MANY ROUND
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ |= {"DJANGO_SETTINGS_MODULE": "famekeeda.settings", "DATABASE_POOL": "16"}  # as in the Procfile

import django

django.setup()

from briefs.generation import chain
from briefs.models import Brief
from briefs.request import BriefRequest


def write(brand: str) -> float:
    request = BriefRequest.normalised(
        brand=brand, product="Air Max Running Shoes", goal="Reach young athletes", platform="instagram"
    )
    brief = Brief.objects.create(**request.fields(), cache_key=uuid4().hex, model="demo")
    claimed = Brief.objects.claim(brief.pk, uuid4())
    began = time.perf_counter()
    chain.write(claimed)
    seconds = time.perf_counter() - began
    assert claimed.state == "ready", claimed.failure
    return seconds


how_many, round_ = int(sys.argv[1]), sys.argv[2]
write(f"Alone {round_} warm-up")
seconds = [write(f"Alone {round_} {number}") for number in range(how_many)]
print(json.dumps({"median_ms": statistics.median(seconds) * 1000}))
