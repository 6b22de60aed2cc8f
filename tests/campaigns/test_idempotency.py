"""POST /campaigns, repeated by many clients of a real web server at once: a campaign and an event for each key."""

import asyncio
import json
import os

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from campaigns.models import Campaign
from famekeeda.models import Event, KeptAnswer
from tests import factories
from tests.famekeeda.web_server import web_server

# IDEMPOTENCY_KEYS=200 makes ten thousand posts, which take half a minute on two idle cores.
KEYS, CLIENTS = int(os.environ.get("IDEMPOTENCY_KEYS", "20")), 50


@pytest.fixture
def server(transactional_db):
    with web_server() as port:
        yield port


def test_fifty_clients_with_the_same_keys_make_one_campaign_and_one_event_for_each_key(server):
    by_client = asyncio.run(post_all(server, AccessToken.for_user(factories.user("ken", is_superuser=True))))
    for number, answers in enumerate(zip(*by_client, strict=True)):
        assert len(set(answers)) == 1, f"the clients got different answers to key {number}: {set(answers)}"
    campaigns = {Campaign.objects.get(name=f"Campaign {number}").pk for number in range(KEYS)}
    assert campaigns == {json.loads(body)["id"] for body in by_client[0]}
    assert (Campaign.objects.count(), KeptAnswer.objects.count(), Event.objects.count()) == (KEYS, KEYS, KEYS)
    events = Event.objects.filter(type="CampaignCreated", sequence=1)
    assert set(events.values_list("campaign_id", flat=True)) == campaigns


async def post_all(port, token):
    """What each client is answered to each key. All clients post with the first key, then all with the next."""
    together = asyncio.Barrier(CLIENTS)
    return await asyncio.gather(*(post_each(port, token, together) for _ in range(CLIENTS)))


async def post_each(port, token, together):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    answers = []
    for number in range(KEYS):
        await together.wait()
        while (answer := await post(reader, writer, token, number))[0] == 409:  # another client's is in flight
            await asyncio.sleep(0.05)
        assert answer[0] == 201
        answers.append(answer[1])
    writer.close()
    return answers


async def post(reader, writer, token, number):
    """Status and body of the answer."""
    body = json.dumps({"name": f"Campaign {number}"})
    head = (
        f"POST /campaigns HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {number}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write((head + body).encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length: ")[2].split()[0])
    return int(head.split()[1]), await reader.readexactly(length)
