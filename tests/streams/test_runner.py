"""The runner's loop on the log in memory: aborts, rebalances, outages, tombstones, drains."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from schemas.codec import Codec
from schemas.documents import Route
from schemas.messages import DocumentFailed, Message
from streams.circuit import CircuitState
from streams.headers import outgoing
from streams.log import Outgoing
from streams.memory_log import MemoryLog
from streams.runner import Runner, _limits
from streams.runner_documents import Tools
from streams.runner_sessions import ExitCode
from streams.settings import SlotSettings
from streams.slots import InlineSlots, Work
from streams.topology import FAILED, PREPARED, UPLOADED, StageSpec, retry_topic, topology
from tests.faults.works import obey, upload

WAIT_S = 20.0
SPEC = topology((1,)).stage("prepare")


class Running:
    """A runner in a thread."""

    def __init__(self, log: MemoryLog, work: Work, spec: StageSpec) -> None:
        self.runner = Runner(spec, Tools(InlineSlots(work, Codec()), chance=lambda: 0.0))
        self.stop = threading.Event()
        self.code: ExitCode | None = None
        self._log = log
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> ExitCode | None:
        """Stop the runner and return how it ended."""
        self.stop.set()
        self._thread.join(WAIT_S)
        return self.code

    def _run(self) -> None:
        self.code = self.runner.run(self._log, self.stop, reconnect_s=0.01)


Start = Callable[..., Running]


@pytest.fixture
def log() -> MemoryLog:
    """Return an empty log."""
    return MemoryLog()


@pytest.fixture
def start(log: MemoryLog) -> Iterator[Start]:
    """Return a starter of runners, all stopped at the end."""
    started: list[Running] = []

    def begin(work: Work = obey, spec: StageSpec = SPEC) -> Running:
        started.append(Running(log, work, spec))
        return started[-1]

    yield begin
    for one in started:
        one.end()


def put(log: MemoryLog, count: int, does: str = "", name: str = "document") -> None:
    """Publish uploads."""
    publisher = log.publisher()
    for number in range(count):
        message = upload(f"{name}-{number}", does)
        publisher.publish(outgoing(message, Codec(), "test")).result()


def keys(log: MemoryLog, topic: str = PREPARED[Route.INTL]) -> list[str]:
    """Return the keys of a topic's records, sorted."""
    return sorted(record.key for record in log.scan([topic]))


def wait_for(condition: Callable[[], bool]) -> None:
    """Return once a condition holds."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, "it never came about"
        time.sleep(0.005)


def letters(log: MemoryLog) -> dict[str, DocumentFailed]:
    """Return the dead letters by document."""
    found = [Codec().decode(record.value or b"") for record in log.scan([FAILED])]
    return {one.document_id: one for one in found if isinstance(one, DocumentFailed)}


def test_results_survive_aborted_transactions(log: MemoryLog, start: Start) -> None:
    """After an abort they are sent again, once."""
    put(log, 50)
    log.refuse_commits(3)

    start()

    wait_for(lambda: len(keys(log)) >= 50)
    assert len(set(keys(log))) == len(keys(log)) == 50


def test_only_the_finished_prefix_is_committed(log: MemoryLog, start: Start) -> None:
    """A document that waits holds back the offsets of its partition, not the other ones'."""
    put(log, 1, "down", "stuck")
    put(log, 40)
    (stuck,) = [one for one in log.scan([UPLOADED]) if one.key.startswith("stuck")]

    start(spec=replace(SPEC, attempts_max=1000))
    wait_for(lambda: len(keys(log)) > 20)
    committed = log.committed(SPEC.group)

    assert committed.get((stuck.topic, stuck.partition), 0) <= stuck.offset
    assert any(place[1] != stuck.partition for place in committed)


def test_a_lost_session_drops_what_was_in_hand(log: MemoryLog, start: Start) -> None:
    """Its results are not written by the old member; the records are read again."""
    put(log, 30)
    start()
    wait_for(lambda: len(keys(log)) == 30)

    log.expire(SPEC.group)
    put(log, 30, name="later")

    wait_for(lambda: len(keys(log)) >= 60)
    assert len(set(keys(log))) == len(keys(log)) == 60


def test_two_runners_share_without_doubles(log: MemoryLog, start: Start) -> None:
    """While members come and go every upload has one result."""
    put(log, 100)
    first = start()
    second = start()
    put(log, 100, name="more")
    wait_for(lambda: len(keys(log)) > 20)
    first.end()

    wait_for(lambda: len(keys(log)) >= 200)
    assert len(set(keys(log))) == len(keys(log)) == 200
    assert second.end() is ExitCode.STOPPED


