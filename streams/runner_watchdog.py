"""Ends the process when its loop stands still; a supervisor starts it again."""

import logging
import os
import threading
import time

log = logging.getLogger("bitaqa.runner")

STANDSTILL_S = 90.0
"""Longer than the sum of the bounded calls that one turn of the loop can make."""
EXIT_STANDSTILL = 76


class Heartbeat:
    """When a loop last went round; before its first turn it is building, and never old."""

    def __init__(self) -> None:
        self._beat_s: float | None = None

    def beat(self) -> None:
        """Note that the loop went round."""
        self._beat_s = time.monotonic()

    @property
    def age_s(self) -> float:
        """Return the seconds since."""
        return 0.0 if self._beat_s is None else time.monotonic() - self._beat_s


class Watchdog:
    """A thread that looks at a heartbeat; librdkafka can hang past its own timeouts.

    Args:
        heartbeat: of the loop.
        standstill_s: a beat older than this ends the process.
    """

    def __init__(self, heartbeat: Heartbeat, standstill_s: float = STANDSTILL_S) -> None:
        self._heartbeat = heartbeat
        self._standstill_s = standstill_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()

    def _watch(self) -> None:
        last_look_s = time.monotonic()
        while not self._over.wait(self._standstill_s / 10):
            # After the whole process stood still (SIGSTOP, a suspended machine) the loop gets
            # its time first.
            slept = time.monotonic() - last_look_s > self._standstill_s / 2
            last_look_s = time.monotonic()
            if slept:
                self._heartbeat.beat()
            elif self._heartbeat.age_s > self._standstill_s:
                log.critical("the loop stands still", extra={"seconds": self._heartbeat.age_s})
                os._exit(EXIT_STANDSTILL)
