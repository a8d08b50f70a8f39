"""The cheap look at the print of a document whose zone was read well."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from schemas.documents import Extraction, Mrz, Quad
from tests.workers.reading_fakes import TD3, TODAY, FakeMrz, FakeText, page, reading_of
from workers.blobs import MemoryBlobs
from workers.documents.document_type import LoadedPage
from workers.documents.icao_extract import mrz_fields
from workers.documents.icao_print import known, lines_beside, part_above, with_print
from workers.documents.icao_visual import FACES
from workers.ports import Image, Script, StripReading, Tools
from workers.text.mrz import parse

WIDTH, HEIGHT = 1600, 1126
LEVEL_STEP = 6


class GreyFinder:
    """Finds the lines of a page that :func:`printed` made, and remembers where it looked."""

    name = "grey-finder"
    version = "1"

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        self.looked: list[tuple[tuple[int, ...], int | None]] = []

    def find(
        self, page: Image, *, letter_share: float = 0.0, side_px: int | None = None
    ) -> tuple[Quad, ...]:
        """Return the upright boxes of one grey level each."""
        self.looked.append((page.shape, side_px))
        height, width = page.shape[:2]
        found = []
        for number in range(self._count):
            ys, xs = np.nonzero(page[:, :, 0] == LEVEL_STEP * (number + 1))
            if not len(ys):
                continue
            left, right = xs.min() / width, (xs.max() + 1) / width
            top, bottom = ys.min() / height, (ys.max() + 1) / height
            found.append(((left, top), (right, top), (right, bottom), (left, bottom)))
        return tuple(found)


class GreyReader:
    """Reads the text that a strip's grey level stands for."""

    version = "1"
    scripts = frozenset({Script.LATIN, Script.DIGITS})

    def __init__(self, name: str, texts: Sequence[str], sure: float = 0.999) -> None:
        self.name = name
        self._texts = texts
        self._sure = sure
        self.asked = 0

    def read(self, strips: Sequence[Image]) -> tuple[StripReading, ...]:
        """Return each strip's text, surely read."""
        self.asked += len(strips)
        return tuple(self._reading(strip) for strip in strips)

    def _reading(self, strip: Image) -> StripReading:
        middle = strip[strip.shape[0] // 2, strip.shape[1] // 2, 0]
        number = round(int(middle) / LEVEL_STEP) - 1
        text = self._texts[number] if 0 <= number < len(self._texts) else ""
        places = tuple((place + 0.5) / max(1, len(text)) for place in range(len(text)))
        return StripReading(text, (self._sure,) * len(text), places)


def printed(texts: Sequence[str]) -> Image:
    """Return a page with one grey box for each text, a line each, above the zone."""
    picture = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for number, text in enumerate(texts):
        top = 200 + 45 * number
        picture[top : top + 34, 600 : 600 + 16 * len(text)] = LEVEL_STEP * (number + 1)
    return picture


def document(nationality: str = "UTO") -> Extraction:
    """Return what the zone alone gave."""
    reading = reading_of(TD3)
    fields = mrz_fields(parse(TD3, today=TODAY), reading, "mrz/1", 1)
    fields["nationality"] = replace(fields["nationality"], value=nationality)
    return Extraction("passport", "UTO", fields, Mrz(reading.format, TD3, valid=True))


def looked_at(
    first: Sequence[str],
    second: Sequence[str] | None = None,
    nationality: str = "UTO",
    sure: float = 0.999,
) -> tuple[Extraction, GreyReader]:
    """Return the document after the look, and its second reader, who may read other texts."""
    readers = (GreyReader("one", first, sure), GreyReader("two", second or first, sure))
    finder = GreyFinder(first)
    tools = Tools(MemoryBlobs(), FakeText(), FakeMrz(), lambda: TODAY, finder, readers)
    loaded = LoadedPage(
        replace(page(), width_px=WIDTH, height_px=HEIGHT), printed(first), (reading_of(TD3),)
    )
    made, _ = with_print(document(nationality), (loaded,), tools)
    return made, readers[1]


KNOWN = ("Surname", "Eriksson", "Given names", "Anna Maria", "Date of birth", "12.08.1974")
ISSUE = ("Date of issue", "16.04.2017")


def test_what_only_the_print_tells_is_read_by_two() -> None:
    """Dates, and names that stand as in the zone, need no second reader."""
    as_zone = [text.upper() if text in {"Eriksson", "Anna Maria"} else text for text in KNOWN]
    made, second = looked_at([*as_zone, *ISSUE])

    assert made.fields["issue_date"].value == "2017-04-16"
    assert made.findings == ()
    assert second.asked == 1


def test_readers_who_differ_add_nothing() -> None:
    """A field that may be left out does no harm, a wrong one would."""
    made, _ = looked_at([*KNOWN, *ISSUE], [*KNOWN, ISSUE[0], "18.04.2017"])

    assert "issue_date" not in made.fields
    assert made.findings == ()


@pytest.mark.parametrize("day", ["16.04.1971", "16.04.2031"])
def test_a_day_of_issue_lies_between_birth_and_expiry(day: str) -> None:
    """Beside the wrong label stands another date."""
    made, _ = looked_at([*KNOWN, ISSUE[0], day])

    assert "issue_date" not in made.fields


def test_another_day_of_birth_in_print_is_a_finding() -> None:
    """Two readers say otherwise than the zone: somebody should look."""
    made, _ = looked_at([*KNOWN[:5], "13.08.1974"])

    assert [(one.code, one.fields) for one in made.findings] == [
        ("visual.differs", ("birth_date",))
    ]


@pytest.mark.parametrize(
    ("nationality", "value"), [("UTO", "Zenith"), ("VNM", None), ("TUR", None)]
)
def test_words_in_letters_that_no_reader_knows_are_left_out(
    nationality: str, value: str | None
) -> None:
    """Both readers see the same wrong letter."""
    made, _ = looked_at([*KNOWN, "Place of birth", "Zenith"], nationality=nationality)

    found = made.fields.get("birth_place")
    assert (found.value if found else None) == value


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("Eriksson", "Eriksson"), "Eriksson"),
        (("Érikssón", "Érikssón"), "Érikssón"),
        (("ÉRIKSsON", "ÉRIKSSON"), "ÉRIKSSON"),
        (("Érikssón", "Eriksson"), "Érikssón"),
        (("Eriksson", "Erikssen"), "ERIKSSON"),
    ],
)
def test_names_are_given_as_printed_where_two_surely_saw_them(
    texts: tuple[str, str], value: str
) -> None:
    """Else the zone's form stands: readers lose accents."""
    first, other = (["Surname", text] for text in texts)
    made, second = looked_at(first, other)

    assert made.fields["surname"].value == value
    assert second.asked >= 1


