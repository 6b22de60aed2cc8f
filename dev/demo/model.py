"""The demo model: OpenAI's chat completions and list of models, under /v1."""

from __future__ import annotations

from dev.demo import protocol
from dev.demo.exchange import Exchange


def models(exchange: Exchange) -> None:
    model = {"id": protocol.MODEL, "object": "model", "created": 0, "owned_by": "famekeeda"}
    exchange.send(200, {"object": "list", "data": [model]})


def chat_completions(exchange: Exchange) -> None:
    if complaint := protocol.complaint(exchange.body):
        exchange.refuse(400, complaint)
        return
    server = exchange.server.owner
    if server.delay:
        server.closing.wait(server.delay)
    server.meet(exchange)


ROUTES = {("GET", "/v1/models"): models, ("POST", "/v1/chat/completions"): chat_completions}
