"""The log in memory, and a whole topology run on it, in this thread, until nothing moves."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.codec import Codec
from streams.memory_log import MemoryExchange, MemoryLog
from streams.retries import Forwarder, retry_topics
from streams.runner import Runner
from streams.runner_documents import Tools
from streams.slots import InlineSlots, Work
from streams.topology import Topology

__all__ = ["MemoryLog", "run_topology_once"]

ROUNDS_MAX = 10_000
FAR_FUTURE_MS = 1e15
LEAP_S = 60.0
STILL_ROUNDS = 20


def run_topology_once(log: MemoryLog, topology: Topology, works: Mapping[str, Work]) -> None:
    """Run the stages that are given, retries included, until nothing moves.

    Back-off and retry delays pass at once. A stage whose circuit stays open is left so.

    Args:
        log: where the messages are.
        topology: the same object that the workers run.
        works: role to stage function; a stage left out does not run.
    """
    members: list[Runner | Forwarder] = [
        Runner(topology.stage(role), Tools(InlineSlots(work, Codec()), clock=_Leaping()))
        for role, work in works.items()
    ]
    members += [
        Forwarder(topic, spec, topology, Codec(), now_ms=lambda: FAR_FUTURE_MS)
        for topic, spec in retry_topics(topology).items()
    ]
    running = [(one, log.exchange(one.group, one.topics, one.changes)) for one in members]
    for one, exchange in running:
        one.opened(exchange)
    log.patient = False
    try:
        _until_still(log, running)
    finally:
        log.patient = True
        for one, exchange in running:
            one.closed()
            exchange.close()


@dataclass(slots=True)
class _Leaping:
    """A clock on which every wait is over at the next look."""

    now_s: float = 0.0

    def __call__(self) -> float:
        self.now_s += LEAP_S
        return self.now_s


def _until_still(log: MemoryLog, running: list[tuple[Runner | Forwarder, MemoryExchange]]) -> None:
    still = 0
    for _ in range(ROUNDS_MAX):
        before = _state(log, running)
        for one, exchange in running:
            one.turn(exchange)
        still = still + 1 if _state(log, running) == before else 0
        # An attempt or a probe may take some rounds to show.
        if still > STILL_ROUNDS:
            return


def _state(log: MemoryLog, running: list[tuple[Runner | Forwarder, MemoryExchange]]) -> object:
    return [(dict(log.committed(one.group)), dict(exchange.lag())) for one, exchange in running]
