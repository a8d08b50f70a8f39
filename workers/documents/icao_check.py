"""The rules of travel documents: check digits, codes of documents, states and persons."""

from collections.abc import Callable, Iterator
from datetime import date

from schemas.documents import Extraction, Finding, Severity
from workers.findings import finding
from workers.text.countries import is_document_code
from workers.text.mrz import MrzField, parse

CODE_SURE = 0.99
"""An unknown code of a state whose letters are read less surely may be a known one misread."""

LOOKALIKES = ("DOQ", "OQCG", "OU", "ILTJ", "BRPEFS", "ZSA", "VUYW", "MNHWKX")
"""Letters that are taken for each other in bad print."""

Check = Callable[[Extraction, date], tuple[Finding, ...]]


def checker(is_type: Callable[[str], bool]) -> Check:
    """Return the rules for a type whose document codes ``is_type`` knows."""

    def check(extraction: Extraction, today: date) -> tuple[Finding, ...]:
        return tuple(_broken(extraction, today, is_type))

    return check


def passport_code(code: str) -> bool:
    """Say whether a TD3 document may carry the code: ``P`` first, or ``DP`` as some print."""
    return code.startswith("P") or code == "DP"


def card_code(code: str) -> bool:
    """Say whether a TD1 or TD2 document may carry the code (Doc 9303 parts 5 and 6)."""
    return code[:1] in {"A", "C", "I"} and code != "AC" and code[1:2] != "V"


def visa_code(code: str) -> bool:
    """Say whether a visa may carry the code (Doc 9303 part 7)."""
    return code.startswith("V")


def _broken(
    extraction: Extraction, today: date, is_type: Callable[[str], bool]
) -> Iterator[Finding]:
    if extraction.mrz is None:
        return
    parsed = parse(extraction.mrz.lines, today=today)
    for one in parsed.checks:
        if one.holds is False and one.name == "composite":
            yield finding("mrz.composite")
        elif one.holds is False:
            yield finding("mrz.check_digit", one.name)
    code = parsed.fields.get("mrz_type")
    if code is None or not is_type(code.raw.rstrip("<")):
        yield finding("mrz.document_code", "mrz_type")
    for name in ("issuing_country", "nationality"):
        cells = parsed.fields.get(name)
        if cells is not None and not is_document_code(cells.raw):
            sure = _is_surely_printed(name, cells, extraction)
            yield finding("country.unknown", name, severity=Severity.INFO if sure else None)
    for name, is_right, finding_code in _CELL_RULES:
        cells = parsed.fields.get(name)
        if cells is not None and not is_right(cells):
            yield finding(finding_code, name)


def _is_surely_printed(name: str, cells: MrzField, extraction: Extraction) -> bool:
    """Say whether an unknown code is what the document prints, not a known one misread.

    States print codes of their own (``BDR``, ``SI``); what is printed is what is read.
    """
    read = extraction.fields.get(name)
    plain = cells.raw.rstrip("<")
    if read is None or read.confidence < CODE_SURE or len(plain) < 2 or not plain.isalpha():
        return False
    if any(one.code == "names.unsupported" for one in extraction.findings):
        return False
    return not any(
        is_document_code(plain[:at] + other + plain[at + 1 :])
        for at, letter in enumerate(plain)
        for group in LOOKALIKES
        if letter in group
        for other in group
    )


def _has_value(cells: MrzField) -> bool:
    return cells.value is not None


def _has_no_digit(cells: MrzField) -> bool:
    return not any(symbol.isdigit() for symbol in cells.raw)


_CELL_RULES: tuple[tuple[str, Callable[[MrzField], bool], str], ...] = (
    ("birth_date", _has_value, "date.invalid"),
    ("expiry_date", _has_value, "date.invalid"),
    ("issue_date", _has_value, "date.invalid"),
    ("sex", _has_value, "field.symbols"),
    ("surname", _has_no_digit, "field.symbols"),
    ("given_names", _has_no_digit, "field.symbols"),
)
"""Field, what its cells must be, and the finding where they are not."""
