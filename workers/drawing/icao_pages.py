"""Draws the pages of travel documents with a machine readable zone.

Sizes in millimetres. Source: ICAO Doc 9303 parts 3 to 7, figures of the zones; the arrangement
of the visual zone is free between states, so it varies here too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from PIL import Image as Picture

from workers.drawing.fonts import Face
from workers.drawing.paper import (
    Colour,
    ghost,
    guilloche,
    lighten,
    mix,
    portrait,
    to_bgr,
    write,
    write_cells,
)
from workers.ports import Image

Ground = Callable[[Random, int, int], Picture.Image]
"""Makes paper of a width and height in pixels."""

PITCH_MM = 2.54
"""OCR-B size I: ten letters an inch."""

TITLES: tuple[Colour, ...] = ((120, 20, 40), (20, 40, 110), (20, 90, 60), (60, 60, 70))
_LABEL: Colour = (70, 80, 110)
_INK: Colour = (25, 25, 30)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One size of document.

    Args:
        width_mm: of the page or card.
        height_mm: of the page or card.
        mrz_left_mm: from the edge to the first cell.
        mrz_bottom_mm: from the lower edge to the last line's baseline.
        mrz_leading_mm: from one line of the MRZ to the next.
        width_px: of the clean picture.
    """

    width_mm: float
    height_mm: float
    mrz_left_mm: float
    mrz_bottom_mm: float
    mrz_leading_mm: float
    width_px: int


