from collections.abc import Sequence

import pytest

from schemas.documents import TextLine
from workers.documents.document_type import Evidence
from workers.documents.driving_licence.recognise import recognise as licence
from workers.documents.fr_carte_grise.recognise import recognise as certificate
from workers.documents.registry import candidates


def evidence(texts: Sequence[str]) -> Evidence:
    """Return lines one below the other, the first twice as tall as the others."""
    lines = [
        TextLine(text, 0.98, (0.1, 0.05 * n, 0.9, 0.05 * n + (0.04 if n == 0 else 0.02)))
        for n, text in enumerate(texts)
    ]
    return Evidence(lines=tuple((1, line) for line in lines))


CODES = ("C.4.1", "D.2.1", "F.3 2480", "G.1", "J.1 VP", "J.2", "J.3 CI", "P.6", "U.1", "V.9", "X.1")
FRONT = ("1. MARTIN", "2. Julie", "3. 13.07.1990 (Lyon)", "4a. 16.01.2013", "4b. 15.01.2028", "5.")


@pytest.mark.parametrize(
    "texts",
    [
        ("CERTIFICAT D'IMMATRICULATION", "RÉPUBLIQUE FRANÇAISE"),
        ("CERTlFICAT D'IMMATRlCULATlON",),
        ("CERTIFICAT D'IMMATRICULATION", "LIEU DIT LE BOURG"),
        CODES,
        ("CERTIFCAT DIM6ATRCLLATON", "F3 2631", "G1 1383", "X1 08/12/2009"),
        ("Carte grise", "Puissance administrative", "Places assises", "Carrosserie nationale"),
    ],
)
def test_a_french_certificate_is_known_by_title_or_codes(texts: Sequence[str]) -> None:
    """A photograph of a part of it shows no title; one of before 2004 has no codes."""
    score, country = certificate(evidence(texts))

    assert score >= 0.6
    assert country == "FRA"


@pytest.mark.parametrize(
    "texts",
    [
        ("République Tunisienne", "Certificat d'immatriculation", "B", "C.1", "D.1"),
        ("Good morning", "A 12"),
        (),
    ],
)
def test_other_papers_are_no_french_certificate(texts: Sequence[str]) -> None:
    """Tunisia prints some of the codes and French words too."""
    assert certificate(evidence(texts))[0] < 0.5


@pytest.mark.parametrize(
    ("texts", "country"),
    [
        (("PERMIS DE CONDUIRE", "RÉPUBLIQUE FRANÇAISE", "F", *FRONT), "FRA"),
        (("PERMIS DE CONDUIRE", "F", "Rijbewijs", "Führerschein", *FRONT), "FRA"),
        (("RÉPUBLIQUE TUNISIENNE", "PERMIS DE CONDUIRE", *FRONT), "TUN"),
        (("رخصة سياقة", "الجمهورية التونسية", *FRONT), "TUN"),
        (("FÜHRERSCHEIN", "BUNDESREPUBLIK DEUTSCHLAND", "D", *FRONT), "DEU"),
        (("PERMISO DE CONDUCCIÓN", "ESPAÑA", "E", *FRONT), "ESP"),
        (("PATENTE DI GUIDA", "REPUBBLICA ITALIANA", "I", *FRONT), "ITA"),
        (("PRAWO JAZDY", "RZECZPOSPOLITA POLSKA", "PL", *FRONT), "POL"),
    ],
)
def test_a_licence_tells_its_country(texts: Sequence[str], country: str) -> None:
    """Title, name and sign; the background's words in all languages are smaller."""
    score, found = licence(evidence(texts))

    assert score >= 0.8
    assert found == country


def test_a_licence_is_known_by_its_numbers_and_by_its_back() -> None:
    """A title lost in glare, and the side that has none."""
    front = (
        "*",
        "1. MARTIN",
        "2. Julie",
        "3. 13.07.1990",
        "4a. 16.01.2013",
        "4b. 15.01.2028",
        "9. B",
    )
    back = (
        "9.",
        "10.",
        "11.",
        "12.",
        "AM",
        "A1",
        "A2",
        "B1",
        "BE",
        "C1E",
        "16.01.2013",
        "15.01.2028",
    )

    assert licence(evidence(front))[0] >= 0.5
    assert licence(evidence(back))[0] >= 0.5


def test_an_american_licence_is_another_type() -> None:
    """It numbers its fields alike, and says license."""
    texts = ("DRIVER LICENSE", "USA", "4d DL I1234568", "3 DOB 08/31/1977", "4b EXP 08/31/2028")

    assert licence(evidence(texts))[0] < 0.5


def test_neither_is_taken_for_the_other() -> None:
    """Both have codes of a letter and a figure."""
    first = candidates(evidence(("CERTIFICAT D'IMMATRICULATION", *CODES)))[0]
    second = candidates(evidence(("PERMIS DE CONDUIRE", "RÉPUBLIQUE FRANÇAISE", *FRONT)))[0]

    assert first.document_type == "fr_carte_grise"
    assert second.document_type == "driving_licence"
