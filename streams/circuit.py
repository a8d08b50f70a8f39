"""Stops a stage from burning documents while what it needs is down.

Documents that end their attempts with an ``Unavailable`` or a lost slot count; one that the
stage could judge, be it as bad, shows that the stage works and closes the circuit again.
"""

from collections.abc import Callable
from enum import StrEnum

EXHAUSTED_MAX = 3
PROBE_FIRST_S = 1.0
PROBE_MAX_S = 30.0


class CircuitState(StrEnum):
    """Closed is the normal way of things."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Circuit:
    """Counts documents given up in a row and says when to try one again.

    Args:
        clock: monotonic seconds.
        exhausted_max: so many different documents in a row open it.
    """

    def __init__(self, clock: Callable[[], float], exhausted_max: int = EXHAUSTED_MAX) -> None:
        self._clock = clock
        self._exhausted_max = exhausted_max
        self._in_a_row: set[str] = set()
        self._wait_s = PROBE_FIRST_S
        self._probe_at = 0.0
        self._probing = False
        self.state = CircuitState.CLOSED

    @property
    def closed(self) -> bool:
        """Say whether documents may be taken."""
        return self.state is CircuitState.CLOSED

    def judged(self) -> None:
        """Hear that the stage came to a verdict on a document."""
        self._in_a_row.clear()
        self._wait_s = PROBE_FIRST_S
        self._probing = False
        self.state = CircuitState.CLOSED

    def exhausted(self, document_id: str) -> None:
        """Hear that a document ended its attempts for want of the stage's needs."""
        # A single document that always fails so says nothing about the others.
        self._in_a_row.add(document_id)
        if self.state is CircuitState.CLOSED and len(self._in_a_row) >= self._exhausted_max:
            self._open(PROBE_FIRST_S)

    def failed_probe(self) -> None:
        """Hear that the document tried while open failed for want of the stage's needs."""
        if self._probing:
            self._open(min(PROBE_MAX_S, self._wait_s * 2))

    def probe_due(self) -> bool:
        """Say whether one document may be tried now."""
        return self.state is CircuitState.OPEN and self._clock() >= self._probe_at

    def probe(self) -> None:
        """Hear that one document is being tried."""
        self._probing = True
        self.state = CircuitState.HALF_OPEN

    def gave_up_probe(self) -> None:
        """Hear that the document tried is another member's now, its outcome unknown."""
        if self._probing:
            self._open(self._wait_s)

    def _open(self, wait_s: float) -> None:
        self._probing = False
        self._wait_s = wait_s
        self._probe_at = self._clock() + wait_s
        self.state = CircuitState.OPEN