def test_an_outage_is_waited_out(log: MemoryLog, start: Start) -> None:
    """A log that does not answer costs neither a document nor the process."""
    put(log, 10)
    running = start()
    wait_for(lambda: len(keys(log)) == 10)

    with log.outage():
        time.sleep(0.3)
        assert running.code is None
    put(log, 10, name="later")

    wait_for(lambda: len(keys(log)) >= 20)
    assert len(keys(log)) == 20


def test_a_fenced_member_ends_with_the_code_for_a_restart(log: MemoryLog, start: Start) -> None:
    """A supervisor starts it again; it does not fight for its place."""
    running = start()
    put(log, 1)
    wait_for(lambda: len(keys(log)) == 1)

    log.fence(SPEC.group)

    wait_for(lambda: running.code is not None)
    assert running.code is ExitCode.RESTART


def test_tombstones_are_skipped_and_committed(log: MemoryLog, start: Start) -> None:
    """An erasure's null value is no document."""
    put(log, 3)
    log.publisher().publish(Outgoing(UPLOADED, "document-1", None)).result()

    start()

    wait_for(lambda: sum(log.committed(SPEC.group).values()) == 4)
    assert len(keys(log)) == 3
    assert letters(log) == {}


def test_a_reference_published_twice_is_worked_on_once(log: MemoryLog, start: Start) -> None:
    """By the member that saw the first, and by one that came after it."""
    put(log, 10)
    put(log, 10)
    first = start()
    wait_for(lambda: sum(log.committed(SPEC.group).values()) == 20)
    first.end()
    put(log, 10)

    start()

    wait_for(lambda: sum(log.committed(SPEC.group).values()) == 30)
    assert len(set(keys(log))) == len(keys(log)) == 10


def test_what_waited_or_was_sent_back_is_no_repeat(log: MemoryLog, start: Start) -> None:
    """Neither the return from a retry topic nor a redrive is a reference published twice."""
    put(log, 2, "down")
    start(spec=replace(SPEC, attempts_max=1))
    waiting = retry_topic("prepare", 1)
    wait_for(lambda: len(keys(log, waiting)) == 2)
    publisher = log.publisher()
    returned, redriven = log.scan([waiting])
    publisher.publish(
        replace(outgoing(upload(returned.key), Codec(), "x"), headers=returned.headers)
    )
    publisher.publish(replace(outgoing(upload(redriven.key), Codec(), "x"), headers={}))

    wait_for(lambda: len(keys(log)) == 2)


def test_bytes_that_do_not_decode_are_a_dead_letter_under_their_key(
    log: MemoryLog, start: Start
) -> None:
    """A foreign producer's record ends with its reason and its bytes."""
    log.publisher().publish(
        Outgoing(UPLOADED, "strange", b"\xffnot ours", {"bitaqa_tenant": "acme"})
    ).result()

    start()

    wait_for(lambda: "strange" in letters(log))
    letter = letters(log)["strange"]
    assert (letter.reason, letter.tenant) == ("message.malformed", "acme")
    assert letter.original == b"\xffnot ours"


def test_an_open_circuit_keeps_documents_and_closes_by_itself(log: MemoryLog, start: Start) -> None:
    """While a need is down few documents leave the stage and none is given up."""
    down = threading.Event()
    down.set()

    def work(message: Message) -> tuple[Message, ...]:
        return obey(upload(message.document_id, "down" if down.is_set() else ""))

    put(log, 200)
    running = start(work)
    wait_for(lambda: running.runner.documents.circuit.state is CircuitState.OPEN)
    retried = len(keys(log, "documents.retry.prepare.1s.v1"))
    assert "open" in str(running.runner.health().detail["circuit"])
    assert running.runner.health().healthy

    down.clear()

    wait_for(lambda: len(keys(log)) == 200 - retried)
    assert letters(log) == {}
    assert retried < 10
    assert running.runner.documents.circuit.closed


def test_a_result_carries_on_the_trace(log: MemoryLog, start: Start) -> None:
    """The output's span belongs to the input's trace."""
    put(log, 1)
    (incoming,) = log.scan([UPLOADED])

    start()

    wait_for(lambda: len(keys(log)) == 1)
    (result,) = log.scan([PREPARED[Route.INTL]])
    assert (
        result.headers["traceparent"].split("-")[1]
        == (incoming.headers["traceparent"].split("-")[1])
    )
    assert result.headers["traceparent"] != incoming.headers["traceparent"]
    assert result.headers["ce_id"] == "document-0/1/PagesPrepared"


def test_the_operators_bounds_go_before_the_stages() -> None:
    """A setting left at its default leaves the stage's own bounds in force."""
    spec = replace(SPEC, time_limit_s=7.0, memory_limit_mb=300)

    own = _limits(spec, SlotSettings(count=2))
    chosen = _limits(spec, SlotSettings(time_limit_s=90.0, memory_mb=900))

    assert (own.count, own.time_limit_s, own.memory_mb) == (2, 7.0, 300)
    assert (chosen.time_limit_s, chosen.memory_mb) == (90.0, 900)
