"""The Redis transport of Celery's broker connections: kombu's, with bounded queues and one fix."""

from __future__ import annotations

from collections import Counter
from typing import Any

from kombu.transport import redis
from redis.exceptions import ConnectionError as RedisConnectionError

RECHECK_SECONDS = 0.05  # Redis ends a BRPOP up to a tenth of a second later than told


class Channel(redis.Channel):
    """Bounds how many unacknowledged messages of a group of queues a worker holds: with ACKS_LATE, its running tasks.

    The transport option `bounds` maps groups of queue names to that number. A group at its bound is left out of BRPOP:
    its messages stay in Redis for other workers, and messages of other queues still arrive at once. After a lost
    connection the tasks that still run from before are not counted.
    """

    bounds: dict[tuple[str, ...], int] = {}
    from_transport_options = (*redis.Channel.from_transport_options, "bounds")  # type: ignore[assignment]

    def _brpop_start(self, timeout: float | None = None) -> None:
        """Sends the BRPOP that waits for the next message; one that leaves queues out waits only for a moment.

        With all queues full none is sent: the next acknowledgement wakes the worker's event loop, which calls this.
        """
        full = self._full_queues()
        self._queue_cycle.update([queue for queue in self.active_queues if queue not in full])
        super()._brpop_start(RECHECK_SECONDS if full else timeout)

    def _full_queues(self) -> set[str]:
        acknowledged = self.qos._dirty
        held = Counter(
            message.delivery_info["routing_key"]
            for tag, message in self.qos._delivered.items()
            if tag not in acknowledged
        )
        return {
            queue
            for group, bound in self.bounds.items()
            if sum(held[queue] for queue in group) >= bound
            for queue in group
        }

    def _connparams(self, *args: Any, **kwargs: Any) -> Any:
        """Works around kombu: a disconnect while a task finishes raises AttributeError and kills the worker.

        The acknowledgement then uses a closed channel, whose `connection` is None; kombu reads `connection.client`
        all the same. Celery survives only connection errors, so this raises one.
        """
        if self.connection is None or self.connection.client is None:
            raise RedisConnectionError("The channel is closed.")
        return super()._connparams(*args, **kwargs)


class Transport(redis.Transport):
    Channel = Channel
