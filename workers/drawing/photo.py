"""What a camera does to a document: table, perspective, light, blur, noise and JPEG.

Written apart from the damage that the recogniser is trained on, so that samples measure it.
"""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.documents.document_type import Level
from workers.ports import Image


@dataclass(frozen=True, slots=True)
class Camera:
    """One way of taking pictures; each pair is a range to draw from.

    Args:
        document_px: width of the document's longer side in the picture.
        margin: table around the document, as a share of its size.
        tilt: how far each corner moves, as a share of the document's size.
        turn_deg: turn in the plane, to either side.
        quarter_turns: turns by 90 degrees that also occur.
        blur: standard deviation in pixels.
        noise: standard deviation in grey levels.
        shade: darkest part of the light across the picture.
        glare: peak of the blown-out spot in grey levels.
        jpeg: quality.
        copies: share of pictures that show a black-and-white copy on white paper.
        hands: share of pictures in which a finger lies over an edge.
    """

    document_px: tuple[int, int]
    margin: tuple[float, float]
    tilt: float
    turn_deg: float
    quarter_turns: tuple[int, ...]
    blur: tuple[float, float]
    noise: tuple[float, float]
    shade: tuple[float, float]
    glare: tuple[float, float]
    jpeg: tuple[int, int]
    copies: float = 0.0
    hands: float = 0.0


CAMERAS = {
    Level.PHOTO: Camera(
        document_px=(1200, 1700),
        margin=(0.08, 0.25),
        tilt=0.035,
        turn_deg=6,
        quarter_turns=(0,),
        blur=(0.4, 1.0),
        noise=(1, 4),
        shade=(0.72, 0.95),
        glare=(0, 40),
        jpeg=(72, 92),
    ),
    Level.HARD: Camera(
        document_px=(620, 1050),
        margin=(0.05, 0.35),
        tilt=0.07,
        turn_deg=14,
        quarter_turns=(0, 0, 1, 2, 3),
        blur=(0.6, 1.3),
        noise=(3, 9),
        shade=(0.45, 0.8),
        glare=(60, 190),
        jpeg=(38, 65),
        copies=0.12,
        hands=0.25,
    ),
}


_TABLES = ((52, 78, 110), (70, 70, 74), (38, 44, 50), (96, 120, 140), (60, 90, 60))
_COPY_PAPER = (238, 240, 240)


def photograph(rng: Random, document: Image, level: Level) -> Image:
    """Return the picture that a camera takes of a document; clean ones come back as drawn."""
    camera = CAMERAS.get(level)
    if camera is None:
        return document
    grains = np.random.default_rng(rng.getrandbits(32))
    if camera.copies and rng.random() < camera.copies:
        document = _copied(rng, grains, document)
        picture = _place_on_table(rng, grains, document, camera, _COPY_PAPER)
    else:
        picture = _place_on_table(rng, grains, document, camera, rng.choice(_TABLES))
    picture *= _light(rng, picture.shape[:2], camera)[..., None]
    picture += _glare(rng, picture.shape[:2], camera)[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(*camera.blur)).astype(np.float32)
    picture += grains.normal(0, rng.uniform(*camera.noise), picture.shape).astype(np.float32)
    turned = np.rot90(np.clip(picture, 0, 255).astype(np.uint8), rng.choice(camera.quarter_turns))
    return _through_jpeg(np.ascontiguousarray(turned), rng.randint(*camera.jpeg))


def _copied(rng: Random, grains: np.random.Generator, document: Image) -> Image:
    """Return what a copier makes of a document: no colour, hard contrast, specks of toner."""
    grey = cv2.cvtColor(document, cv2.COLOR_BGR2GRAY).astype(np.float32)
    middle = rng.uniform(135, 165)
    toner = 255 / (1 + np.exp(-(grey - middle) / rng.uniform(9, 22)))
    toner -= 140 * (grains.random(toner.shape) < rng.uniform(0.0002, 0.0015))
    dark = np.clip(toner, rng.uniform(15, 45), 248).astype(np.uint8)
    return np.asarray(cv2.cvtColor(dark, cv2.COLOR_GRAY2BGR), np.uint8)


