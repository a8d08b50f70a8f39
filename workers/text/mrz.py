"""The grammar of machine readable zones: lines to fields, with spans and check digits.

Source: ICAO Doc 9303 parts 3 to 7. Nothing here corrects: what the lines say is what comes out,
and a check digit that does not hold is told beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from schemas.documents import MrzFormat
from workers.text import mrz_dates
from workers.text.mrz_compose import format_mrz
from workers.text.mrz_layouts import (
    FILLER,
    LAYOUTS,
    SYMBOLS,
    Check,
    Layout,
    Span,
    check_digit,
    layout_of,
)

__all__ = [
    "CheckResult",
    "MrzField",
    "MrzShapeError",
    "ParsedMrz",
    "check_digit",
    "format_mrz",
    "parse",
    "printed_checks",
]


class MrzShapeError(ValueError):
    """The lines have the shape of no machine readable zone; carries no value."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check digit as printed. ``holds`` is None where a filler stands in its place."""

    name: str
    cell: Span
    holds: bool | None


@dataclass(frozen=True, slots=True)
class MrzField:
    """One field of the zone.

    Args:
        value: the normal form; None when the cells cannot be brought to it (a month 13).
        raw: the cells as printed.
        spans: where the cells stand; names and long numbers may have two.
        check: whether its own check digit holds; None when it has none.
    """

    value: str | None = field(repr=False)
    raw: str = field(repr=False)
    spans: tuple[Span, ...]
    check: bool | None = None


@dataclass(frozen=True, slots=True)
class ParsedMrz:
    """The zone's fields by name; fields that the document leaves empty are absent.

    ``valid`` says that every printed check digit holds and none is missing where one must be.
    """

    format: MrzFormat
    lines: tuple[str, ...] = field(repr=False)
    fields: Mapping[str, MrzField]
    checks: tuple[CheckResult, ...]
    names_truncated: bool

    @property
    def valid(self) -> bool:
        """All check digits hold; a filler counts only where the layout allows one."""
        return all(check.holds is not False for check in self.checks)


def parse(lines: Sequence[str], *, today: date | None = None) -> ParsedMrz:
    """Return the fields of the lines; dates get their century by ``today``.

    Raises:
        MrzShapeError: when number, width or symbols of the lines fit no format.
    """
    cells = tuple(lines)
    layout = layout_of(cells)
    if layout is None or any(symbol not in SYMBOLS for line in cells for symbol in line):
        raise MrzShapeError("the lines have the shape of no machine readable zone")
    number, number_check = _document_number(layout, cells)
    checks = tuple(
        number_check if check.name == "document_number" else _check(check, cells)
        for check in layout.checks
    )
    holds = {check.name: check.holds for check in checks}
    fields: dict[str, MrzField] = {}
    for name, (span, _) in layout.fields.items():
        if name in {"names", "document_number", "optional_data", "optional_data_2", "office"}:
            continue
        raw = span.of(cells)
        value = _value(name, raw, layout.mrz_format, today or date.today())  # noqa: DTZ011 - a calendar day
        if raw.strip(FILLER) or name == "sex":
            fields[name] = MrzField(value, raw, (span,), holds.get(name))
    fields["document_number"] = number
    fields |= _optional_data(layout, cells, number)
    truncated = False
    if "names" in layout.fields:
        names, truncated = _names(layout.fields["names"][0], cells)
        fields |= names
    if layout.mrz_format is MrzFormat.FR_CNI:
        # A department of its own in the first line comes before the one within the number.
        fields = _french_card(cells, number, today or date.today()) | fields  # noqa: DTZ011 - a calendar day
        truncated = _is_cut(layout.fields["surname"][0].of(cells), parted=False) or _is_cut(
            layout.fields["given_names"][0].of(cells), parted=True
        )
    return ParsedMrz(layout.mrz_format, cells, fields, checks, truncated)


def printed_checks(mrz_format: MrzFormat, lines: Sequence[str]) -> tuple[CheckResult, ...]:
    """Return how each check digit of the format stands in the lines."""
    cells = tuple(lines)
    layout = LAYOUTS[mrz_format]
    number = _document_number(layout, cells)[1]
    return tuple(
        number if check.name == "document_number" else _check(check, cells)
        for check in layout.checks
    )


def _check(check: Check, cells: tuple[str, ...]) -> CheckResult:
    printed = check.cell.of(cells)
    over = "".join(span.of(cells) for span in check.over)
    if printed == FILLER:
        # Doc 9303-4: the personal number's digit may be a filler when the number is empty.
        free = check.name == "personal_number" and not over.strip(FILLER)
        return CheckResult(check.name, check.cell, None if free else False)
    return CheckResult(check.name, check.cell, printed == check_digit(over))


