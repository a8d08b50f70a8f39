"""Which way is up is told by reading a few lines both ways."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest

from tests.workers.reading_fakes import FakeMrz, FakeText
from workers.blobs import MemoryBlobs
from workers.imaging.orientation import turned
from workers.ports import Image, Script, StripReading, Tools
from workers.visual.turning import skew_of, turn_of, turned_quads

QUADS = tuple(
    ((0.1, top), (0.8, top), (0.8, top + 0.05), (0.1, top + 0.05)) for top in (0.1, 0.3, 0.5, 0.7)
)


class OneWayReader:
    """Reads dark-then-light strips for certain, and the others as words that it half believes."""

    name = "one way"
    version = "1"
    scripts = frozenset({Script.LATIN})

    def __init__(self, backwards: float) -> None:
        self._backwards = backwards
        self.asked = 0

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return a word of eight letters for each strip."""
        self.asked += len(strips)
        return tuple(self._read(strip) for strip in strips)

    def _read(self, strip: Image) -> StripReading:
        half = strip.shape[1] // 2
        sure = 0.98 if strip[:, :half].mean() < strip[:, half:].mean() else self._backwards
        return StripReading("ERIKSSON", (sure,) * 8, tuple((n + 0.5) / 8 for n in range(8)))


def tools(backwards: float = 0.9, reader: OneWayReader | None = None) -> Tools:
    """Return tools with such a reader."""
    return Tools(
        MemoryBlobs(),
        FakeText(),
        FakeMrz(),
        lambda: date(2026, 1, 1),
        readers=(reader or OneWayReader(backwards),),
    )


def page() -> Image:
    """Return a page whose left half is dark."""
    image = np.full((400, 600, 3), 255, np.uint8)
    image[:, :270] = 0
    return image


@pytest.mark.parametrize("given", [0, 90, 180, 270])
def test_the_page_is_turned_back_however_it_came(given: int) -> None:
    """Also where upside down reads as words that a reader is fairly sure of."""
    quads = QUADS
    if given in {90, 270}:
        quads = tuple(((0.4, 0.1), (0.4, 0.8), (0.35, 0.8), (0.35, 0.1)) for _ in range(4))
    elif given == 180:
        quads = turned_quads(QUADS, 180)

    assert turn_of(turned(page(), given), quads, tools()) == (360 - given) % 360


@pytest.mark.parametrize(("backwards", "lines"), [(0.7, 3), (0.9, 4)])
def test_more_lines_are_read_only_where_the_first_do_not_decide(
    backwards: float, lines: int
) -> None:
    """The page has four lines; each is read both ways."""
    reader = OneWayReader(backwards)

    assert turn_of(page(), QUADS, tools(reader=reader)) == 0
    assert reader.asked == 2 * lines


def test_without_a_difference_the_page_stays() -> None:
    """Nothing decides, so nothing is turned."""
    assert turn_of(page(), QUADS, tools(backwards=0.98)) == 0
    assert turn_of(page(), (), tools()) == 0


def test_lines_tell_the_skew() -> None:
    """The median of the lines counts, not the odd one."""
    slanted = tuple(
        ((0.1, top), (0.8, top + 0.07), (0.8, top + 0.12), (0.1, top + 0.05))
        for top in (0.1, 0.3, 0.5)
    )

    assert skew_of((*slanted, QUADS[0]), 1.0) == pytest.approx(-5.7, abs=0.1)
    assert skew_of(QUADS, 1.5) == 0
