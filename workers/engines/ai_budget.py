"""What may be spent on an AI engine: a budget by the hour, and a circuit for when it is down.

Costs are in millionths of a dollar. The budget lies in a small SQLite file, so that all
processes of a machine share it and a replaced slot does not begin anew.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from schemas.errors import Unavailable

Clock = Callable[[], float]

HOUR_S = 3600
LOCK_TIMEOUT_S = 5.0
_TABLE = "CREATE TABLE IF NOT EXISTS spent (hour INTEGER PRIMARY KEY, micros INTEGER NOT NULL)"


class HourlyBudget:
    """Money for each hour of the clock; ``Unavailable`` where its file cannot be used.

    Args:
        path: the file that all processes share; its folder is made where it is missing.
        micros_per_hour: the limit.
        now: seconds since the epoch.
    """

    def __init__(self, path: Path, micros_per_hour: int, now: Clock = time.time) -> None:
        self._path = path
        self._limit = micros_per_hour
        self._now = now

    def reserve(self, micros: int) -> bool:
        """Take money before it is spent; say whether there was enough."""
        hour = int(self._now() // HOUR_S)
        with self._opened() as database:
            database.execute("DELETE FROM spent WHERE hour < ?", (hour,))
            database.execute("INSERT OR IGNORE INTO spent VALUES (?, 0)", (hour,))
            taken = database.execute(
                "UPDATE spent SET micros = micros + ? WHERE hour = ? AND micros + ? <= ?",
                (micros, hour, micros, self._limit),
            )
            return taken.rowcount == 1

    def settle(self, reserved: int, cost: int) -> None:
        """Put back what was not needed, or take what was needed beyond the reserve."""
        hour = int(self._now() // HOUR_S)
        with self._opened() as database:
            database.execute(
                "UPDATE spent SET micros = max(0, micros + ?) WHERE hour = ?",
                (cost - reserved, hour),
            )

    def renewed_in_s(self) -> float:
        """Return how long until the next hour's money."""
        return HOUR_S - self._now() % HOUR_S

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Give the ledger, inside a transaction of its own."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            ledger = sqlite3.connect(self._path, LOCK_TIMEOUT_S, isolation_level="IMMEDIATE")
            with closing(ledger) as database, database:
                database.execute(_TABLE)
                yield database
        except (sqlite3.Error, OSError) as error:
            cause = type(error).__name__
            raise Unavailable("mistral", f"the budget's file cannot be used: {cause}") from error


class Circuit:
    """Opens after failures in a row, and lets one call try again after a while.

    Args:
        failures_max: so many in a row open it.
        open_s: how long it stays open.
        now: a clock that only goes forward.
    """

    def __init__(self, failures_max: int, open_s: float, now: Clock = time.monotonic) -> None:
        self._failures_max = failures_max
        self._open_s = open_s
        self._now = now
        self._failures = 0
        self._until = 0.0

    def wait_s(self) -> float:
        """Return how long nothing may be asked; 0 where it may."""
        return max(0.0, self._until - self._now())

    def succeeded(self) -> None:
        """Close it."""
        self._failures, self._until = 0, 0.0

    def failed(self) -> None:
        """Count a failure; the one that tries after a while opens it again at once."""
        self._failures += 1
        if self._failures >= self._failures_max:
            self._until = self._now() + self._open_s

    def refused(self) -> None:
        """Open it at once: asking again would not help."""
        self._failures = max(self._failures, self._failures_max)
        self._until = self._now() + self._open_s
