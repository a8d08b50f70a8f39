"""One membership after the other: opens, works, closes, and knows when the process must end."""

import logging
import time
from collections.abc import Sequence
from enum import IntEnum
from typing import Protocol

from schemas.errors import Unavailable
from streams import metrics
from streams.log import BrokenError, Changes, Exchange, FencedError, Log, Stop
from streams.runner_watchdog import Heartbeat

log = logging.getLogger("bitaqa.runner")

RECONNECT_S = 1.0
BROKEN_MAX = 5
SHORT_S = 60.0
"""Sessions that break sooner than this, in a row, are no accident."""


class ExitCode(IntEnum):
    """How a worker's process ends; a supervisor starts one that says ``RESTART`` again."""

    STOPPED = 0
    RESTART = 75


class Member(Protocol):
    """What works with an exchange."""

    group: str
    changes: Changes
    heartbeat: Heartbeat

    @property
    def topics(self) -> Sequence[str]:
        """Return what is read."""
        ...

    def turn(self, exchange: Exchange) -> None:
        """Go round once."""
        ...

    def drain(self, exchange: Exchange) -> None:
        """Finish what is begun, before the end."""
        ...

    def opened(self, exchange: Exchange) -> None:
        """Begin anew with an exchange."""
        ...

    def closed(self) -> None:
        """Let go of what is in hand."""
        ...


class Sessions:
    """Keeps a member at work through outages.

    Args:
        log: opens exchanges.
        member: works with them.
        stop: set from outside to drain and end.
        reconnect_s: pause between two sessions.
    """

    def __init__(
        self, log: Log, member: Member, stop: Stop, reconnect_s: float = RECONNECT_S
    ) -> None:
        self._log = log
        self._member = member
        self._stop = stop
        self._reconnect_s = reconnect_s
        self._broken_in_a_row = 0

    def run(self) -> ExitCode:
        """Work until told to stop, or until only another process can help."""
        code: ExitCode | None = None
        while code is None and not self._stop.is_set():
            code = self._session()
        return code or ExitCode.STOPPED

    def _session(self) -> ExitCode | None:
        began_s = time.monotonic()
        extra = {"group": self._member.group}
        try:
            self._work()
        except Unavailable as error:
            log.warning("no log", extra=extra | {"detail": str(error)})
        except BrokenError:
            lasted_s = time.monotonic() - began_s
            self._broken_in_a_row = self._broken_in_a_row + 1 if lasted_s < SHORT_S else 1
            log.exception("session broken", extra=extra)
            if self._broken_in_a_row >= BROKEN_MAX:
                return ExitCode.RESTART
        except FencedError:
            metrics.COMMITS.labels(self._member.group, "fenced").inc()
            log.exception("fenced", extra=extra)
            return ExitCode.RESTART
        else:
            return ExitCode.STOPPED
        self._member.heartbeat.beat()
        self._stop.wait(self._reconnect_s)
        return None

    def _work(self) -> None:
        member = self._member
        exchange = self._log.exchange(member.group, member.topics, member.changes)
        try:
            member.opened(exchange)
            while not self._stop.is_set():
                member.turn(exchange)
            member.drain(exchange)
        finally:
            member.closed()
            exchange.close()
