"""Whether a consumer moves: its offsets stand still while there is something to read."""

from collections.abc import Mapping
from dataclasses import dataclass

from streams.log import Partition

STANDSTILL_S = 60.0


@dataclass(frozen=True, slots=True)
class Position:
    """Where a consumer is in one partition.

    Args:
        committed: the offset from which a successor would go on; None before the first commit.
        read: the next offset that it will fetch.
        behind: records are there that it has not fetched, or fetched and not finished.
    """

    committed: int | None
    read: int
    behind: bool


class Progress:
    """Remembers since when each partition stands still."""

    def __init__(self) -> None:
        self._seen: dict[Partition, tuple[Position, float]] = {}

    def stuck(self, positions: Mapping[Partition, Position], now: float) -> tuple[Partition, ...]:
        """Return the partitions that have been behind and without a move for too long."""
        for partition in self._seen.keys() - positions.keys():
            del self._seen[partition]
        for partition, position in positions.items():
            known = self._seen.get(partition)
            if known is None or not position.behind or known[0] != position:
                self._seen[partition] = (position, now)
        return tuple(
            partition for partition, (_, since) in self._seen.items() if now - since > STANDSTILL_S
        )

    def forget(self) -> None:
        """Begin anew: a rebalance moved everything."""
        self._seen.clear()
