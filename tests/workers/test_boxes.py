from dataclasses import replace

import numpy as np

from schemas.messages import DocumentRead, FieldsExtracted
from tests.workers.reading_fakes import (
    NOW,
    TD3,
    TODAY,
    FakeMrz,
    FakeText,
    prepared,
    reading_of,
    tools,
)
from workers.boxes import draw_boxes
from workers.extract import extract
from workers.ports import Image, Tools
from workers.validate import validate

PAPER = np.full((880, 1250, 3), 255, np.uint8)


def read(document_type: str, ours: Tools) -> DocumentRead:
    """Return the result for a document of one page."""
    extracted = extract(prepared(document_type), ours)
    assert isinstance(extracted, FieldsExtracted)
    return validate(extracted, TODAY, NOW)


def coloured(image: Image) -> int:
    """Return how many pixels are no longer white."""
    return int((image < 255).any(axis=2).sum())


def test_fields_are_framed_where_they_were_read() -> None:
    """Every field's box is on the copy; the page itself stays clean."""
    result = read("passport", tools(FakeMrz(reading_of(TD3))))

    drawn = draw_boxes(PAPER, result)

    assert coloured(PAPER) == 0
    assert coloured(drawn[:550]) == 0
    for value in result.fields.values():
        assert value.box is not None
        left, top = round(value.box[0] * 1249), round(value.box[1] * 879)
        assert not np.array_equal(drawn[top, left], (255, 255, 255))


def test_colours_tell_sure_from_poor() -> None:
    """Green where a value is sure, red where it is not."""
    result = read("passport", tools(FakeMrz(reading_of(TD3))))
    poor = {name: replace(one, confidence=0.2) for name, one in result.fields.items()}

    green, red = draw_boxes(PAPER, result), draw_boxes(PAPER, replace(result, fields=poor))

    place = (round(0.86 * 879), round(0.11 * 1249))
    assert green[place].argmax() == 1
    assert red[place].argmax() == 2


def test_another_page_gets_no_boxes() -> None:
    """A box belongs to its page."""
    result = read("passport", tools(FakeMrz(reading_of(TD3))))

    assert coloured(draw_boxes(PAPER, result, page_number=2)) == 0


def test_lines_of_text_are_framed_on_a_grey_page() -> None:
    """Text shows where its lines are; a grey page becomes a coloured one."""
    result = read("text", tools(text=FakeText("Good morning")))

    drawn = draw_boxes(PAPER[:, :, 0], result)

    assert drawn.shape == PAPER.shape
    assert coloured(drawn) > 1000
