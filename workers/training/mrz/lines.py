"""Damaged pieces of MRZ lines with a label for every output column of the net."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.training.mrz.camera import Capture, photograph, sample_capture
from workers.training.mrz.glyphs import ALPHABET, BASELINE_PX, CAP_PX, CELL_HEIGHT_PX, Glyphs

STRIP_HEIGHT_PX = 32
STRIP_WIDTH_PX = 320
STRIDE_PX = 4
BLANK = len(ALPHABET)
IGNORED = -100
LABEL_REACH = 0.28
"""A column within this part of a pitch from a letter's centre is labelled with the letter."""

_CANVAS_LINES = 3.0
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Strip:
    """What the net sees (uint8, 32 x 320) and what it shall say (one label a column)."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]


def draw_strip(rng: np.random.Generator, fonts: list[Glyphs], shares: list[float]) -> Strip:
    """Draw one strip: a piece of line in one of the fonts, printed, worn and photographed."""
    glyphs = fonts[int(rng.choice(len(fonts), p=shares))]
    capture = sample_capture(rng)
    pitch = glyphs.pitch_px * float(rng.uniform(0.94, 1.12))
    reach = STRIP_WIDTH_PX / (capture.strip_cap_px / CAP_PX) / 0.82
    count = int(reach / pitch) + 3
    text = sample_text(rng, count)
    start, end = _ends(rng, count)
    if rng.random() < 0.03:
        start = end = 0
    ink, centres = _print_lines(rng, glyphs, text, pitch, start, end)
    pixels, matrix = photograph(rng, ink, capture)
    labels = _label(text[start:end], centres[start:end], matrix, pitch, capture)
    return Strip(pixels, labels)


def sample_text(rng: np.random.Generator, count: int) -> str:
    """Return symbols as MRZ lines have them: names, numbers, fillers, or all at random."""
    kind = rng.random()
    if kind < 0.35:
        return "".join(ALPHABET[i] for i in rng.integers(0, len(ALPHABET), count))
    text = ""
    while len(text) < count:
        roll = rng.random()
        length = int(rng.integers(2, 11))
        if roll < (0.55 if kind < 0.65 else 0.15):
            text += "".join(_LETTERS[i] for i in rng.integers(0, 26, length))
            text += "<" if rng.random() < 0.6 else "<<"
        elif roll < 0.8:
            text += "".join("0123456789"[i] for i in rng.integers(0, 10, length))
        else:
            text += "<" * length
    return text[:count]


def _ends(rng: np.random.Generator, count: int) -> tuple[int, int]:
    """Let some strips show where a line begins or ends, as every whole line does."""
    roll = rng.random()
    if roll < 0.2:
        return int(rng.integers(1, max(2, count // 2))), count
    if roll < 0.4:
        return 0, int(rng.integers(count // 2, count))
    return 0, count


def _print_lines(
    rng: np.random.Generator, glyphs: Glyphs, text: str, pitch: float, start: int, end: int
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    height = int(CAP_PX * _CANVAS_LINES) + CELL_HEIGHT_PX
    cell = glyphs.masks.shape[2]
    width = int(pitch * len(text)) + cell
    ink = np.zeros((height, width), np.float32)
    middle = (height - CELL_HEIGHT_PX) // 2
    lefts = np.arange(len(text)) * pitch + rng.normal(0, 0.012 * CAP_PX, len(text))
    _print(ink, glyphs, text[start:end], lefts[start:end], middle, rng)
    spacing = CAP_PX * float(rng.uniform(1.7, 2.9))
    for side in (-1, 1):
        top = middle + round(side * spacing)
        if rng.random() < 0.5:
            other = sample_text(rng, len(text))
            _print(ink, glyphs, other, lefts + float(rng.uniform(-pitch, pitch)), top, rng)
    return _wear(rng, ink), lefts + cell / 2


def _print(
    ink: NDArray[np.float32],
    glyphs: Glyphs,
    text: str,
    lefts: NDArray[np.float64],
    top: int,
    rng: np.random.Generator,
) -> None:
    cell = glyphs.masks.shape[2]
    jitter = rng.normal(0, 0.01 * CAP_PX, len(text))
    for symbol, left, drop in zip(text, lefts, jitter, strict=True):
        x, y = max(0, round(float(left))), top + round(float(drop))
        first, last = max(0, y), min(ink.shape[0], y + CELL_HEIGHT_PX)
        columns = min(cell, ink.shape[1] - x)
        if last <= first or columns <= 0:
            continue
        mask = glyphs.masks[ALPHABET.index(symbol), first - y : last - y, :columns]
        place = ink[first:last, x : x + columns]
        np.maximum(place, mask, out=place)


def _wear(rng: np.random.Generator, ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Thicken or thin the strokes, rub parts away, print by dots."""
    weight = float(rng.normal(0, 0.55))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    changed = cv2.dilate(ink, kernel) if weight > 0 else cv2.erode(ink, kernel)
    amount = min(abs(weight), 1.0)
    ink = ink * np.float32(1 - amount) + changed.astype(np.float32) * np.float32(amount)
    if rng.random() < 0.25:
        rows, columns = ink.shape
        cells = int(rng.integers(4, 24))
        patch = rng.random((max(2, rows // cells), max(2, columns // cells))).astype(np.float32)
        grown = cv2.resize(patch, (columns, rows), interpolation=cv2.INTER_CUBIC)
        depth = float(rng.uniform(0.2, 0.9))
        ink = ink * (1 - np.float32(depth) * np.clip((grown - 0.5) * 3, 0, 1)).astype(np.float32)
    if rng.random() < 0.08:
        dots = (rng.random(ink.shape) > rng.uniform(0.1, 0.4)).astype(np.float32)
        ink = ink * dots
    return ink


def _label(
    text: str,
    centres: NDArray[np.float64],
    matrix: NDArray[np.float64],
    pitch: float,
    capture: Capture,
) -> NDArray[np.int64]:
    labels = np.full(STRIP_WIDTH_PX // STRIDE_PX, BLANK, np.int64)
    if not text:
        return labels
    rows = (CAP_PX * _CANVAS_LINES) / 2 + BASELINE_PX - CAP_PX / 2
    points = np.stack([centres, np.full(len(centres), rows), np.ones(len(centres))])
    mapped = matrix @ points
    across = mapped[0] / mapped[2]
    step = pitch * capture.strip_cap_px / CAP_PX * capture.stretch
    columns = np.arange(len(labels)) * STRIDE_PX + (STRIDE_PX - 1) / 2
    for symbol, x in zip(text, across, strict=True):
        near = np.abs(columns - x) <= LABEL_REACH * step
        cut = x < 0.35 * step or x > STRIP_WIDTH_PX - 0.35 * step
        labels[near] = IGNORED if cut else ALPHABET.index(symbol)
    return labels
