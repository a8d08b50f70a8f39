"""Reads the machine readable zones of travel documents into fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemas.documents import (
    Box,
    Extraction,
    FieldValue,
    Finding,
    Mrz,
    MrzReading,
    Source,
)
from schemas.messages import Request
from workers.documents.document_type import Evidence, Extracted, LoadedPage
from workers.documents.icao_fields import MACHINE_READABLE, OPTIONAL_DATA, PERSONAL_NUMBER
from workers.documents.icao_print import with_print
from workers.documents.icao_recognise import country_of
from workers.documents.icao_visual import FACES, VisualZone, is_needed, with_visual_zone
from workers.documents.registry import candidates
from workers.findings import finding
from workers.ports import MrzEngine, Tools
from workers.text.countries import alpha3_of
from workers.text.mrz import MrzField, ParsedMrz, parse
from workers.text.mrz_layouts import Span
from workers.visual.layout import DocumentFace
from workers.visual.lines import box_of, part_of

_UNGUARDED = ("surname", "given_names", "nationality", "issuing_country", "mrz_type", "sex")
"""Fields over which no format has a check digit."""

_ORDER = tuple(spec.name for spec in (*MACHINE_READABLE, PERSONAL_NUMBER, OPTIONAL_DATA))

_MISSED_BY_CHECK = 0.1
"""Share of misread fields whose check digit holds all the same: one digit of ten."""

_BROKEN_CHECK = 0.5
"""Where a check digit fails, either the field or the digit was misread, or misprinted."""


@dataclass(frozen=True, slots=True)
class _Zone:
    page: LoadedPage
    reading: MrzReading


def extract_icao(
    code: str,
    pages: tuple[LoadedPage, ...],
    request: Request,
    tools: Tools,
    visual: VisualZone = VisualZone.WHERE_NEEDED,
    faces: tuple[DocumentFace, ...] = FACES,
) -> Extracted:
    """Return one extraction for each zone on the pages, the document of type ``code`` first.

    A zone of another type keeps its own type: the caller's announcement is a hint. Without any
    zone the document has no fields and the finding ``mrz.not_found``. The visual zone is read by
    all means where names hang on it, or always, as ``visual`` says; else it gets a cheap look.
    """
    engine = f"{tools.mrz.name}/{tools.mrz.version}"
    versions = {tools.mrz.name: tools.mrz.version}
    plain_pages = tuple(loaded.page for loaded in pages)
    zones = _zones(pages, tools.mrz)
    if not zones:
        country = alpha3_of(request.country) if request.country else None
        nothing = Extraction(code, country, findings=(finding("mrz.not_found"),))
        return Extracted((nothing,), plain_pages, versions)
    made = [_extraction(zone, engine, tools.today()) for zone in zones]
    made = [_beside(one, made) for one in made]
    made.sort(key=lambda one: one.document_type != code)  # stable: best readings stay ahead
    timings_ms: Mapping[str, float] = {}
    # Two documents in the pictures have two visual zones: nobody knows which is whose.
    if len(made) == 1:
        if visual is VisualZone.ALWAYS or is_needed(made[0]):
            made[0], timings_ms = with_visual_zone(made[0], pages, tools, faces)
        else:
            made[0], timings_ms = with_print(made[0], pages, tools)
        versions |= {reader.name: reader.version for reader in tools.readers}
    return Extracted(tuple(made), plain_pages, versions, timings_ms)


def mrz_fields(
    parsed: ParsedMrz, reading: MrzReading, engine: str, page_number: int
) -> dict[str, FieldValue]:
    """Return the zone's fields as values; those whose cells make no value are absent.

    A field's confidence is the product of its symbols' probabilities; where a check digit guards
    it, only one misreading of ten slips through, and one of ten of those through the composite.
    """
    composite = next((c.holds for c in parsed.checks if c.name == "composite"), None)
    values = {}
    for name in sorted(parsed.fields, key=_place):
        cells = parsed.fields[name]
        value = _value(name, cells)
        if value is None:
            continue
        spans = tuple(_used(span, parsed.lines) for span in cells.spans)
        values[name] = FieldValue(
            value=value,
            raw=cells.raw,
            confidence=_confidence(cells, spans, reading, composite=composite is True),
            source=Source.MRZ,
            engine=engine,
            page=page_number,
            box=cells_box(reading, spans),
        )
    return values


def cells_box(reading: MrzReading, spans: Sequence[Span]) -> Box:
    """Return the upright box around some cells, as fractions of the page."""
    parts = []
    for span in spans:
        width = len(reading.lines[span.line])
        parts.append(part_of(reading.line_quads[span.line], span.start / width, span.end / width))
    return box_of(parts)


def _zones(pages: tuple[LoadedPage, ...], engine: MrzEngine) -> list[_Zone]:
    """Return the zones of all pages, best first, each different text once."""
    zones = [
        _Zone(page, reading)
        for page in pages
        for reading in (engine.read(page.image) if page.zones is None else page.zones)
    ]
    zones.sort(key=lambda zone: (zone.reading.valid, zone.reading.supported), reverse=True)
    unique: dict[tuple[str, ...], _Zone] = {}
    for zone in zones:
        unique.setdefault(zone.reading.lines, zone)
    return list(unique.values())


def _extraction(zone: _Zone, engine: str, today: date) -> Extraction:
    reading, number = zone.reading, zone.page.page.number
    parsed = parse(reading.lines, today=today)
    fields = mrz_fields(parsed, reading, engine, number)
    best = candidates(Evidence(mrz=((number, reading),)))
    return Extraction(
        document_type=best[0].document_type if best else "unknown",
        country=country_of(reading),
        fields=fields,
        mrz=Mrz(reading.format, reading.lines, parsed.valid),
        findings=tuple(_findings(parsed, reading, tuple(fields))),
    )


def _beside(one: Extraction, all_made: Sequence[Extraction]) -> Extraction:
    """Doubt a zone that another one contradicts: of the same number, or on another page.

    Two different passports in one picture are two documents; on two pages of one document they
    cannot both be right, nor can two readings of one number.
    """
    others = [
        other
        for other in all_made
        if other is not one
        and other.document_type == one.document_type
        and (_number(other) == _number(one) or _page(other) != _page(one))
    ]
    if not others:
        return one
    return replace(one, findings=(*one.findings, finding("mrz.contradicted")))


def _number(one: Extraction) -> str | None:
    number = one.fields.get("document_number")
    return None if number is None else number.value


def _page(one: Extraction) -> int | None:
    return next((value.page for value in one.fields.values()), None)


def _findings(parsed: ParsedMrz, reading: MrzReading, names: tuple[str, ...]) -> list[Finding]:
    found = []
    if not reading.supported:
        found.append(finding("names.unsupported", *(n for n in _UNGUARDED if n in names)))
    if parsed.names_truncated:
        found.append(finding("names.truncated", "surname", "given_names"))
    return found


def _place(name: str) -> tuple[bool, int]:
    """Return where a field stands in the order of the fields' table; others follow."""
    return (name not in _ORDER, _ORDER.index(name) if name in _ORDER else 0)


def _value(name: str, cells: MrzField) -> str | None:
    if cells.value is None:
        return None
    if name in {"issuing_country", "nationality"}:
        return alpha3_of(cells.value) or cells.value
    if name in {"document_number", "personal_number"}:
        return cells.value.replace(" ", "")
    return cells.value


def _used(span: Span, lines: tuple[str, ...]) -> Span:
    """Return the span without the fillers at its end; at least one cell."""
    length = len(span.of(lines).rstrip("<"))
    return Span(span.line, span.start, span.start + max(1, length))


def _confidence(
    cells: MrzField, spans: Sequence[Span], reading: MrzReading, *, composite: bool
) -> float:
    sure = 1.0
    for span in spans:
        for probability in reading.symbol_confidences[span.line][span.start : span.end]:
            sure *= probability
    if cells.check is None:
        return sure
    if not cells.check:
        return sure * _BROKEN_CHECK
    doubt = (1 - sure) * _MISSED_BY_CHECK
    return 1 - (doubt * _MISSED_BY_CHECK if composite else doubt)
