"""The Tunisian identity card: its rules, its values, what it is recognised from."""

import pytest

from schemas.documents import Severity, Status, TextLine
from tests.workers.documents.extractions import codes, extraction, judged
from tests.workers.reading_fakes import TODAY
from workers.documents.document_type import Evidence
from workers.documents.registry import candidates, document_types
from workers.documents.tn_cin.check import check
from workers.findings import finding
from workers.text.tn_values import (
    parse_address,
    parse_descent,
    parse_filiation,
    parse_given_names,
    parse_holder_number,
    parse_latin_name,
    parse_line,
    parse_mother,
    parse_name,
    parse_number,
    parse_sex,
    parse_surname,
)
from workers.visual.layout import Parse

CARD = {
    "number": "01234567",
    "surname": "الطرابلسي",
    "given_names": "أمل",
    "filiation": "بنت علي بن محمد",
    "birth_date": "1985-01-25",
    "birth_place": "صفاقس",
    "mother_name": "فاطمة الغربي",
    "profession": "أستاذة",
    "address": "نهج قرطاج عدد 12 صفاقس",
    "issue_date": "2010-03-12",
}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"number": "1234567"}, "number.form"),
        ({"surname": "الطرابلسي 12"}, "field.symbols"),
        ({"given_names": "Amel"}, "field.symbols"),
        ({"birth_date": "1999-01-25"}, "holder.too_young"),
        ({"birth_date": "2016-01-25", "issue_date": "2026-01-25"}, "holder.too_young"),
        ({"filiation": "بن علي بن محمد", "spouse": "محمد الغربي"}, "sex.contradicted"),
        ({"sex": "M"}, "sex.contradicted"),
        ({"expiry_date": "2035-01-01"}, "sides.differ"),
    ],
)
def test_each_rule_accepts_a_card_and_refuses_another(changes: dict[str, str], code: str) -> None:
    """A broken rule warns and does no more: none of them is certain."""
    assert check(extraction("tn_cin", CARD), TODAY) == ()
    found = check(extraction("tn_cin", {**CARD, **changes}), TODAY)

    assert code in codes(found)
    assert all(one.severity is Severity.WARNING for one in found)


def test_dates_in_a_wrong_order_are_a_finding() -> None:
    """No card is issued before its holder is born."""
    status, found = judged(extraction("tn_cin", {**CARD, "issue_date": "1975-03-12"}))

    assert (status, found) == (Status.REVIEW, {"date.order"})


