"""When a stage stops taking documents, and when it tries again."""

from dataclasses import dataclass

import pytest

from streams.circuit import EXHAUSTED_MAX, PROBE_FIRST_S, PROBE_MAX_S, Circuit, CircuitState


@dataclass
class Clock:
    """A clock that moves when told to."""

    now_s: float = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    """Return a clock at zero."""
    return Clock()


def opened(clock: Clock) -> Circuit:
    """Return a circuit that just opened."""
    circuit = Circuit(clock)
    for number in range(EXHAUSTED_MAX):
        circuit.exhausted(f"document-{number}")
    return circuit


def test_it_opens_on_different_documents_in_a_row(clock: Clock) -> None:
    """As many documents as the bound, no verdict between them."""
    assert opened(clock).state is CircuitState.OPEN


def test_a_verdict_between_keeps_it_closed(clock: Clock) -> None:
    """A stage that judges some documents works."""
    circuit = Circuit(clock)
    for number in range(EXHAUSTED_MAX * 3):
        circuit.exhausted(f"document-{number}")
        if number % 2:
            circuit.judged()

    assert circuit.closed


def test_one_document_alone_never_opens_it(clock: Clock) -> None:
    """A single document that always fails says nothing about the others."""
    circuit = Circuit(clock)
    for _ in range(EXHAUSTED_MAX * 3):
        circuit.exhausted("the same")

    assert circuit.closed


def test_it_probes_after_a_while_and_closes_on_a_verdict(clock: Clock) -> None:
    """Half-open, one document decides."""
    circuit = opened(clock)
    assert not circuit.probe_due()
    clock.now_s = PROBE_FIRST_S
    assert circuit.probe_due()

    circuit.probe()
    assert (circuit.state, circuit.probe_due()) == (CircuitState.HALF_OPEN, False)
    circuit.judged()

    assert circuit.closed


def test_failed_probes_come_ever_more_seldom(clock: Clock) -> None:
    """The pause doubles up to its bound and begins anew after a verdict."""
    circuit = opened(clock)
    pauses = []
    for _ in range(10):
        asked_s = clock.now_s
        while not circuit.probe_due():
            clock.now_s += 0.5
        pauses.append(clock.now_s - asked_s)
        circuit.probe()
        circuit.failed_probe()

    assert pauses[:4] == [PROBE_FIRST_S, 2.0, 4.0, 8.0]
    assert pauses[-1] == PROBE_MAX_S


def test_a_probe_that_went_to_another_member_is_tried_again(clock: Clock) -> None:
    """A rebalance in the midst of a probe leaves the circuit open, not half-open for ever."""
    circuit = opened(clock)
    clock.now_s = PROBE_FIRST_S
    circuit.probe()

    circuit.gave_up_probe()
    clock.now_s += PROBE_FIRST_S

    assert circuit.probe_due()
