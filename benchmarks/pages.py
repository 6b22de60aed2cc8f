"""How long two pages of the admin take that have much to show: a campaign's page, and the picker of creators."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from urllib.parse import quote

from benchmarks.campaigns import web
from benchmarks.running import ROOT, connect, free_port, manage, production, server

CREATORS, EVENTS = 300, 2_000
PROFILES = 1_000_000
REQUESTS = 300  # of each page, one after another
# What people type: beginnings, parts, any case, a handle, an id, common and rare ones, and what nobody has.
TYPED = [
    "a", "ma", "mar", "MARA", "ara s", "keller", "son", "@mara.k", "_4711", "creator_99", "creator_123456", "zzzz",
    "élo", "eller", "or_55", "ngu", "mara keller 7", "9", "%", "reator_",
]  # fmt: skip

CAMPAIGN = f"""
INSERT INTO campaigns_campaign (id, name, brand, product, goal, platforms, currency, budget, status, revision,
                                is_sample)
VALUES ('bench', 'Bench', 'Nova', 'Shoes', '', '{{instagram}}', 'EUR', 100000, 'active', 1, false),
       ('empty', 'Empty', 'Nova', 'Shoes', '', '{{instagram}}', 'EUR', 100000, 'active', 1, false);
INSERT INTO campaigns_creator (influencer_id, name, country, language, topics, contact, manager, currency, note,
                               revision, is_sample)
SELECT 'creator_' || n, 'Mara Keller ' || n, 'DE', 'de', '{{}}', '', '', '', '', 1, false
  FROM generate_series(1, {CREATORS}) AS n;
INSERT INTO campaigns_collaboration (campaign_id, influencer_id, state, fee, currency, promo_code, note, revision)
SELECT 'bench', 'creator_' || n,
       (ARRAY['shortlisted','contacted','agreed','briefed','posted','paid','declined'])[n % 7 + 1], n, 'EUR', '', '', 1
  FROM generate_series(1, {CREATORS}) AS n;
INSERT INTO campaigns_deliverable (collaboration_id, format, platform, due_on, draft_url, post_url, note, state,
                                   revision, is_returned)
SELECT id, 'reel', 'instagram', current_date + (id % 20)::int, '', '', '',
       (ARRAY['planned','submitted','approved','live'])[id % 4 + 1], 1, false
  FROM campaigns_collaboration;
INSERT INTO famekeeda_event (type, version, campaign_id, sequence, batch, data)
SELECT 'CreatorStateChanged', 1, 'bench', n, gen_random_uuid(),
       jsonb_build_object('influencerId', 'creator_' || n % {CREATORS} + 1, 'before', 'contacted', 'after', 'agreed')
  FROM generate_series(1, {EVENTS}) AS n;
INSERT INTO famekeeda_eventcounter (campaign_id, sequence) VALUES ('bench', {EVENTS});
INSERT INTO performance_engagement (influencer_id, campaign_id, platform, views, likes, comments, shares)
SELECT 'creator_' || n, 'bench', 'instagram', 1000 * n, 90 * n, 5 * n, 3 * n FROM generate_series(1, {CREATORS}) AS n;
ANALYZE
"""

MANY_PROFILES = f"""
INSERT INTO campaigns_creator (influencer_id, name, country, language, topics, contact, manager, currency, note,
                               revision, is_sample)
SELECT 'creator_' || n,
       (ARRAY['Mara','Ana','Ben','Cleo','Élodie','Nguyen','Kofi','Yuki','Sara','Tom'])[n % 10 + 1] || ' ' ||
       (ARRAY['Keller','Silva','Johnson','Okafor','Tanaka','Moreau','Novak','Larsson'])[n / 10 % 8 + 1] || ' ' || n,
       'DE', 'de', '{{}}', '', '', '', '', 1, false
  FROM generate_series({CREATORS + 1}, {PROFILES}) AS n;
INSERT INTO campaigns_account (creator_id, platform, handle, followers)
SELECT influencer_id, 'instagram', lower(split_part(name, ' ', 1) || '.' || left(split_part(name, ' ', 2), 1))
       || right(influencer_id, 6), random() * 1000000
  FROM campaigns_creator;
ANALYZE campaigns_creator, campaigns_account
"""


def session() -> str:
    """The key of a session of a superuser."""
    code = (
        "from django.contrib.auth.models import User; from django.test import Client;"
        "user, _ = User.objects.get_or_create(username='bench-admin', is_superuser=True, is_staff=True);"
        "client = Client(); client.force_login(user); print(client.session.session_key)"
    )
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "--no-imports", "-c", code]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()[-1]


def milliseconds(port: int, key: str, paths: list[str]) -> list[float]:
    """How long each of REQUESTS requests took, one after another, sorted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took: list[float] = []
    for number in range(REQUESTS + len(paths)):
        began = time.perf_counter()
        connection.request("GET", paths[number % len(paths)], headers={"Cookie": f"sessionid={key}"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"bench: {paths[number % len(paths)]} answered {answer.status}")
        took.append((time.perf_counter() - began) * 1_000)
    return sorted(took[len(paths) :])  # the first of each warms up


def percentile(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]


def measure() -> dict:
    """p50 and p95 of both pages, each beside the same page with nothing to show. Of the campaign's page every other
    request asks for the board."""
    os.environ.update(production())
    results: dict = {"creators": CREATORS, "events": EVENTS, "profiles": PROFILES}
    with connect() as connection, ExitStack() as stack:
        connection.execute(CAMPAIGN)
        manage("collectstatic", "--no-input", "--verbosity=0")
        stack.callback(shutil.rmtree, ROOT / "staticfiles", ignore_errors=True)  # tests warn of files that are stale
        port, key = free_port(), session()
        stack.enter_context(server(web(port, "famekeeda.settings"), port=port, core=0))
        full = milliseconds(port, key, ["/admin/campaign/bench/", "/admin/campaign/bench/?view=board"])
        empty = milliseconds(port, key, ["/admin/campaign/empty/"])
        connection.execute(MANY_PROFILES)
        pick = "/admin/campaigns/creator/pick/?q="
        picked = milliseconds(port, key, [pick + quote(text) for text in TYPED])
        nothing = milliseconds(port, key, [pick])
    for name in production():
        os.environ.pop(name)
    for name, values in {"page": full, "empty_page": empty, "picker": picked, "empty_picker": nothing}.items():
        results |= {f"{name}_p50_ms": percentile(values, 0.5), f"{name}_p95_ms": percentile(values, 0.95)}
    return results