@pytest.mark.parametrize(
    ("fields", "absent", "status"),
    [
        (tuple(CARD), (), Status.ACCEPTED),
        (tuple(CARD)[:6], tuple(CARD)[6:], Status.ACCEPTED),
        (tuple(CARD)[6:], tuple(CARD)[:6], Status.ACCEPTED),
        (tuple(CARD)[1:], (), Status.REVIEW),
        (tuple(CARD)[6:], (), Status.REVIEW),
        ((), tuple(CARD)[:6], Status.REVIEW),
    ],
)
def test_a_side_alone_is_judged_by_what_it_prints(
    fields: tuple[str, ...], absent: tuple[str, ...], status: Status
) -> None:
    """A lone back lacks the number and may be accepted; a front without it may not."""
    read = extraction("tn_cin", {name: CARD[name] for name in fields})
    told = (finding("side.missing", *absent),) if absent else ()

    assert judged(read, *told)[0] is status


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parse_number, "0 1 2 3 4 5 6 7", "01234567"),
        (parse_number, "٠١٢٣٤٥٦٧", "01234567"),
        (parse_number, "1234567", None),
        (parse_number, "012345678", None),
        (parse_number, "N°03490149", "03490149"),
        (parse_number, "02 05 1970", None),
        (parse_number, "02.05.1970", None),
        (parse_number, "02051970", None),
        (parse_number, "12697520", "12697520"),
        (parse_number, "O6808505", "06808505"),
        (parse_number, "OOIlO6O5", None),
        (parse_surname, "بن يوسف", "بن يوسف"),
        (parse_surname, "بن خالد بن معز", None),
        (parse_given_names, "محمد أمين", "محمد أمين"),
        (parse_given_names, "بنت الحبيب بن علي", None),
        (parse_mother, "آمنة بنت علي بوزيد", "آمنة بنت علي بوزيد"),
        (parse_mother, "بنت علي بوزيد", None),
        (parse_filiation, "بن يوسف", None),
        (parse_name, "عبد اللّه", "عبد الله"),
        (parse_name, ": الطـرابلسي .", "الطرابلسي"),
        (parse_name, "عبد  اللطيف", "عبد اللطيف"),
        (parse_name, "الطرابلسي 3", None),
        (parse_name, "Trabelsi", None),
        (parse_line, "نهج قرطاج عدد ١٢ ، صفاقس", "نهج قرطاج عدد 12 ، صفاقس"),
        (parse_line, "12 34", None),
        (parse_filiation, "بنت علي بن محمد", "بنت علي بن محمد"),
        (parse_filiation, "بن الطاهربن رضا", "بن الطاهر بن رضا"),
        (parse_name, "هاجربنت علي الغربي", "هاجر بنت علي الغربي"),
        (parse_filiation, "بنزرت", None),
        (parse_descent, "بنت تاج الدين", "بنت تاج الدين"),
        (parse_descent, "بن عبد", None),
        (parse_address, "حي الرياض مكثر تونس ف 10 ماي 2022", None),
        (parse_name, "عبد الرؤوف", "عبد الرؤوف"),
        (parse_filiation, "محمد بن علي", None),
        (parse_latin_name, "BEN SALAH", "BEN SALAH"),
        (parse_latin_name, "Prénom", None),
        (parse_sex, "F / أنثى", "F"),
        (parse_sex, "ذكر", "M"),
        (parse_sex, "M F", None),
        (parse_holder_number, "01234567", "01234567"),
        (parse_holder_number, "1234567/A", "1234567A"),
        (parse_holder_number, "1234567A/M/M/000", "1234567AMM000"),
        (parse_holder_number, "123456A", None),
        (parse_holder_number, "1234567A/PM/000", "1234567APM000"),
    ],
)
def test_values_are_normal_forms_or_nothing(parse: Parse, text: str, value: str | None) -> None:
    """Logical order, no tatweel, digits 0-9; what does not fit is left to a person."""
    assert parse(text) == value


def seen(*texts: str) -> Evidence:
    """Return evidence of some lines of text."""
    lines = [TextLine(text, 0.9, (0.1, 0.1, 0.9, 0.2)) for text in texts]
    return Evidence(lines=tuple((1, line) for line in lines))


@pytest.mark.parametrize(
    "texts",
    [
        ("الجمهورية التونسية", "بطاقة التعريف الوطنية", "01234567"),
        ("بطاقة التعريف الوطنية", "اللقب الطرابلسي"),
        ("الجمهوريه النونسية", "بطافة التعريف الوطنية"),
        ("اللقب", "الاسم", "تاريخ الولادة 25 جانفي 1985", "مكانها تونس"),
        ("اسم ولقب الأم فاطمة", "المهنة تاجر", "العنوان نهج قرطاج", "تونس في 12 مارس 2010"),
    ],
)
def test_a_front_or_a_back_is_known_by_its_words(texts: tuple[str, ...]) -> None:
    """Titles, or where these are lost the labels, some letters wrong."""
    best = candidates(seen(*texts))[0]

    assert (best.document_type, best.country) == ("tn_cin", "TUN")
    assert best.score >= 0.5


@pytest.mark.parametrize(
    "texts",
    [
        ("السلام عليكم ورحمة الله", "شكرا على حسن تعاونكم"),
        ("الجمهورية التونسية", "شهادة التسجيل", "Certificat d'immatriculation"),
        ("RÉPUBLIQUE FRANÇAISE", "CARTE NATIONALE D'IDENTITÉ", "Nom", "Prénom(s)"),
    ],
)
def test_letters_and_other_papers_are_no_identity_card(texts: tuple[str, ...]) -> None:
    """Another country's card, another paper of the same state, a letter."""
    scored = {one.document_type: one.score for one in candidates(seen(*texts))}

    assert scored.get("tn_cin", 0.0) < max(0.5, *(s for t, s in scored.items() if t != "tn_cin"))


def test_the_fields_are_those_of_the_contract() -> None:
    """The number, the names and the day of birth are required."""
    kind = document_types()["tn_cin"]

    assert kind.required == ("number", "surname", "given_names", "birth_date")
    assert kind.prompt
