"""Letters are labels only where a form would print them."""

import pytest

from tests.workers.visual.made_lines import first, line
from workers.ports import Script
from workers.text import printed_dates
from workers.visual.label_likeness import holds_label, is_like_label
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.places import Finder


def test_a_letter_of_a_value_is_no_label_where_the_label_stands_elsewhere() -> None:
    """The A of the form stands first in its row: that of CLASSE A belongs to the name."""
    face = DocumentFace(
        "coded",
        (
            Zone("registration_number", ("A",), parse=_strict),
            Zone("commercial_name", ("D.3",), parse=_strict),
        ),
    )
    lines = (
        line("A", 0.05, 0.1),
        line("123", 0.2, 0.1),
        line("D.3", 0.05, 0.5),
        line("456 A", 0.2, 0.5),
    )

    labels = Finder(face, lines, 1.0).labels

    assert [one.piece.line.text for one in labels] == ["D.3", "A"]


def test_a_code_whose_letter_stands_apart_is_one_label() -> None:
    """Readers put a space into 4b."""
    face = DocumentFace("front", (Zone("expiry_date", ("4b",)),))

    (label,) = Finder(face, (line("4 b. 30-06-2034", 0.1, 0.1),), 1.0).labels

    assert label.piece.text == "4 b."


def test_a_one_at_the_end_of_a_name_is_no_label() -> None:
    """The I of a form looks like it."""
    face = DocumentFace(
        "coded",
        (
            Zone("certificate_date", ("I",), parse=_strict),
            Zone("body", ("J.3",), parse=lambda text: text if text == "SERIE" else None),
        ),
    )

    assert Finder(face, (line("SERIE 1", 0.2, 0.1),), 1.0).labels == ()


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ("Activit6", True),
        ("عدد 22 شارع الحرية النوع", True),
        ("PRIVE", False),
        ("عدد 22 شارع الحرية", False),
    ],
)
def test_a_value_with_a_label_in_it_is_told(value: str, *, holds: bool) -> None:
    """Misread a little too, where it is nothing else."""
    face = DocumentFace(
        "front", (Zone("activity", ("Activité", "النشاط")), Zone("type", ("النوع",)))
    )

    assert holds_label(face, value) is holds


@pytest.mark.parametrize(
    ("value", "holds"), [("RENO DE ESPANA", True), ("REINOSO", False), ("Ana", False)]
)
def test_a_value_that_is_much_like_a_title_is_told(value: str, *, holds: bool) -> None:
    """Where labels are lost a title stands next to what seems one; short titles tell nothing."""
    face = DocumentFace("front", (Zone("surname", ("1",)),), titles=("REINO DE ESPAÑA", "ANA"))

    assert holds_label(face, value) is holds


def test_a_known_word_is_no_misread_label() -> None:
    """Usual names differ from labels by a letter or two."""
    face = DocumentFace("front", (Zone("given_names", ("الاسم",)), Zone("mother", ("الأم",))))

    assert not any(holds_label(face, name) for name in ("القاسمي", "أحلام", "إسلام", "الأمين"))
    assert holds_label(face, "الاسي")


def test_a_value_like_a_short_code_holds_no_label() -> None:
    """The body CI is no misread C.4.1."""
    assert not holds_label(DocumentFace("coded", (Zone("co_holder_name", ("C.4.1",)),)), "CI")


def _strict(text: str) -> str | None:
    return text if text.strip("A ").isdigit() else None


def test_a_lone_code_of_a_form_that_has_many_is_misread_print() -> None:
    """Where one code is seen and no other, a letter before a value is no label."""
    zones = tuple(Zone(code, (code,)) for code in ("A", "B", "C.1", "D.1", "E", "J"))
    face = DocumentFace("coded", zones)

    alone = Finder(face, (line("J ESSENCE", 0.1, 0.1),), 1.0)
    with_another = Finder(face, (*alone.lines, line("D.1 FIAT", 0.1, 0.2)), 1.0)

    assert alone.labels == ()
    assert len(with_another.labels) == 2


def test_what_is_like_a_label_is_a_name_where_the_label_itself_stands_elsewhere() -> None:
    """A name alone on its line differs from a label by a letter or two."""
    face = DocumentFace(
        "front", (Zone("given_names", ("الاسم",), Script.ARABIC, (Where.SAME_LINE, Where.LEFT)),)
    )

    found = Finder(face, [line("الأمجد", 0.5, 0.1), line("الاسم", 0.7, 0.1)], 1.0).places

    assert [place.text for place in found["given_names"]][:1] == ["الأمجد"]


def test_a_misread_label_is_one_where_that_of_another_language_was_read_right() -> None:
    """Both have eleven letters."""
    face = DocumentFace("front", (Zone("holder_name", ("Nom et prénom", "الاسم واللقب")),))

    found = Finder(face, [line("Nom et prénom", 0.1, 0.1), line("الاسم اللقب", 0.6, 0.1)], 1.0)

    assert len(found.labels) == 2


