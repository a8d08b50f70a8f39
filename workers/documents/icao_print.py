"""A cheap look at the print of a travel document whose zone was read well.

The zone tells where the print stands and how high it is, so its lines are looked for there alone
and at a small size; and it tells names and dates, so a line that says the same needs no second
reader. Two readers are asked for what only the print tells, for names that it writes otherwise
(Paolo, BOULANGER-ROY), and for what it says otherwise.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from schemas.documents import Extraction, FieldValue, MrzFormat, MrzReading, Quad
from workers.documents.document_type import LoadedPage
from workers.documents.icao_compare import DATES, NAMES
from workers.documents.icao_days import day
from workers.documents.icao_issue import add_issue_day
from workers.documents.icao_visual import (
    FACES,
    PLACES,
    has_unknown_letters,
    merged_with,
    name,
    number,
)
from workers.ports import Script, Tools
from workers.text.look_alikes import shape
from workers.visual.extractor import lines_left, read_faces
from workers.visual.layout import Accents, Zone
from workers.visual.lines import SpottedLine
from workers.visual.lost_accents import are_accents_sure
from workers.visual.reading import VisualRead
from workers.visual.spotting import read_lines

READERS = 2
"""Readers of Latin print that are asked; a third costs more than all of this look."""

CELL_MM = 2.54
FIND_PX_PER_MM = 5.0
"""ICAO print is 1.2 mm high or more (Doc 9303 part 3, 2.2): 6 px, which a finder still sees."""
FIND_SIDE_PX_MIN, FIND_SIDE_PX_MAX = 320, 800

ABOVE_MM: Mapping[MrzFormat, float] = {
    MrzFormat.TD1: 38.0,
    MrzFormat.TD2: 60.0,
    MrzFormat.TD3: 72.0,
    MrzFormat.MRV_A: 66.0,
    MrzFormat.MRV_B: 60.0,
}
"""From a zone's first line up to the edge of its page, with some to spare."""

BESIDE_MM = 7.0
GAP_MM = 1.0

WORDS = (*NAMES, *PLACES)


def with_print(
    extraction: Extraction, pages: Sequence[LoadedPage], tools: Tools
) -> tuple[Extraction, Mapping[str, float]]:
    """Return the extraction with what its print adds or says otherwise, and the time it took."""
    start = time.perf_counter()
    quick = replace(tools, readers=tools.readers_of(Script.LATIN)[:READERS])
    lines = {loaded.page.number: lines_beside(loaded, quick) for loaded in pages}
    printed = [loaded for loaded in pages if lines[loaded.page.number]]
    texts = [line.text for found in lines.values() for line in found]
    face = replace(FACES[0], zones=tuple(known(zone, extraction, texts) for zone in FACES[0].zones))
    found = round(1000 * (time.perf_counter() - start), 3)
    read = read_faces(printed, (face,), quick, lines)
    add_issue_day(read, extraction, lines, tools.today())
    _drop_unknown(read, extraction)
    _drop_impossible(read, extraction)
    merged = merged_with(extraction, read)
    return _with_plain_names(merged, extraction, read), {"print": found, **read.timings_ms}


def lines_beside(loaded: LoadedPage, tools: Tools) -> tuple[SpottedLine, ...]:
    """Return the lines above the page's zone; of a page without one those that prepare left."""
    if tools.finder is None or not tools.readers or loaded.zones is None:
        return ()
    if not loaded.zones:
        return lines_left(loaded, tools) or ()
    height, width = loaded.image.shape[:2]
    left, top, right, bottom, px_per_mm = part_above(loaded.zones[0], width, height)
    part = loaded.image[top:bottom, left:right]
    if min(part.shape[:2]) < FIND_PX_PER_MM * CELL_MM:
        return ()
    side_px = FIND_PX_PER_MM / px_per_mm * max(part.shape[:2])
    side_px = round(min(max(side_px, FIND_SIDE_PX_MIN), FIND_SIDE_PX_MAX))
    quads = tuple(
        _on_page(
            quad, (left / width, top / height), (part.shape[1] / width, part.shape[0] / height)
        )
        for quad in tools.finder.find(part, side_px=side_px)
    )
    return read_lines(loaded.image, quads, tools)


