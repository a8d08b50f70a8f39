"""From seeds to zones: which rows belong together, in which format, and how surely."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.engines.mrz_bars import Bar, bars_of, searches, upside_down
from workers.engines.mrz_formats import begins_as_its_format, decode_zone
from workers.engines.mrz_net import MODEL_PATH, StripNet
from workers.engines.mrz_rows import (
    Row,
    best_group,
    cells_of,
    is_group,
    letter_middles,
    mean_score,
    nearest,
    pitch_px,
    quad,
    sharpness,
    trimmed,
)
from workers.imaging import mrz_grid
from workers.imaging.mrz_lines import (
    converging,
    is_same_line,
    rows,
    seeds,
    straighten,
)
from workers.imaging.mrz_sheet import Sheet, sheet_through
from workers.imaging.mrz_strips import STRIP_CAP_PX, STRIP_HEIGHT_PX, Line, Placed, Pyramid
from workers.text.mrz_decode import Decoded, least_lead

Grey = NDArray[np.uint8]
Cells = NDArray[np.float64]
LogProbs = mrz_grid.LogProbs

SECOND_CAP_PX = 15.0
PROBE_WIDTH_PX = 208
SEEDS_NEW_MAX = 9
SEEDS_SLANTED_MAX = 4
GROW_MAX = 6
MARGIN_SUPPORTED_NATS = 3.0
LEAD_SUPPORTED_NATS = 1.0
QUALITY_SURE = 0.9
LIKENESS_BESIDE_MIN = 0.92
"""Once a zone is read surely, only lines that look as much like one may be another document's."""
LIKENESS_LONG_MIN = 0.6
LONG_CAPS = 22.0
"""Or those as long as a zone's line, so many times their height, that look a little like one."""
SEED_SCORE_PER_CELL_MIN = 1.5
SEED_SHARPNESS_MIN = 0.82
SHARPNESS_SHEET_MIN = 0.72
"""Rows this sharp show well enough where their letters lie to be cut again along their sheet."""
SHEETS_MAX = 2
TOGETHER_NATS = 6.0
"""Readings without support that are so close in likelihood are weighed together."""
PITCH_BENT_MIN_PX = 6.5
"""Letters closer than this do not survive both the camera and the unbending: never supported."""
SHARPNESS_MIN = 0.86
SHARPNESS_DOUBTFUL = 0.93
SHARPNESS_SURE = 0.985
"""Mean probability of each cell's likeliest symbol: other print read as a zone stays below."""
SCORE_PER_CELL_MIN = -0.6
_LAST_TURN_DEG = 360


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone with its reading, corners in page pixels."""

    decoded: Decoded
    quality: float
    quads: tuple[NDArray[np.float64], ...]
    turn_deg: float
    supported: bool
    cells: tuple[Cells, ...] = field(repr=False)


def grey_of(page: NDArray[np.uint8]) -> Grey:
    """Return the page in grey.

    Raises:
        ValueError: when the array is no grey or BGR picture.
    """
    if page.ndim == 2:
        return page
    if page.ndim == 3 and page.shape[2] == 3:
        return np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), np.uint8)
    raise ValueError("a page is height x width, or height x width x 3")


class ZoneFinder:
    """Finds the zones of a page; holds the recogniser's session."""

    def __init__(self, net: StripNet) -> None:
        self._net = net

    @classmethod
    def with_model(cls, model_path: Path | None, threads: int) -> "ZoneFinder":
        """Return a finder with the recogniser at the path, or the one of the package."""
        return cls(StripNet(model_path or MODEL_PATH, threads))

    def find(self, grey: Grey, turns: tuple[int, ...], *, thorough: bool = True) -> list[Zone]:
        """Return the zones; later scales and turns only when nothing was read surely.

        A thorough search that finds nothing looks for light print on dark ground too.
        """
        if min(grey.shape) < 16:
            return []
        pyramid = Pyramid(grey)
        looks = searches(grey, turns, thorough=thorough)
        zones, light = self._search(pyramid, looks, turns)
        if zones or not thorough:
            return zones
        return self._read_light(pyramid, light, turns)

    def _search(
        self, pyramid: Pyramid, looks: Iterator[tuple[int, int]], turns: tuple[int, ...]
    ) -> tuple[list[Zone], list[tuple[int, Line]]]:
        """Return the zones in dark print, and the lines of light print with their turns."""
        zones: list[Zone] = []
        tried: list[Line] = []
        light: list[tuple[int, Line]] = []
        for long_side_px, base_deg in looks:
            lines = [
                line
                for line in seeds(pyramid, long_side_px, base_deg)
                if not any(is_same_line(line, other) for other in tried)
            ][: SEEDS_NEW_MAX if base_deg in turns else SEEDS_SLANTED_MAX]
            tried += lines
            bars = bars_of(pyramid, lines)
            light += [(base_deg, line) for line in bars.light]
            found = self._read_bars(pyramid, bars.dark, turns, base_deg)
            zones = _without_repeats([*zones, *found])
            if any(zone.quality >= QUALITY_SURE for zone in zones):
                break
        return zones, light

    def _read_light(
        self, pyramid: Pyramid, light: list[tuple[int, Line]], turns: tuple[int, ...]
    ) -> list[Zone]:
        negative = pyramid.negative() if light else pyramid
        zones: list[Zone] = []
        for base_deg in sorted({base_deg for base_deg, _ in light}):
            lines = [line for base, line in light if base == base_deg][:SEEDS_NEW_MAX]
            bars = bars_of(negative, lines)
            zones += self._read_bars(negative, bars.dark, turns, base_deg)
        return _without_repeats(zones)

    def _read_bars(
        self, pyramid: Pyramid, bars: Sequence[Bar], turns: tuple[int, ...], base_deg: int
    ) -> list[Zone]:
        zones: list[Zone] = []
        for turn in (base_deg, base_deg + 180):
            if turn % 90 == 0 and turn not in turns:
                continue
            directed = [upside_down(bar) for bar in bars] if turn >= 180 else bars
            for likeness, line in self._probe(directed):
                sure = any(zone.quality >= QUALITY_SURE for zone in zones)
                if any(_covers(zone, line) and zone.quality >= QUALITY_SURE for zone in zones):
                    continue
                if sure and likeness < LIKENESS_BESIDE_MIN and not _is_long(line, likeness):
                    continue
                zone = self._read_zone(pyramid, line)
                if zone is not None:
                    zones.append(zone)
            if zones:
                break
        return zones

    def _probe(self, bars: Sequence[Bar]) -> list[tuple[float, Line]]:
        """Return the lines whose middle reads like a zone, the likeliest first, and how likely."""
        middles: list[Grey] = []
        for _, strip in bars:
            spare = max(0, strip.shape[1] - PROBE_WIDTH_PX) // 2
            middles.append(strip[:, spare : spare + PROBE_WIDTH_PX])
        ranked: list[tuple[float, Line]] = []
        for (line, _), log_probs in zip(bars, self._net.read(middles), strict=True):
            found = mrz_grid.probe(log_probs)
            if found.is_zone_like:
                ranked.append((found.confidence * found.regularity, line))
        return sorted(ranked, key=lambda pair: -pair[0])

    def _read_zone(self, pyramid: Pyramid, seed: Line) -> Zone | None:
        line, log_probs = self._grown(pyramid, seed)
        if log_probs is None or not _may_be_zone(log_probs):
            return None
        near = nearest(rows(pyramid, line), line)
        straight = [straighten(pyramid, row) for row in near]
        found = best_group(self._read_rows(pyramid, straight, STRIP_CAP_PX))
        if found is None or sharpness(cells_of(*found)) < SHARPNESS_DOUBTFUL:
            bent = best_group(self._read_rows(pyramid, converging(pyramid, near), STRIP_CAP_PX))
            if bent is not None and (found is None or mean_score(*bent) > mean_score(*found)):
                found = bent
        if found is None:
            return None
        return self._decode_zone(pyramid, *found)

    def _decode_zone(self, pyramid: Pyramid, group: list[Row], width: int) -> Zone | None:
        """Return the zone as read along its rows, or along its sheet where that is not enough."""
        zones = [self._along_rows(pyramid, group, width)]
        for _ in range(SHEETS_MAX):
            best = _likeliest(zones)
            if best is not None and best.supported:
                return best
            if sharpness(cells_of(group, width)) < SHARPNESS_SHEET_MIN:
                break
            cap = float(np.median([row.line.cap_px for row in group]))
            sheet = sheet_through(letter_middles(group, width), cap)
            group = [] if sheet is None else self._read_sheet(pyramid, sheet, STRIP_CAP_PX)
            if sheet is None or not is_group(group, width):
                break
            zones.append(_zone(group, self._read_sheet(pyramid, sheet, SECOND_CAP_PX), width))
        return _together(zones)

    def _along_rows(self, pyramid: Pyramid, group: list[Row], width: int) -> Zone | None:
        sharp = sharpness(cells_of(group, width))
        if sharp < SHARPNESS_MIN:
            return None
        lines = converging(pyramid, [trimmed(row, width) for row in group])
        if sharp < SHARPNESS_SURE:
            again = self._read_rows(pyramid, lines, STRIP_CAP_PX, (width,))
            if is_group(again, width) and mean_score(again, width) > mean_score(group, width):
                group = again
        return _zone(group, self._read_rows(pyramid, lines, SECOND_CAP_PX, (width,)), width)

    def _grown(self, pyramid: Pyramid, line: Line) -> tuple[Line, LogProbs | None]:
        """Lengthen a line whose letters go on beyond its ends; return it with its columns.

        None instead of the columns where the line is other print.
        """
        for turn in range(GROW_MAX + 1):
            strip, _ = pyramid.cut(line, height_px=STRIP_HEIGHT_PX, cap_px=STRIP_CAP_PX)
            log_probs = self._net.read([strip])[0]
            found = mrz_grid.probe(log_probs)
            if not found.may_be_line:
                return line, None
            if turn == GROW_MAX or (found.starts_inside and found.ends_inside):
                break
            grow = line.length * 0.5
            line = line.lengthened(
                0.0 if found.starts_inside else grow,
                0.0 if found.ends_inside else grow,
            )
        return line, log_probs

    def _read_rows(
        self,
        pyramid: Pyramid,
        lines: Sequence[Line],
        cap_px: float,
        counts: tuple[int, ...] = mrz_grid.LETTER_COUNTS,
    ) -> list[Row]:
        cuts = [pyramid.cut(line, height_px=STRIP_HEIGHT_PX, cap_px=cap_px) for line in lines]
        return self._read_cuts(lines, cuts, counts)

    def _read_sheet(self, pyramid: Pyramid, sheet: Sheet, cap_px: float) -> list[Row]:
        numbers = range(sheet.rows)
        cuts = [
            sheet.cut(pyramid, row, height_px=STRIP_HEIGHT_PX, cap_px=cap_px) for row in numbers
        ]
        return self._read_cuts([sheet.line(row) for row in numbers], cuts, (sheet.columns,))

    def _read_cuts(
        self,
        lines: Sequence[Line],
        cuts: Sequence[tuple[Grey, Placed]],
        counts: tuple[int, ...],
    ) -> list[Row]:
        if not cuts:
            return []
        read = self._net.read([strip for strip, _ in cuts])
        return [
            Row(line, strip, log_probs, place, mrz_grid.fit(log_probs, counts))
            for line, (strip, place), log_probs in zip(lines, cuts, read, strict=True)
        ]