def _place_on_table(
    rng: Random,
    grains: np.random.Generator,
    document: Image,
    camera: Camera,
    colour: tuple[int, int, int],
) -> NDArray[np.float32]:
    height, width = document.shape[:2]
    scale = rng.randint(*camera.document_px) / max(width, height)
    small = cv2.resize(document, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    corners = _corners(rng, width, height, camera)
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = rng.uniform(*camera.margin) * max(width, height)
    wide, tall = np.ceil(high - low + 2 * margin)
    size = (int(wide), int(tall))
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, (corners - low + margin).astype(np.float32))
    laid = cv2.warpPerspective(small, matrix, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size)
    table = _table(rng, grains, size, colour)
    reach = max(3.0, width * 0.006)
    shadow = cv2.GaussianBlur(np.roll(mask, (int(reach), int(reach)), (0, 1)), (0, 0), reach)
    table *= 1 - 0.45 * (shadow.astype(np.float32) / 255)[..., None]
    cover = (mask.astype(np.float32) / 255)[..., None]
    picture = np.asarray(table * (1 - cover) + laid.astype(np.float32) * cover, np.float32)
    if camera.hands and rng.random() < camera.hands:
        _hold(rng, picture, cv2.perspectiveTransform(source[None], matrix)[0])
    return picture


def _hold(rng: Random, picture: NDArray[np.float32], corners: NDArray[np.float32]) -> None:
    """Lay a finger over an edge of the document, no further than the margin of print."""
    edge = rng.randrange(4)
    start, end = corners[edge], corners[(edge + 1) % 4]
    place = start + (end - start) * rng.uniform(0.2, 0.8)
    inward = corners.mean(axis=0) - place
    inward /= max(1.0, float(np.hypot(*inward)))
    width = float(np.hypot(*(corners[1] - corners[0])))
    long, thick = width * rng.uniform(0.16, 0.24), width * rng.uniform(0.035, 0.05)
    middle = place - inward * (long - width * rng.uniform(0.015, 0.04))
    angle = float(np.degrees(np.arctan2(inward[1], inward[0])))
    skin = np.array(rng.choice(((120, 150, 200), (90, 120, 175), (60, 80, 120))), np.float64)
    mask = np.zeros(picture.shape[:2], np.uint8)
    centre = (round(float(middle[0])), round(float(middle[1])))
    cv2.ellipse(mask, centre, (round(long), round(thick)), angle, 0, 360, 255, -1, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), max(1.0, thick * 0.08)).astype(np.float32) / 255
    rim = cv2.GaussianBlur(mask, (0, 0), thick * 0.5).astype(np.float32) / 255
    shaded = skin * (0.65 + 0.35 * rim[..., None])
    picture[:] = picture * (1 - soft[..., None]) + shaded * soft[..., None]


def _corners(rng: Random, width: int, height: int, camera: Camera) -> NDArray[np.float64]:
    angle = np.radians(rng.uniform(-camera.turn_deg, camera.turn_deg))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    moves = [[rng.uniform(-camera.tilt, camera.tilt) for _ in range(2)] for _ in range(4)]
    return np.asarray((corners + np.array(moves) * [width, height]) @ turn, np.float64)


def _table(
    rng: Random, grains: np.random.Generator, size: tuple[int, int], colour: tuple[int, int, int]
) -> NDArray[np.float32]:
    coarse = grains.normal(0, 1, (max(2, size[1] // 8), max(2, size[0] // 90)))
    grain = cv2.resize(coarse.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    table: NDArray[np.float32] = (
        np.array(colour, np.float32) + grain[..., None] * rng.uniform(2, 7)
    ).astype(np.float32)
    return table


def _light(rng: Random, shape: tuple[int, int], camera: Camera) -> NDArray[np.float32]:
    y, x = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j].astype(np.float32)
    angle = rng.uniform(0, 2 * np.pi)
    along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle) + 0.5
    darkest = rng.uniform(*camera.shade)
    light = darkest + (1.04 - darkest) * np.clip(along, 0, 1)
    return np.asarray(light, np.float32)


def _glare(rng: Random, shape: tuple[int, int], camera: Camera) -> NDArray[np.float32]:
    y, x = np.mgrid[0 : 1 : shape[0] * 1j, 0 : 1 : shape[1] * 1j].astype(np.float32)
    middle = (rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8))
    reach = rng.uniform(0.05, 0.14)
    distance = (x - middle[0]) ** 2 + (y - middle[1]) ** 2
    spot: NDArray[np.float32] = rng.uniform(*camera.glare) * np.exp(-distance / (2 * reach**2))
    return spot


def _through_jpeg(picture: Image, quality: int) -> Image:
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
