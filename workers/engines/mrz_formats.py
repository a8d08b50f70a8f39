"""Which format a zone's rows are in: the one whose grammar explains them best."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from schemas.documents import MrzFormat
from workers.text.mrz_decode import Decoded, decode
from workers.text.mrz_layouts import SYMBOLS

Cells = NDArray[np.float64]

FORMATS_BY_SHAPE: Mapping[tuple[int, int], tuple[MrzFormat, ...]] = MappingProxyType(
    {
        (3, 30): (MrzFormat.TD1,),
        (2, 36): (MrzFormat.TD2, MrzFormat.MRV_B),
        (2, 44): (MrzFormat.TD3, MrzFormat.MRV_A),
    }
)
_FIRST_LETTERS = {
    MrzFormat.TD1: "ACI",
    MrzFormat.TD2: "ACI",
    MrzFormat.TD3: "P",
    MrzFormat.MRV_A: "V",
    MrzFormat.MRV_B: "V",
    MrzFormat.FR_CNI: "I",
}
FIRST_LETTER_NATS = 3.0
_VISAS = (MrzFormat.MRV_A, MrzFormat.MRV_B)
UNLIKELY_FORMAT = 0.02

FRENCH_PREFIX = "IDFRA"
FRENCH_LAG_NATS_MAX = 12.0
"""Beginnings that look less like the French card's than this are not tried as one."""
FRENCH_LEAD_NATS = 20.0
"""What begins as the French card is one, unless another format explains it so much better."""


def decode_zone(shape: tuple[int, int], cells: Sequence[Cells]) -> Decoded:
    """Return the best reading among the formats of this shape."""
    visa = float(np.exp(cells[0][0, SYMBOLS.index("V")]))
    wanted = [
        mrz_format
        for mrz_format in FORMATS_BY_SHAPE[shape]
        if (visa if mrz_format in _VISAS else 1 - visa) > UNLIKELY_FORMAT
    ]
    readings = [decode(mrz_format, cells) for mrz_format in wanted or FORMATS_BY_SHAPE[shape]]
    best = max(readings, key=_with_first_letter)
    if shape != (2, 36) or _prefix_lag(cells[0]) > FRENCH_LAG_NATS_MAX:
        return best
    french = decode(MrzFormat.FR_CNI, cells)
    lead = FRENCH_LEAD_NATS if best.lines[0].startswith(FRENCH_PREFIX) else 0.0
    return french if french.score + lead > best.score else best


def begins_as_its_format(reading: Decoded) -> bool:
    """Say no where the first letter is that of another format: a longer line that was cut."""
    first = reading.lines[0][0]
    return first not in "PV" or first in _FIRST_LETTERS[reading.format]


def _prefix_lag(line: Cells) -> float:
    """Return by how many nats the French card's first cells are less likely than the best."""
    at = np.arange(len(FRENCH_PREFIX))
    own = line[at, [SYMBOLS.index(symbol) for symbol in FRENCH_PREFIX]]
    return float((line[at].max(axis=1) - own).sum())


def _with_first_letter(reading: Decoded) -> float:
    expected = reading.lines[0][0] in _FIRST_LETTERS[reading.format]
    return reading.score - (0.0 if expected else FIRST_LETTER_NATS)
