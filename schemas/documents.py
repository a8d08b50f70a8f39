"""What a reading is made of: fields, findings, pages and the verdict.

Boxes are ``(left, top, right, bottom)`` as fractions of the upright page's width and height.
Confidences are probabilities from 0 to 1. Everything is frozen; values stay out of reprs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Box = tuple[float, float, float, float]


class Status(StrEnum):
    """The verdict on a reading; ``ACCEPTED`` promises that no value in it is wrong."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class Severity(StrEnum):
    """How much a finding weighs: an ``ERROR`` or a ``WARNING`` forbids ``accepted``."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Source(StrEnum):
    """Where on the document, or from whom, a value comes."""

    MRZ = "mrz"
    VISUAL = "visual"
    BARCODE = "barcode"
    AI = "ai"
    PERSON = "person"


class MrzFormat(StrEnum):
    """Machine readable zones of ICAO Doc 9303 parts 4 to 7, and the French card of 1988."""

    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"
    FR_CNI = "FR_CNI"


class Route(StrEnum):
    """Which extract workers read a document; a property of its type."""

    TN = "tn"
    FR = "fr"
    INTL = "intl"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value that was read, with everything needed to trust it or not.

    Args:
        value: the normal form of documents' field table.
        raw: what was read, before normalising.
        confidence: probability that ``value`` is right.
        source: the zone it comes from.
        engine: name and version of what read it, ``bitaqa-mrz/1``.
        page: number of the page, from 1.
        box: where it stands on that page; None when the engine gives no place.
        grounded: found in a local reading or confirmed by a check. Only AI values can lack it.
    """

    value: str = field(repr=False)
    raw: str = field(repr=False)
    confidence: float
    source: Source
    engine: str
    page: int
    box: Box | None = None
    grounded: bool = True


@dataclass(frozen=True, slots=True)
class Mrz:
    """The machine readable zone as printed; ``valid`` says that all its check digits hold."""

    format: MrzFormat
    lines: tuple[str, ...] = field(repr=False)
    valid: bool


Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Corners as page fractions: top left, top right, bottom right, bottom left of the print."""


@dataclass(frozen=True, slots=True)
class MrzReading:
    """One machine readable zone as an engine read it, with the evidence for it.

    Args:
        lines: the most probable lines under the grammar.
        raw_lines: the most probable symbol of each cell, the grammar not asked.
        valid: every printed check digit holds in ``lines``.
        margin: nats by which ``lines`` lead the next reading.
        symbol_confidences: probability of each symbol of ``lines``.
        line_quads: where each line stands on the page as given.
        turn_deg: clockwise rotation that turns the page upright.
        supported: names and unchecked cells have evidence of their own: the margin is wide and a
            second reading at another scale says the same.
    """

    format: MrzFormat
    lines: tuple[str, ...] = field(repr=False)
    raw_lines: tuple[str, ...] = field(repr=False)
    valid: bool
    margin: float
    symbol_confidences: tuple[tuple[float, ...], ...] = field(repr=False)
    line_quads: tuple[Quad, ...]
    turn_deg: float
    supported: bool


@dataclass(frozen=True, slots=True)
class Barcode:
    """One barcode that decoded, its own error correction satisfied.

    Args:
        symbology: such as ``PDF417``.
        text: what it says, bytes as ISO 8859-1.
        quad: its corners, in its own reading direction.
    """

    symbology: str
    text: str = field(repr=False)
    quad: Quad


@dataclass(frozen=True, slots=True)
class PageBarcode:
    """A barcode and the number of the page that shows it."""

    page: int
    barcode: Barcode


@dataclass(frozen=True, slots=True)
class PageZone:
    """A machine readable zone and the number of the page that shows it."""

    page: int
    reading: MrzReading


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a person should know about a document: data, not an exception.

    Args:
        code: stable dotted code, such as ``mrz.check_digit``.
        severity: how much it weighs in the verdict.
        fields: names of the fields concerned.
        message: one sentence for people, free of values.
    """

    code: str
    severity: Severity
    fields: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """What a page's picture is worth.

    Args:
        sharpness: 0 (blurred) to 1.
        brightness: mean luma, 0 (black) to 1 (white).
        glare: share of the page that is blown out, 0 to 1.
        contrast: spread between dark and light, 0 to 1.
        resolution_dpi: from the document's known size; None where that is unknown.
        issues: reason codes a person can act on, such as ``too_dark`` or ``blurred``.
    """

    sharpness: float
    brightness: float
    glare: float
    contrast: float
    resolution_dpi: float | None = None
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word of recognised text, in logical order, with its place on the page."""

    text: str = field(repr=False)
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of recognised text, its words in reading order."""

    text: str = field(repr=False)
    confidence: float
    box: Box
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One upright, re-encoded page picture in the store and what was measured on it.

    Args:
        number: from 1, over all files of the document.
        file: which uploaded file it comes from, from 1.
        image_key: the page picture's object key (PNG or JPEG).
        width_px: width of the upright page.
        height_px: height of the upright page.
        rotation_deg: clockwise turn that made it upright, 0 to 360.
        quality: measured on the upright page.
        lines: recognised text, where text was asked for.
    """

    number: int
    file: int
    image_key: str
    width_px: int
    height_px: int
    rotation_deg: float
    quality: Quality
    lines: tuple[TextLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read from one document, before anything was checked."""

    document_type: str
    country: str | None = None
    fields: Mapping[str, FieldValue] = field(default_factory=dict, repr=False)
    mrz: Mrz | None = None
    findings: tuple[Finding, ...] = ()
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """An extraction with its verdict."""

    document_type: str
    country: str | None
    status: Status
    confidence: float
    fields: Mapping[str, FieldValue] = field(default_factory=dict, repr=False)
    mrz: Mrz | None = None
    findings: tuple[Finding, ...] = ()
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document type that a picture may be, with a score from 0 to 1."""

    document_type: str
    country: str | None
    score: float
