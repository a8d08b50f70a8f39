"""Draws travel documents of invented people: values first, then the page that carries them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from schemas.documents import MrzFormat
from workers.documents.document_type import Level, Specimen
from workers.drawing.icao_layouts import CARDS, PASSPORTS, VISAS, Layout, draw_composed
from workers.drawing.icao_pages import (
    CARD_TD1,
    CARD_TD2,
    PASSPORT,
    VISA_A,
    VISA_B,
    Entry,
    Sheet,
    draw_back,
)
from workers.drawing.names import NAMING
from workers.drawing.people import (
    Papers,
    Person,
    invent_country,
    invent_papers,
    invent_person,
)
from workers.drawing.photo import photograph
from workers.ports import Image
from workers.text.mrz import format_mrz
from workers.text.mrz_transliteration import transliterate

Draw = Callable[[Random, Level], Specimen]

LONG_NUMBERS = 1 / 8
"""Share of TD1 cards whose number is longer than its nine cells."""

_SHEETS: Mapping[MrzFormat, Sheet] = {
    MrzFormat.TD3: PASSPORT,
    MrzFormat.TD1: CARD_TD1,
    MrzFormat.TD2: CARD_TD2,
    MrzFormat.MRV_A: VISA_A,
    MrzFormat.MRV_B: VISA_B,
}
_LAYOUTS: Mapping[MrzFormat, tuple[Layout, ...]] = {
    MrzFormat.TD3: PASSPORTS,
    MrzFormat.TD1: CARDS,
    MrzFormat.TD2: CARDS,
    MrzFormat.MRV_A: VISAS,
    MrzFormat.MRV_B: VISAS,
}
_PRINTED = (
    "surname",
    "given_names",
    "nationality",
    "birth_date",
    "sex",
    "birth_place",
    "issue_date",
    "expiry_date",
    "document_number",
    "authority",
)
_DATE_FORMS = ("%d.%m.%Y", "%d/%m/%Y", "%d %b %Y", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document that a type draws.

    Args:
        mrz_format: of its zone.
        codes: document codes that it may carry.
        title: heading of its page.
        years: for which it is issued.
    """

    mrz_format: MrzFormat
    codes: tuple[str, ...]
    title: str
    years: tuple[int, ...]


def drawer(
    document_type: str, kinds: tuple[Kind, ...], otherwise: Mapping[str, str] = MappingProxyType({})
) -> Draw:
    """Return a function that draws one of the kinds; a seed draws the same picture again.

    ``otherwise`` is what the print tells of some fields, as on a forged page, against the zone.
    """

    def draw(rng: Random, level: Level) -> Specimen:
        kind = rng.choice(kinds)
        country = _issuer(rng, kind)
        person = invent_person(rng, invent_country(rng) if _is_visa(kind) else country)
        papers = invent_papers(rng, country, rng.choice(kind.years))
        fields = _fields(rng, kind, country, person, papers)
        lines = format_mrz(kind.mrz_format, fields)
        layout = rng.choice(_LAYOUTS[kind.mrz_format])
        values = {**_printed(rng, person, papers, fields), **otherwise}
        printed = tuple(
            Entry(layout.label(name, number), values[name])
            for number, name in enumerate(_PRINTED, start=1)
        )
        pages = _pages(rng, kind, layout, country, printed, lines)
        return Specimen(
            images=tuple(photograph(rng, page, level) for page in pages),
            document_type=document_type,
            country=country,
            fields=fields,
            mrz_lines=lines,
            optional={
                "issue_date": papers.issue_date.isoformat(),
                "birth_place": person.birth_place,
                "authority": papers.authority,
            },
        )

    return draw


def _issuer(rng: Random, kind: Kind) -> str:
    """Return a state; identity cards of France are a type of their own."""
    country = invent_country(rng)
    while country == "FRA" and kind.mrz_format in {MrzFormat.TD1, MrzFormat.TD2}:
        country = invent_country(rng)
    return country


def _is_visa(kind: Kind) -> bool:
    return kind.mrz_format in {MrzFormat.MRV_A, MrzFormat.MRV_B}


def _fields(
    rng: Random, kind: Kind, country: str, person: Person, papers: Papers
) -> dict[str, str]:
    """Return the truth: values as the machine readable zone carries them."""
    fields = {
        "mrz_type": rng.choice(kind.codes),
        "issuing_country": country,
        "surname": _mrz_name(person.surname),
        "given_names": _mrz_name(person.given_names),
        "document_number": papers.number,
        "nationality": person.nationality,
        "birth_date": person.birth_date.isoformat(),
        "sex": person.sex,
        "expiry_date": papers.expiry_date.isoformat(),
    }
    if kind.mrz_format is MrzFormat.TD1 and rng.random() < LONG_NUMBERS:
        fields["document_number"] += f"{rng.randint(0, 99999):05d}"[-12 + len(papers.number) :]
    elif kind.mrz_format is MrzFormat.TD3 and papers.personal_number:
        fields["personal_number"] = papers.personal_number
    elif papers.personal_number:
        # Six symbols and a letter fit the smallest formats, whose optional cells are seven. The
        # letter tells them from a long number's rest, which ends in its check digit.
        fields["optional_data"] = papers.personal_number[:6] + "K"
    return fields


def _printed(
    rng: Random, person: Person, papers: Papers, fields: Mapping[str, str]
) -> dict[str, str]:
    """Return the visual zone: the same data in printed form, with accents."""
    form = rng.choice(_DATE_FORMS)
    return {
        "surname": person.surname.upper(),
        "given_names": person.given_names,
        "nationality": NAMING[person.nationality].nationality,
        "birth_date": person.birth_date.strftime(form),
        "sex": person.sex,
        "birth_place": person.birth_place,
        "issue_date": papers.issue_date.strftime(form),
        "expiry_date": papers.expiry_date.strftime(form),
        "document_number": fields["document_number"],
        "authority": papers.authority,
    }


def _pages(
    rng: Random,
    kind: Kind,
    layout: Layout,
    country: str,
    entries: tuple[Entry, ...],
    lines: tuple[str, ...],
) -> tuple[Image, ...]:
    sheet, naming = _SHEETS[kind.mrz_format], NAMING[country]
    titles = (f"{naming.state}  {kind.title}", naming.native_state)
    if kind.mrz_format is not MrzFormat.TD1:
        return (draw_composed(rng, sheet, layout, titles, entries, lines),)
    # The zone of a TD1 card stands on its back.
    front = draw_composed(rng, sheet, layout, titles, entries[:7])
    back = draw_back(rng, sheet, entries[7:], lines)
    return (front, back)


def _mrz_name(name: str) -> str:
    return transliterate(name).replace("<", " ")
