"""Reading of the columns that a CTC recogniser gives: greedily, or held to a list of words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from workers.ports import StripReading
from workers.text import arabic_words
from workers.text.bidi import is_arabic_letter

UNLISTED = 0.002
"""Odds of a word that is not on the list against one that is, before its print is looked at."""

LIKELIER_FROM = 0.5
"""A word becomes another one where this is likelier than all others together."""

WIDE_GAP = 1.5
"""Symbols so many heights of the line apart have paper between them."""

_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Run:
    """Columns beside each other that show one symbol.

    Args:
        first: its first column; ``end``: the one after its last.
        sure: the symbol's probability.
    """

    symbol: str = field(repr=False)
    first: int
    end: int
    sure: float = field(repr=False)


def read_columns(
    probabilities: NDArray[np.floating],
    symbols: Sequence[str],
    used: float = 1.0,
    height: float = math.inf,
) -> StripReading:
    """Return the likeliest text of columns x classes; class 0 is the blank.

    Texts that are printed from right to left come out in the order of print.

    Args:
        probabilities: columns x classes.
        symbols: one for each class.
        used: the share of the columns that the line fills: the rest is padding.
        height: of the line, in columns: symbols far apart get a space between them.
    """
    columns = _filled(probabilities, used)
    return _reading(_apart(_runs(columns, symbols), WIDE_GAP * height), len(columns))


def read_words(
    probabilities: NDArray[np.floating],
    symbols: Sequence[str],
    used: float = 1.0,
    height: float = math.inf,
) -> StripReading:
    """Return the text as `read_columns` does, its Arabic words held against a list of known ones.

    A word like one on the list becomes that one where its columns show it nearly as well; how sure
    its symbols are is then the whole word's probability among all that it could be.
    """
    columns = _filled(probabilities, used)
    classes = {symbol: number for number, symbol in enumerate(symbols)}
    # Letters and figures without a space: a letter alone at a word's beginning may be read as one.
    runs = _apart(_runs(columns, symbols), WIDE_GAP * height)
    groups = [list(group) for _, group in groupby(runs, key=_is_of_word)]
    out: list[Run] = []
    for number, group in enumerate(groups):
        if not any(is_arabic_letter(run.symbol) for run in group):
            out += group
            continue
        first = out[-1].end if out else 0
        end = groups[number + 1][0].first if number + 1 < len(groups) else len(columns)
        out += _mended(group, columns[first:end], classes)
    return _reading(out, len(columns))


def likelihoods(
    columns: NDArray[np.floating], texts: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """Return how probable it is that columns x classes show each text, given as classes.

    The forward sum over all ways in which a text's symbols and blanks (class 0) fill the columns:
    Graves and others, Connectionist Temporal Classification, 2006, section 4.1.
    """
    longest = max(len(text) for text in texts)
    states = np.zeros((len(texts), 2 * longest + 1), np.int64)
    for row, text in enumerate(texts):
        states[row, 1 : 2 * len(text) : 2] = text
    skips = np.zeros(states.shape, bool)
    skips[:, 2:] = (states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])
    ahead = np.zeros(states.shape, np.float64)
    shown = columns[:, states]
    ahead[:, :2] = shown[0, :, :2]
    for column in range(1, len(columns)):
        step = ahead.copy()
        step[:, 1:] += ahead[:, :-1]
        step[:, 2:] += np.where(skips[:, 2:], ahead[:, :-2], 0.0)
        ahead = step * shown[column]
    rows = np.arange(len(texts))
    lengths = np.array([len(text) for text in texts])
    return np.asarray(ahead[rows, 2 * lengths] + ahead[rows, 2 * lengths - 1], np.float64)


def _filled(probabilities: NDArray[np.floating], used: float) -> NDArray[np.floating]:
    return probabilities[: max(1, round(len(probabilities) * used))]


def _runs(columns: NDArray[np.floating], symbols: Sequence[str]) -> list[Run]:
    best = columns.argmax(axis=1)
    sure = columns.max(axis=1)
    runs = []
    column, count = 0, len(columns)
    while column < count:
        end = column + 1
        while end < count and best[end] == best[column]:
            end += 1
        if best[column]:
            symbol = symbols[int(best[column])]
            runs.append(Run(symbol, column, end, float(sure[column:end].max())))
        column = end
    return runs


def _apart(runs: Sequence[Run], least: float) -> list[Run]:
    """Return the runs with spaces in the gaps that are as wide as that, in columns.

    A recogniser that saw no space there saw no letters either: a flag beside a number, say.
    """
    apart: list[Run] = []
    for run in runs:
        beside = " " not in (apart[-1].symbol, run.symbol) if apart else False
        if beside and run.first - apart[-1].end >= least:
            apart.append(Run(" ", apart[-1].end, run.first, 1.0))
        apart.append(run)
    return apart


def _reading(runs: Sequence[Run], count: int) -> StripReading:
    return StripReading(
        "".join(run.symbol for run in runs),
        tuple(run.sure for run in runs),
        tuple((run.first + run.end) / 2 / count for run in runs),
    )


def _is_of_word(run: Run) -> bool:
    return is_arabic_letter(run.symbol) or run.symbol.isdigit()


def _mended(group: list[Run], columns: NDArray[np.floating], classes: dict[str, int]) -> list[Run]:
    """Return the runs of the known word that a group of columns shows, or the group as it is."""
    word = "".join(run.symbol for run in reversed(group))
    listed = [word] if arabic_words.is_known(word) else []
    listed += [one for one in arabic_words.near(word) if all(letter in classes for letter in one)]
    if not listed:
        return group
    texts = [[classes[letter] for letter in reversed(one)] for one in listed]
    shares = likelihoods(columns, texts)
    known = float(shares.sum())
    every = known + UNLISTED * max(0.0, 1.0 - known)
    best = int(shares.argmax())
    sure = float(shares[best]) / max(every, _LEAST)
    if listed[best] == word:
        return [replace(run, sure=sure) for run in group]
    if sure < LIKELIER_FROM:
        return group
    first, end = group[0].first, group[-1].end
    edges = np.linspace(first, end, len(listed[best]) + 1).round().astype(int)
    return [
        Run(letter, int(left), int(right), sure)
        for letter, left, right in zip(reversed(listed[best]), edges[:-1], edges[1:], strict=True)
    ]
