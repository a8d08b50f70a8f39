"""Which format a zone's rows are in."""

import numpy as np
import pytest

from schemas.documents import MrzFormat
from tests.workers.reading_fakes import OLD_FRENCH_CARD
from workers.engines.mrz_formats import Cells, decode_zone
from workers.text.mrz_layouts import SYMBOLS

FRENCH_TD2 = ("IDFRACHATELAIN<<BENOIT<LOIC<<<<<<<<<", "R4274634<3FRA8204309M2703110<<<<<<<6")


def _cells(line: str) -> Cells:
    """Return cells that show a line's symbols surely."""
    shares = np.full((len(line), len(SYMBOLS)), 1e-4)
    shares[np.arange(len(line)), [SYMBOLS.index(symbol) for symbol in line]] = 1.0
    return np.asarray(np.log(shares / shares.sum(axis=1, keepdims=True)), np.float64)


@pytest.mark.parametrize(
    ("lines", "mrz_format"), [(OLD_FRENCH_CARD, MrzFormat.FR_CNI), (FRENCH_TD2, MrzFormat.TD2)]
)
def test_a_french_beginning_leaves_another_format_that_fits_far_better(
    lines: tuple[str, str], mrz_format: MrzFormat
) -> None:
    """The card of 1988 has a layout of its own; other French documents of two lines have ICAO's."""
    found = decode_zone((2, 36), [_cells(line) for line in lines])

    assert (found.format, found.lines, found.valid) == (mrz_format, lines, True)
