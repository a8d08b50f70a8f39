"""What the stages need from outside, as protocols; whoever runs them brings the adapters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from schemas.documents import MrzReading, TextLine

Image = NDArray[np.uint8]
"""Height x width x 3 in BGR order, or height x width in grey."""


class Blobs(Protocol):
    """The part of the object store that stages use: whole small objects by key."""

    def get(self, key: str) -> bytes:
        """Return an object's bytes.

        Raises:
            Unprocessable: ``object.missing`` when there is no such object.
            Unavailable: when the store does not answer.
        """
        ...

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store an object, durably, in place of any other under the key.

        Raises:
            Unavailable: when the store does not answer.
        """
        ...


class Layout(Enum):
    """How the text on a picture is arranged, where the caller knows."""

    PAGE = "page"
    BLOCK = "block"
    LINE = "line"
    SPARSE = "sparse"


class TextEngine(Protocol):
    """An engine that reads text; in this process, or behind a process or a network."""

    name: str
    version: str

    def read(
        self, image: Image, languages: tuple[str, ...], layout: Layout = Layout.PAGE
    ) -> tuple[TextLine, ...]:
        """Return the lines in reading order, boxes as fractions of the picture given.

        Raises:
            Unavailable: when the engine does not answer.
            Unprocessable: ``language.unknown`` when a language has no model here.
        """
        ...


class MrzEngine(Protocol):
    """An engine that finds and reads machine readable zones."""

    name: str
    version: str

    def read(
        self, page: Image, *, turns: tuple[int, ...] = (0, 90, 180, 270)
    ) -> tuple[MrzReading, ...]:
        """Return each zone found, best first; nothing where the page has none."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that a stage works with, built once in each slot.

    Args:
        blobs: the object store.
        text: the text engine.
        mrz: the MRZ engine.
        today: tells the date; an argument so that a test can say which.
    """

    blobs: Blobs
    text: TextEngine
    mrz: MrzEngine
    today: Callable[[], date]
