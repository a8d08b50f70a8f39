"""Security paper, portraits and lines of text: what a document is printed on and with."""

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture
from PIL import ImageDraw

from workers.drawing.fonts import Face, font
from workers.ports import Image

Colour = tuple[int, int, int]
INK: Colour = (28, 28, 34)


def guilloche(rng: Random, width_px: int, height_px: int) -> Picture.Image:
    """Return pale paper with wavy fine lines in two or three colours (RGB)."""
    y, x, paper = _ground(rng, width_px, height_px)
    for _ in range(rng.choice((2, 3))):
        paper -= _waves(rng, x, y)[..., None] * (255 - _tint(rng, 90)) * rng.uniform(0.10, 0.24)
    return _full(paper, width_px, height_px)


def rosette(rng: Random, width_px: int, height_px: int) -> Picture.Image:
    """Return pale paper with fine rings that wave around one point, as rosettes do."""
    y, x, paper = _ground(rng, width_px, height_px)
    height, width = y.shape
    down, across = y - height * rng.uniform(0.3, 0.7), x - width * rng.uniform(0.3, 0.7)
    far, turn = np.hypot(down, across), np.arctan2(down, across)
    for petals in rng.sample(range(8, 32), 2):
        wave = np.sin((far + rng.uniform(4, 12) * np.sin(petals * turn)) * rng.uniform(0.5, 0.9))
        paper -= _lines(wave)[..., None] * (255 - _tint(rng, 90)) * rng.uniform(0.10, 0.22)
    return _full(paper, width_px, height_px)


def net(rng: Random, width_px: int, height_px: int) -> Picture.Image:
    """Return pale paper with two families of straight fine lines that cross."""
    y, x, paper = _ground(rng, width_px, height_px)
    lean = rng.uniform(0.3, 1.2)
    for side in (-lean, lean):
        wave = np.sin((x * np.sin(side) + y * np.cos(side)) * rng.uniform(0.5, 1.0))
        paper -= _lines(wave)[..., None] * (255 - _tint(rng, 80)) * rng.uniform(0.08, 0.18)
    return _full(paper, width_px, height_px)


def plain(rng: Random, width_px: int, height_px: int) -> Picture.Image:
    """Return pale paper that changes its tint from top to bottom, without lines."""
    return _full(_ground(rng, width_px, height_px)[2], width_px, height_px)


def ghost(
    picture: Picture.Image, face: Picture.Image, place: tuple[int, int], share: float
) -> None:
    """Print a portrait a second time, faint, so that the paper shows through."""
    box = (*place, place[0] + face.width, place[1] + face.height)
    picture.paste(Picture.blend(picture.crop(box), face.convert("L").convert("RGB"), share), box)


def lighten(picture: Picture.Image, box: tuple[int, int, int, int], share: float) -> None:
    """Fade a part of the paper towards white, as the zone of the MRZ usually is."""
    part = picture.crop(box)
    white = Picture.new("RGB", part.size, (255, 255, 255))
    picture.paste(Picture.blend(part, white, share), box)


def portrait(rng: Random, width_px: int, height_px: int) -> Picture.Image:
    """Return a silhouette of head and shoulders, nobody's."""
    ground = rng.randint(205, 240)
    picture = Picture.new("RGB", (width_px, height_px), (ground, ground, min(255, ground + 6)))
    pen = ImageDraw.Draw(picture)
    shade = rng.randint(70, 140)
    cloth: Colour = (shade // 2, shade // 2 + rng.randint(0, 30), shade // 2 + rng.randint(0, 50))
    middle, head = width_px // 2, int(width_px * rng.uniform(0.19, 0.24))
    eyes = int(height_px * rng.uniform(0.38, 0.44))
    shoulders = (middle - int(width_px * 0.42), int(height_px * 0.70))
    pen.ellipse((*shoulders, width_px - shoulders[0], int(height_px * 1.4)), fill=cloth)
    skin: Colour = (shade + 60, shade + 45, shade + 35)
    pen.rectangle((middle - head // 2, eyes, middle + head // 2, int(height_px * 0.75)), fill=skin)
    face = (middle - head, eyes - int(head * 1.35), middle + head, eyes + int(head * 1.35))
    pen.ellipse(face, fill=skin)
    pen.pieslice(face, 180, 360, fill=(shade // 2, shade // 3, shade // 4))
    return picture


def write(
    picture: Picture.Image,
    place: tuple[int, int],
    text: str,
    face: Face,
    size_px: int,
    colour: Colour = INK,
    *,
    anchor: str = "ls",
) -> float:
    """Print one line of text at its baseline; return its width in pixels."""
    letters = font(face, size_px)
    ImageDraw.Draw(picture).text(place, text, font=letters, fill=colour, anchor=anchor)
    return letters.getlength(text)


def write_cells(
    picture: Picture.Image, left_px: float, baseline_px: float, pitch_px: float, line: str
) -> None:
    """Print one MRZ line in OCR-B, each symbol in the middle of its own cell."""
    # OCR-B size I: the advance of the font is the pitch of 10 letters an inch.
    size_px = round(pitch_px / (font(Face.OCR_B, 1000).getlength("A") / 1000))
    pen, letters = ImageDraw.Draw(picture), font(Face.OCR_B, size_px)
    for cell, symbol in enumerate(line):
        place = (left_px + (cell + 0.5) * pitch_px, baseline_px)
        pen.text(place, symbol, font=letters, fill=INK, anchor="ms")


def to_bgr(picture: Picture.Image) -> Image:
    """Return the picture as OpenCV keeps pictures."""
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def mix(colours: Sequence[Colour], rng: Random) -> Colour:
    """Return one of the colours, a little off."""
    red, green, blue = (min(255, max(0, c + rng.randint(-12, 12))) for c in rng.choice(colours))
    return (red, green, blue)


def _ground(
    rng: Random, width_px: int, height_px: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Return the rows, the columns and the tinted paper at half size.

    Lines drawn at half size come out soft, as those of offset print do.
    """
    half = (height_px // 2 + 1, width_px // 2 + 1)
    y, x = np.mgrid[0 : half[0], 0 : half[1]].astype(np.float32)
    top, bottom = _tint(rng), _tint(rng)
    share = (y / half[0])[..., None]
    return y, x, top * (1 - share) + bottom * share


def _full(paper: NDArray[np.float32], width_px: int, height_px: int) -> Picture.Image:
    full = cv2.resize(np.clip(paper, 0, 255).astype(np.uint8), (width_px, height_px))
    return Picture.fromarray(full)


def _lines(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.clip((wave - 0.45) * 2.2, 0, 1), np.float32)


def _tint(rng: Random, depth: int = 42) -> NDArray[np.float32]:
    return np.array([255 - rng.uniform(4, depth) for _ in range(3)], np.float32)


def _waves(rng: Random, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    angle, spacing = rng.uniform(0, np.pi), rng.uniform(5, 11)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = y * np.cos(angle) - x * np.sin(angle)
    bend = rng.uniform(6, 26) * np.sin(along / rng.uniform(25, 90) + rng.uniform(0, 6))
    wave = np.sin((across + bend) * np.float32(2 * np.pi / spacing))
    return _lines(wave)
