"""Fitting a fixed pitch to the recogniser's columns: which columns are the letters' middles.

The recogniser says for each column of a strip which symbol it belongs to, or that it lies between
two. The zone is printed at one pitch, so the letters' middles are found together, by dynamic
programming over steps near that pitch, for each number of letters that a format has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LogProbs = NDArray[np.float64]
"""Columns x 38 log-probabilities; the last class is the blank."""

LETTER_COUNTS = (30, 36, 44)
FILLER = 36
"""The class of the filler, the last before the blank."""
LETTERS_MIN = 7
END_GAP_PITCHES = 1.75
"""A line ends where this much is blank: a letter cut by the strip may look blank too."""
PITCH_MIN_COLUMNS = 2.6
PITCH_MAX_COLUMNS = 8.0
FILLERS_MIN = 0.03
"""A zone has fillers, other print reads as one very seldom: so large a share of the letters."""
PROBE_CONFIDENCE_MIN, PROBE_EVEN_MIN = 0.86, 0.8
LINE_CONFIDENCE_MIN, LINE_EVEN_MIN, LINE_RUN_MIN = 0.8, 0.7, 10
"""Print without fillers is read on where it is so sure, so even and goes on so long."""
_EVIDENCE_MAX = 7.0
_OUTSIDE_SHARE = 0.4
_STEP_SPREAD = 0.16
_SURE_NATS = 3.0
_IMPOSSIBLE = -1e9


@dataclass(frozen=True, slots=True)
class Probe:
    """How much a strip looks like a line of a zone, before its length is known.

    ``fillers`` is the share of fillers among the letters, ``run`` the most letters at one pitch.
    """

    letters: int
    confidence: float
    regularity: float
    pitch: float
    fillers: float
    run: int
    starts_inside: bool
    ends_inside: bool

    @property
    def is_zone_like(self) -> bool:
        """Enough letters, read surely, at an even pitch; more so where none is a filler."""
        return (
            self.letters >= LETTERS_MIN
            and PITCH_MIN_COLUMNS <= self.pitch <= PITCH_MAX_COLUMNS
            and self.regularity >= 0.6
            and self.confidence >= 0.72
            and (
                self.fillers >= FILLERS_MIN
                or (self.confidence >= PROBE_CONFIDENCE_MIN and self.regularity >= PROBE_EVEN_MIN)
            )
        )

    @property
    def may_be_line(self) -> bool:
        """Whether a whole bar, not only its middle, goes on looking like a zone's line."""
        return self.fillers >= FILLERS_MIN or (
            self.confidence >= LINE_CONFIDENCE_MIN
            and self.regularity >= LINE_EVEN_MIN
            and self.run >= LINE_RUN_MIN
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """One fit: the columns of the letters' middles and how well the strip supports them.

    ``letters_outside`` counts what continues the line at its pitch beyond the grid: a line that
    is cut, or longer than its format.
    """

    columns: NDArray[np.int64]
    score: float
    pitch: float
    letters_outside: int


def probe(log_probs: LogProbs) -> Probe:
    """Measure a strip without fitting it."""
    evidence = _evidence(log_probs)
    centres, peaks = _letters(evidence)
    if len(centres) < 4:
        return Probe(len(centres), 0.0, 0.0, 0.0, 0.0, 0, starts_inside=True, ends_inside=True)
    steps = np.diff(centres)
    pitch = float(np.median(steps))
    even = float((np.abs(steps - pitch) <= 0.22 * pitch).mean())
    letters = np.exp(log_probs[peaks, :-1])
    return Probe(
        letters=len(centres),
        confidence=float(letters.max(axis=1).mean()),
        regularity=even,
        pitch=pitch,
        fillers=float(letters[:, FILLER].mean()),
        run=_longest_run(np.abs(steps - pitch) <= 0.3 * pitch) + 1,
        starts_inside=bool(centres[0] > END_GAP_PITCHES * pitch),
        ends_inside=bool(centres[-1] < len(log_probs) - END_GAP_PITCHES * pitch),
    )


def fit(log_probs: LogProbs, counts: tuple[int, ...] = LETTER_COUNTS) -> dict[int, Grid]:
    """Return the best grid for each number of letters that fits into the strip."""
    evidence = _evidence(log_probs)
    centres, _ = _letters(evidence)
    if len(centres) < 4:
        return {}
    pitch = _pitch(centres)
    if not PITCH_MIN_COLUMNS <= pitch <= PITCH_MAX_COLUMNS:
        return {}
    columns = len(evidence)
    low = max(2, int(np.floor(pitch * 0.74)))
    steps = np.arange(low, int(np.ceil(pitch * 1.28)) + 1)
    costs = ((steps - pitch) / (_STEP_SPREAD * pitch)) ** 2 / 2
    outside = np.concatenate([[0.0], np.cumsum(np.maximum(evidence, 0.0))]) * _OUTSIDE_SHARE
    reach = max(1, round(pitch / 2))
    before = outside[np.maximum(np.arange(columns) - reach, 0)]
    after = outside[-1] - outside[np.minimum(np.arange(columns) + reach + 1, columns)]
    return _search(evidence, before, after, (steps, costs, pitch), counts)


def cells_of(log_probs: LogProbs, grid: Grid) -> NDArray[np.float64]:
    """Return letters x 37 log-probabilities at the grid's columns, the blank taken out."""
    smooth = _smooth(log_probs)[grid.columns, :-1]
    top = smooth.max(axis=1, keepdims=True)
    total = top + np.log(np.exp(smooth - top).sum(axis=1, keepdims=True))
    return np.asarray(smooth - total, np.float64)


def _search(
    evidence: NDArray[np.float64],
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    step: tuple[NDArray[np.int64], NDArray[np.float64], float],
    counts: tuple[int, ...],
) -> dict[int, Grid]:
    steps, costs, pitch = step
    columns = len(evidence)
    score = evidence - before
    ways: list[NDArray[np.int64]] = []
    grids: dict[int, Grid] = {}
    for letter in range(1, max(counts) + 1):
        if letter in counts:
            total = score - after
            last = int(total.argmax())
            if total[last] > _IMPOSSIBLE / 2:
                path = [last]
                for way in reversed(ways):
                    path.append(path[-1] - int(steps[way[path[-1]]]))
                columns_ = np.array(path[::-1])
                outside = _letters_outside(evidence, columns_, pitch)
                grids[letter] = Grid(columns_, float(total[last]), pitch, outside)
        options = np.full((len(steps), columns), _IMPOSSIBLE)
        for index, (size, cost) in enumerate(zip(steps, costs, strict=True)):
            options[index, size:] = score[: columns - size] - cost
        way = options.argmax(axis=0)
        ways.append(way)
        score = options[way, np.arange(columns)] + evidence
        score = np.maximum(score, _IMPOSSIBLE)
    return grids


def _letters_outside(
    evidence: NDArray[np.float64], columns: NDArray[np.int64], pitch: float
) -> int:
    """Count the letters that go on at the grid's pitch before its first and after its last."""
    count = 0
    for start, step in ((int(columns[0]), -pitch), (int(columns[-1]), pitch)):
        place = start + step
        while 0 <= round(place) < len(evidence) and evidence[round(place)] > _SURE_NATS:
            count += 1
            place += step
    return count


def _smooth(log_probs: LogProbs) -> NDArray[np.float64]:
    padded = np.pad(log_probs, ((1, 1), (0, 0)), mode="edge")
    return np.asarray(0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:], np.float64)


