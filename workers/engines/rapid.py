"""RapidOCR's models: a detector of text lines, and a recogniser of Latin letters and digits.

The models (PP-OCRv6 small, Apache-2.0) come in the wheel of ``rapidocr``; its code is not used, so
that threads, memory and sizes stay in our hands.
"""

import importlib.util
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas.documents import Quad
from schemas.errors import Misconfigured
from workers.engines.ctc import read_columns
from workers.engines.onnx_session import open_session
from workers.engines.text_boxes import quads_of
from workers.ports import Image, Script, StripReading

FIND_SIDE_PX = 960
"""Longest side at which lines are looked for: letters of a card stay above ten pixels."""

FIND_SIDE_PX_MIN = 704
FIND_LETTER_PX = 17.0
"""Where small letters are known to be larger, the side shrinks until they are so large.

At 704 px licences whose letters come out 14 px high lose numbers beside short codes.
"""

_SIDE_STEP_PX = 32
_STRIP_HEIGHT_PX = 48
_STRIP_WIDTH_PX_MAX = 1600
_STRIP_WIDTH_PX_MIN = 96
_WIDTH_STEP_PX = 32
_BATCH_WIDTH_PX_MAX = 1600
"""Width of all strips that run together: each column has 18,710 probabilities, several times."""

_LATIN_END = 0x250
_SIGNS = frozenset("\u20ac\u2019\u2018\u201c\u201d\u2013\u2014\u2026\u2116\u2122")


def _model(name: str) -> Path:
    found = importlib.util.find_spec("rapidocr")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / "models" / name
        if path.is_file():
            return path
    raise Misconfigured(f"rapidocr's model {name} is missing: install the package rapidocr again")


class RapidFinder:
    """Finds lines of text of any script; the model is loaded when it is first asked."""

    name = "rapidocr-det"

    def __init__(self) -> None:
        self._path = _model("PP-OCRv6_det_small.onnx")
        self.version = version("rapidocr")

    def find(
        self, page: Image, *, letter_share: float = 0.0, side_px: int | None = None
    ) -> tuple[Quad, ...]:
        """Return the lines of a BGR page; of one whose letters are large on a smaller copy."""
        height, width = page.shape[:2]
        scale = (side_px or find_side_px(letter_share)) / max(height, width)
        size = (_stepped(width * scale), _stepped(height * scale))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        (heat,) = self._session.run(None, {"x": _tensor(cv2.resize(page, size, interpolation=way))})
        return quads_of(heat[0, 0])

    @cached_property
    def _session(self) -> Any:
        return open_session(self._path)


class RapidReader:
    """Reads lines of Latin letters and digits; of its 18,708 symbols only those are asked."""

    name = "rapidocr"
    scripts = frozenset({Script.LATIN, Script.DIGITS})

    def __init__(self) -> None:
        self._path = _model("PP-OCRv6_rec_small.onnx")
        self.version = version("rapidocr")

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return one reading for each strip; strips of like widths run together."""
        widened = [_widened(_scaled(strip)) for strip in strips]
        scaled = [strip for strip, _ in widened]
        readings: dict[int, StripReading] = {}
        order = sorted(range(len(scaled)), key=lambda index: scaled[index].shape[1])
        while order:
            # The widest sets the width of all: the widest first, so that none is a surprise.
            count = max(1, _BATCH_WIDTH_PX_MAX // scaled[order[-1]].shape[1])
            order, batch = order[:-count], order[-count:]
            readings |= zip(batch, self._run([scaled[index] for index in batch]), strict=True)
        return tuple(_narrowed(readings[n], margin) for n, (_, margin) in enumerate(widened))

    def _run(self, strips: list[Image]) -> list[StripReading]:
        session, columns, symbols = self._opened
        width = _stepped(max(strip.shape[1] for strip in strips), _WIDTH_STEP_PX)
        batch = np.zeros((len(strips), 3, _STRIP_HEIGHT_PX, width), np.float32)
        for index, strip in enumerate(strips):
            batch[index, :, :, : strip.shape[1]] = _tensor(strip)[0]
        (probabilities,) = session.run(None, {"x": batch})
        return [
            read_columns(probabilities[index][:, columns], symbols, strip.shape[1] / width)
            for index, strip in enumerate(strips)
        ]

    @cached_property
    def _opened(self) -> tuple[Any, NDArray[np.intp], tuple[str, ...]]:
        """Return the session, the columns of blank and Latin symbols, and those symbols."""
        session = open_session(self._path)
        known = session.get_modelmeta().custom_metadata_map["character"].split("\n")
        every = ["", *known, " "]
        latin = [i for i, s in enumerate(every) if not s or ord(s[0]) < _LATIN_END or s in _SIGNS]
        return session, np.asarray(latin, np.intp), tuple(every[index] for index in latin)


def find_side_px(letter_share: float) -> int:
    """Return the longer side at which lines are looked for, by the size of small letters."""
    if letter_share <= 0:
        return FIND_SIDE_PX
    return min(FIND_SIDE_PX, max(FIND_SIDE_PX_MIN, _stepped(FIND_LETTER_PX / letter_share)))


def _scaled(strip: Image) -> Image:
    height, width = strip.shape[:2]
    wide = max(8, min(_STRIP_WIDTH_PX_MAX, round(width * _STRIP_HEIGHT_PX / height)))
    way = cv2.INTER_AREA if height > _STRIP_HEIGHT_PX else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(strip, (wide, _STRIP_HEIGHT_PX), interpolation=way), np.uint8)


def _widened(strip: Image) -> tuple[Image, float]:
    """Return a short strip with margins, and their share of its width on either side.

    A lone figure that fills its strip is read as anything; with paper around it, it is read.
    """
    missing = _STRIP_WIDTH_PX_MIN - strip.shape[1]
    if missing <= 0:
        return strip, 0.0
    margin = -(-missing // 2)
    wide = cv2.copyMakeBorder(strip, 0, 0, margin, margin, cv2.BORDER_REPLICATE)
    return np.asarray(wide, np.uint8), margin / wide.shape[1]


def _narrowed(reading: StripReading, margin: float) -> StripReading:
    """Return a reading of a strip with margins, places as shares of the strip without them."""
    if not margin:
        return reading
    inner = 1 - 2 * margin
    places = tuple(min(1.0, max(0.0, (one - margin) / inner)) for one in reading.places)
    return StripReading(reading.text, reading.confidences, places)


def _tensor(picture: NDArray[Any]) -> NDArray[np.float32]:
    """Return a BGR picture as the models take it: 1 x 3 x height x width from -1 to 1."""
    scaled = cv2.dnn.blobFromImage(picture, 1 / 127.5, mean=(127.5, 127.5, 127.5))
    return np.asarray(scaled, np.float32)


def _stepped(side_px: float, step_px: int = _SIDE_STEP_PX) -> int:
    return max(step_px, -(-round(side_px) // step_px) * step_px)
