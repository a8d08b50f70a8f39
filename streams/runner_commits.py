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

BUSY_REST_S = 1.5
BUSY_COMPANY_S = 0.25
FEW = 50
"""While every slot is busy, so few records are worth a transaction only after such a rest, and
after a moment for those that came with them: what waits then waits for a slot anyway, and each
transaction costs the brokers, and all who read its topics, some milliseconds."""

COMPANY_S = 0.1
"""While a slot is free, so few wait no longer for those at work, which mostly came with them in
one transaction; with none at work nothing waits."""


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
        self._busy_until_s = 0.0
        self._waits_since_s: float | None = None

    @property
    def settled(self) -> bool:
        """Say whether no transaction's outcome is open."""
        return self._open is None

    def due(self, *, busy: bool) -> bool:
        """Say, while some are at work, whether what is finished should wait no longer for them.

        Args:
            busy: every slot is at work.
        """
        now_s = self._clock()
        if self._waits_since_s is None and self._ledger.finished:
            self._waits_since_s = now_s
        alone_s = 0.0 if self._waits_since_s is None else now_s - self._waits_since_s
        enough = alone_s >= COMPANY_S
        if busy:
            enough = alone_s >= BUSY_COMPANY_S and now_s >= self._busy_until_s
        return (enough or self._ledger.finished >= FEW) and now_s >= self._rest_until_s

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
        self._waits_since_s = None
        took_s = time.perf_counter() - began_s
        self._rest_until_s = self._clock() + REST_FACTOR * took_s
        self._busy_until_s = self._clock() + BUSY_REST_S
        metrics.COMMITS.labels(self._group, "committed").inc()
        metrics.COMMIT_SECONDS.labels(self._group).observe(took_s)
        return True

    def forget(self) -> None:
        """Begin anew with another exchange."""
        self._open = None
        self._pause_until_s = 0.0
        self._waits_since_s = None

    def _pause(self, event: str, error: Exception) -> None:
        # A rebalance or the broker's return comes with a read, which goes before the next try.
        self._pause_until_s = self._clock() + PAUSE_S
        log.warning(event, extra={"group": self._group, "detail": str(error)})
