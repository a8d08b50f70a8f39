"""Values are found by their labels and by geometry, wherever the document prints them."""

import re

import pytest

from tests.workers.visual.made_lines import first, line
from workers.ports import Script
from workers.text.tn_values import parse_name
from workers.visual.labels import find_labels, find_phrase
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.places import Finder


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("Date de naissance: 12.03.1990", "12.03.1990"),
        ("Dale de naissence 12.03.1990", "12.03.1990"),
        ("DATE DENAISSANCE : 12.03.1990", "12.03.1990"),
        ("Datedenaissance12.03.1990", "12.03.1990"),
    ],
)
def test_a_value_follows_its_label_although_letters_of_it_were_misread(
    printed: str, value: str
) -> None:
    """Accents, case, lost spaces and a wrong letter in six do not hide a label."""
    face = DocumentFace("front", (Zone("birth_date", ("Date de naissance",)),))

    assert first(face, line(printed, 0.1, 0.1)) == {"birth_date": value}


def test_a_colon_is_no_part_of_a_value_whatever_it_was_read_as() -> None:
    """Readers of Arabic take it for their semicolon."""
    face = DocumentFace("back", (Zone("profession", ("الصفة",), Script.ARABIC, parse=parse_name),))

    assert first(face, line("الصفة؛ سائق تاكسي", 0.5, 0.1)) == {"profession": "سائق تاكسي"}


def test_another_label_is_no_label() -> None:
    """A text that shares some letters with a label is not taken for it."""
    face = DocumentFace("front", (Zone("birth_date", ("Date de naissance",)),))

    assert first(face, line("Date de delivrance: 12.03.1990", 0.1, 0.1)) == {}


def test_values_end_before_the_next_label_and_stop() -> None:
    """Two labels on one line share it."""
    face = DocumentFace(
        "front",
        (Zone("surname", ("Nom",)), Zone("given_names", ("Prénom",))),
        stops=("Signature",),
    )

    found = first(face, line("Nom DURAND Prénom ANNA Signature", 0.1, 0.1))

    assert found == {"surname": "DURAND", "given_names": "ANNA"}


def test_values_stand_right_left_and_below() -> None:
    """Each direction is looked at in the order of the zone."""
    face = DocumentFace(
        "front",
        (
            Zone("a", ("Alpha",), where=(Where.RIGHT,)),
            Zone("b", ("الاسم",), Script.ARABIC, (Where.LEFT,)),
            Zone("c", ("Gamma",), where=(Where.BELOW,)),
            Zone("d", ("Delta",), where=(Where.ABOVE,)),
        ),
    )

    found = first(
        face,
        line("Alpha", 0.1, 0.1),
        line("ONE", 0.4, 0.105),
        line("الإسم", 0.7, 0.3),
        line("سالم", 0.4, 0.3),
        line("Gamma", 0.1, 0.5),
        line("THREE", 0.1, 0.56),
        line("FOUR", 0.1, 0.8),
        line("Delta", 0.1, 0.86),
    )

    assert found == {"a": "ONE", "b": "سالم", "c": "THREE", "d": "FOUR"}


def test_codes_are_words_of_their_own() -> None:
    """D.1 is not found in D.2.1, nor B in the middle of a value."""
    face = DocumentFace(
        "front",
        (Zone("make", ("D.1",)), Zone("cnit", ("D.2.1",)), Zone("first", ("B",))),
    )

    found = first(
        face,
        line("D.1 RENAULT", 0.1, 0.1),
        line("D.2.1 M10RENVP B 12", 0.1, 0.2),
        line("(B) 12/03/2010", 0.1, 0.3),
    )

    assert found == {"make": "RENAULT", "cnit": "M10RENVP B 12", "first": "12/03/2010"}


def test_a_zone_without_label_is_found_by_its_grammar() -> None:
    """Eight digits stand wherever they stand."""
    face = DocumentFace(
        "front",
        (Zone("number", parse=lambda t: t if re.fullmatch("[0-9]{8}", t) else None),),
    )

    assert first(face, line("N 01234567 x", 0.1, 0.1)) == {"number": "01234567"}


def test_a_value_runs_on_below() -> None:
    """An address of two lines is read whole."""
    face = DocumentFace("front", (Zone("address", ("Adresse",), lines_max=2),))

    found = first(face, line("Adresse 3 RUE HAUTE", 0.1, 0.1), line("75001 PARIS", 0.1, 0.16))

    assert found == {"address": "3 RUE HAUTE 75001 PARIS"}


def test_a_value_ends_with_the_line_that_says_so() -> None:
    """Below post code and town stands something else, although its label was not seen."""
    lines = (
        line("C.3", 0.1, 0.1),
        line("121 AVENUE DU MOULIN", 0.2, 0.1),
        line("68000 MONTPELLIER", 0.2, 0.15),
        line("VOLKSWAGEN", 0.2, 0.2),
    )

    def ends(text: str) -> bool:
        return text.startswith("68000")

    zone = Zone("address", ("C.3",), where=(Where.RIGHT,), lines_max=3, ends=ends)

    assert first(DocumentFace("coded", (zone,)), *lines) == {
        "address": "121 AVENUE DU MOULIN 68000 MONTPELLIER"
    }


