"""GET /top-performers as FastAPI + asyncpg answer it, with the same duties: token, checked query, request id."""

import os
import re
import uuid
from contextlib import asynccontextmanager
from typing import Annotated, Literal

import asyncpg
import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, Request
from pydantic import BaseModel

SQL = """
SELECT campaign_id AS "campaignId", influencer_id AS "influencerId", platform, engagement_rate AS "engagementRate",
       views, likes, comments, shares
  FROM performance_engagement WHERE campaign_id = $1
 ORDER BY engagement_rate DESC, views DESC, influencer_id, platform LIMIT $2 OFFSET $3
"""


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


@app.middleware("http")
async def request_id(request: Request, call_next):
    given = request.headers.get("x-request-id", "")
    response = await call_next(request)
    response.headers["X-Request-ID"] = given if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) else str(uuid.uuid4())
    return response


async def user(request: Request) -> int:
    """The token is checked, and its user looked up, as ours does."""
    try:
        token = request.headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, os.environ["SECRET_KEY"], algorithms=["HS256"])
        number = int(claims["user_id"])
    except (KeyError, jwt.InvalidTokenError) as error:
        raise HTTPException(401) from error
    row = await app.state.pool.fetchrow("SELECT id, is_active FROM auth_user WHERE id = $1", number)
    if row is None or not row["is_active"]:
        raise HTTPException(401)
    return number


@app.get("/top-performers")
async def top_performers(
    campaignId: Annotated[str, Query(min_length=1, max_length=200)],
    _: Annotated[int, Depends(user)],
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    rank: Literal["rate", "adjusted"] = "rate",
) -> list[Performer]:
    return [dict(row) for row in await app.state.pool.fetch(SQL, campaignId, limit, offset)]


@app.get("/healthz")
async def healthz() -> dict:
    return {"status": "ok"}
