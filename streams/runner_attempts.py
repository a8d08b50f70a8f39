"""What happens to a document after a failure; pure decisions, the runner acts on them.

========================  =======================================================
the document is bad       dead letter at once
a dependency is down      again inside the stage, then each retry topic in turn,
                          then the dead letter
a bug, or a slot that     again inside the stage, then the dead letter: waiting
hung, grew or crashed     does not mend it, `failed redrive` does after a fix
========================  =======================================================
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from streams.topology import StageSpec

BACKOFF_FIRST_S = 0.25
BACKOFF_MAX_S = 10.0
RETRY_AFTER_MAX_S = 30.0


class FailureKind(StrEnum):
    """Whose fault it was."""

    UNPROCESSABLE = "unprocessable"
    UNAVAILABLE = "unavailable"
    BUG = "bug"
    CRASH = "crash"
    TIMEOUT = "timeout"
    MEMORY = "memory"


SLOT_KINDS = frozenset({FailureKind.CRASH, FailureKind.TIMEOUT, FailureKind.MEMORY})


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed; ``reason`` is for machines, ``message`` for people, no values."""

    kind: FailureKind
    reason: str
    message: str
    retry_after_s: float | None = None


class Next(StrEnum):
    """Where a failed document goes."""

    AGAIN = "again"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Step:
    """A decision; ``delay_s`` is the back-off, or names the retry topic."""

    next: Next
    delay_s: float = 0.0


def next_step(
    spec: StageSpec, failure: Failure, attempts: int, rounds: int, chance: Callable[[], float]
) -> Step:
    """Return what to do after a failure.

    Args:
        spec: the stage.
        failure: of the last attempt.
        attempts: in this stay in the stage, the failed one included.
        rounds: retry topics that the document has been through.
        chance: a number from 0 to 1, for the jitter.
    """
    if failure.kind is FailureKind.UNPROCESSABLE:
        return Step(Next.NEVER)
    if attempts < spec.attempts_max:
        return Step(Next.AGAIN, backoff_s(attempts, failure.retry_after_s, chance))
    if failure.kind is FailureKind.UNAVAILABLE and rounds < len(spec.retry_delays_s):
        return Step(Next.LATER, spec.retry_delays_s[rounds])
    return Step(Next.NEVER)


def backoff_s(attempts: int, retry_after_s: float | None, chance: Callable[[], float]) -> float:
    """Return how long to wait before the next attempt: doubling, bounded, between half and all."""
    doubled: float = min(BACKOFF_MAX_S, BACKOFF_FIRST_S * 2 ** min(attempts - 1, 16))
    jittered = doubled * (0.5 + chance() / 2)
    return max(jittered, min(retry_after_s or 0.0, RETRY_AFTER_MAX_S))


def exhausted(spec: StageSpec, failure: Failure, attempts: int) -> bool:
    """Say whether the stage itself is in doubt: a need or the slots failed this often in a row."""
    suspicious = failure.kind is FailureKind.UNAVAILABLE or failure.kind in SLOT_KINDS
    return suspicious and attempts >= spec.attempts_max
