"""Measure the reader on labelled pictures: lines exact, wrong though valid, CPU seconds.

    python -m workers.training.mrz.measure FOLDER/truth.jsonl [--turn 90]

Each line of the truth has ``file`` and ``mrz_lines``. Pictures without lines count false zones.
"""

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from schemas.documents import MrzReading
from workers.engines.mrz_reader import MrzReader


def main() -> None:
    """Read every picture, print one line for each that is not exact, then the sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--turn", type=int, default=0, help="turn each picture first")
    parser.add_argument("--side", type=int, help="shrink each picture's longer side to this")
    parser.add_argument("--skew", type=float, default=0, help="turn each picture by degrees")
    parser.add_argument("--all", action="store_true", help="print exact readings too")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    reader = MrzReader(options.model)
    counts: dict[str, int] = {}
    seconds: list[float] = []
    for row in map(json.loads, options.truth.read_text().splitlines()):
        name = row.get("file") or _zone_side(row)
        page = cv2.imread(str(options.truth.parent / name))
        if page is None:
            raise FileNotFoundError(name)
        page = _changed(np.rot90(page, -options.turn // 90), options.side, options.skew)
        began = time.process_time()
        readings = reader.read(page)
        seconds.append(time.process_time() - began)
        outcome = _outcome(readings, tuple(row["mrz_lines"]))
        counts[outcome] = counts.get(outcome, 0) + 1
        if outcome.startswith("exact") and not options.all:
            continue
        print(f"{name}: {outcome} {seconds[-1]:.2f} s")  # noqa: T201 - a script's output
        for reading in readings[:1]:
            print(f"  margin {reading.margin:.1f} valid {reading.valid}")  # noqa: T201
            for line, truth in zip(reading.lines, row["mrz_lines"], strict=False):
                print(f"  {line}\n  {truth}")  # noqa: T201
    print(counts)  # noqa: T201
    print(f"cpu median {np.median(seconds):.3f} p90 {np.percentile(seconds, 90):.3f}")  # noqa: T201


def _changed(page: NDArray[np.uint8], side: int | None, skew: float) -> NDArray[np.uint8]:
    """Return the picture smaller and aslant, as a worse photo would have it."""
    if side is not None and side < max(page.shape):
        ratio = side / max(page.shape)
        page = cv2.resize(page, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]  # uint8 stays uint8
    if skew:
        height, width = page.shape[:2]
        reach = int(np.hypot(height, width))
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
        matrix[:, 2] += (reach - width) / 2, (reach - height) / 2
        page = cv2.warpAffine(page, matrix, (reach, reach))  # type: ignore[assignment]  # uint8 stays uint8
    return np.ascontiguousarray(page)


def _zone_side(row: dict[str, list[str]]) -> str:
    """Return the picture that carries the zone: the last side of a card, else the only one."""
    return row["files"][-1]


def _outcome(readings: tuple[MrzReading, ...], truth: tuple[str, ...]) -> str:
    if not readings:
        return "none"
    reading = readings[0]
    word = "exact" if reading.lines == truth else "WRONG" if truth else "FALSE"
    support = "supported" if reading.supported else "unsupported"
    return f"{word} {'valid' if reading.valid else 'invalid'} {support}"


if __name__ == "__main__":
    main()