def _is_long(line: Line, likeness: float) -> bool:
    return likeness >= LIKENESS_LONG_MIN and line.length >= LONG_CAPS * line.cap_px


def _likeliest(zones: Sequence[Zone | None]) -> Zone | None:
    found = [zone for zone in zones if zone is not None]
    return max(found, key=lambda zone: zone.decoded.score) if found else None


def _together(zones: Sequence[Zone | None]) -> Zone | None:
    """Return the likeliest zone; where it has no support, with what others as likely show."""
    best = _likeliest(zones)
    if best is None or best.supported:
        return best
    least = best.decoded.score - TOGETHER_NATS
    close = [zone for zone in zones if zone is not None and zone.decoded.score >= least]
    if len(close) == 1:
        return best
    both = [
        _normalised(np.asarray(np.mean(rows, axis=0), np.float64))
        for rows in zip(*(zone.cells for zone in close), strict=True)
    ]
    reading = decode_zone((len(both), len(both[0])), both)
    return replace(best, decoded=reading, quality=_quality(reading))


def _quality(reading: Decoded) -> float:
    """Return the mean confidence, halved where the lines begin like another format that was cut."""
    mean = float(np.mean([one for row in reading.confidences for one in row]))
    return mean if begins_as_its_format(reading) else mean / 2


