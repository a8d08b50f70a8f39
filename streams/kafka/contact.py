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
AGAIN_S = 6.7
LOST_AFTER = 10
"""Questions in a row without an answer, a minute together: longer than a broker takes to come back
mostly. An outage that lasts longer costs a new session, and so that what is in hand is done again.
Questions are counted, not seconds: a process may stand still between two."""

_ANSWER_S = 3.0
"""Longer than a fetch rests at the broker: the question stands in line behind it."""


class Contact:
    """Asks clients now and then whether a broker answers them.

    Args:
        topic: any that they read, so that a large cluster need not name all it has.
        clients: of one session.
        clock: monotonic seconds.
    """

    def __init__(
        self, topic: str, *clients: Consumer | Producer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._topic = topic
        self._clients = clients
        self._clock = clock
        self._unanswered = 0
        self._ask_at_s = clock() + EVERY_S

    def keep(self) -> None:
        """Ask if it is time to; blocks until a fetch at rest ends, or three seconds in an outage.

        Raises:
            BrokenError: when one of the clients was answered by no broker, ten times in a row.
        """
        now_s = self._clock()
        if now_s < self._ask_at_s:
            return
        if all(answers(one, _ANSWER_S, self._topic) for one in self._clients):
            self._unanswered = 0
            self._ask_at_s = now_s + EVERY_S
            return
        self._ask_at_s = now_s + AGAIN_S
        self._unanswered += 1
        if self._unanswered >= LOST_AFTER:
            raise BrokenError("no broker answers this session any more")


def answers(client: Consumer | Producer, timeout_s: float, topic: str | None = None) -> bool:
    """Say whether a broker answers a client that asks for a topic, or for all."""
    try:
        return bool(client.list_topics(topic, timeout_s).brokers)
    except KafkaException:
        return False
