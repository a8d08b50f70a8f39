"""What a document type is: the one object that a folder under ``workers/documents`` exports.

Topics, API, tables, prompts, samples and docs follow from the registry of these objects;
nothing else is edited when a type is added.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from random import Random

from schemas.documents import Barcode, Extraction, Finding, MrzReading, Page, Route, TextLine
from schemas.messages import Request
from workers.ports import Image, Tools


class Level(StrEnum):
    """How hard a drawn picture is to read."""

    CLEAN = "clean"
    PHOTO = "photo"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a type: its name, what it holds, and whether ``accepted`` needs it.

    No field is required of a side that was not given: the finding ``side.missing`` names those.
    """

    name: str
    title: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What prepare saw on the upright pages, from which types are recognised.

    Args:
        mrz: the zones found, page number first.
        lines: text found, page number first; empty where no text engine was asked.
        aspects: width / height of each page.
        barcodes: those found on pages without a zone, page number first.
    """

    mrz: tuple[tuple[int, MrzReading], ...] = ()
    lines: tuple[tuple[int, TextLine], ...] = ()
    aspects: tuple[float, ...] = ()
    barcodes: tuple[tuple[int, Barcode], ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedPage:
    """A page picture in memory with what was measured on it.

    Args:
        zones: the machine readable zones on it; None where nobody has looked for any.
        barcodes: those that prepare found on it.
    """

    page: Page
    image: Image
    zones: tuple[MrzReading, ...] | None = None
    barcodes: tuple[Barcode, ...] = ()


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a type's extractor returns.

    Args:
        extractions: the document, then any others in the same pictures; never empty.
        pages: the pages, with lines of text where the type reads text.
        versions: name to version of the engines that took part.
        timings_ms: wall time of the steps that it took, where it took several.
    """

    extractions: tuple[Extraction, ...]
    pages: tuple[Page, ...]
    versions: Mapping[str, str]
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Specimen:
    """A drawn document of an invented person, and the truth about it.

    Args:
        images: one BGR picture for each side or page.
        document_type: code.
        country: ISO 3166-1 alpha-3, or None.
        fields: field name to normal form.
        mrz_lines: as printed.
        languages: what a caller would ask for; empty where the default reads it.
        optional: what is printed besides and may be read or left out, but never read wrongly.
    """

    images: tuple[Image, ...]
    document_type: str
    country: str | None
    fields: Mapping[str, str]
    mrz_lines: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    optional: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A document type, as its folder exports it under the name ``TYPE``.

    Args:
        code: the folder's name.
        title: for people.
        route: which extract workers read it.
        fields: what may be read from it.
        recognise: score from 0 to 1 that the evidence shows this type, and the country.
        extract: reads the pages; raises ``Unprocessable`` where there is nothing to read.
        check: the type's rules on one extraction; a broken rule is a finding.
        draw: draws a specimen.
        within: code of a wider type that a caller may rightly call it by, None where there is none.
        prompt: what an AI engine is told about the document, beside the names of its fields.
    """

    code: str
    title: str
    route: Route
    fields: tuple[FieldSpec, ...]
    recognise: Callable[[Evidence], tuple[float, str | None]]
    extract: Callable[[tuple[LoadedPage, ...], Request, Tools], Extracted]
    check: Callable[[Extraction, date], tuple[Finding, ...]]
    draw: Callable[[Random, Level], Specimen]
    within: str | None = None
    prompt: str = ""

    def is_called(self, hint: str) -> bool:
        """Say whether a caller who announces the hint announces this type."""
        return hint in {self.code, self.within}

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the fields without which a document is never ``accepted``."""
        return tuple(spec.name for spec in self.fields if spec.required)
