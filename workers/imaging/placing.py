"""Where print stands once its page was turned: corners follow the picture."""

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from schemas.documents import MrzReading, Point, Quad
from workers.imaging.orientation import rotation


def quad_of(points: Iterable[Iterable[float]]) -> Quad:
    """Return four points as corners.

    Raises:
        ValueError: when there are more or fewer.
    """
    first, second, third, fourth = ((float(x), float(y)) for x, y in points)
    return first, second, third, fourth


def quarter_turned(reading: MrzReading, clockwise_deg: int) -> MrzReading:
    """Return the reading on its page turned clockwise by quarter turns."""
    turns: dict[int, Callable[[Point], Point]] = {
        90: lambda at: (1 - at[1], at[0]),
        180: lambda at: (1 - at[0], 1 - at[1]),
        270: lambda at: (at[1], 1 - at[0]),
    }
    move = turns.get(clockwise_deg % 360)
    return reading if move is None else _moved(reading, move, clockwise_deg)


def levelled(reading: MrzReading, shape: tuple[int, ...], clockwise_deg: float) -> MrzReading:
    """Return the reading on its page of this shape after ``rotated`` by a small angle."""
    height, width = shape[:2]
    matrix, (full_width, full_height) = rotation(shape, clockwise_deg)

    def move(at: Point) -> Point:
        x, y = matrix @ np.array([at[0] * width, at[1] * height, 1.0])
        return float(x) / full_width, float(y) / full_height

    return _moved(reading, move, clockwise_deg)


def flattened(
    reading: MrzReading, shape: tuple[int, ...], matrix: NDArray[np.float64], size: tuple[int, int]
) -> MrzReading:
    """Return the reading of a picture of this shape on the page that the 3 x 3 matrix made."""
    height, width = shape[:2]

    def move(at: Point) -> Point:
        x, y, depth = matrix @ np.array([at[0] * width, at[1] * height, 1.0])
        return float(x / depth) / size[0], float(y / depth) / size[1]

    moved = _moved(reading, move, 0.0)
    (left, top), (right, low), *_ = moved.line_quads[0]
    slope = math.degrees(math.atan2((low - top) * size[1], (right - left) * size[0]))
    return replace(moved, turn_deg=-slope % 360)


def _moved(reading: MrzReading, move: Callable[[Point], Point], clockwise_deg: float) -> MrzReading:
    quads = tuple(
        (move(top_left), move(top_right), move(low_right), move(low_left))
        for top_left, top_right, low_right, low_left in reading.line_quads
    )
    left_deg = (reading.turn_deg - clockwise_deg) % 360
    return replace(reading, line_quads=quads, turn_deg=left_deg)
