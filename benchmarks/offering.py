"""Requests offered to a server on this machine, and how long each took."""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass

CONNECTIONS = 16
Requests = list[str] | list[bytes]  # paths to GET, or requests as they go over the wire


@dataclass
class Answered:
    seconds: float
    latencies: list[float]  # seconds, sorted

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1_000


def as_fast_as_answered(port: int, paths: Requests, token: str, seconds: float) -> Answered:
    """Every connection asks again as soon as it is answered."""
    return asyncio.run(_offer(port, paths, token, seconds, None))


def at_rate(port: int, paths: Requests, token: str, seconds: float, rate: float) -> Answered:
    """So many requests a second, come what may; a latency counts from when its request was due."""
    return asyncio.run(_offer(port, paths, token, seconds, rate))


async def _offer(port: int, paths: Requests, token: str, seconds: float, rate: float | None) -> Answered:
    chance = random.Random(1)
    requests = [path if isinstance(path, bytes) else _request(path, token) for path in paths]
    latencies: list[float] = []
    began = time.perf_counter()
    turn = iter(range(10**9))

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while True:
            due = began + next(turn) / rate if rate else time.perf_counter()
            if due - began >= seconds:
                break
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            writer.write(chance.choice(requests))
            await _answer(reader)
            latencies.append(time.perf_counter() - due)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return Answered(time.perf_counter() - began, sorted(latencies))


def _request(path: str, token: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()


def post(path: str, body: object, token: str) -> bytes:
    """A request as it goes over the wire."""
    content = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


async def _answer(reader: asyncio.StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise SystemExit(f"bench: answered {head[:80]!r}")
    length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
