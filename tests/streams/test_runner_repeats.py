"""What is known of references that were published before."""

from streams.log import Incoming
from streams.runner_repeats import OFFSETS, Repeats


def record(name: str, offset: int, partition: int = 0) -> Incoming:
    """Return a reference."""
    return Incoming("topic", partition, offset, name, b"", {"ce_id": name})


def test_only_what_stands_behind_another_is_a_repeat() -> None:
    """Another name, another partition or the same record again is none."""
    repeats = Repeats()
    repeats.remember([record("a", 1)])

    assert not repeats.is_repeat(record("b", 2))
    assert not repeats.is_repeat(record("a", 2, partition=1))
    assert not repeats.is_repeat(record("a", 1))
    assert repeats.is_repeat(record("a", 3))
    assert repeats.is_repeat(record("a", 4))


def test_what_is_far_behind_is_forgotten() -> None:
    """Memory is bounded by offsets; whoever comes later than that begins anew."""
    repeats = Repeats()
    repeats.remember([record("a", 1), record("b", 2)])

    assert not repeats.is_repeat(record("a", OFFSETS + 2))
    assert repeats.is_repeat(record("b", OFFSETS + 2))
    assert repeats.is_repeat(record("a", OFFSETS + 3))


def test_a_partition_that_went_to_another_is_forgotten() -> None:
    """When it comes back its past is told again."""
    repeats = Repeats()
    repeats.remember([record("a", 1), record("a", 1, partition=1)])

    repeats.forget([("topic", 0)])

    assert not repeats.is_repeat(record("a", 2))
    assert repeats.is_repeat(record("a", 2, partition=1))
