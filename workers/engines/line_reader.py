"""Our own recognisers of text lines, Arabic and Latin: small nets trained on drawn lines.

What a net can say and how high its strips are stands in the model itself; how it was made, in
``models/arabic.md`` and ``models/latin.md``. A net reads from left to right: Arabic lines are
brought into logical order here.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.engines.ctc import read_columns, read_words
from workers.engines.onnx_session import open_session
from workers.imaging.trim import trim_rows
from workers.ports import Image, Script, StripReading
from workers.text.bidi import turned

MODELS = Path(__file__).parent / "models"
VERSION = "3"
WIDTH_PX_MAX = 1600
"""A longer line is squeezed: its letters would be too small to read anyway."""

READ_KEPT = 256
"""Strips of the page at hand: telling which way is up, the first look and a vote share some."""

_WIDTH_STEP_PX = 64
_BATCH_MAX = 8


class OwnLineReader:
    """Reads lines of one script with a model of ours, loaded when it is first asked.

    Args:
        name: what readings are signed with.
        model_path: ONNX, with its alphabet and its strips' height in its metadata.
        scripts: what it can read.
    """

    def __init__(self, name: str, model_path: Path, scripts: frozenset[Script]) -> None:
        self.name = name
        self.version = VERSION
        self.scripts = scripts
        self._path = model_path
        self._read: OrderedDict[bytes, StripReading] = OrderedDict()

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return one reading for each strip; one that was read a moment ago is not read again."""
        keys = [_key(strip) for strip in strips]
        new = {key: strip for key, strip in zip(keys, strips, strict=True) if key not in self._read}
        known = {key: self._read[key] for key in keys if key in self._read}
        known |= zip(new, self._read_new(list(new.values())), strict=True)
        for key in keys:
            self._read[key] = known[key]
            self._read.move_to_end(key)
        while len(self._read) > READ_KEPT:
            self._read.popitem(last=False)
        return tuple(known[key] for key in keys)

    def _read_new(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Read strips; those of like widths run together."""
        scaled = [_scaled(strip, self._model.height_px) for strip in strips]
        readings: dict[int, StripReading] = {}
        order = sorted(range(len(scaled)), key=lambda index: scaled[index].shape[1])
        while order:
            width = _stepped(scaled[order[0]].shape[1])
            batch = [i for i in order[:_BATCH_MAX] if scaled[i].shape[1] <= width]
            order = order[len(batch) :]
            found = self._run([scaled[index] for index in batch], width)
            readings |= zip(batch, found, strict=True)
        return tuple(readings[index] for index in range(len(strips)))

    def _run(self, strips: list[NDArray[np.uint8]], width: int) -> list[StripReading]:
        model = self._model
        batch = np.zeros((len(strips), 1, model.height_px, width), np.float32)
        for index, strip in enumerate(strips):
            greys = strip.astype(np.float32)
            batch[index, 0, :, : strip.shape[1]] = (greys - greys.mean()) / (greys.std() + 4.0)
        (logits,) = model.session.run(None, {"strips": batch})
        height = model.height_px * logits.shape[2] / width
        read = read_words if Script.ARABIC in self.scripts else read_columns
        return [
            _logical(read(_shares(logits[index]), model.symbols, strip.shape[1] / width, height))
            for index, strip in enumerate(strips)
        ]

    @cached_property
    def _model(self) -> "_Model":
        session = open_session(self._path)
        told = session.get_modelmeta().custom_metadata_map
        return _Model(session, ("", *told["alphabet"]), int(told["height_px"]))


def arabic_reader() -> OwnLineReader:
    """Return the reader of Arabic lines; it knows digits and Latin letters inside them."""
    return OwnLineReader("bitaqa-arabic", MODELS / "arabic.onnx", frozenset({Script.ARABIC}))


def second_arabic_reader() -> OwnLineReader:
    """Return another net for Arabic, a second voice: other strips, other drawings, other start."""
    path = MODELS / "arabic_second.onnx"
    return OwnLineReader("bitaqa-arabic-second", path, frozenset({Script.ARABIC}))


def latin_reader() -> OwnLineReader:
    """Return the reader of Latin lines, figures and codes."""
    known = frozenset({Script.LATIN, Script.DIGITS})
    return OwnLineReader("bitaqa-latin", MODELS / "latin.onnx", known)


@dataclass(frozen=True, slots=True)
class _Model:
    """A model that is open: its symbols by class, the blank first."""

    session: Any
    symbols: tuple[str, ...]
    height_px: int


def _logical(reading: StripReading) -> StripReading:
    """Bring a line read from left to right into the order in which it is written."""
    order = [place for _, place in turned(reading.text)]
    return StripReading(
        "".join(symbol for symbol, _ in turned(reading.text)),
        tuple(reading.confidences[place] for place in order),
        tuple(reading.places[place] for place in order),
    )


def _key(strip: Image) -> bytes:
    shape = ",".join(map(str, strip.shape)).encode()
    return blake2b(strip.tobytes(), digest_size=16, key=shape).digest()


def _scaled(strip: Image, height_px: int) -> NDArray[np.uint8]:
    """Return the line on the strip in grey, at the height that the model reads."""
    grey = strip if strip.ndim == 2 else cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    grey = trim_rows(np.asarray(grey, np.uint8))
    height, width = grey.shape[:2]
    wide = max(16, min(WIDTH_PX_MAX, round(width * height_px / max(1, height))))
    way = cv2.INTER_AREA if height > height_px else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, (wide, height_px), interpolation=way), np.uint8)


def _shares(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return columns x classes probabilities."""
    values = logits.T.astype(np.float64)
    values -= values.max(axis=1, keepdims=True)
    powers = np.exp(values)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float64)


def _stepped(width_px: int) -> int:
    return -(-width_px // _WIDTH_STEP_PX) * _WIDTH_STEP_PX