def test_an_unsure_reader_of_plain_names_leaves_the_zones_form() -> None:
    """A letter may have an accent that neither saw."""
    surely, _ = looked_at(["Surname", "Eriksson"])
    unsurely, _ = looked_at(["Surname", "Eriksson"], sure=0.85)

    assert surely.fields["surname"].value == "Eriksson"
    assert unsurely.fields["surname"].value == "ERIKSSON"


def test_lines_are_sought_above_the_zone_alone() -> None:
    """At the size that print of a travel document asks for."""
    finder = GreyFinder(KNOWN)
    readers = (GreyReader("one", KNOWN),)
    tools = Tools(MemoryBlobs(), FakeText(), FakeMrz(), lambda: TODAY, finder, readers)
    loaded = LoadedPage(page(), printed(KNOWN), (reading_of(TD3),))

    lines = lines_beside(loaded, tools)

    (((height, *_), side_px),) = finder.looked
    assert [line.text for line in lines] == list(KNOWN)
    assert height <= 0.8 * HEIGHT
    assert side_px is not None
    assert 320 <= side_px < 960


def test_the_part_above_a_zone_stays_on_the_page() -> None:
    """A zone may stand so high, or so near an edge, that nothing is left above it."""
    left, top, right, bottom, px_per_mm = part_above(reading_of(TD3), 400, 200)

    assert 0 <= left < right <= 400
    assert top == 0
    assert bottom < 0.8 * 200
    assert px_per_mm == pytest.approx(0.8 * 400 / (44 * 2.54))


def test_a_machine_without_a_finder_sees_no_print() -> None:
    """The zone's word stands alone then."""
    tools = Tools(MemoryBlobs(), FakeText(), FakeMrz(), lambda: TODAY)
    loaded = LoadedPage(page(), printed(KNOWN), (reading_of(TD3),))

    made, _ = with_print(document(), (loaded,), tools)

    assert made == document()


def test_a_value_of_the_zone_that_the_print_has_is_a_closed_list() -> None:
    """A grammar of one value checks itself; what the print says otherwise needs two readers."""
    (zone,) = (one for one in FACES[0].zones if one.field == "birth_date")

    same = known(zone, document(), ["12 AUG 1974"])
    other = known(zone, document(), ["13.08.1974"])

    assert same.checked
    assert same.parse("12.08.1974") == "1974-08-12"
    assert same.parse("13.08.1974") is None
    assert other is zone