@pytest.mark.parametrize(
    ("printed", "label", "leads"),
    [("مكانما زغوان", "مكانها", True), ("الطاهر زغوان", "الظاهر", False)],
)
def test_a_misread_label_that_no_name_is_like_leads_its_value(
    printed: str, label: str, *, leads: bool
) -> None:
    """What is a name, or a letter from one, is none."""
    face = DocumentFace("front", (Zone("birth_place", (label,), Script.ARABIC),))

    assert bool(Finder(face, [line(printed, 0.5, 0.1)], 1.0).labels) is leads


def test_a_label_ends_with_its_last_letter_as_what_it_was_read() -> None:
    """A figure of that letter's shape is no value."""
    zone = Zone("seats", ("Places assises",), Script.DIGITS, (Where.SAME_LINE, Where.RIGHT))
    face = DocumentFace("front", (zone,))

    assert first(face, line("Places a5sise5", 0.1, 0.1)) == {}
    assert first(face, line("Places a5sise5 4", 0.1, 0.1)) == {"seats": "4"}


@pytest.mark.parametrize("name", ["SLAHEDDINE", "SAMI", "SAM"])
def test_a_name_lends_no_letter_to_the_label_before_it(name: str) -> None:
    """A label's plural ends as its singular and the name's first letter do."""
    face = DocumentFace("front", (Zone("given_names", ("Prénom", "Prénoms")),))

    assert first(face, line(f"Prénom {name}", 0.1, 0.1)) == {"given_names": name}
    assert first(face, line(f"Prénoms {name}", 0.1, 0.1)) == {"given_names": name}


def test_labels_of_words_stand_above_a_value_whose_code_stands_before_it() -> None:
    """Where the code was not seen the words above tell what the value is; a code never does."""
    zone = Zone("issued", ("I", "Date du certificat"), where=(Where.RIGHT,), headed=True)
    face = DocumentFace("form", (zone,))
    value = line("14-12-2017", 0.1, 0.14)

    assert first(face, line("date du certificat", 0.1, 0.1), value) == {"issued": "14-12-2017"}
    assert first(face, line("I", 0.1, 0.1), value) == {}


def test_a_label_of_few_letters_does_not_begin_a_word() -> None:
    """The mother's label is not that of a street's name that begins with it."""
    face = DocumentFace("back", (Zone("mother_name", ("الأم",), Script.ARABIC),))

    assert Finder(face, [line("إقامة الأمل", 0.5, 0.1)], 1.0).labels == ()
    assert len(Finder(face, [line("الأم سعاد", 0.5, 0.1)], 1.0).labels) == 1


@pytest.mark.parametrize("brackets", ["(0)", "()", "0)", "00)", "(0"])
def test_brackets_whose_letter_was_not_read_are_a_missing_code_by_what_stands_beside(
    brackets: str,
) -> None:
    """On a form that prints its codes in brackets a lone I is read as a nought, or not at all."""
    codes = ("C.1", "D.1", "D.2", "F.1", "G.1", "P.1")
    face = DocumentFace(
        "front",
        (
            *(Zone(code, (code,)) for code in codes),
            Zone("issued", ("I",), parse=printed_dates.parse),
        ),
    )
    coded = [line(f"({code}) X", 0.1, 0.1 + number / 10) for number, code in enumerate(codes)]

    found = Finder(face, [*coded, line(f"{brackets} 21/10/2022", 0.5, 0.8)], 1.0).places["issued"]

    assert [place.text for place in found][:1] == ["21/10/2022"]
    assert Finder(face, [line("(0) 21/10/2022", 0.5, 0.8)], 1.0).places["issued"] == ()


def test_a_lone_letter_that_a_long_value_follows_at_once_is_its_code() -> None:
    """Readers lose the space; a plate that begins with the letter is none."""
    face = DocumentFace("front", (Zone("issued", ("I",), parse=printed_dates.parse),))

    (found,) = Finder(face, [line("I14/07/2013", 0.1, 0.1)], 1.0).places["issued"]

    assert found.text == "14/07/2013"
    assert Finder(face, [line("11/10/1990", 0.1, 0.1)], 1.0).places["issued"] == ()


def test_a_car_is_no_code_that_ends_a_value() -> None:
    """The stop A.1 is printed with its point, as the other codes are."""
    face = DocumentFace("front", (Zone("name", ("D.3",)),), stops=("A.1",))

    found = Finder(face, [line("D.3 A1 SPORTBACK", 0.1, 0.1)], 1.0).places["name"]

    assert [place.text for place in found][:1] == ["A1 SPORTBACK"]


def test_a_town_whose_name_is_like_a_label_goes_on_with_an_address() -> None:
    """What no list knows may be the label, badly read."""
    face = DocumentFace("back", (Zone("profession", ("المهنة",), Script.ARABIC),))

    assert is_like_label(face, "المهنة")
    assert is_like_label(face, "المبنه")
    assert not is_like_label(face, "المظيلة")


def test_a_point_inside_a_code_that_has_none_makes_it_no_likelier() -> None:
    """A signature is read as 4.A at times: the 4a of the form is as good."""
    face = DocumentFace("front", (Zone("issue_date", ("4a",)), Zone("signature", ("7",))))
    lines = (line("4a. 28.12.2013", 0.1, 0.1), line("7. 4.A M", 0.1, 0.5))

    labels = Finder(face, lines, 1.0).labels

    assert "4a." in [one.piece.text for one in labels]
