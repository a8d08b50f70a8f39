"""A reader of ours is believed alone only where it says the same however a print is cut out."""

import numpy as np

from tests.workers.visual.made_lines import line
from tests.workers.visual.test_reading import PAGE, Says
from workers.ports import Script
from workers.visual.evidence import Witness, decide
from workers.visual.layout import Zone
from workers.visual.lines import whole
from workers.visual.steadiness import CUTS, read_steadily

ZONE = Zone("surname", script=Script.ARABIC)
PIECES = (whole(line("سالم", 0.1, 0.1)),)


def said(*texts: str) -> Witness | None:
    """Return the witness of a reader that says these texts, one for each cut."""
    return read_steadily(Says("bitaqa-arabic", (Script.ARABIC,), *texts), ZONE, PIECES, PAGE)


def test_the_same_at_every_cut_is_support() -> None:
    """It needs no second engine."""
    witness = said(*["سالم"] * CUTS)

    assert witness is not None
    assert witness.steady
    verdict = decide(ZONE, [witness])
    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("سالم", True)
    assert verdict.confidence > 0.95


def test_one_cut_may_differ_where_the_others_are_sure() -> None:
    """The tightest one cuts off dots."""
    texts = ("سلم", *["سالم"] * (CUTS - 1))
    reader = Says("bitaqa-arabic", (Script.ARABIC,), *texts, sure=0.97)
    witness = read_steadily(reader, ZONE, PIECES, PAGE)

    assert witness is not None
    assert (witness.value, witness.steady) == ("سالم", True)


def test_most_cuts_name_the_value_and_two_that_differ_take_the_support() -> None:
    """The value is the likeliest one, and a person should look."""
    witness = said("سلم", "سلم", *["سالم"] * (CUTS - 2))

    assert witness is not None
    assert (witness.value, witness.steady) == ("سالم", False)
    verdict = decide(ZONE, [witness])
    assert verdict is not None
    assert not verdict.supported


def test_a_value_of_two_lines_is_cut_line_by_line() -> None:
    """The cuts of both lines are read together."""
    two = (*PIECES, whole(line("تونس", 0.1, 0.2)))
    reader = Says("bitaqa-arabic", (Script.ARABIC,), *["نهج"] * CUTS, *["تونس"] * CUTS)

    witness = read_steadily(reader, ZONE, two, np.copy(PAGE))

    assert witness is not None
    assert (witness.value, witness.steady) == ("نهج تونس", True)


def test_nothing_read_is_no_witness() -> None:
    """Noise at every cut makes no value."""
    assert said(*[""] * CUTS) is None


def test_a_letter_that_is_not_sure_takes_the_support() -> None:
    """A net can take one letter for another at every cut, but not surely."""
    texts = ["سالم"] * CUTS
    witness = read_steadily(
        Says("bitaqa-arabic", (Script.ARABIC,), *texts, sure=0.7), ZONE, PIECES, PAGE
    )

    assert witness is not None
    assert not witness.steady
