"""Commits of a runner: one transaction at a time, sent again until its outcome is known."""

import logging
import time
from collections.abc import Callable, Iterable

from schemas.errors import Unavailable
from streams import metrics
from streams.log import AbortedError, Exchange, Partition
from streams.runner_ledger import Batch, Ledger

log = logging.getLogger("bitaqa.runner")

RECORDS_MAX = 2000
PAUSE_S = 0.1
REST_FACTOR = 3
"""While more is being worked on, commits take a quarter of the time at most."""


class Commits:
    """Writes finished prefixes; after an abort the results stay and are sent again.

    Args:
        group: for metrics.
        ledger: what is in hand.
        clock: monotonic seconds.
    """

    def __init__(self, group: str, ledger: Ledger, clock: Callable[[], float]) -> None:
        self._group = group
        self._ledger = ledger
        self._clock = clock
        self._open: Batch | None = None
        self._pause_until_s = 0.0
        self._rest_until_s = 0.0

    @property
    def settled(self) -> bool:
        """Say whether no transaction's outcome is open."""
        return self._open is None

    def due(self) -> bool:
        """Say whether a commit now would leave enough time for the work."""
        return self._clock() >= self._rest_until_s

    def commit(self, exchange: Exchange, partitions: Iterable[Partition] | None = None) -> bool:
        """Write what is finished; say whether something was committed.

        Raises:
            FencedError, BrokenError: from the exchange.
        """
        if partitions is None and self._clock() < self._pause_until_s:
            return False
        batch = self._open or self._ledger.prefix(RECORDS_MAX, partitions)
        if not batch.ids:
            return False
        began_s = time.perf_counter()
        try:
            exchange.commit(batch.records, batch.offsets)
        except Unavailable as error:
            self._open = batch
            self._pause("commit's outcome open", error)
            return False
        except AbortedError as error:
            self._open = None
            self._pause("commit aborted", error)
            metrics.COMMITS.labels(self._group, "aborted").inc()
            return False
        self._open = None
        self._ledger.settle(batch)
        took_s = time.perf_counter() - began_s
        self._rest_until_s = self._clock() + REST_FACTOR * took_s
        metrics.COMMITS.labels(self._group, "committed").inc()
        metrics.COMMIT_SECONDS.labels(self._group).observe(took_s)
        return True

    def forget(self) -> None:
        """Begin anew with another exchange."""
        self._open = None
        self._pause_until_s = 0.0

    def _pause(self, event: str, error: Exception) -> None:
        # A rebalance or the broker's return comes with a read, which goes before the next try.
        self._pause_until_s = self._clock() + PAUSE_S
        log.warning(event, extra={"group": self._group, "detail": str(error)})
