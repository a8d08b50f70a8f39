"""What a reader says of a print at most of the ways in which it can be cut out.

Our own recognisers are small nets. Where such a net is wrong, a cut that is a little higher, lower,
tighter, looser, narrower or wider often makes it say something else, so the vote of the cuts mends
values. It never supports one: on cards drawn by other code in unseen fonts, four of some 120 Arabic
fields were wrong although nearly all cuts agreed. One engine cannot confirm itself.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from schemas.documents import Quad
from workers.ports import Image, LineReader, StripReading
from workers.visual.evidence import Witness
from workers.visual.layout import Zone
from workers.visual.lines import Piece, between
from workers.visual.strips import cut

VOTING_READERS = frozenset({"bitaqa-arabic", "bitaqa-arabic-second"})
"""Readers that are quick enough to be asked seven times."""

_SHIFTS = ((-0.08, -0.08), (0.08, 0.08), (-0.12, 0.12), (0.06, -0.06))
"""Where the cut's upper and lower edge go, in heights of the line."""

_STRETCHES = (0.92, 1.1)
CUTS = 1 + len(_SHIFTS) + len(_STRETCHES)


def read_by_vote(
    reader: LineReader, zone: Zone, pieces: Sequence[Piece], page: Image
) -> Witness | None:
    """Return what most cuts of a place say; None where none says anything.

    The text of the line as a whole, of which the place may be a part, is no cut: the place is cut
    out anew each time.
    """
    readings = reader.read([strip for piece in pieces for strip in _cuts(page, piece.quad)])
    texts = [
        [readings[first + number] for first in range(0, len(readings), CUTS)]
        for number in range(CUTS)
    ]
    said = [_text(parts) for parts in texts]
    values = [zone.value_of(text) if text else None for text in said]
    made = Counter(value for value in values if value is not None)
    if not made:
        return None
    value, count = made.most_common(1)[0]
    number = values.index(value)
    weakest = [
        min((sure for part in parts for sure in part.confidences), default=0.0)
        for parts, made_of in zip(texts, values, strict=True)
        if made_of == value
    ]
    share = count / CUTS
    return Witness(
        reader.name,
        said[number],
        value,
        _mean(texts[number]) * (0.5 + 0.5 * share),
        share * max(weakest),
    )


def _cuts(page: Image, quad: Quad) -> Iterator[Image]:
    plain = cut(page, quad)
    yield plain
    top_left, top_right, low_right, low_left = quad
    for up, down in _SHIFTS:
        yield cut(
            page,
            (
                between(top_left, low_left, up),
                between(top_right, low_right, up),
                between(top_right, low_right, 1 + down),
                between(top_left, low_left, 1 + down),
            ),
        )
    height, width = plain.shape[:2]
    for stretch in _STRETCHES:
        wide = max(8, round(width * stretch))
        yield np.asarray(cv2.resize(plain, (wide, height), interpolation=cv2.INTER_AREA), np.uint8)


def _text(parts: Sequence[StripReading]) -> str:
    return " ".join(part.text for part in parts).strip()


def _mean(parts: Sequence[StripReading]) -> float:
    sure = [one for part in parts for one in part.confidences]
    return sum(sure) / len(sure) if sure else 0.0
