# ruff: noqa: RUF001 - single Arabic letters are meant
"""Columns of a recogniser read greedily, and held against the list of known words."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from workers.engines.ctc import likelihoods, read_columns, read_words

SYMBOLS = ("", *" 7ءأابتثجحخدذرزسشصضطظعغفقكلمنهويىةئ")


def test_likelihoods_are_sums_over_all_ways_to_fill_the_columns() -> None:
    """Held against every path, one by one."""
    columns = np.random.default_rng(3).dirichlet(np.ones(3), 6)
    texts = [[1], [1, 2], [1, 1], [2, 1, 1], [1, 2, 1, 2, 1, 2]]

    by_path = dict.fromkeys(map(tuple, texts), 0.0)
    for path in product(range(3), repeat=len(columns)):
        said = tuple(s for i, s in enumerate(path) if s and (i == 0 or path[i - 1] != s))
        if said in by_path:
            by_path[said] += float(np.prod([columns[i, s] for i, s in enumerate(path)]))

    assert np.allclose(likelihoods(columns, texts), list(by_path.values()))


@given(st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=6), min_size=1, max_size=5))
def test_a_text_is_as_likely_whatever_it_is_held_against(texts: list[list[int]]) -> None:
    """Longer rivals beside it change nothing."""
    columns = np.random.default_rng(1).dirichlet(np.ones(5), 14)

    alone = [float(likelihoods(columns, [text])[0]) for text in texts]

    assert np.allclose(likelihoods(columns, texts), alone)


def test_a_soft_letter_becomes_that_of_the_known_word() -> None:
    """The print shows one nearly as well as the other, and only one is a name."""
    columns = _columns("المثلوئي"[::-1], rivals={"ئ": ("ث", 0.35)})

    assert read_columns(columns, SYMBOLS).text[::-1] == "المثلوئي"
    mended = read_words(columns, SYMBOLS)
    assert mended.text[::-1] == "المثلوثي"
    assert min(mended.confidences) > 0.9
    assert len(mended.places) == len(mended.text)


def test_a_plain_letter_stays_though_no_list_knows_the_word() -> None:
    """What is printed is what is read."""
    columns = _columns("المثلوئي"[::-1], rivals={"ئ": ("ث", 0.001)})

    assert read_words(columns, SYMBOLS).text[::-1] == "المثلوئي"


def test_a_known_word_is_as_sure_as_its_print_leaves_others_out() -> None:
    """How sure a word is takes in all that it could be."""
    sure = read_words(_columns("سامي"[::-1]), SYMBOLS)
    unsure = read_words(_columns("رامي"[::-1], rivals={"ر": ("س", 0.4)}), SYMBOLS)

    assert (sure.text[::-1], min(sure.confidences) > 0.9) == ("سامي", True)
    assert (unsure.text[::-1], max(unsure.confidences) < 0.7) == ("رامي", True)


def test_figures_and_spaces_around_a_word_are_left_alone() -> None:
    """Only Arabic words are held against the list."""
    read = read_words(_columns("هنشام 77"[::-1]), SYMBOLS)

    assert read.text[::-1] == "هنشام 77"
    assert len(read.confidences) == len(read.places) == len(read.text)


def _columns(text: str, rivals: dict[str, tuple[str, float]] | None = None) -> NDArray[np.float64]:
    """Return three columns a symbol: the symbol, where it has a rival that one's share, a blank."""
    rows = []
    for symbol in text:
        row = np.full(len(SYMBOLS), 1e-6)
        row[SYMBOLS.index(symbol)] = 1.0
        rival, share = (rivals or {}).get(symbol, (symbol, 0.0))
        if share:
            row[SYMBOLS.index(rival)] = share
            row[SYMBOLS.index(symbol)] = 1.0 - share
        blank = np.full(len(SYMBOLS), 1e-6)
        blank[0] = 1.0
        rows += [row / row.sum(), blank / blank.sum()]
    return np.array(rows)


@pytest.mark.parametrize(("gap", "text"), [(17, "س س"), (12, "سس")])
def test_symbols_far_apart_are_words_of_their_own(gap: int, text: str) -> None:
    """Paper stands between them, whether the net saw a space or not."""
    columns = np.full((gap + 2, len(SYMBOLS)), 0.001)
    columns[:, 0] = 0.9
    columns[[0, gap + 1]] = 0.001
    columns[[0, gap + 1], SYMBOLS.index("س")] = 0.9

    assert read_columns(columns, SYMBOLS, height=10).text == text
    assert read_words(columns, SYMBOLS, height=10).text == text
    assert read_columns(columns, SYMBOLS).text == "سس"
