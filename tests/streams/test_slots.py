"""Slots: who is blamed, who is innocent, and what is replaced."""

import os
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from schemas.codec import Codec
from schemas.errors import Misconfigured
from streams.runner_attempts import FailureKind
from streams.settings import load_settings
from streams.slot_pool import SlotLimits, SlotPool
from streams.slot_process import SlotState
from streams.slots import Done, InlineSlots, Job
from tests.faults.works import obey, upload

WAIT_S = 60.0
OBEDIENT = "tests.faults.works:obedient"
Pools = Callable[..., SlotPool]


@pytest.fixture
def pool() -> Iterator[Pools]:
    """Return a maker of started pools, closed at the end."""
    pools: list[SlotPool] = []

    def make(
        *, count: int = 1, time_limit_s: float = 20.0, memory_mb: int = 500, jobs_max: int = 1000
    ) -> SlotPool:
        limits = SlotLimits(count, time_limit_s, memory_mb, jobs_max)
        pools.append(SlotPool("test", OBEDIENT, load_settings({}), limits))
        pools[-1].start()
        return pools[-1]

    yield make
    for one in pools:
        one.close()


def outcomes(pool: SlotPool | InlineSlots, *does: str) -> dict[int, Done]:
    """Submit a job for each way to go and wait for all outcomes."""
    for number, what in enumerate(does):
        pool.submit(Job(number, Codec().encode(upload(f"document-{number}", what))))
    found: dict[int, Done] = {}
    deadline = time.monotonic() + WAIT_S
    while len(found) < len(does) and time.monotonic() < deadline:
        for done in pool.collect(0.1):
            assert done.id not in found
            found[done.id] = done
    return found


def reasons(found: dict[int, Done]) -> list[str]:
    """Return the reason of each job's failure, in order; nothing where it went well."""
    failures = [found[number].failure for number in sorted(found)]
    return ["" if one is None else one.reason for one in failures]


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("crash", "slot.crashed"),
        ("exit", "slot.crashed"),
        ("raise", "stage.bug"),
        ("bad", "image.truncated"),
        ("down", "unavailable.store"),
        ("huge:5000000", "message.too_large"),
    ],
)
def test_only_the_culprit_fails(pool: Pools, does: str, reason: str) -> None:
    """Jobs before and behind it in the same slot get their outcome."""
    found = outcomes(pool(), *[""] * 30, does, *[""] * 30)

    assert reasons(found) == [""] * 30 + [reason] + [""] * 30


def test_a_hang_is_killed_at_the_time_limit(pool: Pools) -> None:
    """The slot is replaced and its neighbours are worked on."""
    slots = pool(time_limit_s=1.0)
    before = slots.pids()

    found = outcomes(slots, "", "hang", "", "")

    assert reasons(found) == ["", "slot.timeout", "", ""]
    assert slots.pids() != before


def test_a_blow_up_is_killed_at_the_memory_limit(pool: Pools) -> None:
    """Before the machine feels it."""
    found = outcomes(pool(memory_mb=300), "", "grow", "")

    assert reasons(found) == ["", "slot.memory", ""]


def test_the_time_limit_is_each_documents_own(pool: Pools) -> None:
    """A queue of jobs that together take longer than the limit loses nothing."""
    found = outcomes(pool(time_limit_s=2.0), *["slow:0.25"] * 12)

    assert reasons(found) == [""] * 12


def test_a_frozen_worker_does_not_blame_its_documents(pool: Pools) -> None:
    """After a suspended machine wakes the time that it slept counts for nobody."""
    slots = pool(time_limit_s=3.0)
    slots.submit(Job(1, Codec().encode(upload("a", "slow:5"))))
    slots.collect(0.1)
    (frozen,) = (psutil.Process(pid) for pid in slots.pids())

    frozen.suspend()
    time.sleep(4)
    frozen.resume()

    found: list[Done] = []
    deadline = time.monotonic() + WAIT_S
    while not found and time.monotonic() < deadline:
        found += slots.collect(0.1)
    assert found[0].failure is None


def test_slots_are_recycled_between_documents(pool: Pools) -> None:
    """After so many jobs a fresh process goes on; no job is lost."""
    slots = pool(jobs_max=10)
    before = slots.pids()

    found = outcomes(slots, *[""] * 35)

    assert reasons(found) == [""] * 35
    assert slots.pids() != before


