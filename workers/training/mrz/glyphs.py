"""Glyph masks of the training fonts, all brought to one cap height.

Fonts are found by file name, so that the same seed draws the same lines wherever they lie.
Evaluation uses other files (see EVALUATION_FONTS): a figure on drawn lines is never a figure
on the glyphs that were learnt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
CAP_PX = 32
"""Height of a capital letter on the drawing canvas."""
CELL_HEIGHT_PX = 64
BASELINE_PX = 48

TRAINING_FONTS: dict[str, float] = {
    "OCRB.otf": 0.66,
    "OCRA.ttf": 0.05,
    "NimbusMonoPS-Regular.otf": 0.05,
    "NimbusMonoPS-Bold.otf": 0.05,
    "FreeMonoBold.otf": 0.04,
    "LiberationMono-Regular.ttf": 0.05,
    "LiberationMono-Bold.ttf": 0.03,
    "DejaVuSansMono.ttf": 0.03,
    "Courier Prime Sans.otf": 0.04,
}
"""Share of the drawn lines by font file. OCR-B leads: nearly every document prints it."""

EVALUATION_FONTS: tuple[str, ...] = (
    "OCRBS.otf",
    "Courier Prime.otf",
    "texgyrecursor-regular.otf",
    "FreeMono.otf",
)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Ink masks (0 to 1) of the alphabet, one cell each, and the font's natural pitch."""

    masks: NDArray[np.float32]
    pitch_px: float


def find_fonts(names: Sequence[str], folders: Sequence[Path]) -> dict[str, Path]:
    """Return where each font file lies; names that are nowhere are left out."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.[ot]tf")):
            if path.name in names:
                found.setdefault(path.name, path)
    return found


def load_glyphs(path: Path) -> Glyphs:
    """Draw the alphabet at the size that makes a capital H exactly CAP_PX high."""
    probe = ImageFont.truetype(str(path), 200)
    _, top, _, bottom = _ink_box(probe, "H")
    font = ImageFont.truetype(str(path), 200 * CAP_PX / (bottom - top))
    pitch = float(font.getlength("H"))
    width = round(pitch * 1.3)
    ascent, _ = font.getmetrics()
    masks = np.zeros((len(ALPHABET), CELL_HEIGHT_PX, width), np.float32)
    for index, symbol in enumerate(ALPHABET):
        cell = Image.new("L", (width, CELL_HEIGHT_PX), 0)
        corner = ((width - pitch) / 2, BASELINE_PX - ascent)
        ImageDraw.Draw(cell).text(corner, symbol, font=font, fill=255)
        masks[index] = np.asarray(cell, np.float32) / 255
    return Glyphs(masks, pitch)


def _ink_box(font: ImageFont.FreeTypeFont, text: str) -> tuple[int, int, int, int]:
    cell = Image.new("L", (600, 600), 0)
    ImageDraw.Draw(cell).text((50, 50), text, font=font, fill=255)
    box = cell.getbbox()
    if box is None:
        raise ValueError("the font draws no ink for a capital letter")
    return box
