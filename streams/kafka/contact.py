"""Tells clients that have lost every broker for good from those that wait for one.

A broker that is starting may answer a request for metadata with its topics and no broker at all.
librdkafka (2.13 to 2.16 at least, its issue 5301) then forgets every broker, connects to none any
more, and says nothing of it: reads stay empty and writes time out for ever.
"""

import time
from collections.abc import Callable

from confluent_kafka import Consumer, KafkaException, Producer

from streams.log import BrokenError

EVERY_S = 20.0
AGAIN_S = 5.0
LOST_S = 60.0
"""Longer than a broker takes to come back mostly; an outage that lasts longer costs a new session,
and so that what is in hand is done again."""

_ANSWER_S = 0.5


class Contact:
    """Asks clients now and then whether a broker answers them.

    Args:
        clients: of one session.
        clock: monotonic seconds.
    """

    def __init__(
        self, *clients: Consumer | Producer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clients = clients
        self._clock = clock
        self._silent_since_s: float | None = None
        self._ask_at_s = clock() + EVERY_S

    def keep(self) -> None:
        """Ask if it is time to; blocks for a moment only.

        After a process stood still the first question may fail: only silence that was heard counts.

        Raises:
            BrokenError: when one of the clients was answered by no broker for a minute.
        """
        now_s = self._clock()
        if now_s < self._ask_at_s:
            return
        if all(map(answers, self._clients)):
            self._silent_since_s = None
            self._ask_at_s = now_s + EVERY_S
            return
        self._ask_at_s = now_s + AGAIN_S
        if self._silent_since_s is None:
            self._silent_since_s = now_s
        elif now_s - self._silent_since_s >= LOST_S:
            raise BrokenError("no broker answers this session any more")


def answers(client: Consumer | Producer, timeout_s: float = _ANSWER_S) -> bool:
    """Say whether a broker answers a client."""
    try:
        return bool(client.list_topics(timeout=timeout_s).brokers)
    except KafkaException:
        return False
