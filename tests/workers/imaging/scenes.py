"""Drawn documents and drawn photos of them, with the truth about where they lie."""

import random

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.ports import Image

Corners = NDArray[np.float32]


def card(seed: int = 0, size: tuple[int, int] = (856, 540)) -> Image:
    """Return a card with a portrait, lines of text and two machine readable lines."""
    rng = random.Random(seed)
    width, height = size
    base = np.full((height, width, 3), [rng.randrange(195, 235) for _ in range(3)], np.uint8)
    wave = (np.sin(np.arange(width) / 9)[None, :] * 6).astype(np.int16)
    drawn: Image = np.clip(base.astype(np.int16) + wave[..., None], 0, 255).astype(np.uint8)
    top, bottom = int(height * 0.22), int(height * 0.62)
    cv2.rectangle(drawn, (40, top), (230, bottom), (90, 80, 70), -1)
    cv2.ellipse(drawn, (135, (top + bottom) // 2), (50, 70), 0, 0, 360, (150, 170, 200), -1)
    for row in range(6):
        words = "".join(rng.choice("ABCDEFGHKLMNOPRSTUV ") for _ in range(20))
        write(drawn, words, (260, int(height * (0.18 + 0.085 * row))), 0.7)
    for share in (0.83, 0.93):
        letters = "".join(rng.choice("ABC0123456789<<<") for _ in range(30))
        write(drawn, letters, (24, int(height * share)), 1.0)
    return drawn


def write(drawn: Image, words: str, place: tuple[int, int], scale: float) -> None:
    """Print words in near-black."""
    cv2.putText(drawn, words, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (30, 25, 25), 2, cv2.LINE_AA)


def photo(seed: int, document: Image, fill: float = 0.62) -> tuple[Image, Corners]:
    """Return a photo of a document on a table, and its corners as fractions, clockwise."""
    rng = np.random.default_rng(seed)
    height, width = 900, 1200
    shade = rng.integers(20, 110, 3)
    grain = cv2.resize(rng.normal(0, 18, (90, 12, 1)).astype(np.float32), (width, height))
    table = shade[None, None].astype(np.float32) + grain[..., None]
    high, wide = document.shape[:2]
    scale = fill * min(width / wide, height / high)
    corners = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]], np.float32)
    angle = float(np.radians(rng.uniform(-14, 14)))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    placed = (corners * scale / 2) @ turn + [width / 2, height / 2]
    placed = (placed + rng.uniform(-0.03, 0.03, (4, 2)) * wide * scale).astype(np.float32)
    ends = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(ends, placed)
    laid = cv2.warpPerspective(document, matrix, (width, height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.ones((high, wide), np.float32), matrix, (width, height))
    mixed = table * (1 - mask[..., None]) + laid.astype(np.float32) * mask[..., None]
    light = np.linspace(0.8, 1.1, width)[None, :, None]
    noisy = cv2.GaussianBlur(mixed * light, (3, 3), 0) + rng.normal(0, 3, (height, width, 1))
    picture: Image = np.clip(noisy, 0, 255).astype(np.uint8)
    return picture, np.asarray(placed / [width, height], np.float32)


def overlap(one: Corners, other: Corners) -> float:
    """Return the intersection over the union of two quadrilaterals."""
    shared, _ = cv2.intersectConvexConvex(
        np.asarray(one, np.float32) * 1000, np.asarray(other, np.float32) * 1000
    )
    both = cv2.contourArea(np.asarray(one * 1000, np.float32))
    both += cv2.contourArea(np.asarray(other * 1000, np.float32))
    return float(shared / (both - shared))
