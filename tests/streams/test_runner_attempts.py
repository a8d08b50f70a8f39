"""What happens to a document after a failure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runner_attempts import (
    BACKOFF_FIRST_S,
    BACKOFF_MAX_S,
    RETRY_AFTER_MAX_S,
    Failure,
    FailureKind,
    Next,
    Step,
    backoff_s,
    exhausted,
    next_step,
)
from streams.topology import topology

SPEC = topology((60, 600)).stage("prepare")


def failed(kind: FailureKind) -> Failure:
    """Return a failure of a kind."""
    return Failure(kind, "reason", "message")


def step(kind: FailureKind, attempts: int, rounds: int = 0) -> Step:
    """Return the decision, without jitter."""
    return next_step(SPEC, failed(kind), attempts, rounds, lambda: 1.0)


def test_a_bad_document_is_given_up_at_once() -> None:
    """A further attempt would end the same way."""
    assert step(FailureKind.UNPROCESSABLE, 1) == Step(Next.NEVER)


@pytest.mark.parametrize("kind", [one for one in FailureKind if one != "unprocessable"])
def test_everything_else_is_tried_again_inside_the_stage(kind: FailureKind) -> None:
    """With a growing pause."""
    assert step(kind, 1) == Step(Next.AGAIN, BACKOFF_FIRST_S)
    assert step(kind, 2) == Step(Next.AGAIN, 2 * BACKOFF_FIRST_S)


def test_a_need_that_is_down_sends_documents_through_each_retry_topic() -> None:
    """In turn, then the dead letter."""
    steps = [step(FailureKind.UNAVAILABLE, 3, rounds) for rounds in range(3)]

    assert steps == [Step(Next.LATER, 60), Step(Next.LATER, 600), Step(Next.NEVER)]


@pytest.mark.parametrize(
    "kind", [FailureKind.BUG, FailureKind.CRASH, FailureKind.TIMEOUT, FailureKind.MEMORY]
)
def test_what_waiting_does_not_mend_goes_to_no_retry_topic(kind: FailureKind) -> None:
    """After its attempts it is a dead letter."""
    assert step(kind, 3) == Step(Next.NEVER)


@given(st.integers(1, 10_000), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 1e9)))
def test_a_pause_is_bounded(attempts: int, chance: float, asked_s: float | None) -> None:
    """Whatever a dependency asks for."""
    pause_s = backoff_s(attempts, asked_s, lambda: chance)

    assert BACKOFF_FIRST_S / 2 <= pause_s <= max(BACKOFF_MAX_S, RETRY_AFTER_MAX_S)


def test_only_needs_and_slots_put_the_stage_in_doubt() -> None:
    """Neither bad documents nor bugs open a circuit."""
    doubted = {kind for kind in FailureKind if exhausted(SPEC, failed(kind), 3)}

    assert doubted == {
        FailureKind.UNAVAILABLE,
        FailureKind.CRASH,
        FailureKind.TIMEOUT,
        FailureKind.MEMORY,
    }
    assert not exhausted(SPEC, failed(FailureKind.UNAVAILABLE), 2)
