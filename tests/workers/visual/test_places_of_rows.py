"""Values of forms with two languages, and of several lines, are found in their rows."""

from dataclasses import replace

from tests.workers.visual.made_lines import first, line
from workers.text import printed_dates, vin
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.places import Finder


def test_a_value_stands_between_the_labels_of_two_languages() -> None:
    """Right of the French label it comes before what stands below the other row's label."""
    face = DocumentFace(
        "front",
        (
            Zone(
                "body",
                ("Carrosserie", "الهيكل"),
                None,
                (Where.SAME_LINE, Where.LEFT, Where.BELOW, Where.RIGHT),
            ),
        ),
    )

    found = first(
        face,
        line("Carrosserie", 0.1, 0.1),
        line("BREAK", 0.4, 0.1),
        line("Activité", 0.1, 0.14),
    )

    assert found == {"body": "BREAK"}


def test_a_value_of_two_lines_may_stand_with_its_middle_beside_the_label() -> None:
    """Its first line is above the label's row, and no label's own."""
    face = DocumentFace("front", (Zone("address", ("Adresse",), lines_max=2),))

    found = first(
        face,
        line("14 RUE DE LA LIBERTE", 0.4, 0.285),
        line("Adresse", 0.1, 0.3),
        line("SFAX", 0.4, 0.315),
    )

    assert found == {"address": "14 RUE DE LA LIBERTE SFAX"}


def test_a_value_of_fewer_lines_is_offered_where_the_last_is_not_its_own() -> None:
    """What hangs on below may be another field's, which the grammar tells."""
    face = DocumentFace(
        "front",
        (
            Zone(
                "address",
                ("Adresse",),
                lines_max=3,
                parse=lambda text: None if any(map(str.isdigit, text)) else text,
            ),
        ),
    )

    found = Finder(
        face,
        [line("Adresse: RUE", 0.1, 0.1), line("SFAX", 0.18, 0.14), line("2019", 0.18, 0.18)],
        1.0,
    ).places["address"]

    assert next(p.text for p in found if face.zones[0].parse(p.text)) == "RUE SFAX"


def test_what_stands_beside_a_title_goes_on_with_no_value() -> None:
    """The code of the line below a name is misread, its words are a title of the face."""
    face = DocumentFace(
        "front", (Zone("holder", ("Name",), lines_max=2),), titles=("Is the owner of the car",)
    )

    found = first(
        face,
        line("Name", 0.1, 0.1),
        line("DUPONT ANNE", 0.2, 0.1),
        line("C.M IS THE OWNER OF THE CAR", 0.1, 0.16),
    )

    assert found["holder"] == "DUPONT ANNE"


def test_what_a_label_cannot_take_is_found_by_its_own_grammar() -> None:
    """The label of the vehicle's number was not read, that of the row before ends beside it."""
    face = DocumentFace(
        "front",
        (
            Zone("number", ("Number",), parse=vin.parse, anywhere=True, whole=True),
            Zone("issued", ("Date",), parse=printed_dates.parse, where=(Where.RIGHT,)),
        ),
    )

    found = first(face, line("Date", 0.1, 0.1), line("VF1AAAAA555444333", 0.2, 0.1))

    assert found["number"] == "VF1AAAAA555444333"


def test_small_print_below_a_value_heads_another() -> None:
    """A further line of the value is as high as its first."""
    face = DocumentFace("form", (Zone("holder", ("C.1",), where=(Where.RIGHT,), lines_max=2),))
    name, more = line("C.1", 0.1, 0.1), line("MARTIN", 0.2, 0.1)
    label = line("adresse", 0.2, 0.15)
    (left, top), (right, _), (_, low), _ = label.quad
    low = top + 0.4 * (low - top)
    small = replace(label, quad=((left, top), (right, top), (right, low), (left, low)))

    assert first(face, name, more, line("SOPHIE", 0.2, 0.15)) == {"holder": "MARTIN SOPHIE"}
    assert first(face, name, more, small) == {"holder": "MARTIN"}
