from collections.abc import Callable

import pytest

from schemas.documents import TextLine
from tests.workers.reading_fakes import MRV_A, OLD_FRENCH_CARD, TD1, TD3, TODAY, reading_of
from workers.documents.document_type import Evidence, Level
from workers.documents.icao_check import card_code, passport_code, visa_code
from workers.documents.registry import candidates, document_types
from workers.drawing.write import draw_specimen
from workers.text.mrz import parse

TD2 = ("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6")
MRV_B = ("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<")


@pytest.mark.parametrize(
    ("lines", "code"),
    [(TD3, "passport"), (TD1, "id_card"), (TD2, "id_card"), (MRV_A, "visa"), (MRV_B, "visa")],
)
def test_a_zone_tells_its_type_and_country(lines: tuple[str, ...], code: str) -> None:
    """The form of the zone decides; its third to fifth cells name the state."""
    (found,) = candidates(Evidence(mrz=((1, reading_of(lines)),)))

    assert (found.document_type, found.country) == (code, "UTO")
    assert found.score > 0.8


def test_a_zone_whose_digits_fail_speaks_less_for_its_type() -> None:
    """It may be misread: another type's evidence may weigh more."""
    broken = (TD3[0], TD3[1].replace("L898902C36", "L898902C37"))

    (good,) = candidates(Evidence(mrz=((1, reading_of(TD3)),)))
    (bad,) = candidates(Evidence(mrz=((1, reading_of(broken)),)))

    assert 0.5 < bad.score < good.score


@pytest.mark.parametrize("seed", [12, 20])
def test_a_drawn_identity_card_is_not_of_france(seed: int) -> None:
    """Its card is a type of its own: drawn as another, it would be read as what it is."""
    specimen = draw_specimen("id_card", seed, Level.CLEAN)
    zone = reading_of(specimen.mrz_lines)

    assert candidates(Evidence(mrz=((1, zone),)))[0].document_type == "id_card"


FRENCH_TD1 = ("IDFRAX4RTBPFW46<<<<<<<<<<<<<<<", *TD1[1:])


@pytest.mark.parametrize("lines", [OLD_FRENCH_CARD, FRENCH_TD1])
def test_french_identity_cards_are_their_own_type(lines: tuple[str, ...]) -> None:
    """The type of the nation comes before the one of the world."""
    best = candidates(Evidence(mrz=((1, reading_of(lines)),)))[0]

    assert (best.document_type, best.country) == ("fr_cni", "FRA")
    assert best.score > 0.75


@pytest.mark.parametrize("code", ["IR", "I<", "C<"])
def test_other_french_cards_are_not(code: str) -> None:
    """Residence permits of the same state and form stay cards of the world."""
    lines = (code + FRENCH_TD1[0][2:], *FRENCH_TD1[1:])

    (found,) = candidates(Evidence(mrz=((1, reading_of(lines)),)))

    assert (found.document_type, found.country) == ("id_card", "FRA")


def test_text_is_what_remains() -> None:
    """Lines alone are text; lines beside a zone change nothing; nothing is nothing."""
    line = TextLine("Good morning", 0.9, (0.1, 0.1, 0.9, 0.2))

    (text,) = candidates(Evidence(lines=((1, line),)))
    first, second = candidates(Evidence(mrz=((1, reading_of(TD3)),), lines=((1, line),)))

    assert (text.document_type, text.country) == ("text", None)
    assert (first.document_type, second.document_type) == ("passport", "text")
    assert candidates(Evidence()) == ()


@pytest.mark.parametrize(
    ("is_type", "right", "wrong"),
    [
        (passport_code, ("P", "PD", "PM", "DP"), ("I", "V", "")),
        (card_code, ("I", "ID", "IR", "A", "C", "CR"), ("AC", "IV", "P", "V", "")),
        (visa_code, ("V", "VB"), ("P", "I", "")),
    ],
)
def test_each_type_knows_its_document_codes(
    is_type: Callable[[str], bool],
    right: tuple[str, ...],
    wrong: tuple[str, ...],
) -> None:
    """Codes of other documents are told."""
    assert all(map(is_type, right))
    assert not any(map(is_type, wrong))


@pytest.mark.parametrize("code", ["passport", "id_card", "visa"])
def test_a_type_lists_every_field_that_its_zone_can_carry(code: str) -> None:
    """A field that no type lists would have no place in tables and docs."""
    zones = {"passport": (TD3,), "id_card": (TD1, TD2), "visa": (MRV_A, MRV_B)}
    listed = {spec.name for spec in document_types()[code].fields}

    for lines in zones[code]:
        assert set(parse(lines, today=TODAY).fields) <= listed


def test_every_folder_exports_the_type_of_its_name() -> None:
    """The registry follows the folders, in the order of their codes."""
    types = document_types()

    assert {"passport", "id_card", "visa", "text"} <= set(types)
    assert list(types) == sorted(types)
    assert all(code == kind.code and kind.required for code, kind in types.items())
