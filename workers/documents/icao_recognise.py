"""Recognises the ICAO types by the form of their machine readable zone.

A type of one nation, where there is a folder for it, scores a little more than the type of the
world: see ``NATIONAL``.
"""

from collections.abc import Callable, Mapping

from schemas.documents import MrzFormat, MrzReading
from workers.documents.document_type import Evidence
from workers.text.countries import alpha3_of

_VALID, _BROKEN = 0.9, 0.75

NATIONAL = 1.05
"""Weight of a zone whose form and state are one type's own, against the international type's."""

Recognise = Callable[[Evidence], tuple[float, str | None]]


def recogniser(formats: Mapping[MrzFormat, float], prefix: str = "") -> Recognise:
    """Return a recogniser of some formats, each with the weight that the type gives to it.

    ``prefix`` is what the first line must begin with: document code and issuing state.
    """

    def recognise(evidence: Evidence) -> tuple[float, str | None]:
        scored = [
            (formats[reading.format] * (_VALID if reading.valid else _BROKEN), reading)
            for _, reading in evidence.mrz
            if reading.format in formats and reading.lines[0].startswith(prefix)
        ]
        if not scored:
            return 0.0, None
        score, best = max(scored, key=lambda one: one[0])
        return score, country_of(best)

    return recognise


def country_of(reading: MrzReading) -> str | None:
    """Return the issuing country, None where the zone names none that is known."""
    # Every format has the issuing state in cells 3 to 5 of its first line.
    return alpha3_of(reading.lines[0][2:5])
