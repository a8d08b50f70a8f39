"""What the work counts on its way: carried from a slot's process to the runner's metrics.

A slot has no metrics of its own. It notes here, each job's outcome takes the notes along, and the
runner adds them to the counters of ``metrics.py``.
"""

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from prometheus_client import Counter

from streams import metrics
from workers.engines.mistral_options import AiCall

MISTRAL = "mistral"


class Counted(StrEnum):
    """What can be noted; each is one counter."""

    AI_CALLS = "ai_calls"
    AI_SECONDS = "ai_seconds"
    AI_TOKENS = "ai_tokens"
    AI_COST = "ai_cost"


_COUNTERS: dict[Counted, Counter] = {
    Counted.AI_CALLS: metrics.AI_CALLS,
    Counted.AI_SECONDS: metrics.AI_SECONDS,
    Counted.AI_TOKENS: metrics.AI_TOKENS,
    Counted.AI_COST: metrics.AI_COST_DOLLARS,
}


@dataclass(frozen=True, slots=True)
class Count:
    """So much more of something."""

    what: Counted
    labels: tuple[str, ...]
    amount: float


_noted: defaultdict[tuple[Counted, tuple[str, ...]], float] = defaultdict(float)


def note(what: Counted, *labels: str, amount: float = 1.0) -> None:
    """Count something that happened in this process."""
    _noted[what, labels] += amount


def note_call(call: AiCall) -> None:
    """Count a page that was shown to Mistral, or kept from it."""
    note(Counted.AI_CALLS, MISTRAL, call.outcome.value)
    for what, labels, amount in (
        (Counted.AI_SECONDS, (MISTRAL,), call.seconds),
        (Counted.AI_TOKENS, (MISTRAL, "prompt"), float(call.prompt_tokens)),
        (Counted.AI_TOKENS, (MISTRAL, "completion"), float(call.completion_tokens)),
        (Counted.AI_COST, (MISTRAL,), call.cost_micros / 1e6),
    ):
        if amount:
            note(what, *labels, amount=amount)


def taken() -> tuple[Count, ...]:
    """Return what was noted since it was last asked."""
    counts = tuple(Count(what, labels, amount) for (what, labels), amount in _noted.items())
    _noted.clear()
    return counts


def add(counts: tuple[Count, ...]) -> None:
    """Add what a slot noted to this process's metrics."""
    for one in counts:
        _COUNTERS[one.what].labels(*one.labels).inc(one.amount)