def test_labels_overlap_nowhere() -> None:
    """Of Nom and Nom de naissance on the same print the longer one counts."""
    face = DocumentFace("front", (Zone("a", ("Nom",)), Zone("b", ("Nom de naissance",))))

    labels = find_labels(face, [line("Nom de naissance", 0.1, 0.1)])

    assert [one.zone for one in labels] == [1]


def test_phrases_are_found_in_french_and_arabic() -> None:
    """Hamza, accents and a misread letter do not matter; another phrase does."""
    texts = ["RÉPUBL1QUE TUNISIENNE", "الجمهوريه التونسيه"]

    assert find_phrase("Republique Tunisienne", texts) == 1
    assert find_phrase("الجمهورية التونسية", texts) == 1
    assert find_phrase("Certificat d'immatriculation", texts) == 0


def eight_digits(text: str) -> str | None:
    """Return the text where it is eight digits."""
    return text if re.fullmatch("[0-9]{8}", text) else None


def test_a_label_between_two_lines_ends_a_value() -> None:
    """The line below belongs to the next field, and so does one in the row of a label."""
    face = DocumentFace(
        "front",
        (
            Zone("address", ("Adresse",), where=(Where.BELOW,), lines_max=3),
            Zone("activity", ("Activité",), where=(Where.BELOW,)),
            Zone("genre", ("Genre",)),
        ),
    )

    found = first(
        face,
        line("Adresse", 0.1, 0.10),
        line("3 RUE HAUTE", 0.1, 0.14),
        line("Activité", 0.1, 0.17),
        line("TRANSPORT", 0.1, 0.21),
        line("Genre", 0.6, 0.245),
        line("VOITURE", 0.1, 0.245),
    )

    assert (found["address"], found["activity"]) == ("3 RUE HAUTE", "TRANSPORT")


def test_a_strict_grammar_finds_a_value_whose_label_is_lost() -> None:
    """Beside its label first; anywhere only where nothing there makes a value."""
    face = DocumentFace("front", (Zone("number", ("Numéro",), parse=eight_digits, anywhere=True),))
    lost = line("x 01234567", 0.1, 0.5)

    assert first(face, lost)["number"] == "01234567"
    assert first(face, lost, line("Numéro 76543210", 0.1, 0.1))["number"] == "76543210"


def test_a_whole_line_is_not_cut_into_words() -> None:
    """A part of the line would make a value as well, and a wrong one."""
    names = Zone("names", parse=lambda t: t if t.startswith("son of") else None, whole=True)

    found = first(DocumentFace("front", (names,)), line("son of A and of B", 0.1, 0.1))

    assert found == {"names": "son of A and of B"}


@pytest.mark.parametrize(
    ("printed", "found"),
    [
        ("4b.20.05.2029", {"expiry": "20.05.2029"}),
        ("4b20.05.2029", {"expiry": "20.05.2029"}),
        ("F.12891", {"mass": "2891"}),
        ("B.25/02/2006", {"first": "25/02/2006"}),
        ("AB-123-CD B 25/02/2006", {"first": "25/02/2006"}),
        ("JEAN B MARTIN", {}),
        ("4 boulevard", {}),
    ],
)
def test_a_short_label_is_found_where_its_value_is_glued_to_it(
    printed: str, found: dict[str, str]
) -> None:
    """A point, the label's own form, or a value that parses tell it from a word."""

    def day(text: str) -> str | None:
        return text if re.fullmatch(r"\d\d[./]\d\d[./]\d{4}", text) else None

    face = DocumentFace(
        "front",
        (Zone("expiry", ("4b",)), Zone("mass", ("F.1",)), Zone("first", ("B",), parse=day)),
    )

    assert first(face, line(printed, 0.1, 0.1)) == found


def test_a_value_behind_the_next_label_is_the_next_labels() -> None:
    """An empty field does not take its neighbour's value."""
    face = DocumentFace("front", (Zone("ratio", ("Q",)), Zone("seats", ("S.1",))))

    found = first(face, line("Q", 0.1, 0.1), line("S.1", 0.3, 0.1), line("5", 0.4, 0.1))

    assert found == {"seats": "5"}


def test_a_value_goes_on_in_the_next_row_until_one_with_a_label() -> None:
    """Rows of a form stand far apart; what begins at the same left still belongs together."""
    face = DocumentFace("front", (Zone("address", ("C.3",), lines_max=3), Zone("make", ("D.1",))))

    found = first(
        face,
        line("C.3", 0.1, 0.1),
        line("27 RUE DU LAC", 0.3, 0.1),
        line("59169 FERIN", 0.3, 0.19),
        line("D.1", 0.1, 0.28),
        line("RENAULT", 0.3, 0.28),
    )

    assert found == {"address": "27 RUE DU LAC 59169 FERIN", "make": "RENAULT"}


