"""Which references were published before: the first stage works on each of them once.

Whoever hands in a document is to try again where no answer came, and the reference may stand in
the log already: the ingest service died before it said so. Both stand in one partition, so the
member that has it knows the first when it meets the second.
"""

from collections.abc import Iterable

from streams.headers import first_name
from streams.log import Incoming, Partition

OFFSETS = 10_000
"""How far apart two records of one name are known to be the same: 20 minutes of a partition that
takes eight uploads a second."""


class Repeats:
    """Remembers, by partition, the names of records and where each stood first."""

    def __init__(self) -> None:
        self._seen: dict[Partition, dict[str, int]] = {}

    def remember(self, records: Iterable[Incoming]) -> None:
        """Note records in the order of their partitions."""
        for record in records:
            self.is_repeat(record)

    def is_repeat(self, record: Incoming) -> bool:
        """Say whether a record of the same name stands before this one, and note it."""
        name = first_name(record)
        if name is None:
            return False
        seen = self._seen.setdefault((record.topic, record.partition), {})
        while seen and seen[oldest := next(iter(seen))] < record.offset - OFFSETS:
            del seen[oldest]
        return seen.setdefault(name, record.offset) < record.offset

    def forget(self, partitions: Iterable[Partition]) -> None:
        """Let go of partitions that are another member's now."""
        for place in partitions:
            self._seen.pop(place, None)

    def clear(self) -> None:
        """Let go of all."""
        self._seen.clear()