def _zone(group: list[Row], second: list[Row], width: int) -> Zone | None:
    """Return what the rows say together with their second reading, at another scale."""
    cells = cells_of(group, width)
    if sharpness(cells) < SHARPNESS_MIN:
        return None
    others: list[Cells] | None = None
    both = cells
    if all(width in row.grids for row in second):
        others = cells_of(second, width)
        both = [_normalised((a + b) / 2) for a, b in zip(cells, others, strict=True)]
    reading = decode_zone((len(group), width), both)
    if not _is_plausible(reading):
        return None
    return Zone(
        reading,
        _quality(reading),
        tuple(quad(row, width) for row in group),
        (-group[0].line.angle_deg) % _LAST_TURN_DEG,
        supported=(
            others is not None
            and all(row.grids[width].letters_outside == 0 for row in group)
            and begins_as_its_format(reading)
            and not any(row.line.bend and pitch_px(row, width) < PITCH_BENT_MIN_PX for row in group)
            and is_supported(reading, cells, others)
        ),
        cells=tuple(both),
    )


def is_supported(reading: Decoded, cells: list[Cells], others: list[Cells]) -> bool:
    """Say whether both scales show these very symbols, each by itself, with a wide margin."""
    leads = [least_lead(reading.format, reading.lines, array) for array in (cells, others)]
    return reading.margin >= MARGIN_SUPPORTED_NATS and min(leads) >= LEAD_SUPPORTED_NATS


