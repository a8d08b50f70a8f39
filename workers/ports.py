"""What the stages need from outside, as protocols; whoever runs them brings the adapters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from schemas.documents import Barcode, MrzReading, Quad, TextLine

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
    RAW_LINE = "raw line"
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
        self,
        page: Image,
        *,
        turns: tuple[int, ...] = (0, 90, 180, 270),
        thorough: bool = True,
    ) -> tuple[MrzReading, ...]:
        """Return each zone found, best first; nothing where the page has none.

        A look that is not thorough finds the usual zone and costs a quarter.
        """
        ...


class Script(StrEnum):
    """What a line of text is written in, as far as a reader must know.

    ``DIGITS`` are figures and codes: capitals without accents may stand among them.
    """

    LATIN = "latin"
    ARABIC = "arabic"
    DIGITS = "digits"


class LineFinder(Protocol):
    """An engine that finds lines of text without reading them."""

    name: str
    version: str

    def find(
        self, page: Image, *, letter_share: float = 0.0, side_px: int | None = None
    ) -> tuple[Quad, ...]:
        """Return each line's corners, the longer side as its top; it may be upside down.

        ``letter_share`` is the size of the page's small letters as a share of its longer side, 0
        where it is not known: large ones are found on a smaller copy. ``side_px`` is the longer
        side of that copy where the caller knows what print there is.
        """
        ...


@dataclass(frozen=True, slots=True)
class StripReading:
    """What a reader made of one line.

    Args:
        text: in logical order, also where it is printed from right to left.
        confidences: probability of each symbol of the text.
        places: the middle of each symbol, as a fraction of the strip's width from its left.
    """

    text: str = field(repr=False)
    confidences: tuple[float, ...] = field(default=(), repr=False)
    places: tuple[float, ...] = field(default=(), repr=False)


class LineReader(Protocol):
    """An engine that reads pictures of single lines, of the scripts that it knows."""

    name: str
    version: str
    scripts: frozenset[Script]

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return one reading for each BGR strip, in their order; empty where nothing is read.

        Raises:
            Unavailable: when the engine does not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class AiQuestion:
    """What an AI engine is asked about one document.

    Args:
        document_type: code.
        country: ISO 3166-1 alpha-3, None where it is not known.
        fields: names of the fields wanted, each with its title.
        prompt: what the type has to say about its document.
    """

    document_type: str
    country: str | None
    fields: Mapping[str, str]
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class AiAnswer:
    """A field as an AI engine reads it: the text as printed, not normalised, and where."""

    text: str = field(repr=False)
    page: int = 1
    confidence: float | None = None


class AiReader(Protocol):
    """An AI engine; what it says counts only as far as a local reading or a check confirms it."""

    name: str
    version: str

    def may_read(self, tenant: str, country: str | None) -> bool:
        """Say whether documents of this tenant and country may be shown to it."""
        ...

    def read(self, pages: Sequence[Image], question: AiQuestion) -> Mapping[str, AiAnswer]:
        """Return the fields that it found, by name; none where it refuses.

        Raises:
            Unavailable: when it does not answer.
        """
        ...


class BarcodeEngine(Protocol):
    """An engine that finds and decodes barcodes."""

    name: str
    version: str

    def read(
        self, page: Image, *, text: Sequence[Quad] = (), thorough: bool = True
    ) -> tuple[Barcode, ...]:
        """Return each barcode that decodes; nothing where the page has none.

        A thorough look also tries regions full of bars; not those where lines of text are known.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that a stage works with, built once in each slot.

    Args:
        blobs: the object store.
        text: the text engine.
        mrz: the MRZ engine.
        today: tells the date; an argument so that a test can say which.
        finder: finds lines of text; None where this machine has none.
        readers: read lines, the cheapest first; different names mean independent engines.
        ai: the AI engine; None where there is none, or it may not see the document.
        barcodes: decodes barcodes; None where this machine has nothing that does.
    """

    blobs: Blobs
    text: TextEngine
    mrz: MrzEngine
    today: Callable[[], date]
    finder: LineFinder | None = None
    readers: tuple[LineReader, ...] = ()
    ai: AiReader | None = None
    barcodes: BarcodeEngine | None = None

    def readers_of(self, script: Script) -> tuple[LineReader, ...]:
        """Return the readers that know a script, the cheapest first."""
        return tuple(one for one in self.readers if script in one.scripts)
