"""GET /top-performers as FastAPI + asyncpg answer it, with the duties of ours.

The JWT is verified, its user looked up, active and with the password of then. The query is checked. The answer has Link
headers and an ETag (304), the request an id, a structured log line and a measurement for Prometheus. Left out is what
ours does besides: CSV and pages by content negotiation, security headers, sessions, throttles. Unlike ours, the peer
verifies a JWT's signature at every request.

MIDDLEWARE=http writes the middleware as FastAPI's documentation does, MIDDLEWARE=asgi as a plain ASGI one: faster.
"""

import hashlib
import os
import re
import sys
import uuid
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Annotated, Literal
from urllib.parse import urlencode

import asyncpg
import jwt
import orjson
import structlog
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from prometheus_client import Histogram
from pydantic import BaseModel

SQL = """
SELECT campaign_id AS "campaignId", influencer_id AS "influencerId", platform, engagement_rate AS "engagementRate",
       views, likes, comments, shares
  FROM performance_engagement WHERE campaign_id = $1
 ORDER BY engagement_rate DESC, views DESC, influencer_id, platform LIMIT $2 OFFSET $3
"""
SECONDS = Histogram("request_seconds", "Time to answer", ["method", "route", "status"])
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper("iso"),
        structlog.processors.JSONRenderer(orjson.dumps),
    ],
    logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer),
    cache_logger_on_first_use=True,
)
log = structlog.get_logger()


class Performer(BaseModel):
    campaignId: str
    influencerId: str
    platform: str
    engagementRate: float
    views: int
    likes: int
    comments: int
    shares: int


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=8, max_size=8) as app.state.pool:
        yield


app = FastAPI(lifespan=lifespan)


def begin(given: str) -> str:
    """The request's id, which every log line of the request then carries."""
    request_id = given if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) else uuid.uuid4().hex
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def etag_of(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def record(scope: dict, status: int, seconds: float) -> None:
    route = scope["route"].path if "route" in scope else ""
    SECONDS.labels(scope["method"], route, status).observe(seconds)
    user, ms = scope["state"].get("user"), round(seconds * 1000, 2)
    log.info("request", method=scope["method"], path=scope["path"], status=status, ms=ms, user=user)


async def http_middleware(request: Request, call_next) -> Response:
    began = perf_counter()
    request_id = begin(request.headers.get("x-request-id", ""))
    answer = await call_next(request)
    body = b"".join([part async for part in answer.body_iterator])
    response = Response(body, answer.status_code, dict(answer.headers))
    if response.status_code == 200:
        response.headers["ETag"] = etag_of(body)
        if request.headers.get("if-none-match") == response.headers["ETag"]:
            response = Response(status_code=304, headers={"ETag": response.headers["ETag"]})
    response.headers["X-Request-ID"] = request_id
    record(request.scope, response.status_code, perf_counter() - began)
    return response


class ASGIMiddleware:
    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        headers = dict(scope["headers"])
        request_id = begin(headers.get(b"x-request-id", b"").decode("latin-1"))
        scope.setdefault("state", {})
        start: dict = {}

        async def respond(message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            if start["status"] == 200:
                etag = etag_of(message["body"]).encode()
                start["headers"].append((b"etag", etag))
                if headers.get(b"if-none-match") == etag:
                    start["status"], message["body"] = 304, b""
                    start["headers"] = [pair for pair in start["headers"] if pair[0] != b"content-length"]
            start["headers"].append((b"x-request-id", request_id.encode()))
            await send(start)
            await send(message)

        await self.app(scope, receive, respond)
        record(scope, start["status"], perf_counter() - began)


if os.environ["MIDDLEWARE"] == "asgi":
    app.add_middleware(ASGIMiddleware)
else:
    app.middleware("http")(http_middleware)


async def user(request: Request) -> int:
    try:
        token = request.headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, os.environ["SECRET_KEY"], algorithms=["HS256"])
        number, password_hash = int(claims["user_id"]), claims["hash_password"]
    except (KeyError, jwt.InvalidTokenError) as error:
        raise HTTPException(401) from error
    row = await app.state.pool.fetchrow("SELECT is_active, password FROM auth_user WHERE id = $1", number)
    if row is None or not row["is_active"]:
        raise HTTPException(401)
    if password_hash != hashlib.md5(row["password"].encode(), usedforsecurity=False).hexdigest().upper():
        raise HTTPException(401)
    request.state.user = number
    return number


@app.get("/top-performers")
async def top_performers(
    request: Request,
    response: Response,
    campaignId: Annotated[str, Query(min_length=1, max_length=200)],
    _: Annotated[int, Depends(user)],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    rank: Literal["rate", "adjusted"] = "rate",
) -> list[Performer]:
    rows = await app.state.pool.fetch(SQL, campaignId, limit + 1, offset)
    offsets = {"first": 0, "prev": max(0, offset - limit)} if offset else {}
    if len(rows) > limit:
        offsets["next"] = offset + limit
    if offsets:
        page = str(request.url.replace(query=""))
        response.headers["Link"] = ", ".join(
            f'<{page}?{urlencode({**request.query_params, "limit": limit, "offset": number})}>; rel="{name}"'
            for name, number in offsets.items()
        )
    return [dict(row) for row in rows[:limit]]


@app.get("/healthz")
async def healthz() -> dict:
    return {"status": "ok"}
