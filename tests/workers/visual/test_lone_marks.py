"""An upright beside words is a letter only where sure readers see it."""

import pytest

from workers.visual.evidence import Witness, decide
from workers.visual.layout import Zone
from workers.visual.lone_marks import without_lone_marks

NAMES = Zone("given_names")


def voices(marked: str, plain: str, sure: float) -> list[Witness]:
    """Return two readers' words."""
    return [
        Witness("a", marked, marked, 0.97, 0.94, (0.94,) * len(marked)),
        Witness("b", plain, plain, 0.99, sure, (sure,) * len(plain)),
    ]


@pytest.mark.parametrize("marked", ["I DANIEL", "DANIEL I", "| DANIEL", "l DANIEL"])
def test_an_upright_that_a_sure_reader_did_not_see_is_none(marked: str) -> None:
    """It is the paper's pattern, or what is left of a label."""
    left = without_lone_marks(NAMES, voices(marked, "DANIEL", 0.95))
    verdict = decide(NAMES, left)

    assert [one.value for one in left] == ["DANIEL", "DANIEL"]
    assert all(len(one.sure) == len(one.text) for one in left)
    assert verdict is not None
    assert verdict.supported


@pytest.mark.parametrize(
    ("marked", "plain", "sure"),
    [
        ("I DANIEL", "DANIEL", 0.8),
        ("I DANIEL", "DANJEL", 0.95),
        ("1 RUE HAUTE", "RUE HAUTE", 0.95),
        ("A DANIEL", "DANIEL", 0.95),
        ("I", "X", 0.95),
    ],
)
def test_other_symbols_stay_and_so_does_what_nobody_denies(
    marked: str, plain: str, sure: float
) -> None:
    """A one may be a house's number, an A an initial."""
    left = without_lone_marks(NAMES, voices(marked, plain, sure))

    assert [one.value for one in left] == [marked, plain]


def test_an_upright_that_two_readers_saw_or_that_stands_in_a_code_stays() -> None:
    """A third who lost it does not outvote them."""
    seen = voices("CLIO I", "CLIO", 0.95)
    both = [*seen, Witness("c", "CLIO I", "CLIO I", 0.99, 0.99)]

    assert [one.value for one in without_lone_marks(NAMES, both)] == ["CLIO I", "CLIO", "CLIO I"]
    assert list(without_lone_marks(Zone("commercial_name", coded=True), seen)) == seen
