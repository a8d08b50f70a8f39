"""Joint decoding: the most probable lines under the grammar of machine readable zones.

Every cell has a distribution over the 37 symbols. The grammar adds what is known before looking:
which symbols a cell may hold, that check digits mostly hold, that dates and countries exist. All
of it is a prior in nats, never a rule: what is clearly printed wins over what should be printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from schemas.documents import MrzFormat
from workers.text import mrz_dates
from workers.text.countries import is_document_code
from workers.text.mrz import printed_checks
from workers.text.mrz_layouts import COMPOSITE, LAYOUTS, SYMBOLS, Alphabet, Layout
from workers.text.mrz_names import best_names, weigh_tail

Cells = NDArray[np.float64]
"""Log-probabilities, cells x 37, one array for each line."""

FORBIDDEN_NATS = 7.0
"""Cost of a symbol that its cell may not hold."""
CHECK_NATS = 4.5
"""Cost of a check digit that does not hold: one specimen in ten prints a wrong one."""
DATE_NATS = 4.0
COUNTRY_NATS = 2.5
CANDIDATES_MAX = 64
"""Hypotheses kept for each group of cells that a check digit joins."""
MARGIN_NATS_MAX = 20.0
"""A margin is told up to this: hypotheses further away are not enumerated."""
_SYMBOLS_MAX = 6
_NATS_MAX = 11.0
_JOINT_BY_RESIDUE = 16
_WEIGHTS = (7, 3, 1)
_VALUES = np.array([*range(36), 0])


@dataclass(frozen=True, slots=True)
class Decoded:
    """The best lines with the evidence for them.

    Args:
        raw_lines: the most probable symbol of each cell, the grammar not asked.
        score: log-probability of the best lines, priors included.
        margin: how many nats the best lines lead any others.
        confidences: for each cell the probability of its symbol among all hypotheses.
    """

    format: MrzFormat
    lines: tuple[str, ...] = field(repr=False)
    raw_lines: tuple[str, ...] = field(repr=False)
    valid: bool
    score: float
    margin: float
    confidences: tuple[tuple[float, ...], ...]


@dataclass(slots=True)
class _Group:
    """Hypotheses for cells that are decided together, best first."""

    places: list[tuple[int, int]]
    symbols: NDArray[np.int64]
    scores: NDArray[np.float64]


def decode(mrz_format: MrzFormat, cells: Sequence[Cells]) -> Decoded:
    """Return the most probable lines of this format.

    Raises:
        ValueError: when the arrays have not the format's shape.
    """
    layout = LAYOUTS[mrz_format]
    if [array.shape for array in cells] != [(layout.width, len(SYMBOLS))] * layout.line_count:
        raise ValueError("the distributions have not the format's shape")
    priors = _with_alphabets(layout, cells)
    for name in ("surname", "given_names"):
        # The composite of the French card guards its names; their shape is known all the same.
        if name in layout.fields:
            span = layout.fields[name][0]
            weigh_tail(priors[span.line][span.start : span.end])
    groups = _groups(layout, priors)
    chosen, weights = _join(layout, groups)
    grid = np.zeros((layout.line_count, layout.width), np.int64)
    confidence = np.ones((layout.line_count, layout.width))
    best_margin = _fill_groups(groups, chosen, weights, grid, confidence)
    score = float(chosen[0][0])
    for line, start, end in _free_runs(layout, groups):
        run = priors[line][start:end]
        picked, run_score, margin = _best_run(layout, line, start, run)
        grid[line, start:end] = picked
        shares = np.exp(run - run.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        confidence[line, start:end] = shares[np.arange(end - start), picked]
        score += run_score
        best_margin = min(best_margin, margin)
    lines = tuple("".join(SYMBOLS[i] for i in row) for row in grid)
    return Decoded(
        mrz_format,
        lines,
        tuple("".join(SYMBOLS[i] for i in array.argmax(axis=1)) for array in cells),
        all(check.holds is not False for check in printed_checks(mrz_format, lines)),
        score,
        min(best_margin, MARGIN_NATS_MAX),
        tuple(tuple(round(float(c), 4) for c in row) for row in confidence),
    )


def least_lead(mrz_format: MrzFormat, lines: Sequence[str], cells: Sequence[Cells]) -> float:
    """Return by how many nats the least sure symbol of the lines leads in its own cell.

    Only alphabets by position count here, neither check digits nor shapes: negative means that
    the cells alone would say something else.
    """
    least = float("inf")
    for line, prior in zip(lines, _with_alphabets(LAYOUTS[mrz_format], cells), strict=True):
        chosen = np.array([SYMBOLS.index(symbol) for symbol in line])
        at = np.arange(len(line))
        own = prior[at, chosen]
        prior[at, chosen] = -np.inf
        least = min(least, float((own - prior.max(axis=1)).min()))
    return least


def _with_alphabets(layout: Layout, cells: Sequence[Cells]) -> list[Cells]:
    priors = [array.copy() for array in cells]
    kinds: list[tuple[int, int, int, Alphabet]] = [
        (span.line, span.start, span.end, alphabet) for span, alphabet in layout.fields.values()
    ]
    kinds += [
        (check.cell.line, check.cell.start, check.cell.end, check.alphabet)
        for check in layout.checks
    ]
    kinds += [(span.line, span.start, span.end, Alphabet.DIGIT) for span in layout.digits]
    for line, start, end, alphabet in kinds:
        banned = [i for i, symbol in enumerate(SYMBOLS) if not alphabet.allows(symbol)]
        priors[line][start:end, banned] -= FORBIDDEN_NATS
    return priors


def _groups(layout: Layout, priors: list[Cells]) -> list[_Group]:
    """Return one group for each check digit, and one for what only the composite covers."""
    groups: list[_Group] = []
    taken: set[tuple[int, int]] = set()
    for check in layout.checks:
        if check.name == COMPOSITE:
            continue
        places = [
            (span.line, column) for span in check.over for column in range(span.start, span.end)
        ]
        places.append((check.cell.line, check.cell.start))
        taken.update(places)
        group = _enumerate(places, priors)
        _weigh_check(group, free_filler=check.name in {"personal_number", "document_number"})
        if check.name in {"birth_date", "expiry_date"}:
            _weigh_dates(group)
        groups.append(group)
    for check in layout.checks:
        if check.name != COMPOSITE:
            continue
        rest = [
            (span.line, column)
            for span in check.over
            for column in range(span.start, span.end)
            if (span.line, column) not in taken
        ]
        groups.append(_enumerate([*rest, (check.cell.line, check.cell.start)], priors))
    return groups


def _enumerate(places: list[tuple[int, int]], priors: list[Cells]) -> _Group:
    """Return the CANDIDATES_MAX most probable fillings; exact, as scores add up by cell."""
    symbols = np.zeros((1, 0), np.int64)
    scores = np.zeros(1)
    for line, column in places:
        row = priors[line][column]
        options = np.argpartition(-row, _SYMBOLS_MAX)[:_SYMBOLS_MAX]
        options = options[row[options] > row.max() - _NATS_MAX]
        total = (scores[:, None] + row[options][None, :]).ravel()
        keep = np.argsort(-total)[:CANDIDATES_MAX]
        before, option = np.divmod(keep, len(options))
        symbols = np.concatenate([symbols[before], options[option][:, None]], axis=1)
        scores = total[keep]
    return _Group(places, symbols, scores)


def _weigh_check(group: _Group, *, free_filler: bool) -> None:
    """Lower the hypotheses whose last cell is not the check digit over the others."""
    over, printed = group.symbols[:, :-1], group.symbols[:, -1]
    weights = np.array([_WEIGHTS[i % 3] for i in range(over.shape[1])])
    expected = (_VALUES[over] * weights).sum(axis=1) % 10
    fails = printed != expected
    if free_filler:
        # A filler stands for an empty personal number, or sends a long number to the optional data.
        filler = len(SYMBOLS) - 1
        empty = (over == filler).all(axis=1)
        full = (over != filler).all(axis=1)
        fails &= ~((printed == filler) & (empty | full))
    group.scores = group.scores - CHECK_NATS * fails


def _weigh_dates(group: _Group) -> None:
    possible = np.array(
        [mrz_dates.is_possible("".join(SYMBOLS[i] for i in row[:6])) for row in group.symbols]
    )
    group.scores = group.scores - DATE_NATS * ~possible


def _join(
    layout: Layout, groups: list[_Group]
) -> tuple[list[tuple[float, tuple[int, ...]]], NDArray[np.float64]]:
    """Return joint hypotheses (score, index in each group), best first, and their shares."""
    composite = next((check for check in layout.checks if check.name == COMPOSITE), None)
    weight = np.zeros((layout.line_count, layout.width), np.int64)
    if composite is not None:
        index = 0
        for span in composite.over:
            for column in range(span.start, span.end):
                weight[span.line, column] = _WEIGHTS[index % 3]
                index += 1
    scores, residues = np.zeros(1), np.zeros(1, np.int64)
    picks = np.zeros((1, 0), np.int64)
    for group in groups:
        factors = np.array([weight[line, column] for line, column in group.places])
        own = (_VALUES[group.symbols] * factors).sum(axis=1) % 10
        total = (scores[:, None] + group.scores[None, :]).ravel()
        residue = ((residues[:, None] + own[None, :]) % 10).ravel()
        keep = _best_by_residue(total, residue)
        before, option = np.divmod(keep, len(group.scores))
        picks = np.concatenate([picks[before], option[:, None]], axis=1)
        scores, residues = total[keep], residue[keep]
    if composite is not None:
        printed = groups[-1].symbols[picks[:, -1], -1]
        scores = scores - CHECK_NATS * (printed != residues)
    order = np.argsort(-scores)
    shares = np.exp(scores[order] - scores[order[0]])
    return (
        [(float(scores[i]), tuple(int(pick) for pick in picks[i])) for i in order],
        shares / shares.sum(),
    )


def _best_by_residue(scores: NDArray[np.float64], residues: NDArray[np.int64]) -> NDArray[np.int64]:
    """Keep the best of each composite residue, so that no beam loses the one that holds."""
    order = np.argsort(-scores)
    return np.concatenate(
        [order[residues[order] == residue][:_JOINT_BY_RESIDUE] for residue in range(10)]
    )


def _fill_groups(
    groups: list[_Group],
    joint: list[tuple[float, tuple[int, ...]]],
    shares: NDArray[np.float64],
    grid: NDArray[np.int64],
    confidence: NDArray[np.float64],
) -> float:
    """Write the best joint hypothesis into the grid; return its lead over the next one."""
    if not groups:
        return float("inf")
    for number, group in enumerate(groups):
        best = group.symbols[joint[0][1][number]]
        picks = np.array([pick[number] for _, pick in joint])
        for cell, (line, column) in enumerate(group.places):
            grid[line, column] = best[cell]
            agreeing = group.symbols[picks, cell] == best[cell]
            confidence[line, column] = float(shares[agreeing].sum())
    return joint[0][0] - joint[1][0] if len(joint) > 1 else float("inf")


def _free_runs(layout: Layout, groups: list[_Group]) -> list[tuple[int, int, int]]:
    """Return (line, start, end) of each field that no check digit covers."""
    taken = {place for group in groups for place in group.places}
    return [
        (span.line, span.start, span.end)
        for span, _ in layout.fields.values()
        if (span.line, span.start) not in taken
    ]


def _best_run(
    layout: Layout, line: int, start: int, run: Cells
) -> tuple[NDArray[np.int64], float, float]:
    """Return symbols, score and lead of one field without a check digit."""
    name = next(
        name
        for name, (span, _) in layout.fields.items()
        if (span.line, span.start) == (line, start)
    )
    if name in {"issuing_country", "nationality"}:
        return _best_country(run)
    if name == "names":
        return best_names(run)
    ranked = np.sort(run, axis=1)
    margin = float((ranked[:, -1] - ranked[:, -2]).min())
    return run.argmax(axis=1), float(ranked[:, -1].sum()), margin


def _best_country(run: Cells) -> tuple[NDArray[np.int64], float, float]:
    group = _enumerate([(0, column) for column in range(len(run))], [run])
    known = np.array([is_document_code("".join(SYMBOLS[i] for i in row)) for row in group.symbols])
    scores = group.scores - COUNTRY_NATS * ~known
    order = np.argsort(-scores)
    lead = float(scores[order[0]] - scores[order[1]]) if len(order) > 1 else float("inf")
    return group.symbols[order[0]], float(scores[order[0]]), lead
