"""What stands on cards beside text: flag, chip, finger print, bar code."""

from random import Random

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw

from workers.drawing.paper import INK, Colour
from workers.drawing.pen import Pen

_RED: Colour = (200, 30, 40)
_WHITE: Colour = (250, 250, 250)
_GOLD: Colour = (212, 180, 90)


def flag(pen: Pen, place_mm: tuple[float, float]) -> None:
    """Draw a small red flag with a white disc."""
    left, top = place_mm
    pen.rectangle((left, top, left + 9.6, top + 6.4), _RED, None)
    pen.disc((left + 4.8, top + 3.2), 1.9, _WHITE)
    pen.disc((left + 4.9, top + 3.2), 1.2, _RED)
    pen.disc((left + 5.3, top + 3.2), 1.0, _WHITE)


def chip(pen: Pen, place_mm: tuple[float, float]) -> None:
    """Draw the contacts of a chip."""
    left, top = place_mm
    pen.rectangle((left, top, left + 12.0, top + 9.0), _GOLD, (120, 100, 40))
    for share in (1 / 3, 2 / 3):
        pen.rule((left, top + 9 * share), (left + 12, top + 9 * share), (120, 100, 40))
    pen.rule((left + 6, top), (left + 6, top + 9.0), (120, 100, 40))


def finger_print(rng: Random, pen: Pen, centre_mm: tuple[float, float], reach_mm: float) -> None:
    """Draw the ridges of nobody's finger."""
    side = pen.px(2 * reach_mm)
    y, x = np.mgrid[-1 : 1 : side * 1j, -0.75 : 0.75 : side * 1j]
    bend = 0.25 * np.sin(3 * x + rng.uniform(0, 6)) + rng.uniform(-0.2, 0.2) * y
    ridges = np.sin(34 * np.hypot(x, y * 0.8 + bend)) > 0.1
    inside = np.hypot(x / 0.75, y) < 0.95
    mask = Picture.fromarray((ridges & inside).astype(np.uint8) * 200)
    corner = (pen.px(centre_mm[0] - reach_mm), pen.px(centre_mm[1] - reach_mm))
    pen.picture.paste((70, 60, 90), corner, mask)


def bar_code(rng: Random, pen: Pen, box_mm: tuple[float, float, float, float]) -> None:
    """Draw bars that stand for nothing."""
    left, top, right, bottom = (pen.px(side) for side in box_mm)
    ink = ImageDraw.Draw(pen.picture)
    ink.rectangle((left, top, right, bottom), fill=(245, 245, 245))
    x = left + 12
    while x < right - 16:
        width = rng.choice((2, 2, 4, 6))
        ink.rectangle((x, top + 4, x + width, bottom - 4), fill=INK)
        x += width + rng.choice((3, 3, 5, 8))
