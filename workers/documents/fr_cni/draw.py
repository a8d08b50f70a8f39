"""Draws French identity cards of invented people, as public descriptions show them."""

from datetime import date, timedelta
from random import Random

from schemas.documents import MrzFormat
from workers.documents.document_type import Level, Specimen
from workers.drawing.icao_pages import CARD_TD1, CARD_TD2, Entry, draw_back, draw_page
from workers.drawing.names import NAMING
from workers.drawing.people import Person, invent_papers, invent_person
from workers.drawing.photo import photograph
from workers.text.mrz import format_mrz
from workers.text.mrz_transliteration import transliterate

_LAST_OLD_CARD = date(2021, 7, 31)
_OLD_CARDS_SINCE_DAYS = 25 * 365
_DEPARTMENTS = ("752", "923", "691", "132", "592", "2A0", "974", "331")
_SERIAL = "ABCDEFGHKLMNPRSTVWXYZ0123456789"
_GIVEN_CELLS = 14


def draw(rng: Random, level: Level) -> Specimen:
    """Return a card of 1988 or of 2021, half of them each."""
    if rng.random() < 0.5:
        return _card_of_1988(rng, level)
    return _card_of_2021(rng, level)


def _card_of_1988(rng: Random, level: Level) -> Specimen:
    issued = _LAST_OLD_CARD - timedelta(days=rng.randint(0, _OLD_CARDS_SINCE_DAYS))
    person = _person(rng, born_before=issued)
    department = rng.choice(_DEPARTMENTS)
    fields = {
        "mrz_type": "ID",
        "issuing_country": "FRA",
        "surname": person.surname.upper(),
        "given_names": person.given_names,
        "nationality": "FRA",
        "document_number": f"{issued:%y%m}{department}{rng.randint(1, 99999):05d}",
        "birth_date": person.birth_date.isoformat(),
        "birth_place": person.birth_place.upper(),
        "sex": person.sex,
        "issue_date": f"{issued:%Y-%m}-00",
        "department": department,
    }
    # The first line names department and office on newer cards only.
    office = f"{rng.randint(1, 999):03d}" if rng.random() < 0.6 else ""
    in_line = {"department": department, "office": office} if office else {"department": ""}
    lines = format_mrz(MrzFormat.FR_CNI, fields | in_line)
    front = draw_page(
        rng,
        CARD_TD2,
        "RF  Carte nationale d'identité",
        _old_front(rng, person, fields),
        lines,
        beside=True,
    )
    return Specimen((photograph(rng, front, level),), "fr_cni", "FRA", fields, lines)


def _card_of_2021(rng: Random, level: Level) -> Specimen:
    papers = invent_papers(rng, "FRA", 10)
    person = _person(rng, born_before=papers.issue_date)
    fields = {
        "mrz_type": "ID",
        "issuing_country": "FRA",
        "surname": person.surname.upper(),
        "given_names": person.given_names,
        "document_number": "".join(rng.choice(_SERIAL) for _ in range(9)),
        "nationality": "FRA",
        "birth_date": person.birth_date.isoformat(),
        "birth_place": person.birth_place.upper(),
        "sex": person.sex,
        "issue_date": papers.issue_date.isoformat(),
        "expiry_date": papers.expiry_date.isoformat(),
    }
    lines = format_mrz(MrzFormat.TD1, fields)
    title = "Carte nationale d'identité / Identity card"
    front = draw_page(rng, CARD_TD1, title, _new_front(person, fields, papers.expiry_date))
    back = draw_back(rng, CARD_TD1, _new_back(rng, papers.issue_date), lines)
    images = (photograph(rng, front, level), photograph(rng, back, level))
    return Specimen(images, "fr_cni", "FRA", fields, lines)


def _person(rng: Random, born_before: date) -> Person:
    """Return someone whose given names fit the narrow cells of the old card."""
    while True:
        person = invent_person(rng, "FRA")
        given = "<<".join(_cells(person.given_names).split())
        if len(given) < _GIVEN_CELLS and person.birth_date < born_before and person.sex != "X":
            return person


def _old_front(rng: Random, person: Person, fields: dict[str, str]) -> tuple[Entry, ...]:
    born = "Née le" if person.sex == "F" else "Né le"
    return (
        Entry("Carte nationale d'identité n°", fields["document_number"]),
        Entry("Nationalité", "Française"),
        Entry("Nom", person.surname.upper()),
        Entry("Prénom(s)", person.given_names.replace(" ", ", ")),
        Entry("Sexe", person.sex),
        Entry(born, f"{person.birth_date:%d.%m.%Y}"),
        Entry("à", person.birth_place.upper()),
        Entry("Taille", f"1,{rng.randint(50, 98)} m"),
    )


def _new_front(person: Person, fields: dict[str, str], expiry: date) -> tuple[Entry, ...]:
    return (
        Entry("Nom / Surname", person.surname.upper()),
        Entry("Prénoms / Given names", person.given_names.replace(" ", ", ")),
        Entry("Sexe / Sex", person.sex),
        Entry("Nationalité / Nationality", "FRA"),
        Entry("Date de naiss. / Date of birth", f"{person.birth_date:%d %m %Y}"),
        Entry("Lieu de naissance / Place of birth", person.birth_place.upper()),
        Entry("N° du document / Document No", fields["document_number"]),
        Entry("Date d'expir. / Expiry date", f"{expiry:%d %m %Y}"),
    )


def _new_back(rng: Random, issued: date) -> tuple[Entry, ...]:
    street = rng.choice(("rue des Lilas", "avenue du Moulin", "place de la Gare"))
    town = rng.choice(NAMING["FRA"].places).upper()
    return (
        Entry("Taille / Height", f"1,{rng.randint(50, 98)} m"),
        Entry("Date de délivrance / Date of issue", f"{issued:%d %m %Y}"),
        Entry("Adresse / Address", f"{rng.randint(1, 99)} {street} {town}"),
    )


def _cells(name: str) -> str:
    return transliterate(name).replace("<", " ")
