"""Engines that say what a test tells them to, and messages to go with them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

import cv2
import numpy as np

from schemas.documents import MrzReading, Page, Quality, Route, TextLine, Word
from schemas.messages import PagesPrepared, Request
from workers.blobs import MemoryBlobs
from workers.ports import Image, Layout, Tools
from workers.text.mrz import parse

TODAY = date(2026, 6, 1)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

TD3 = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F2704151ZE184226B<<<<<18",
)
"""The specimen of ICAO Doc 9303 part 4, its expiry moved to 2027."""

MRV_A = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
)
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
OLD_FRENCH_CARD = (
    "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
    "8806923102858CORINNE<<<<<<<6512068F6",
)


def reading_of(lines: Sequence[str], *, supported: bool = True, sure: float = 0.999) -> MrzReading:
    """Return the reading of a zone in the lower part of a page."""
    cells = tuple(lines)
    parsed = parse(cells, today=TODAY)
    quads = tuple(
        ((0.1, top), (0.9, top), (0.9, top + 0.04), (0.1, top + 0.04))
        for top in (0.8 + 0.06 * number for number in range(len(cells)))
    )
    return MrzReading(
        format=parsed.format,
        lines=cells,
        raw_lines=cells,
        valid=parsed.valid,
        margin=20.0,
        symbol_confidences=tuple((sure,) * len(line) for line in cells),
        line_quads=quads,
        turn_deg=0.0,
        supported=supported,
    )


class FakeMrz:
    """Finds the readings it was given, whatever the page."""

    name = "fake-mrz"
    version = "7"

    def __init__(self, *readings: MrzReading) -> None:
        self._readings = readings

    def read(
        self,
        page: Image,
        *,
        turns: tuple[int, ...] = (0, 90, 180, 270),
        thorough: bool = True,
    ) -> tuple[MrzReading, ...]:
        """Return the readings."""
        return self._readings


class FakeText:
    """Reads one text the first time and another one from then on; remembers the languages."""

    name = "fake-text"
    version = "3"

    def __init__(self, first: str = "", then: str | None = None, confidence: float = 0.97) -> None:
        self._texts = (first, first if then is None else then)
        self._confidence = confidence
        self.asked: list[tuple[str, ...]] = []

    def read(
        self, image: Image, languages: tuple[str, ...], layout: Layout = Layout.PAGE
    ) -> tuple[TextLine, ...]:
        """Return one line for each line of the text."""
        text = self._texts[1 if self.asked else 0]
        self.asked.append(languages)
        return tuple(self._line(line) for line in text.splitlines())

    def _line(self, text: str) -> TextLine:
        words = tuple(Word(word, self._confidence, (0.1, 0.1, 0.2, 0.2)) for word in text.split())
        return TextLine(text, self._confidence, (0.1, 0.1, 0.9, 0.2), words)


def tools(mrz: FakeMrz | None = None, text: FakeText | None = None) -> Tools:
    """Return tools whose store holds the picture of one white page."""
    blobs = MemoryBlobs()
    white = np.full((88, 125, 3), 255, np.uint8)
    blobs.put("page", cv2.imencode(".png", white)[1].tobytes(), "image/png")
    return Tools(blobs, text or FakeText(), mrz or FakeMrz(), lambda: TODAY)


def page(issues: tuple[str, ...] = ()) -> Page:
    """Return the page whose picture the tools' store holds."""
    return Page(1, 1, "page", 125, 88, 0.0, Quality(0.9, 0.8, 0.0, 0.7, issues=issues))


def prepared(
    document_type: str,
    *,
    request: Request | None = None,
    route: Route = Route.INTL,
    rerouted: bool = False,
    timings_ms: Mapping[str, float] | None = None,
    issues: tuple[str, ...] = (),
) -> PagesPrepared:
    """Return a document of one page as the stage before hands it on."""
    return PagesPrepared(
        document_id="d1",
        tenant="t1",
        revision=1,
        request=request or Request(),
        uploaded_at=NOW,
        document_type=document_type,
        country=None,
        route=route,
        rerouted=rerouted,
        pages=(page(issues),),
        timings_ms=timings_ms or {},
        versions={"bitaqa-prepare": "1"},
    )