def part_above(reading: MrzReading, width: int, height: int) -> tuple[int, int, int, int, float]:
    """Return left, top, right and bottom of the print above a zone, and pixels a millimetre."""
    (left, top), (right, other), *_ = reading.line_quads[0]
    px_per_mm = (right - left) * width / (CELL_MM * len(reading.lines[0]))
    bottom = min(top, other) * height - GAP_MM * px_per_mm
    above = ABOVE_MM.get(reading.format, 0.0)
    return (
        max(0, round(left * width - BESIDE_MM * px_per_mm)),
        max(0, round(bottom - above * px_per_mm)),
        min(width, round(right * width + BESIDE_MM * px_per_mm)),
        max(0, round(bottom)),
        max(px_per_mm, 1e-3),
    )


def known(zone: Zone, extraction: Extraction, texts: Sequence[str]) -> Zone:
    """Return the zone of a field as a closed list of what the MRZ says, where the print has it."""
    if zone.free:
        # Beside the zone's certainty words must be sure, accents that readers lose included.
        return replace(zone, accents=Accents.LOST)
    value = extraction.fields.get(zone.field)
    same = _SAME.get(zone.field)
    if value is None or same is None:
        return zone
    parse = same(value)
    if not any(parse(text) is not None for text in texts):
        return zone
    return replace(zone, parse=parse, checked=True)


def _same_number(value: FieldValue) -> Callable[[str], str | None]:
    told = shape(value.value)
    return lambda text: told if number(text) == told else None


def _same_day(value: FieldValue) -> Callable[[str], str | None]:
    return lambda text: value.value if day(text) == value.value else None


def _same_name(value: FieldValue) -> Callable[[str], str | None]:
    return lambda text: value.value if name(text) == value.value else None


_SAME: Mapping[str, Callable[[FieldValue], Callable[[str], str | None]]] = {
    "surname": _same_name,
    "given_names": _same_name,
    "birth_date": _same_day,
    "expiry_date": _same_day,
    "document_number": _same_number,
}
"""How print is held against what the zone tells of a field."""


def _drop_unknown(read: VisualRead, extraction: Extraction) -> None:
    """Let go of words in languages whose letters are not all known."""
    if has_unknown_letters(extraction.fields):
        for one in WORDS:
            read.fields.pop(one, None)


def _drop_impossible(read: VisualRead, extraction: Extraction) -> None:
    """Let go of a day of issue that does not lie between the others."""
    issue = read.fields.get("issue_date")
    if issue is None:
        return
    days = [extraction.fields[one].value if one in extraction.fields else None for one in DATES]
    birth, expiry = days
    if (birth is not None and issue.value <= birth) or (
        expiry is not None and issue.value >= expiry
    ):
        del read.fields["issue_date"]


def _with_plain_names(merged: Extraction, before: Extraction, read: VisualRead) -> Extraction:
    """Keep the zone's form of names without accents that two readers did not surely see: lost ones.

    Print has small letters and hyphens that no zone has.
    """
    plain = {
        one: before.fields[one]
        for one in NAMES
        if one in merged.fields
        and one in before.fields
        and (value := merged.fields[one].value).isascii()
        and not are_accents_sure([w for w in read.witnesses.get(one, ()) if w.value == value])
    }
    return replace(merged, fields={**merged.fields, **plain})


def _on_page(quad: Quad, corner: tuple[float, float], size: tuple[float, float]) -> Quad:
    (left, top), (wide, high) = corner, size
    a, b, c, d = ((left + x * wide, top + y * high) for x, y in quad)
    return (a, b, c, d)