def _document_number(layout: Layout, cells: tuple[str, ...]) -> tuple[MrzField, CheckResult]:
    """Read the number, with its rest in the optional data where it is longer than nine."""
    span = layout.fields["document_number"][0]
    check = next(check for check in layout.checks if check.name == "document_number")
    raw = span.of(cells)
    long_number = _long_number(layout, cells) if check.cell.of(cells) == FILLER else None
    if long_number is None:
        result = _check(check, cells)
        value = raw.replace(FILLER, "")
        return MrzField(value or None, raw, (span,), result.holds), result
    rest, printed = long_number
    optional = layout.fields["optional_data"][0]
    rest_span = Span(optional.line, optional.start, optional.start + len(rest))
    digit = Span(optional.line, rest_span.end, rest_span.end + 1)
    # Issuers differ on whether the filler between the two parts counts.
    holds = printed in {check_digit(raw + rest), check_digit(raw + FILLER + rest)}
    number = (raw + rest).replace(FILLER, "")
    return (
        MrzField(number, raw + rest, (span, rest_span), holds),
        CheckResult(check.name, digit, holds),
    )


def _long_number(layout: Layout, cells: tuple[str, ...]) -> tuple[str, str] | None:
    """Return the rest of a long number and its check digit, or None when there is no rest."""
    if layout.mrz_format not in {MrzFormat.TD1, MrzFormat.TD2}:
        return None
    optional = layout.fields["optional_data"][0].of(cells)
    run = optional.split(FILLER, 1)[0]
    if len(run) < 2 or not run[-1].isdigit():
        return None
    return run[:-1], run[-1]


def _optional_data(layout: Layout, cells: tuple[str, ...], number: MrzField) -> dict[str, MrzField]:
    """Join what the optional cells hold, without the rest of a long document number."""
    spans: list[Span] = []
    for name in ("optional_data", "optional_data_2"):
        if name not in layout.fields:
            continue
        span = layout.fields[name][0]
        if len(number.spans) == 2 and span.line == number.spans[1].line and not spans:
            # After the rest and its check digit.
            span = Span(span.line, min(number.spans[1].end + 1, span.end), span.end)
        if span.of(cells).strip(FILLER):
            spans.append(span)
    if not spans:
        return {}
    raw = tuple(span.of(cells) for span in spans)
    value = " ".join(_spaced(part) for part in raw)
    return {"optional_data": MrzField(value, "".join(raw), tuple(spans))}


def _names(span: Span, cells: tuple[str, ...]) -> tuple[dict[str, MrzField], bool]:
    """Split PRIMARY<<SECONDARY. Names that fill their cells to the end may be truncated."""
    raw = span.of(cells)
    primary, found, secondary = raw.partition(FILLER * 2)
    fields: dict[str, MrzField] = {}
    if primary.strip(FILLER):
        end = span.start + len(primary)
        fields["surname"] = MrzField(_spaced(primary), primary, (Span(span.line, span.start, end),))
    given = secondary.rstrip(FILLER)
    if found and given.strip(FILLER):
        start = span.start + len(primary) + 2
        fields["given_names"] = MrzField(
            _spaced(given), given, (Span(span.line, start, start + len(given)),)
        )
    return fields, raw[-1] != FILLER


def _french_card(cells: tuple[str, ...], number: MrzField, today: date) -> dict[str, MrzField]:
    """Return what the old French card's number says: year and month of issue, department."""
    issued, department = Span(1, 0, 4), Span(1, 4, 7)
    month, place = issued.of(cells), department.of(cells)
    issue = MrzField(mrz_dates.issue_month(month, today), month, (issued,), number.check)
    return {
        "issue_date": issue,
        "department": MrzField(place.replace(FILLER, ""), place, (department,), number.check),
    }


def _is_cut(raw: str, *, parted: bool) -> bool:
    """Say whether an old French card's name may go on where its cells end.

    Given names are parted by two fillers: where these fill the rest, another name had no room.
    """
    return not raw.endswith(FILLER * 3 if parted else FILLER)


def _value(name: str, raw: str, mrz_format: MrzFormat, today: date) -> str | None:
    if name == "sex":
        return {FILLER: "X"}.get(raw, raw) if raw in "MF<" else None
    if name == "given_names" and mrz_format is MrzFormat.FR_CNI:
        return " ".join(part for part in raw.split(FILLER) if part)
    reader = _READERS.get(name, _plain)
    return reader(raw, today)


def _plain(raw: str, _: date) -> str:
    return _spaced(raw)


def _spaced(raw: str) -> str:
    return " ".join(part for part in raw.split(FILLER) if part)


def _compact(raw: str, _: date) -> str:
    return raw.replace(FILLER, "")


_READERS: Mapping[str, Callable[[str, date], str | None]] = {
    "personal_number": _compact,
    "birth_date": mrz_dates.birth_date,
    "expiry_date": mrz_dates.expiry_date,
}