def test_a_label_that_is_a_part_of_another_is_its_own() -> None:
    """Constructeur names the make, Type constructeur the type, whichever is printed alone."""
    face = DocumentFace(
        "front",
        (
            Zone("type", ("Type constructeur",), where=(Where.BELOW,)),
            Zone("make", ("Constructeur",), where=(Where.BELOW,)),
        ),
    )

    found = first(
        face,
        line("Constructeur", 0.1, 0.10),
        line("OPEL", 0.1, 0.15),
        line("Type constructeur", 0.1, 0.30),
        line("A12B", 0.1, 0.35),
    )

    assert found == {"make": "OPEL", "type": "A12B"}


def test_what_could_hardly_be_read_comes_after_what_was_read_well() -> None:
    """To the right of a bilingual label stands the other label, which this reader cannot read."""
    face = DocumentFace("front", (Zone("make", ("Constructeur",)),))

    found = first(
        face,
        line("Constructeur", 0.1, 0.10),
        line("zilall", 0.40, 0.10, confidence=0.5),
        line("OPEL", 0.1, 0.15),
    )

    assert found == {"make": "OPEL"}


def test_a_print_that_a_finder_parted_is_one_value() -> None:
    """Pieces that go on where the other ends, along their own direction."""
    plate = Zone("plate", parse=lambda t: t if re.fullmatch(r"\d+ TUN \d+", t) else None)

    found = first(
        DocumentFace("front", (plate,)),
        line("227", 0.10, 0.1),
        line("TUN", 0.20, 0.1),
        line("7995", 0.30, 0.1),
        line("12", 0.30, 0.6),
    )

    assert found == {"plate": "227 TUN 7995"}


def test_a_word_is_no_code_although_it_folds_as_one() -> None:
    """CI is a body, not C.1; half a label is another label."""
    face = DocumentFace(
        "front",
        (
            Zone("holder", ("C.1",)),
            Zone("body", ("J.3",)),
            Zone("number", ("Immatriculation",)),
            Zone("day", ("Date d'immatriculation",)),
        ),
    )

    found = first(
        face,
        line("C.1 DUPONT", 0.1, 0.1),
        line("J.3", 0.1, 0.2),
        line("CI", 0.2, 0.2),
        line("Immatriculation AB-123-CD", 0.1, 0.3),
    )

    assert found == {"holder": "DUPONT", "body": "CI", "number": "AB-123-CD"}


def test_a_title_beside_a_value_is_not_its_label() -> None:
    """What stands in the left column says nothing of the right one's values."""
    face = DocumentFace(
        "front", (Zone("address", ("C.3",), lines_max=2),), titles=("Registration certificate",)
    )

    found = first(
        face,
        line("C.3", 0.5, 0.1),
        line("27 RUE DU LAC", 0.6, 0.1),
        line("Registration certificate", 0.1, 0.15),
        line("59169 FERIN", 0.6, 0.15),
    )

    assert found == {"address": "27 RUE DU LAC 59169 FERIN"}


def test_a_neighbours_word_in_the_same_line_is_left_out() -> None:
    """A detector joins what stands close: the grammar takes it apart again."""

    def day(text: str) -> str | None:
        return text if re.fullmatch(r"\d\d/\d\d/\d{4}", text) else None

    face = DocumentFace("front", (Zone("first", ("B",), parse=day),))

    places = Finder(face, [line("B. 25/02/2006 Kl", 0.1, 0.1)], 1.0).places["first"]

    assert "25/02/2006" in [place.text for place in places]


def test_a_label_may_lack_a_letter() -> None:
    """Readers join two letters that look alike: one lam of two."""
    face = DocumentFace("front", (Zone("surname", ("اللقب",), Script.ARABIC),))

    assert first(face, line("القب: الفرشيشي", 0.1, 0.1)) == {"surname": "الفرشيشي"}


def test_an_arabic_value_goes_on_to_the_left() -> None:
    """A finder takes a wide space for the end of a line; half a name would be a wrong one."""
    face = DocumentFace(
        "back", (Zone("mother", ("اسم الأم",), Script.ARABIC, (Where.SAME_LINE, Where.LEFT)),)
    )

    found = first(
        face,
        line("اسم الأم", 0.7, 0.1),
        line("آمنة", 0.58, 0.1),
        line("بنت علي", 0.41, 0.1),
        line("بعيد", 0.05, 0.1),
    )

    assert found == {"mother": "آمنة بنت علي"}


def test_a_name_is_no_label_that_it_resembles() -> None:
    """Taher is not the word for energy; alone on its line a word with a letter wrong may be it."""
    face = DocumentFace(
        "front",
        (
            Zone("fuel", ("الطاقة",), Script.ARABIC, (Where.SAME_LINE, Where.LEFT)),
            Zone("holder", ("الاسم واللقب",), Script.ARABIC, (Where.LEFT,)),
        ),
    )
    holder = (line("الاسم واللقب", 0.7, 0.1), line("الطاهر خليل", 0.4, 0.1))

    assert first(face, *holder) == {"holder": "الطاهر خليل"}
    assert first(face, line("الطافة", 0.7, 0.3), line("بنزين", 0.5, 0.3))["fuel"] == "بنزين"
