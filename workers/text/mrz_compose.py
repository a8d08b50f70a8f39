"""Composing machine readable zones from values: the reverse of parsing.

Source: ICAO Doc 9303 part 3, sections 4 and 6. Used to draw specimens and to compare the visual
zone with the MRZ.
"""

from collections.abc import Mapping

from schemas.documents import MrzFormat
from workers.text import mrz_dates
from workers.text.mrz_layouts import (
    COMPOSITE,
    FILLER,
    LAYOUTS,
    SYMBOLS,
    Check,
    Layout,
    Span,
    check_digit,
)
from workers.text.mrz_transliteration import transliterate

_DEFAULT_TYPE = {
    MrzFormat.TD1: "I",
    MrzFormat.TD2: "I",
    MrzFormat.TD3: "P",
    MrzFormat.MRV_A: "V",
    MrzFormat.MRV_B: "V",
    MrzFormat.FR_CNI: "ID",
}
_NUMBER_CELLS = 9
_LONG_NUMBERS = frozenset({MrzFormat.TD1, MrzFormat.TD2})


def format_mrz(mrz_format: MrzFormat, fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return lines whose check digits all hold, from values in their normal form.

    Fields have the names and forms of a reading: ``surname``, ``birth_date`` as YYYY-MM-DD,
    ``sex`` M, F or X, countries as three letters (``DEU`` is written as ``D``). Names may be in
    any script that ICAO transliterates. Absent fields become fillers.

    Raises:
        ValueError: when a value does not fit its cells or cannot be written in the 37 symbols.
    """
    layout = LAYOUTS[mrz_format]
    cells = [[FILLER] * layout.width for _ in range(layout.line_count)]
    _put_plain_fields(cells, layout, fields)
    _put_names(cells, layout, fields)
    _put_number(cells, layout, fields)
    number = _plain(fields.get("document_number", ""))
    long_number = mrz_format in _LONG_NUMBERS and len(number) > _NUMBER_CELLS
    # The composite is computed over the other check digits.
    for check in sorted(layout.checks, key=lambda check: check.name == COMPOSITE):
        _put_check(cells, check, long_number=long_number)
    return tuple("".join(line) for line in cells)


def name_cells(surname: str, given_names: str, width: int) -> str:
    """Return PRIMARY<<SECONDARY in exactly ``width`` cells, shortened as Doc 9303-3 4.6 does.

    Each part of a name keeps at least its first letter; a cut name fills the cells to the end.
    """
    primary = [part for part in transliterate(surname).split(FILLER) if part]
    secondary = [part for part in transliterate(given_names).split(FILLER) if part]
    while True:
        text = FILLER.join(primary)
        if secondary:
            text += FILLER * 2 + FILLER.join(secondary)
        if len(text) <= width:
            return text.ljust(width, FILLER)
        if not _shorten(primary, secondary, len(text) - width):
            return text[:width]


def _shorten(primary: list[str], secondary: list[str], excess: int) -> bool:
    """Take letters off the last part that has more than one; False when none has."""
    for parts in (secondary, primary):
        for index in range(len(parts) - 1, -1, -1):
            spare = len(parts[index]) - 1
            if spare > 0:
                parts[index] = parts[index][: len(parts[index]) - min(spare, excess)]
                return True
    return False


def _put_plain_fields(cells: list[list[str]], layout: Layout, fields: Mapping[str, str]) -> None:
    mrz_type = fields.get("mrz_type", _DEFAULT_TYPE[layout.mrz_format])
    _put(cells, layout.fields["mrz_type"][0], mrz_type)
    for name in ("issuing_country", "nationality"):
        if name in layout.fields:
            _put(cells, layout.fields[name][0], _country(fields.get(name, "")))
    for name in ("birth_date", "expiry_date"):
        if name in layout.fields and fields.get(name):
            _put(cells, layout.fields[name][0], mrz_dates.cells_of(fields[name]))
    sex = fields.get("sex", "X")
    _put(cells, layout.fields["sex"][0], FILLER if sex == "X" else sex)
    for name in ("personal_number", "department", "office"):
        if name in layout.fields:
            _put(cells, layout.fields[name][0], _plain(fields.get(name, "")))


def _put_names(cells: list[list[str]], layout: Layout, fields: Mapping[str, str]) -> None:
    surname, given = fields.get("surname", ""), fields.get("given_names", "")
    if "names" in layout.fields:
        span = layout.fields["names"][0]
        _put(cells, span, name_cells(surname, given, span.end - span.start))
        return
    span = layout.fields["surname"][0]
    _put(cells, span, name_cells(surname, "", span.end - span.start))
    span = layout.fields["given_names"][0]
    # The French card parts given names by two fillers.
    parts = [transliterate(part) for part in given.split()]
    _put(cells, span, "<<".join(parts)[: span.end - span.start])


def _put_number(cells: list[list[str]], layout: Layout, fields: Mapping[str, str]) -> None:
    """Write the number, its rest into the optional data when it is longer than its cells."""
    number = _plain(fields.get("document_number", ""))
    if layout.mrz_format is MrzFormat.FR_CNI:
        _put(cells, layout.fields["document_number"][0], number)
        issued = mrz_dates.cells_of(fields["issue_date"])[:4] if "issue_date" in fields else ""
        if issued and not number.startswith(issued):
            raise ValueError("the French card's number begins with its month of issue")
        return
    span = layout.fields["document_number"][0]
    optional = _plain(fields.get("optional_data", "")) if "optional_data" in layout.fields else ""
    _put(cells, span, number[:_NUMBER_CELLS])
    rest = number[_NUMBER_CELLS:]
    if rest:
        if layout.mrz_format not in _LONG_NUMBERS:
            raise ValueError("this format has no room for a document number beyond nine symbols")
        # Doc 9303-5 4.2.2.1: filler for the digit, then the rest, its check digit and a filler.
        optional = rest + check_digit(number) + FILLER + optional
    if "optional_data" in layout.fields:
        first = layout.fields["optional_data"][0]
        size = first.end - first.start
        if optional[size:] and "optional_data_2" not in layout.fields:
            raise ValueError("the optional data do not fit")
        _put(cells, first, optional[:size])
        if "optional_data_2" in layout.fields:
            _put(cells, layout.fields["optional_data_2"][0], optional[size:])


def _put_check(cells: list[list[str]], check: Check, *, long_number: bool) -> None:
    lines = tuple("".join(line) for line in cells)
    over = "".join(span.of(lines) for span in check.over)
    digit = check_digit(over)
    if check.name == "personal_number" and not over.strip(FILLER):
        digit = FILLER
    if check.name == "document_number" and long_number:
        digit = FILLER
    _put(cells, check.cell, digit)


def _country(value: str) -> str:
    return "D" if value == "DEU" else _plain(value)


def _plain(value: str) -> str:
    text = value.upper().replace(" ", FILLER).replace("-", FILLER)
    if any(symbol not in SYMBOLS for symbol in text):
        raise ValueError("a value holds symbols that no machine readable zone has")
    return text


def _put(cells: list[list[str]], span: Span, text: str) -> None:
    size = span.end - span.start
    if len(text) > size:
        raise ValueError("a value does not fit its cells")
    cells[span.line][span.start : span.end] = text.ljust(size, FILLER)