def _may_be_zone(log_probs: LogProbs) -> bool:
    """Say whether one row by itself has some format's length and sharp letters."""
    grids = mrz_grid.fit(log_probs)
    return any(
        grid.score >= SEED_SCORE_PER_CELL_MIN * count
        and sharpness([mrz_grid.cells_of(log_probs, grid)]) >= SEED_SHARPNESS_MIN
        for count, grid in grids.items()
    )


def _normalised(log_probs: Cells) -> Cells:
    total = np.log(np.exp(log_probs).sum(axis=1, keepdims=True))
    return np.asarray(log_probs - total, np.float64)


def _is_plausible(reading: Decoded) -> bool:
    """Refuse print that only has a zone's pitch: the grammar must explain what stands there."""
    cells = sum(len(line) for line in reading.lines)
    return reading.score / cells >= SCORE_PER_CELL_MIN


def _covers(zone: Zone, line: Line) -> bool:
    hull = cv2.convexHull(np.concatenate(zone.quads).astype(np.float32))
    return cv2.pointPolygonTest(hull, line.middle, measureDist=True) > -0.5 * line.cap_px


def _without_repeats(zones: list[Zone]) -> list[Zone]:
    kept: list[Zone] = []
    for zone in sorted(zones, key=lambda z: z.quality, reverse=True):
        hull = cv2.convexHull(np.concatenate(zone.quads).astype(np.float32))
        centre = hull.reshape(-1, 2).mean(axis=0)
        if not any(_holds_point(other, centre) for other in kept):
            kept.append(zone)
    return kept


def _holds_point(zone: Zone, point: NDArray[np.float32]) -> bool:
    hull = cv2.convexHull(np.concatenate(zone.quads).astype(np.float32))
    where = (float(point[0]), float(point[1]))
    return cv2.pointPolygonTest(hull, where, measureDist=False) >= 0