def test_two_slots_work_side_by_side(pool: Pools) -> None:
    """Slow documents do not queue behind each other while a slot is free."""
    slots = pool(count=2)
    while sum(one.state is SlotState.READY for one in slots._slots) < 2:
        slots.collect(0.1)
    began_s = time.monotonic()

    outcomes(slots, *["slow:1"] * 4)

    assert time.monotonic() - began_s < 4


@pytest.mark.parametrize(("waiting", "given"), [(3, 2), (2, 1)])
def test_a_slot_has_one_document_ahead_while_more_wait(
    pool: Pools, waiting: int, given: int
) -> None:
    """It begins the next while the runner is at a commit; the last is left to whoever is free."""
    slots = pool()
    for number in range(waiting):
        slots.submit(Job(number, Codec().encode(upload(f"document-{number}", "slow:0.5"))))

    slots.collect(0.0)

    assert len(slots.working()) == given


def test_a_slot_has_nothing_ahead_of_long_work(pool: Pools) -> None:
    """What waits in it could not be taken by a slot that is free sooner."""
    slots = pool()
    outcomes(slots, *["slow:1.2"] * 4)
    outcomes(slots, *["slow:1.2"] * 4)
    for number in range(3):
        slots.submit(Job(number, Codec().encode(upload(f"document-{number}", "slow:0.5"))))

    slots.collect(0.0)

    assert len(slots.working()) == 1


def test_a_stage_without_its_settings_stops_the_start() -> None:
    """The message names the setting."""
    slots = SlotPool("test", "tests.faults.works:broken", load_settings({}), SlotLimits())

    with pytest.raises(Misconfigured, match="BITAQA_STORE_URL"):
        slots.start()
    slots.close()


def test_a_stage_that_cannot_be_built_stops_the_start_after_some_tries() -> None:
    """Nothing is consumed by a worker whose slots never stand."""
    slots = SlotPool("test", "tests.faults.works:unbuildable", load_settings({}), SlotLimits())

    with pytest.raises(Misconfigured, match="cannot be built"):
        slots.start()
    slots.close()


def test_a_closed_pool_leaves_no_process(pool: Pools) -> None:
    """Not even one in the midst of a hang."""
    slots = pool()
    slots.submit(Job(1, Codec().encode(upload("a", "hang"))))
    slots.collect(0.3)
    pids = slots.pids()

    slots.close()

    assert not [pid for pid in pids if psutil.pid_exists(pid)]


def test_cancelled_jobs_are_not_worked_on(pool: Pools) -> None:
    """What no slot has begun can be given back."""
    slots = pool()
    slots.submit(Job(1, Codec().encode(upload("a", "slow:0.5"))))
    slots.collect(0.05)
    slots.submit(Job(2, Codec().encode(upload("b"))))

    slots.cancel({2})

    deadline = time.monotonic() + 2.0
    found: list[int] = []
    while time.monotonic() < deadline:
        found += [done.id for done in slots.collect(0.1)]
    assert found == [1]


def test_in_line_a_bug_costs_only_its_document() -> None:
    """The loop goes on, the message tells the type and the place but no value."""
    slots = InlineSlots(obey, Codec())

    found = outcomes(slots, "", "raise", "bad", "")

    assert reasons(found) == ["", "stage.bug", "image.truncated", ""]
    failure = found[1].failure
    assert failure is not None
    assert failure.kind is FailureKind.BUG
    assert "ValueError" in failure.message
    assert "nobody may see" not in failure.message


def test_bytes_that_are_no_message_are_unprocessable(pool: Pools) -> None:
    """An undecodable value is a bad document, not a bug."""
    slots = pool()
    for number, value in enumerate((b"", b"\x00", os.urandom(50), b"\x00\x00\x00\x00\x01")):
        slots.submit(Job(number, value))

    found: list[Done] = []
    deadline = time.monotonic() + WAIT_S
    while len(found) < 4 and time.monotonic() < deadline:
        found += slots.collect(0.1)

    assert {one.failure.reason for one in found if one.failure} == {"message.malformed"}
    assert len(found) == 4
