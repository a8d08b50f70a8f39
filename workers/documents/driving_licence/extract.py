"""Reads the numbered fields of licences; the country comes from what is printed above them."""

from dataclasses import replace

from schemas.documents import Extraction
from schemas.messages import Request
from workers.documents.document_type import Extracted, LoadedPage
from workers.documents.driving_licence.check import AGE_YEARS_MIN
from workers.documents.driving_licence.dates import dates_by_order
from workers.documents.driving_licence.layout import FACES
from workers.documents.driving_licence.recognise import country_of
from workers.findings import finding
from workers.ports import Script, Tools
from workers.text import licence_numbers, look_alikes, printed_dates
from workers.visual.extractor import lines_of, visual_extractor
from workers.visual.lines import text_line

FRENCH_LETTERS = frozenset({"BEL", "FRA", "GBR", "IRL", "LUX", "NLD", "TUN"})
"""Countries whose letters Tesseract's French model knows.

Of any other's it would confirm what is wrong: measured, a Polish town without its accent.
"""

ACCENTS_LOST = frozenset(
    {"BGR", "CZE", "EST", "HRV", "HUN", "LTU", "LVA", "POL", "ROU", "SVK", "SVN", "TUR"}
)
"""Countries with accents that every reader loses at times: measured, two of a Polish town's."""

NAMES, PLACES = ("surname", "given_names"), ("birth_place", "authority")
WORDS = (*NAMES, *PLACES)

_FRENCH_READER = "tesseract"

_read = visual_extractor("driving_licence", FACES)


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Return the licence with its country; its number takes the form that the country gives it."""
    lines = [text_line(line) for page in pages for line in lines_of(page, tools)]
    country = country_of(lines)
    read = _read(pages, request, tools if country in FRENCH_LETTERS else _without_french(tools))
    first = read.extractions[0]
    named = replace(first, country=country or first.country)
    whole = _with_doubt(_with_century(_with_number(named)))
    by_order = dates_by_order(pages, tools, dict(whole.fields))
    if by_order:
        doubt = finding("field.unsupported", *sorted(by_order))
        whole = replace(
            whole,
            fields={**whole.fields, **by_order},
            findings=(*whole.findings, doubt),
        )
    return replace(read, extractions=(whole, *read.extractions[1:]))


def _with_number(read: Extraction) -> Extraction:
    """Return the licence with its number's symbols repaired by the country's form."""
    number = read.fields.get("licence_number")
    if number is None:
        return read
    value = licence_numbers.parse(number.raw, read.country) or number.value
    return replace(read, fields={**read.fields, "licence_number": replace(number, value=value)})


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
    """Return the licence with what two readers alike may have wrong doubted.

    Accents are easily lost; a letter cannot be told from a figure where the number's form is not
    known; a holder that is named as a place is a value from another line.
    """
    doubted = set(WORDS) & read.fields.keys() if read.country in ACCENTS_LOST else set()
    number = read.fields.get("licence_number")
    if number is not None and read.country not in licence_numbers.FORMS:
        doubted |= {"licence_number"} if look_alikes.is_open(number.value) else set()
    places = [read.fields[name].value.upper() for name in PLACES if name in read.fields]
    doubted |= {
        name
        for name in NAMES
        if name in read.fields and any(read.fields[name].value.upper() in one for one in places)
    }
    if not doubted:
        return read
    doubt = finding("field.unsupported", *sorted(doubted))
    return replace(read, findings=(*read.findings, doubt))