PASSPORT = Sheet(125, 88, 6.2, 8.0, 6.35, 1600)
CARD_TD1 = Sheet(85.6, 54, 4.7, 4.2, 5.6, 1400)
CARD_TD2 = Sheet(105, 74, 6.2, 6.6, 6.0, 1500)
VISA_A = Sheet(120, 80, 4.1, 7.4, 6.35, 1600)
VISA_B = Sheet(105, 74, 6.2, 6.6, 6.35, 1500)


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled value of the visual zone."""

    label: str
    value: str


def draw_page(
    rng: Random,
    sheet: Sheet,
    title: str,
    entries: tuple[Entry, ...],
    mrz_lines: tuple[str, ...] = (),
    *,
    beside: bool = False,
) -> Image:
    """Return one page or side: paper, heading, portrait, labelled values, MRZ.

    Labels stand above their values, or ``beside`` them.
    """
    page = SheetPage(rng, sheet)
    heading = mix(TITLES, rng)
    page.write(4.5, 6.2, title.upper(), Face.SANS_BOLD, 3.6, heading)
    reserved = mrz_height_mm(sheet, len(mrz_lines)) if mrz_lines else 3.0
    bottom = sheet.height_mm - reserved
    portrait_width = min((bottom - 10) * 0.75, sheet.width_mm * 0.28)
    mirrored = rng.random() < 0.25
    left = sheet.width_mm - 4 - portrait_width if mirrored else 4.0
    page.portrait(left, 9.5, portrait_width, portrait_width / 0.77)
    text_left = 4.5 if mirrored else 4 + portrait_width + 4
    text_right = left - 3 if mirrored else sheet.width_mm - 4
    if beside:
        page.lines(entries, (text_left, 9.0, text_right, bottom))
    else:
        page.entries(entries, (text_left, 9.0, text_right, bottom))
    if mrz_lines:
        page.mrz(mrz_lines)
    return page.finish()


def draw_back(
    rng: Random, sheet: Sheet, entries: tuple[Entry, ...], mrz_lines: tuple[str, ...]
) -> Image:
    """Return the back of a card: a few values above, the MRZ below, no portrait."""
    page = SheetPage(rng, sheet)
    bottom = sheet.height_mm - mrz_height_mm(sheet, len(mrz_lines))
    page.entries(entries, (sheet.width_mm * 0.08, 4.0, sheet.width_mm - 4, bottom))
    page.mrz(mrz_lines)
    return page.finish()


class SheetPage:
    """A page under the pen; places in millimetres from the upper left corner."""

    def __init__(
        self,
        rng: Random,
        sheet: Sheet,
        ground: Ground = guilloche,
        faces: tuple[Face, Face] | None = None,
    ) -> None:
        self._rng, self._sheet = rng, sheet
        self._scale = sheet.width_px / sheet.width_mm
        height_px = round(sheet.height_mm * self._scale)
        self._picture = ground(rng, sheet.width_px, height_px)
        self._labels, self._values = faces or (
            rng.choice((Face.SANS, Face.SERIF)),
            rng.choice((Face.SANS, Face.SANS_BOLD, Face.SERIF_BOLD, Face.MONO)),
        )

    def write(
        self,
        left_mm: float,
        baseline_mm: float,
        text: str,
        face: Face,
        size_mm: float,
        colour: Colour,
        *,
        anchor: str = "ls",
    ) -> float:
        """Print at a baseline; return the width in millimetres."""
        place = (round(left_mm * self._scale), round(baseline_mm * self._scale))
        width_px = write(
            self._picture,
            place,
            text,
            face,
            max(6, round(size_mm * self._scale)),
            colour,
            anchor=anchor,
        )
        return width_px / self._scale

    def portrait(
        self, left_mm: float, top_mm: float, width_mm: float, height_mm: float
    ) -> Picture.Image:
        """Put a portrait on the page and return it."""
        width, height = round(width_mm * self._scale), round(height_mm * self._scale)
        place = (round(left_mm * self._scale), round(top_mm * self._scale))
        face = portrait(self._rng, width, height)
        self._picture.paste(face, place)
        return face

    def ghost(self, face: Picture.Image, right_mm: float, bottom_mm: float) -> None:
        """Print a portrait again, small and faint, with its lower right corner there."""
        small = face.resize((face.width // 2, face.height // 2))
        place = (
            round(right_mm * self._scale) - small.width,
            round(bottom_mm * self._scale) - small.height,
        )
        ghost(self._picture, small, place, self._rng.uniform(0.15, 0.3))

    def entries(
        self,
        entries: tuple[Entry, ...],
        box_mm: tuple[float, float, float, float],
        *,
        columns: int = 2,
    ) -> None:
        """Print the values in one or two columns of equal rows, long ones over both."""
        left, top, right, bottom = box_mm
        rows = _rows(entries) if columns > 1 else [(entry,) for entry in entries]
        step = min(8.6, (bottom - top) / max(1, len(rows)))
        for number, row in enumerate(rows):
            for column, entry in enumerate(row):
                x = left + column * (right - left) / 2
                y = top + number * step
                self.write(x, y + step * 0.32, entry.label, self._labels, step * 0.24, _LABEL)
                self.write(x, y + step * 0.80, entry.value, self._values, step * 0.42, _INK)

    def lines(self, entries: tuple[Entry, ...], box_mm: tuple[float, float, float, float]) -> None:
        """Print each value behind its label, a line for each."""
        left, top, right, bottom = box_mm
        step = min(6.4, (bottom - top) / max(1, len(entries)))
        for number, entry in enumerate(entries):
            base = top + (number + 0.7) * step
            label = f"{entry.label} :"
            width = self.write(left, base, label, self._labels, step * 0.36, _LABEL)
            self.write(
                min(left + width + 2, right), base, entry.value, self._values, step * 0.5, _INK
            )

    def mrz(self, lines: tuple[str, ...]) -> None:
        """Print the zone on paper that is faded where it stands."""
        sheet, scale = self._sheet, self._scale
        top = sheet.height_mm - mrz_height_mm(sheet, len(lines))
        size = self._picture.size
        lighten(self._picture, (0, round(top * scale), *size), self._rng.uniform(0.55, 0.9))
        for number, line in enumerate(reversed(lines)):
            base = sheet.height_mm - sheet.mrz_bottom_mm - number * sheet.mrz_leading_mm
            left = sheet.mrz_left_mm * scale
            write_cells(self._picture, left, base * scale, PITCH_MM * scale, line)

    def finish(self) -> Image:
        """Return the picture."""
        return to_bgr(self._picture)


def mrz_height_mm(sheet: Sheet, line_count: int) -> float:
    """Return how much of a sheet's lower end its zone takes."""
    return sheet.mrz_bottom_mm + (line_count - 1) * sheet.mrz_leading_mm + 5.0


def _rows(entries: tuple[Entry, ...]) -> list[tuple[Entry, ...]]:
    rows: list[tuple[Entry, ...]] = []
    waiting: Entry | None = None
    for entry in entries:
        if len(entry.value) > 16:
            rows += [(waiting,), (entry,)] if waiting else [(entry,)]
            waiting = None
        elif waiting is None:
            waiting = entry
        else:
            rows.append((waiting, entry))
            waiting = None
    return [*rows, (waiting,)] if waiting else rows
