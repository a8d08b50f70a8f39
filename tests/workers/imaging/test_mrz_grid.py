"""What a strip's columns tell before its length is known."""

import numpy as np

from workers.imaging.mrz_grid import FILLER, LogProbs, probe

_BLANK = 37


def _columns(places: list[int], symbols: list[int], sure: float, width: int) -> LogProbs:
    """Return columns in which the symbols stand at the places, so surely, and gaps between."""
    probabilities = np.full((width, 38), 1e-4)
    probabilities[:, _BLANK] = 1.0
    for place, symbol in zip(places, symbols, strict=True):
        probabilities[place] = (1 - sure) / 36
        probabilities[place, symbol] = sure
        probabilities[place, _BLANK] = 1e-4
    return np.asarray(np.log(probabilities / probabilities.sum(axis=1, keepdims=True)), np.float64)


def test_surely_read_letters_at_one_pitch_are_zone_like() -> None:
    """The second line of a passport may have no filler."""
    places = list(range(2, 50, 4))

    found = probe(_columns(places, [5] * len(places), 0.99, 52))

    assert found.is_zone_like
    assert found.may_be_line
    assert found.run == len(places)


def test_doubtful_letters_are_zone_like_only_with_fillers() -> None:
    """Of print that no zone has the recogniser is half sure, but it sees no fillers in it."""
    places = list(range(2, 50, 4))
    letters = [5] * len(places)
    with_filler = [*letters[:-1], FILLER]

    without = probe(_columns(places, letters, 0.75, 52))
    beside = probe(_columns(places, with_filler, 0.75, 52))

    assert not without.is_zone_like
    assert not without.may_be_line
    assert beside.is_zone_like
    assert beside.may_be_line


def test_letters_at_uneven_steps_are_no_line() -> None:
    """Prose changes its step with every letter."""
    places = list(np.cumsum([3, 6, 4, 8, 3, 7, 5, 3, 8, 4]))

    found = probe(_columns(places, [5] * len(places), 0.99, 60))

    assert not found.is_zone_like
    assert not found.may_be_line


def test_an_empty_strip_has_no_letters() -> None:
    """Nothing is read where nothing stands."""
    found = probe(_columns([], [], 0.9, 52))

    assert (found.letters, found.run, found.fillers) == (0, 0, 0.0)
    assert not found.is_zone_like