def _evidence(log_probs: LogProbs) -> NDArray[np.float64]:
    """Return for each column how many nats speak for a letter's middle against a gap."""
    letter = np.log1p(-np.minimum(np.exp(log_probs[:, -1]), 1 - 1e-6))
    gain = letter - log_probs[:, -1]
    padded = np.pad(gain, 1, mode="edge")
    smooth = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    return np.asarray(np.clip(smooth, -_EVIDENCE_MAX, _EVIDENCE_MAX), np.float64)


def _letters(evidence: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the middle and the peak column of each run of columns that speak for a letter."""
    high = evidence > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], high.astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    peaks = [
        start + int(evidence[start:end].argmax()) for start, end in zip(starts, ends, strict=True)
    ]
    if not peaks:
        return np.zeros(0), np.zeros(0, np.int64)
    weights = np.where(high, evidence, 0.0)
    moments = np.add.reduceat(weights * np.arange(len(weights)), starts)
    return moments / np.add.reduceat(weights, starts), np.array(peaks, np.int64)


def _longest_run(kept: NDArray[np.bool_]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], kept.astype(np.int8), [0]])))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _pitch(centres: NDArray[np.float64]) -> float:
    """Return the mean of the steps that lie near the commonest one."""
    steps = np.diff(centres)
    usual = float(np.median(steps))
    near = steps[np.abs(steps - usual) <= 0.25 * usual]
    return float(near.mean()) if len(near) else usual
