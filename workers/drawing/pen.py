"""A pen that works in millimetres on a card, from left to right and from right to left."""

from dataclasses import dataclass

from PIL import Image as Picture
from PIL import ImageDraw

from workers.drawing.fonts import Face, font
from workers.drawing.paper import INK, Colour, to_bgr
from workers.ports import Image

SIZE_PX_MIN = 6
"""Smaller letters than this no font draws."""


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen over a picture; places are millimetres from the upper left corner.

    Args:
        picture: that is drawn on (RGB).
        scale: pixels a millimetre.
    """

    picture: Picture.Image
    scale: float

    def latin(
        self,
        place_mm: tuple[float, float],
        text: str,
        face: Face,
        size_mm: float,
        colour: Colour = INK,
        *,
        anchor: str = "ls",
    ) -> float:
        """Print at a baseline; return the width in millimetres."""
        letters = font(face, self._size(size_mm))
        pen = ImageDraw.Draw(self.picture)
        pen.text(self._at(place_mm), text, font=letters, fill=colour, anchor=anchor)
        return letters.getlength(text) / self.scale

    def arabic(
        self,
        place_mm: tuple[float, float],
        text: str,
        face: Face,
        size_mm: float,
        colour: Colour = INK,
        *,
        anchor: str = "rs",
    ) -> float:
        """Print in a line from right to left, numbers in it as they are; return the width."""
        letters = font(face, self._size(size_mm))
        ImageDraw.Draw(self.picture).text(
            self._at(place_mm),
            text,
            font=letters,
            fill=colour,
            anchor=anchor,
            direction="rtl",
            language="ar",
        )
        return letters.getlength(text, direction="rtl", language="ar") / self.scale

    def rectangle(
        self, box_mm: tuple[float, float, float, float], fill: Colour | None, line: Colour | None
    ) -> None:
        """Draw a rectangle, filled or only its border."""
        left, top, right, bottom = (round(side * self.scale) for side in box_mm)
        width = max(1, round(self.scale * 0.12))
        ImageDraw.Draw(self.picture).rectangle(
            (left, top, right, bottom), fill=fill, outline=line, width=width
        )

    def disc(self, centre_mm: tuple[float, float], radius_mm: float, fill: Colour) -> None:
        """Draw a filled circle."""
        (x, y), reach = self._at(centre_mm), radius_mm * self.scale
        ImageDraw.Draw(self.picture).ellipse((x - reach, y - reach, x + reach, y + reach), fill)

    def rule(self, start_mm: tuple[float, float], end_mm: tuple[float, float], ink: Colour) -> None:
        """Draw a thin straight line."""
        ends = (*self._at(start_mm), *self._at(end_mm))
        ImageDraw.Draw(self.picture).line(ends, fill=ink, width=max(1, round(self.scale * 0.1)))

    def paste(self, other: Picture.Image, place_mm: tuple[float, float]) -> None:
        """Lay another picture on this one, its upper left corner at a place."""
        self.picture.paste(other, self._at(place_mm))

    def px(self, length_mm: float) -> int:
        """Return a length in whole pixels."""
        return round(length_mm * self.scale)

    def finish(self) -> Image:
        """Return what was drawn, in BGR."""
        return to_bgr(self.picture)

    def _at(self, place_mm: tuple[float, float]) -> tuple[int, int]:
        return (round(place_mm[0] * self.scale), round(place_mm[1] * self.scale))

    def _size(self, size_mm: float) -> int:
        return max(SIZE_PX_MIN, round(size_mm * self.scale))
