"""The most probable name line: letters and single fillers, then fillers to the end.

Names carry no check digit, so the one thing known before looking is their shape: PRIMARY, two
fillers, SECONDARY with single fillers between its parts, then nothing but fillers. It settles a
filler that looks like K, C or S in the tail; it never outvotes a clear letter.
"""

import numpy as np
from numpy.typing import NDArray

from workers.text.mrz_layouts import SYMBOLS

SHAPE_NATS = 5.0
"""Cost of a letter where the shape has only fillers left."""

_LETTERS = [i for i, symbol in enumerate(SYMBOLS) if symbol != "<"]
_FILLER = SYMBOLS.index("<")
_STATES = ("start", "primary", "primary_gap", "parted", "secondary", "secondary_gap", "tail")
# From each state: where a letter and where a filler leads, and what the letter costs.
_AFTER_LETTER = np.array([1, 1, 1, 4, 4, 4, 6])
_LETTER_COST = np.array([0, 0, 0, 0, 0, 0, SHAPE_NATS])
_AFTER_FILLER = np.array([0, 2, 3, 6, 5, 6, 6])
_FILLER_COST = np.array([2.0, 0, 0, 0, 0, 0, 0])


def best_names(run: NDArray[np.float64]) -> tuple[NDArray[np.int64], float, float]:
    """Return symbols, score and lead over the next reading of cells x 37 log-probabilities."""
    letters = run[:, _LETTERS]
    ranked = np.sort(letters, axis=1)
    letter_of = np.array(_LETTERS)[letters.argmax(axis=1)]
    scores, letter_ways = _best_paths(ranked[:, -1], run[:, _FILLER])
    end = int(scores[-1].argmax())
    is_letter = _walk_back(letter_ways, end)
    symbols = np.where(is_letter, letter_of, _FILLER)
    best = float(scores[-1][end])
    lead = _lead(run, is_letter, ranked, best)
    return symbols, best, lead


def weigh_tail(run: NDArray[np.float64]) -> None:
    """Make letters dear, in place, where only fillers are left of cells x 37 log-probabilities.

    For names that stand alone in their cells: parts joined by one or two fillers, then fillers
    to the end. The tail begins where making all the rest fillers gains most.
    """
    letters = run[:, _LETTERS].max(axis=1)
    gain = np.concatenate([np.cumsum((run[:, _FILLER] - letters)[::-1])[::-1], [0.0]])
    run[int(gain.argmax()) :, _LETTERS] -= SHAPE_NATS


def _best_paths(
    letter: NDArray[np.float64], filler: NDArray[np.float64]
) -> tuple[NDArray[np.float64], list[list[tuple[int, bool]]]]:
    """Run Viterbi over the shape; ways[i][state] is (state before, came by a letter)."""
    states = len(_STATES)
    scores = np.full((len(letter) + 1, states), -np.inf)
    scores[0, 0] = 0.0
    ways: list[list[tuple[int, bool]]] = []
    for cell in range(len(letter)):
        way = [(0, False)] * states
        for state in range(states):
            here = scores[cell, state]
            if here == -np.inf:
                continue
            for by_letter, target, gain in (
                (True, int(_AFTER_LETTER[state]), letter[cell] - _LETTER_COST[state]),
                (False, int(_AFTER_FILLER[state]), filler[cell] - _FILLER_COST[state]),
            ):
                if here + gain > scores[cell + 1, target]:
                    scores[cell + 1, target] = here + gain
                    way[target] = (state, by_letter)
        ways.append(way)
    return scores, ways


def _walk_back(ways: list[list[tuple[int, bool]]], end: int) -> NDArray[np.bool_]:
    is_letter = np.zeros(len(ways), np.bool_)
    state = end
    for cell in range(len(ways) - 1, -1, -1):
        state, is_letter[cell] = ways[cell][state]
    return is_letter


def _lead(
    run: NDArray[np.float64],
    is_letter: NDArray[np.bool_],
    ranked: NDArray[np.float64],
    best: float,
) -> float:
    """Return what the cheapest change of one cell costs, the shape's costs counted in."""
    lead = float((ranked[is_letter, -1] - ranked[is_letter, -2]).min(initial=np.inf))
    for cell in range(len(run)):
        changed = is_letter.copy()
        changed[cell] = not changed[cell]
        lead = min(lead, best - _score(run, changed, ranked))
    return lead


def _score(
    run: NDArray[np.float64], is_letter: NDArray[np.bool_], ranked: NDArray[np.float64]
) -> float:
    total = float(np.where(is_letter, ranked[:, -1], run[:, _FILLER]).sum())
    state = 0
    for letter in is_letter:
        total -= float(_LETTER_COST[state] if letter else _FILLER_COST[state])
        state = int(_AFTER_LETTER[state] if letter else _AFTER_FILLER[state])
    return total
