"""A reader of ours is asked several times; what it says most often is its word, and no more."""

import numpy as np

from tests.workers.visual.made_lines import line
from tests.workers.visual.test_reading import PAGE, Says
from workers.ports import Script
from workers.visual.evidence import Witness, decide
from workers.visual.layout import Zone
from workers.visual.lines import whole
from workers.visual.place import Place
from workers.visual.vote import FIRST_CUTS, read_by_vote

ZONE = Zone("surname", script=Script.ARABIC)
PLACE = Place((whole(line("سالم", 0.1, 0.1)),), 0.0)
CUTS = 7


def said(*texts: str, sure: float = 0.9) -> Witness | None:
    """Return the witness of a reader that says these texts, one for each cut."""
    reader = Says("bitaqa-arabic", (Script.ARABIC,), *texts, sure=sure)
    (witness,) = read_by_vote(reader, [(ZONE, PLACE)], PAGE)
    return witness


def test_most_cuts_name_the_value() -> None:
    """The tightest one cuts off dots."""
    witness = said("سلم", "سلم", *["سالم"] * (CUTS - 2))

    assert witness is not None
    assert witness.value == "سالم"


def test_the_more_cuts_agree_the_surer_it_is() -> None:
    """A vote of all counts more than one of most."""
    all_cuts, most = said(*["سالم"] * CUTS), said("سلم", "سلم", *["سالم"] * (CUTS - 2))

    assert all_cuts is not None
    assert most is not None
    assert all_cuts.confidence > most.confidence


def test_one_engine_cannot_confirm_itself() -> None:
    """However often it says the same: a person should look."""
    witness = said(*["سالم"] * CUTS)

    assert witness is not None
    verdict = decide(ZONE, [witness])
    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("سالم", False)


def test_a_vote_is_over_where_the_first_cuts_surely_agree() -> None:
    """The reader has no more texts than these; where it is less sure it is asked for all."""
    witness = said(*["سالم"] * FIRST_CUTS, sure=0.99)
    mended = said(*["سلم"] * FIRST_CUTS, *["سالم"] * (CUTS - FIRST_CUTS), sure=0.9)

    assert witness is not None
    assert witness.value == "سالم"
    assert mended is not None
    assert mended.value == "سالم"


def test_a_value_of_two_lines_is_cut_line_by_line() -> None:
    """The same cuts of both lines, and of all places, are read together."""
    two = Place((*PLACE.pieces, whole(line("تونس", 0.1, 0.2))), 0.0)
    reader = Says("bitaqa-arabic", (Script.ARABIC,), *["نهج", "تونس", "سالم"] * CUTS)

    street, name = read_by_vote(reader, [(ZONE, two), (ZONE, PLACE)], np.copy(PAGE))

    assert street is not None
    assert name is not None
    assert (street.value, name.value) == ("نهج تونس", "سالم")


def test_nothing_read_is_no_witness() -> None:
    """Noise at every cut makes no value."""
    assert said(*[""] * CUTS) is None
