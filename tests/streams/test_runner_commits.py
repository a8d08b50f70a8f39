"""When a runner commits while some are at work: few results wait for others, bounded."""

from collections.abc import Sequence

import pytest

from streams.log import Partition
from streams.runner_commits import BUSY_COMPANY_S, BUSY_REST_S, COMPANY_S, FEW, Commits
from streams.runner_ledger import Batch, Ledger


class Finished(Ledger):
    """Has so many records finished, whenever it is asked."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    @property
    def finished(self) -> int:
        """Return how many they are."""
        return self.count

    def prefix(self, *_: object) -> Batch:
        """Return them all."""
        numbers = tuple(range(self.count))
        return Batch(numbers, {("topic", 0): self.count}, numbers)  # type: ignore[arg-type]  # nobody looks into them

    def settle(self, batch: Batch) -> None:
        """Let them be."""


class Exchange:
    """Takes every transaction."""

    def commit(self, records: Sequence[object], offsets: dict[Partition, int]) -> None:
        """Say nothing."""


@pytest.mark.parametrize(("count", "waits"), [(1, True), (FEW, False)])
def test_few_records_wait_for_more_while_every_slot_is_busy(count: int, *, waits: bool) -> None:
    """What waits would wait for a slot anyway."""
    now = [100.0]
    commits = Commits("test", Finished(count), lambda: now[0])

    assert commits.commit(Exchange())  # type: ignore[arg-type]  # all that is asked of one
    now[0] += BUSY_REST_S / 2

    assert commits.due(busy=True) is not waits
    now[0] += BUSY_REST_S
    assert commits.due(busy=True)


def test_after_a_rest_the_first_waits_a_moment_for_those_that_came_with_it() -> None:
    """A stage behind another gets its documents by the transaction."""
    now = [100.0]
    commits = Commits("test", Finished(1), lambda: now[0])

    assert not commits.due(busy=True)
    now[0] += BUSY_COMPANY_S
    assert commits.due(busy=True)


def test_enough_records_wait_for_nothing() -> None:
    """However short ago a few were committed."""
    now = [100.0]
    ledger = Finished(1)
    commits = Commits("test", ledger, lambda: now[0])
    assert commits.commit(Exchange())  # type: ignore[arg-type]  # all that is asked of one
    now[0] += BUSY_COMPANY_S

    assert not commits.due(busy=True)
    ledger.count = FEW
    assert commits.due(busy=True)


@pytest.mark.parametrize(("count", "waits"), [(1, True), (FEW, False)])
def test_few_records_wait_a_moment_for_those_at_work_beside_them(
    count: int, *, waits: bool
) -> None:
    """The moment begins with the first that is finished, however long ago a commit was."""
    now = [100.0]
    commits = Commits("test", Finished(count), lambda: now[0])

    assert commits.due(busy=False) is not waits
    now[0] += COMPANY_S * 2
    assert commits.due(busy=False)
    assert commits.commit(Exchange())  # type: ignore[arg-type]  # all that is asked of one
    now[0] += COMPANY_S / 2

    assert commits.due(busy=False) is not waits
