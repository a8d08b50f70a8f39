"""What a place is to be read as."""

import pytest

from tests.workers.visual.made_lines import line
from workers.ports import Script
from workers.visual.layout import Zone
from workers.visual.lines import whole
from workers.visual.place import Place, script_of


@pytest.mark.parametrize(
    ("text", "figures_apart", "script"),
    [
        ("119179 ن ت", True, Script.ARABIC),
        ("119179 ن ت", False, Script.DIGITS),
        ("203 TUN 463", True, Script.DIGITS),
    ],
)
def test_a_word_beside_figures_that_are_read_apart_has_its_own_readers(
    text: str, script: Script, *, figures_apart: bool
) -> None:
    """A plate's figures are the same in either script, its word is not."""
    zone = Zone("registration_number", script=Script.DIGITS, figures_apart=figures_apart)

    assert script_of(zone, Place((whole(line(text, 0.1, 0.1)),), 0.0)) is script
