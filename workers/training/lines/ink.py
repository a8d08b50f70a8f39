"""A printed line as ink on a canvas, its runs laid out from left to right as bidi says."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from workers.text.bidi import has_arabic, reordered, runs
from workers.training.lines.fonts import SIZE_PX, Face

MARGIN_PX = 2 * SIZE_PX
BASELINE_PX = 3 * SIZE_PX
HEIGHT_PX = 5 * SIZE_PX


@dataclass(frozen=True, slots=True)
class Line:
    """Ink from 0 to 1, what it says from left to right, and the box of its letters."""

    ink: NDArray[np.float32]
    visual: str
    box: tuple[int, int, int, int]
    """Left, top, right and bottom of the line's own ink, neighbours left aside."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one face and direction as it will be drawn."""

    text: str
    right_to_left: bool
    face: Face


def lay_out(text: str, face: Face, fallback: Face) -> list[Run]:
    """Return the runs of a logical text from left to right; what no face draws is left out."""
    pieces = list(runs(text)) if has_arabic(text) else [(text, False)]
    laid: list[Run] = []
    for piece, right_to_left in reversed(pieces):
        arabic = has_arabic(piece)
        drawn = arabic or face.symbols.issuperset(_read(piece))
        chosen = face if drawn else fallback
        kept = "".join(s for s in piece if s in chosen.symbols or (arabic and not _read(s)))
        if kept:
            laid.append(Run(kept, right_to_left, chosen))
    return laid


def visual_text(laid: list[Run]) -> str:
    """Return what the runs say from left to right, without marks and stretching bars."""
    text = "".join(
        reordered(_read(run.text))
        if run.right_to_left and has_arabic(run.text)
        else _turned(_read(run.text))
        if run.right_to_left
        else _read(run.text)
        for run in laid
    )
    return " ".join(text.split())


def width_px(laid: list[Run], spacing: float) -> float:
    """Return how wide the runs come out."""
    return sum(
        run.face.font.getlength(run.text, direction="rtl" if run.right_to_left else "ltr")
        + (0 if has_arabic(run.text) else spacing * len(run.text))
        for run in laid
    )


def draw_line(laid: list[Run], spacing: float, stroke: int = 0) -> Line:
    """Draw the runs on a canvas that leaves room for neighbours."""
    width = int(width_px(laid, spacing)) + 2 * MARGIN_PX
    canvas = Image.new("L", (width, HEIGHT_PX), 0)
    pen = ImageDraw.Draw(canvas)
    x = float(MARGIN_PX)
    for run in laid:
        direction = "rtl" if run.right_to_left else "ltr"
        pieces = run.text if spacing and not has_arabic(run.text) else (run.text,)
        for piece in pieces:
            pen.text(
                (x, BASELINE_PX),
                piece,
                255,
                run.face.font,
                anchor="ls",
                direction=direction,
                stroke_width=stroke,
            )
            x += run.face.font.getlength(piece, direction=direction)
            x += 0 if has_arabic(piece) else spacing
    box = canvas.getbbox() or (MARGIN_PX, BASELINE_PX - SIZE_PX, MARGIN_PX + 1, BASELINE_PX)
    ink = np.asarray(np.asarray(canvas, np.float32) / 255, np.float32)
    return Line(ink, visual_text(laid), box)


def add_neighbour(ink: NDArray[np.float32], other: NDArray[np.float32], down_px: int) -> None:
    """Print another line above or below, on the same canvas."""
    width = min(ink.shape[1], other.shape[1])
    first, last = max(0, down_px), min(HEIGHT_PX, HEIGHT_PX + down_px)
    if last <= first:
        return
    place = ink[first:last, :width]
    np.maximum(place, other[first - down_px : last - down_px, :width], out=place)


def wear(rng: np.random.Generator, ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Thicken or thin the strokes, rub parts away."""
    weight = float(rng.normal(0.05, 0.4))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    changed = cv2.dilate(ink, kernel) if weight > 0 else cv2.erode(ink, kernel)
    amount = np.float32(min(abs(weight), 0.8))
    ink = ink * (1 - amount) + changed.astype(np.float32) * amount
    if rng.random() < 0.15:
        cells = rng.random((ink.shape[0] // 6 + 1, ink.shape[1] // 6 + 1)).astype(np.float32)
        cloud = cv2.resize(cells, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_LINEAR)
        ink = ink * np.clip(1.6 - cloud * np.float32(rng.uniform(0.6, 1.5)), 0, 1)
    return ink.astype(np.float32)


def rule(rng: np.random.Generator, line: Line) -> None:
    """Print what forms put beside text: a line under it, a dotted line, the edge of a box."""
    left, top, right, bottom = line.box
    roll, ink = rng.random(), line.ink
    thick = int(rng.integers(1, 4))
    if roll < 0.06:
        y = min(HEIGHT_PX - 4, bottom + int(rng.integers(1, 12)))
        ink[y : y + thick] = np.maximum(ink[y : y + thick], np.float32(rng.uniform(0.4, 1)))
    elif roll < 0.1:
        y = BASELINE_PX + int(rng.integers(0, 8))
        step = int(rng.integers(5, 12))
        for x in range(0, ink.shape[1], step):
            if x < left - 6 or x > right + 6:
                ink[y : y + thick, x : x + thick] = 1
    elif roll < 0.15:
        x = (
            left - int(rng.integers(12, 40))
            if rng.random() < 0.5
            else right + int(rng.integers(12, 40))
        )
        x = min(max(0, x), ink.shape[1] - 4)
        ink[max(0, top - 60) : bottom + 60, x : x + thick] = np.float32(rng.uniform(0.4, 1))


def _read(text: str) -> str:
    return "".join(s for s in text if s != "ـ" and not "\u064b" <= s <= "\u0652")


def _turned(text: str) -> str:
    return text[::-1].translate(str.maketrans("()", ")("))
