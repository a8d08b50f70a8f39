"""Reading machine readable zones from a page: find lines, read them, decode them together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schemas.documents import MrzFormat
from workers.engines.mrz_zones import Zone, ZoneFinder, grey_of

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Corners as page fractions: top left, top right, bottom right, bottom left of the print."""

ZONES_MAX = 6


@dataclass(frozen=True, slots=True)
class MrzReading:
    """One zone as read.

    Args:
        lines: the most probable lines under the grammar.
        raw_lines: the most probable symbol of each cell, the grammar not asked.
        valid: every printed check digit holds in ``lines``.
        margin: nats by which ``lines`` lead the next reading.
        symbol_confidences: probability of each symbol of ``lines``.
        line_quads: where each line stands on the page as given.
        turn_deg: clockwise rotation that turns the page upright.
        supported: names and unchecked cells have evidence of their own: the margin is wide and a
            second reading at another scale says the same.
    """

    format: MrzFormat
    lines: tuple[str, ...] = field(repr=False)
    raw_lines: tuple[str, ...] = field(repr=False)
    valid: bool
    margin: float
    symbol_confidences: tuple[tuple[float, ...], ...] = field(repr=False)
    line_quads: tuple[Quad, ...]
    turn_deg: float
    supported: bool


class MrzReader:
    """Finds and reads every machine readable zone of a page with the recogniser of our own.

    Args:
        model_path: an ONNX recogniser; None for the one that comes with the package.
        threads: threads of one reading.
    """

    name = "bitaqa-mrz"
    version = "1"

    def __init__(self, model_path: Path | None = None, threads: int = 1) -> None:
        self._zones = ZoneFinder.with_model(model_path, threads)

    def read(
        self, page: NDArray[np.uint8], *, turns: Sequence[int] = (0, 90, 180, 270)
    ) -> tuple[MrzReading, ...]:
        """Return the zones found, best first; an empty tuple for a page without one.

        ``page`` is grey or BGR. ``turns`` are the clockwise quarter turns that may be needed; later
        ones are tried only when nothing was read surely before.
        """
        grey = grey_of(page)
        zones = self._zones.find(grey, tuple(turns))
        ranked = sorted(zones, key=lambda zone: zone.quality, reverse=True)
        return tuple(_readings(ranked[:ZONES_MAX], grey.shape[1], grey.shape[0]))


def _readings(zones: Iterable[Zone], width: int, height: int) -> Iterable[MrzReading]:
    for zone in zones:
        decoded = zone.decoded
        yield MrzReading(
            format=decoded.format,
            lines=decoded.lines,
            raw_lines=decoded.raw_lines,
            valid=decoded.valid,
            margin=decoded.margin,
            symbol_confidences=decoded.confidences,
            line_quads=tuple(
                tuple((float(x) / width, float(y) / height) for x, y in quad)  # type: ignore[misc]  # four corners each, by construction
                for quad in zone.quads
            ),
            turn_deg=zone.turn_deg,
            supported=zone.supported,
        )
