"""What happens to a printed line between the paper and the file: optics, light, sensor, JPEG."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.training.mrz.glyphs import BASELINE_PX, CAP_PX

_HEIGHT_PX = 32
_WIDTH_PX = 320


@dataclass(frozen=True, slots=True)
class Capture:
    """The sampled geometry: letter height on the sensor and in the strip that the net sees."""

    sensor_cap_px: float
    strip_cap_px: float
    stretch: float
    angle_deg: float
    keystone: float
    shift_x: float
    shift_y: float


def sample_capture(rng: np.random.Generator) -> Capture:
    """Sample one picture. Small letters are as likely as large ones, on a log scale."""
    return Capture(
        sensor_cap_px=float(np.exp(rng.uniform(np.log(5.2), np.log(26)))),
        strip_cap_px=float(np.clip(rng.normal(17.5, 2.0), 13, 23)),
        stretch=float(np.clip(rng.normal(1.0, 0.09), 0.8, 1.25)),
        angle_deg=float(rng.normal(0, 0.9)),
        keystone=float(rng.normal(0, 0.04)),
        shift_x=float(rng.uniform(0, 1)),
        shift_y=float(np.clip(rng.normal(0, 1.6), -4, 4)),
    )


def photograph(
    rng: np.random.Generator, ink: NDArray[np.float32], capture: Capture
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Return the strip and the matrix that maps drawing pixels to strip pixels."""
    page = print_on_paper(rng, ink)
    to_strip = _geometry(page.shape[1], capture)
    ratio = capture.sensor_cap_px / capture.strip_cap_px
    shrink = np.diag([ratio, ratio, 1.0])
    size = (max(8, round(_WIDTH_PX * ratio)), max(6, round(_HEIGHT_PX * ratio)))
    scale = capture.sensor_cap_px / CAP_PX
    softness = float(np.abs(rng.normal(0, 0.28))) + (0.35 if rng.random() < 0.2 else 0.0)
    sigma = 0.42 / scale + softness * 0.13 * CAP_PX
    page = cv2.GaussianBlur(page, (0, 0), sigma).astype(np.float32)
    sensor = cv2.warpPerspective(
        page,
        (shrink @ to_strip).astype(np.float64),
        size,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    exposed = expose(rng, shake(rng, sensor, capture.sensor_cap_px))
    way = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    if ratio > 1.0:
        way = cv2.INTER_AREA
    strip = cv2.resize(exposed, (_WIDTH_PX, _HEIGHT_PX), interpolation=way)
    return strip.astype(np.uint8), to_strip


def _geometry(page_width: int, capture: Capture) -> NDArray[np.float64]:
    """Map the drawn line's middle to the strip's middle, with the capture's distortions."""
    scale = capture.strip_cap_px / CAP_PX
    centre_y = CAP_PX * 1.5 + BASELINE_PX - CAP_PX / 2
    slack = page_width - _WIDTH_PX / (scale * capture.stretch)
    left = max(0.0, slack) * capture.shift_x
    centre_x = left + _WIDTH_PX / (scale * capture.stretch) / 2
    to_origin = np.array([[1, 0, -centre_x], [0, 1, -centre_y], [0, 0, 1.0]])
    angle = np.deg2rad(capture.angle_deg)
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]]
    )
    size = np.diag([scale * capture.stretch, scale, 1.0])
    lean = np.array([[1, capture.keystone, 0], [0, 1, 0], [0, 0, 1.0]])
    tilt = np.array([[1, 0, 0], [0, 1, 0], [capture.keystone / _WIDTH_PX, 0, 1.0]])
    place = np.array([[1, 0, _WIDTH_PX / 2], [0, 1, _HEIGHT_PX / 2 + capture.shift_y], [0, 0, 1.0]])
    return np.asarray(place @ tilt @ turn @ lean @ size @ to_origin, np.float64)


