"""PostgreSQL restarts while campaigns come in: whoever repeats with the same key gets one campaign, recorded once."""

import json
import threading
from collections import Counter

import psycopg

from tests.dev.processes import folder_for_services, wait_until
from tests.performance.test_postgres_restart import ask, manage, restart_postgresql, web_server

WRITERS = 4


def test_a_campaign_that_is_sent_until_it_is_answered_is_there_once():
    with folder_for_services() as folder, web_server(folder, pool="6") as server:
        password = {f"DJANGO_SUPERUSER_{name}": "admin" for name in ("USERNAME", "PASSWORD")}
        manage(folder, "createsuperuser", "--noinput", "--email=", **password)
        token = manage(folder, "create_token", "admin")
        statuses: Counter[int] = Counter()
        answered: list[str] = []

        def send(writer: int) -> None:
            number = 0
            while not is_over.is_set():
                key = f"{writer}-{number}"
                body = json.dumps({"name": f"Campaign {key}", "id": key}).encode()
                headers = {
                    "Authorization": f"Token {token}", "Content-Type": "application/json", "Idempotency-Key": key
                }  # fmt: skip
                status, answer = ask(f"{server}/campaigns", data=body, headers=headers)
                statuses[status] += 1
                if status == 201:
                    answered.append(answer["id"])
                    number += 1

        is_over = threading.Event()
        writers = [threading.Thread(target=send, args=[number], daemon=True) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        try:
            wait_until(lambda: statuses[201] > 2 * WRITERS)
            restart_postgresql(folder)
            before = statuses[201]
            wait_until(lambda: statuses[201] > before + 4 * WRITERS)
        finally:
            is_over.set()
        for writer in writers:
            writer.join()

        assert set(statuses) <= {201, 409, 503}  # 409: the first attempt is still in flight
        with psycopg.connect(json.loads((folder / "services.json").read_text())["DATABASE_URL"]) as connection:
            campaigns = connection.execute("SELECT id FROM campaigns_campaign WHERE NOT is_sample").fetchall()
            events = connection.execute(
                "SELECT campaign_id, sequence FROM famekeeda_event WHERE type = 'CampaignCreated'"
            ).fetchall()
        assert sorted(set(answered)) == sorted(answered)
        assert {id for (id,) in campaigns} >= set(answered)
        assert sorted(events) == sorted((id, 1) for (id,) in campaigns)
