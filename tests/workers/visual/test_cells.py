"""On a bilingual form a value is that of the cell that it stands in."""

from tests.workers.visual.made_lines import line
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.lines import SpottedLine
from workers.visual.place import Place
from workers.visual.places import Finder

FORM = DocumentFace(
    "form",
    (
        Zone("name", ("Type commercial", "النوع التجاري"), where=(Where.BELOW,)),
        Zone("body", ("Carrosserie", "الهيكل"), where=(Where.BELOW,)),
        Zone("address", ("Adresse", "العنوان"), None, (Where.BELOW,), lines_max=2),
    ),
)
NAME = (line("Type commercial", 0.02, 0.1), line("النوع التجاري", 0.34, 0.1))
BODY = (line("Carrosserie", 0.62, 0.1), line("الهيكل", 0.86, 0.1))


def texts(*lines: SpottedLine) -> dict[str, set[str]]:
    """Return the texts of all places of each field."""

    def of(places: tuple[Place, ...]) -> set[str]:
        return {place.text for place in places}

    return {name: of(places) for name, places in Finder(FORM, lines, 1.0).places.items()}


def test_a_value_below_another_cell_is_not_offered() -> None:
    """The Arabic label of the first cell stands next to what is printed in the second."""
    found = texts(*NAME, *BODY, line("POLO", 0.02, 0.15), line("BERLINE", 0.64, 0.15))

    assert (found["name"], found["body"]) == ({"POLO"}, {"BERLINE"})


def test_a_cell_whose_label_was_lost_takes_no_value_of_the_next_one() -> None:
    """Without its Arabic twin a label reaches up to the next label of its row, no further."""
    found = texts(NAME[0], *BODY, line("POLO", 0.02, 0.15), line("BERLINE", 0.64, 0.15))

    assert (found["name"], found["body"]) == ({"POLO"}, {"BERLINE"})


def test_a_value_at_the_far_end_of_its_cell_is_found_without_the_label_there() -> None:
    """Arabic values stand at the right end of a cell, below the Arabic label that nobody read."""
    found = texts(NAME[0], *BODY, line("شاحنة", 0.5, 0.15))

    assert found["name"] == {"شاحنة"}


def test_a_line_over_two_cells_is_two_values() -> None:
    """A finder joins what stands at the end of one cell and at the start of the next."""
    found = texts(*NAME, *BODY, line("POLO BERLINE", 0.5, 0.15))

    assert (found["name"], found["body"]) == ({"POLO"}, {"BERLINE"})


def test_an_address_ends_before_a_row_of_labels() -> None:
    """In it a label that the face does not know is no second line of the address."""
    address = (line("Adresse", 0.02, 0.02), line("العنوان", 0.8, 0.02))
    street = line("12 RUE DE CARTHAGE", 0.02, 0.06)
    unknown = line("Txqe", 0.02, 0.1)

    alone = texts(*address, street, unknown, line("TUNIS", 0.02, 0.2))
    before = texts(*address, street, unknown, *BODY)

    assert "12 RUE DE CARTHAGE Txqe" in alone["address"]
    assert "12 RUE DE CARTHAGE" in before["address"]
    assert "12 RUE DE CARTHAGE Txqe" not in before["address"]


def test_an_address_ends_before_a_misread_label() -> None:
    """Print much like a label of the face goes on with no value."""
    lines = (line("Adresse", 0.02, 0.02), line("12 RUE DE CARTHAGE", 0.02, 0.06))

    found = texts(*lines, line("Carovssene", 0.02, 0.1))

    assert found["address"] == {"12 RUE DE CARTHAGE", "Carovssene"}
