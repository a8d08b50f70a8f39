"""Pages with a machine readable zone, drawn for the reader's tests."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from workers.drawing.fonts import Face, font

Page = NDArray[np.uint8]

PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
VISA = (
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L8988901C4XXX4009078F96121096ZE184226B<<<<<<",
)

FRENCH_CARD = ("IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6")


def draw_page(lines: tuple[str, ...], letter_px: int = 24, paper: int = 225) -> Page:
    """Return a grey page with some other print and the zone at the bottom."""
    width = round(len(lines[0]) * letter_px * 1.12 + 4 * letter_px)
    height = round(width * 0.7)
    page = Image.new("L", (width, height), paper)
    pen = ImageDraw.Draw(page)
    sans = font(Face.SANS, max(8, letter_px))
    for index, text in enumerate(("Specimen", "Utopia", "Anna Maria Eriksson", "Zenith 1974")):
        pen.text((width * 0.4, height * (0.08 + 0.12 * index)), text, font=sans, fill=40)
    face = font(Face.OCR_B, round(letter_px * 1.4))
    for index, line in enumerate(reversed(lines)):
        top = height - letter_px * (2.4 + 2.4 * index)
        for column, symbol in enumerate(line):
            pen.text((letter_px * (2 + column * 1.12), top), symbol, font=face, fill=25)
    return np.asarray(page, np.uint8)


def spoil(page: Page, seed: int, blur_px: float = 1.0, noise: float = 6.0) -> Page:
    """Return the page blurred, unevenly lit and noisy."""
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(page, (0, 0), blur_px).astype(np.float32)
    light = np.linspace(0.65, 1.0, page.shape[1], dtype=np.float32)[None, :]
    return np.clip(soft * light + rng.normal(0, noise, page.shape), 0, 255).astype(np.uint8)


def bend(page: Page, depth_px: float) -> Page:
    """Return the page as if its middle lay higher than its sides."""
    height, width = page.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    rise = depth_px * (1 - np.sin(x / width * np.pi))
    bent = cv2.remap(page, x, (y - rise).astype(np.float32), cv2.INTER_LINEAR, borderValue=225)
    return np.asarray(bent, np.uint8)


def bend_along(page: Page, depth_px: float, waves: float, start: float) -> Page:
    """Return the page bent by so many waves from side to side, on a dark table."""
    room = round(depth_px) + 8
    page = np.pad(page, ((room, room), (0, 0)), constant_values=100)
    height, width = page.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    rise = depth_px / 2 * np.sin(2 * np.pi * (waves * x / width + start))
    way = cv2.INTER_LINEAR
    bent = cv2.remap(page, x, (y - rise).astype(np.float32), way, borderValue=100)
    return np.asarray(bent, np.uint8)


def move_corner(page: Page, corner: int, share: float) -> Page:
    """Return the page with one corner, clockwise from the top left, drawn in both ways."""
    height, width = page.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners.copy()
    centre = np.array([width / 2, height / 2], np.float32)
    seen[corner] += 2 * share * (centre - seen[corner])
    matrix = cv2.getPerspectiveTransform(corners, seen)
    return np.asarray(cv2.warpPerspective(page, matrix, (width, height), borderValue=100), np.uint8)


def from_the_side(page: Page, share: float) -> Page:
    """Return the page with its right side shorter by this share at both ends."""
    height, width = page.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners.copy()
    seen[1, 1], seen[2, 1] = height * share, height * (1 - share)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    return np.asarray(cv2.warpPerspective(page, matrix, (width, height), borderValue=100), np.uint8)