def print_on_paper(rng: np.random.Generator, ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Print the ink on paper with a tint, a gradient and a security pattern."""
    rows, columns = ink.shape
    bright = float(rng.uniform(110, 250))
    paper = np.full((rows, columns), bright, np.float32)
    x = np.arange(columns, dtype=np.float32)[None, :]
    y = np.arange(rows, dtype=np.float32)[:, None]
    if rng.random() < 0.65:
        depth = float(rng.uniform(2, 45))
        for _ in range(int(rng.integers(1, 4))):
            wave = float(rng.uniform(3, 60))
            bend = float(rng.uniform(0, 12)) * np.sin(
                x / float(rng.uniform(15, 160)) + rng.random()
            )
            slope = float(rng.normal(0, 0.8))
            phase = (y + bend + slope * x) * (6.283 / wave)
            line = np.sin(phase)
            if rng.random() < 0.6:
                line = np.maximum(line - 0.6, 0) * -2.5
            paper += np.float32(depth / 2) * line
    if rng.random() < 0.4:
        cells = int(rng.integers(6, 60))
        small = rng.normal(0, 1, (rows // cells + 2, columns // cells + 2)).astype(np.float32)
        cloud = cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC)
        paper += np.float32(rng.uniform(2, 22)) * cloud
    if rng.random() < 0.08:
        edge = int(rng.integers(0, rows))
        band = slice(0, edge // 3) if rng.random() < 0.5 else slice(rows - edge // 3, rows)
        paper[band] *= np.float32(rng.uniform(0.2, 0.8))
    dark = float(rng.uniform(0, max(10.0, bright - 70)) * rng.uniform(0.2, 1))
    return (paper * (1 - ink) + dark * ink).astype(np.float32)


def shake(
    rng: np.random.Generator, sensor: NDArray[np.float32], cap_px: float
) -> NDArray[np.float32]:
    """Move the camera while it looks, in one picture of five."""
    if rng.random() > 0.22:
        return sensor
    length = max(2, round(cap_px * float(rng.uniform(0.08, 0.32))))
    kernel = np.zeros((length, length), np.float32)
    angle = float(rng.uniform(0, np.pi))
    half = (length - 1) / 2
    ends = half * np.cos(angle), half * np.sin(angle)
    begin = (round(half - ends[0]), round(half - ends[1]))
    cv2.line(kernel, begin, (round(half + ends[0]), round(half + ends[1])), 1.0)
    kernel /= max(1e-6, float(kernel.sum()))
    return cv2.filter2D(sensor, -1, kernel).astype(np.float32)


def expose(rng: np.random.Generator, sensor: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Add uneven light, shadow, glare, sharpening, noise and the file format's losses."""
    rows, columns = sensor.shape
    x = np.linspace(-1, 1, columns, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, rows, dtype=np.float32)[:, None]
    gain = 1 + np.float32(rng.normal(0, 0.12)) * x + np.float32(rng.normal(0, 0.05)) * y
    if rng.random() < 0.15:
        edge = (x - np.float32(rng.uniform(-1, 1)) + y * np.float32(rng.normal(0, 0.3))) * 12
        gain = gain * (1 - np.float32(rng.uniform(0.2, 0.6)) / (1 + np.exp(-edge)))
    light = sensor * gain
    if rng.random() < 0.12:
        spot = np.exp(-((x - rng.uniform(-1, 1)) ** 2) / rng.uniform(0.01, 0.15))
        light = light + np.float32(rng.uniform(30, 150)) * spot.astype(np.float32)
    if rng.random() < 0.3:
        soft = cv2.GaussianBlur(light, (0, 0), float(rng.uniform(0.6, 1.6)))
        light = light + np.float32(rng.uniform(0.3, 1.8)) * (light - soft)
    noise = float(np.abs(rng.normal(0, 5)))
    light = light + rng.normal(0, noise + 0.1, light.shape).astype(np.float32)
    picture = np.clip(light, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = int(rng.uniform(22, 96))
        _, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return picture
