"""Circuit breakers: after failures in a row, calls to a host fail at once for a while; then one call probes the host.

The state of a host is in Redis, for all processes, and only there: a flush forgets it, and while Redis is away every
call is made. A key holds the failures in a row; one exists while the circuit is open, one while a probe is under way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlsplit

import structlog
from django_redis import get_redis_connection
from redis.exceptions import RedisError

MAX_FAILURES = 5  # in a row; then the circuit opens
SHORTEST_PAUSE_SECONDS = 30  # doubled by every probe that fails
LONGEST_PAUSE_SECONDS = 600
FORGOTTEN_AFTER_SECONDS = 3600  # without another failure
HOSTS = "famekeeda:circuits"  # set: the hosts whose circuits opened lately

# Answers 0 to a call of a closed circuit, -1 to the probe, and to any other call the milliseconds that it should wait.
BEGIN = """
if tonumber(redis.call('HGET', KEYS[1], 'failures') or '0') < tonumber(ARGV[1]) then return 0 end
local pause = redis.call('PTTL', KEYS[2])
if pause > 0 then return pause end
if redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[2]) then return -1 end
return math.max(redis.call('PTTL', KEYS[3]), 1)
"""
# Answers the seconds for which the failure opened the circuit; 0 if the failure did not. Calls that began before the
# circuit opened may fail later: they do not open it again.
FAILED = """
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
redis.call('EXPIRE', KEYS[1], ARGV[6])
if failures ~= tonumber(ARGV[1]) and ARGV[2] == '0' then return 0 end
local openings = redis.call('HINCRBY', KEYS[1], 'openings', 1)
local pause = math.min(tonumber(ARGV[3]) * 2 ^ (openings - 1), tonumber(ARGV[4]))
redis.call('SET', KEYS[2], '1', 'EX', pause)
redis.call('DEL', KEYS[3])
redis.call('SADD', KEYS[4], ARGV[5])
return pause
"""

log = structlog.get_logger(__name__)


class Open(Exception):
    """The host failed too often: the call was not made. `seconds_left` until the host may be called again."""

    def __init__(self, host: str, seconds_left: float) -> None:
        super().__init__(f"{host} is called again in {ceil(seconds_left)} s.")
        self.seconds_left = seconds_left


@dataclass(frozen=True)
class OpenCircuit:
    """`seconds_left` is 0 once a probe is due or under way."""

    host: str
    failures: int
    seconds_left: float


@contextmanager
def call(url: str, *, seconds: float, is_down: Callable[[Exception], bool | None]) -> Iterator[Circuit]:
    """A call to the host of `url` that lasts so many seconds at most. Raises Open where the call must not be made. The
    block gets the circuit, whose `is_probe` says that this call is the probe, and should try once.

    The block's exception counts as `is_down` judges it: True is a failure of the host, False an answer of any kind,
    None nothing. A block without an exception is an answer.
    """
    circuit = Circuit(url)
    circuit.begin(seconds)
    try:
        yield circuit
    except Exception as error:
        match is_down(error):
            case True:
                circuit.failed()
            case False:
                circuit.answered()
            case None:
                circuit.undecided()
        raise
    circuit.answered()


class Circuit:
    """The circuit of the host of `url`, as one call sees it."""

    def __init__(self, url: str) -> None:
        self.host = host_of(url)
        prefix = f"famekeeda:circuit:{self.host}"
        self.keys = (prefix, f"{prefix}:open", f"{prefix}:probe")
        self.is_probe = False

    def begin(self, seconds: float) -> None:
        with suppress(RedisError):
            wait = _redis().eval(BEGIN, 3, *self.keys, MAX_FAILURES, max(1, int(seconds * 1000)))
            self.is_probe = wait == -1
            if wait > 0:
                raise Open(self.host, wait / 1000)

    def failed(self) -> None:
        with suppress(RedisError):
            limits = (SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, self.host, FORGOTTEN_AFTER_SECONDS)
            pause = _redis().eval(FAILED, 4, *self.keys, HOSTS, MAX_FAILURES, int(self.is_probe), *limits)
            if pause:
                log.warning("circuit_opened", host=self.host, seconds=pause)

    def answered(self) -> None:
        with suppress(RedisError), _redis().pipeline() as pipe:
            pipe.delete(*self.keys)
            pipe.srem(HOSTS, self.host)
            if pipe.execute()[1]:
                log.info("circuit_closed", host=self.host)

    def undecided(self) -> None:
        """Lets another call be the probe."""
        if self.is_probe:
            with suppress(RedisError):
                _redis().delete(self.keys[2])


def seconds_open(url: str) -> float:
    """The seconds for which calls to the host of `url` still fail at once; 0 if calls are made, or Redis is away."""
    try:
        return max(0, _redis().pttl(Circuit(url).keys[1])) / 1000
    except RedisError:
        return 0


def open_circuits() -> list[OpenCircuit]:
    """The open circuits by host; none while Redis is away."""
    try:
        return list(_open_circuits())
    except RedisError:
        return []


def _open_circuits() -> Iterator[OpenCircuit]:
    redis = _redis()
    for host in sorted(name.decode() for name in redis.smembers(HOSTS)):
        failures, pause, _ = Circuit(f"//{host}").keys
        in_a_row = int(redis.hget(failures, "failures") or 0)
        if in_a_row:
            yield OpenCircuit(host, in_a_row, max(0, redis.pttl(pause)) / 1000)
        else:  # forgotten meanwhile
            redis.srem(HOSTS, host)


def host_of(url: str) -> str:
    """Host and port, without a user's name and password."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _redis() -> Any:
    return get_redis_connection("default")
