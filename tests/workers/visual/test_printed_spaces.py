"""Where readers saw different spaces, the gaps in the print tell."""

import cv2
import numpy as np
import pytest

from workers.ports import Script, StripReading
from workers.visual.evidence import Witness
from workers.visual.lines import SpottedLine, whole
from workers.visual.place import Place
from workers.visual.printed_spaces import with_printed_spaces

WIDTH_PX, HEIGHT_PX = 400, 48


def read_of(printed: str, *texts: str, sure: float = 0.95) -> list[str | None]:
    """Return what each reader's value is once print was asked."""
    page = np.full((HEIGHT_PX, WIDTH_PX, 3), 235, np.uint8)
    cv2.putText(page, printed, (20, 34), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (30, 30, 30), 2)
    quad = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    reading = StripReading(texts[0], (0.95,) * len(texts[0]))
    place = Place((whole(SpottedLine(quad, Script.LATIN, reading, "a")),), 0.0)
    voices = [
        Witness(name, text, text, sure, sure, (sure,) * len(text))
        for name, text in zip("abc", texts, strict=False)
    ]
    settled = with_printed_spaces(voices, place, page)
    assert all(len(one.sure) == len(one.text) for one in settled)
    return [one.value for one in settled]


@pytest.mark.parametrize("printed", ["ANDREI ALEXANDRU", "A1 SPORTBACK"])
def test_readers_are_brought_to_the_spaces_of_the_print(printed: str) -> None:
    """One of them saw these spaces; to another letter than theirs nobody is brought."""
    other = printed.replace(" ", "")
    misread = other.replace("A", "4", 1)

    assert read_of(printed, printed, other, misread) == [printed, printed, misread]


def test_spaces_that_nobody_saw_are_not_made_up() -> None:
    """Nor do those count that a reader only guesses, nor two readers' in different places."""
    guessed = ("A1 SPORT", "A1SPORT")
    elsewhere = ("ANDREIA LEXANDRU", "ANDREI ALEXANDRU")

    assert read_of("ANDREIALEXANDRU", "ANDREI ALEXANDRU", "ANDREIALEXANDRU") == [
        "ANDREI ALEXANDRU",
        "ANDREIALEXANDRU",
    ]
    assert read_of("ANDREIALEXANDRU", *elsewhere) == [*elsewhere]
    assert read_of("A1 SPORT", *guessed, sure=0.8) == [*guessed]
    assert read_of(elsewhere[1], *elsewhere) == [*elsewhere]
