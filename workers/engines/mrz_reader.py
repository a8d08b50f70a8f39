"""Reading machine readable zones from a page: find lines, read them, decode them together."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schemas.documents import MrzReading
from workers.engines.mrz_zones import Zone, ZoneFinder, grey_of

ZONES_MAX = 6


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
        self,
        page: NDArray[np.uint8],
        *,
        turns: Sequence[int] = (0, 90, 180, 270),
        thorough: bool = True,
    ) -> tuple[MrzReading, ...]:
        """Return the zones found, best first; an empty tuple for a page without one.

        ``page`` is grey or BGR. ``turns`` are the clockwise quarter turns that may be needed; later
        ones are tried only when nothing was read surely before. A look that is not thorough ends
        with them: it neither searches at larger scales nor for slanted zones.
        """
        grey = grey_of(page)
        zones = self._zones.find(grey, tuple(turns), thorough=thorough)
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
