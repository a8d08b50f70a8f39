"""What a page shows decides what is looked for on it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from schemas.documents import Barcode, Quad
from tests.workers.imaging.scenes import card
from tests.workers.reading_fakes import tools
from workers.imaging.upright import bring_upright
from workers.ports import Image, Script, StripReading

QUADS: tuple[Quad, ...] = tuple(
    ((0.1, top), (0.8, top), (0.8, top + 0.05), (0.1, top + 0.05)) for top in (0.2, 0.4, 0.6)
)


class Lines:
    """Finds the same lines on every page."""

    name = "lines"
    version = "1"

    def find(
        self, page: Image, *, letter_share: float = 0.0, side_px: int | None = None
    ) -> tuple[Quad, ...]:
        """Return the lines."""
        return QUADS


class Word:
    """Reads every strip as one word."""

    name = "word"
    version = "1"

    def __init__(self, text: str, script: Script) -> None:
        self._text = text
        self.scripts = frozenset({script})

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return the word for each strip."""
        count = len(self._text)
        places = tuple(float(place) for place in np.linspace(0.1, 0.9, count))
        return tuple(StripReading(self._text, (0.99,) * count, places) for _ in strips)


class Bars:
    """Finds no barcode, and remembers how thoroughly it looked."""

    name = "bars"
    version = "1"

    def __init__(self) -> None:
        self.looks: list[bool] = []

    def read(
        self, page: Image, *, text: Sequence[Quad] = (), thorough: bool = True
    ) -> tuple[Barcode, ...]:
        """Return nothing."""
        self.looks.append(thorough)
        return ()


@pytest.mark.parametrize(
    ("text", "script", "is_thorough"),
    [("SALAH", Script.LATIN, True), ("\u062a\u0648\u0646\u0633", Script.ARABIC, False)],
)
def test_a_page_with_arabic_gets_no_thorough_look_for_barcodes(
    text: str, script: Script, *, is_thorough: bool
) -> None:
    """Those of AAMVA stand on licences of North America."""
    bars = Bars()
    used = replace(tools(), finder=Lines(), readers=(Word(text, script),), barcodes=bars)

    page = bring_upright(card(4, (1200, 757)), used, ("ara",))

    assert {line.text for line in page.lines} == {text}
    assert any(bars.looks) is is_thorough
