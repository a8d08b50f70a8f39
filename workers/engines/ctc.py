"""Greedy reading of the columns that a CTC recogniser gives."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workers.ports import StripReading


def read_columns(
    probabilities: NDArray[np.floating], symbols: Sequence[str], used: float = 1.0
) -> StripReading:
    """Return the likeliest text of columns x classes; class 0 is the blank.

    ``used`` is the share of the columns that the line fills: the rest is padding. Texts that are
    printed from right to left come out in the order of print.
    """
    count = max(1, round(len(probabilities) * used))
    best = probabilities[:count].argmax(axis=1)
    sure = probabilities[:count].max(axis=1)
    text, confidences, places = [], [], []
    column = 0
    while column < count:
        end = column + 1
        while end < count and best[end] == best[column]:
            end += 1
        if best[column]:
            text.append(symbols[int(best[column])])
            confidences.append(float(sure[column:end].max()))
            places.append((column + end) / 2 / count)
        column = end
    return StripReading("".join(text), tuple(confidences), tuple(places))
