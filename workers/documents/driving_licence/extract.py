"""Reads the numbered fields of licences; the country comes from what is printed above them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial

from schemas.documents import Extraction
from schemas.messages import Request
from workers.documents.document_type import Extracted, LoadedPage
from workers.documents.driving_licence.check import AGE_YEARS_MIN
from workers.documents.driving_licence.dates import dates_by_order
from workers.documents.driving_licence.layout import faces_of
from workers.documents.driving_licence.recognise import country_of
from workers.findings import finding
from workers.ports import Script, Tools
from workers.text import licence_numbers, printed_dates
from workers.text.countries import alpha3_of
from workers.visual.extractor import Extract, lines_of, visual_extractor
from workers.visual.lines import text_line

FRENCH_LETTERS = frozenset({"BEL", "FRA", "GBR", "IRL", "LUX", "NLD", "TUN"})
"""Countries whose letters Tesseract's French model knows.

Of any other's it would confirm what is wrong: measured, a Polish town without its accent.
"""

NAMES, PLACES = ("surname", "given_names"), ("birth_place", "authority")
_LONE_LETTER = re.compile(r"\w\s+\w{3}")

_FRENCH_READER = "tesseract"


@cache
def _reader_of(country: str | None) -> Extract:
    """Return what reads the licences of a country: their numbers have a form of their own."""
    support = partial(_confirmed, country)
    return visual_extractor("driving_licence", faces_of(country), support=support)


def _confirmed(country: str | None, values: Mapping[str, str]) -> Iterator[str]:
    if licence_numbers.has_check_digit(values.get("licence_number", ""), country):
        yield "licence_number"


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Return the licence with its country; its number takes the form that the country gives it."""
    lines = [text_line(line) for page in pages for line in lines_of(page, tools)]
    known = country_of(lines)
    country = known or (alpha3_of(request.country) if request.country else None)
    readers = tools if known in FRENCH_LETTERS else _without_french(tools)
    read = _reader_of(country)(pages, request, readers)
    first = read.extractions[0]
    whole = _with_doubt(_with_century(replace(first, country=country)))
    by_order = dates_by_order(pages, tools, dict(whole.fields))
    if by_order:
        doubt = finding("field.unsupported", *sorted(by_order))
        whole = replace(
            whole,
            fields={**whole.fields, **by_order},
            findings=(*whole.findings, doubt),
        )
    return replace(read, extractions=(whole, *read.extractions[1:]))


def _with_century(read: Extraction) -> Extraction:
    """Return the licence with the birth before its issue: its year may have two digits."""
    birth, issue = read.fields.get("birth_date"), read.fields.get("issue_date")
    if birth is None or printed_dates.parse(birth.raw) is not None:
        return read
    latest = issue.value if issue is not None else birth.value
    if birth.value[:4] < f"{int(latest[:4]) - AGE_YEARS_MIN:04d}":
        return read
    value = f"{int(birth.value[:4]) - 100:04d}{birth.value[4:]}"
    return replace(read, fields={**read.fields, "birth_date": replace(birth, value=value)})


def _without_french(tools: Tools) -> Tools:
    """Return tools without the reader whose words are French, whatever is printed."""
    french = [one for one in tools.readers_of(Script.LATIN) if one.name == _FRENCH_READER]
    return replace(tools, readers=tuple(one for one in tools.readers if one not in french))


def _with_doubt(read: Extraction) -> Extraction:
    """Return the licence with doubtful words doubted.

    A holder that is named as a place is another line's; a lone letter before a word may be the edge
    of something beside it. A number with another initial than the holder's was repaired wrongly: a
    J that was read as a figure is made an I.
    """
    values = {name: field.value for name, field in read.fields.items()}
    places = [values[name].upper() for name in PLACES if name in values]
    doubted = {
        name
        for name in NAMES
        if name in values and any(values[name].upper() in one for one in places)
    }
    doubted |= {name for name in (*NAMES, *PLACES) if _LONE_LETTER.match(values.get(name, ""))}
    number, given = values.get("licence_number", ""), values.get("given_names", "")
    if not licence_numbers.is_of(number, given, read.country):
        doubted.add("licence_number")
    if not doubted:
        return read
    doubt = finding("field.unsupported", *sorted(doubted))
    return replace(read, findings=(*read.findings, doubt))
