"""The first stage: from uploaded files to upright, measured page pictures of a known type."""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import cv2
import PIL

from schemas.documents import (
    Barcode,
    Candidate,
    Finding,
    MrzReading,
    Page,
    PageBarcode,
    PageZone,
    Route,
    Severity,
    TextLine,
)
from schemas.errors import Unprocessable
from schemas.messages import DocumentUploaded, FileRef, PagesPrepared, Request
from workers.documents.document_type import DocumentType, Evidence
from workers.imaging.decode import decode_pages
from workers.imaging.encode import encode
from workers.imaging.limits import Limits
from workers.imaging.quality import measure
from workers.imaging.upright import Zones, bring_upright
from workers.ports import Image, Tools
from workers.text.countries import alpha3_of
from workers.visual.lines import lines_key, to_bytes

VERSION = "1"
TEXT = "text"
UNKNOWN = "unknown"

SCORE_MIN = 0.5
"""A type is chosen, or its hint supported, from this score on."""

SCORE_STRONG = 0.8
"""From this score on a candidate contradicts another type's hint."""

LANGUAGES = ("fra", "ara")
"""What the first look reads where the caller names no languages."""


@dataclass(slots=True)
class _Seen:
    """What is gathered page by page; the pictures themselves are let go."""

    pages: list[Page] = field(default_factory=list)
    mrz: list[tuple[int, MrzReading]] = field(default_factory=list)
    barcodes: list[tuple[int, Barcode]] = field(default_factory=list)
    lines: list[tuple[int, TextLine]] = field(default_factory=list)
    has_text: bool = False
    timings_ms: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the block's wall time to a step."""
        start = time.perf_counter()
        yield
        spent = (time.perf_counter() - start) * 1000
        self.timings_ms[name] = round(self.timings_ms.get(name, 0.0) + spent, 3)

    def evidence(self) -> Evidence:
        """Return what the types are recognised from."""
        aspects = tuple(page.width_px / page.height_px for page in self.pages)
        return Evidence(tuple(self.mrz), tuple(self.lines), aspects, tuple(self.barcodes))


def prepare(upload: DocumentUploaded, tools: Tools, limits: Limits | None = None) -> PagesPrepared:
    """Return the document's pages, stored, with its type and country.

    The same upload gives the same keys and bytes again: a repetition overwrites with the same.

    Raises:
        Unprocessable: when a file cannot be read, or the request names an unknown type.
        Unavailable: when the store or an engine does not answer.
    """
    start, start_cpu = time.perf_counter(), time.process_time()
    _refuse_unknown(upload.request)
    seen = _Seen()
    for number, file in enumerate(upload.files, 1):
        _file(upload, number, file, tools, limits or Limits(), seen)
    choice = _choose(upload.request, seen)
    seen.timings_ms["total"] = round((time.perf_counter() - start) * 1000, 3)
    seen.timings_ms["cpu"] = round((time.process_time() - start_cpu) * 1000, 3)
    return PagesPrepared(
        document_id=upload.document_id,
        tenant=upload.tenant,
        revision=upload.revision,
        request=upload.request,
        uploaded_at=upload.uploaded_at,
        document_type=choice.document_type,
        country=choice.country,
        route=choice.route,
        candidates=choice.candidates,
        zones=_zones(upload.request, seen),
        barcodes=tuple(PageBarcode(number, barcode) for number, barcode in seen.barcodes),
        pages=tuple(seen.pages),
        findings=choice.findings,
        timings_ms=seen.timings_ms,
        versions=_versions(tools),
    )


def _refuse_unknown(request: Request) -> None:
    if request.document_type is not None and request.document_type not in _types():
        raise Unprocessable(
            "type.unknown",
            f"no document type is called so; known are {', '.join(_types())}, or leave it out",
        )
    if request.country is not None and alpha3_of(request.country) is None:
        raise Unprocessable(
            "country.unknown", "the country is no ISO 3166-1 code; correct it or leave it out"
        )


def _types() -> Mapping[str, DocumentType]:
    # Imported late: the types' folders import stages' helpers, and may import this module's.
    from workers.documents.registry import document_types  # noqa: PLC0415

    return document_types()


def _file(
    upload: DocumentUploaded, number: int, file: FileRef, tools: Tools, limits: Limits, seen: _Seen
) -> None:
    with seen.step("load"):
        data = _load(file, tools, limits)
    decoded = decode_pages(data, limits)
    while True:
        with seen.step("decode"):
            page = next(decoded, None)
        if page is None:
            return
        if len(seen.pages) >= limits.pages_max:
            raise Unprocessable(
                "document.too_many_pages",
                f"the files have more than {limits.pages_max} pages together; send fewer",
            )
        _page(upload, number, page.image, tools, seen)


def _load(file: FileRef, tools: Tools, limits: Limits) -> bytes:
    if file.size_bytes > limits.file_bytes_max:
        raise Unprocessable(
            "file.too_large",
            f"the file has more than {limits.file_bytes_max} bytes; send a smaller one",
        )
    data = tools.blobs.get(file.key)
    if len(data) != file.size_bytes or hashlib.sha256(data).hexdigest() != file.sha256:
        raise Unprocessable(
            "object.corrupt", "the stored file is not the one that was uploaded; upload it again"
        )
    return data


def _page(upload: DocumentUploaded, file: int, picture: Image, tools: Tools, seen: _Seen) -> None:
    number = len(seen.pages) + 1
    languages = upload.request.languages or LANGUAGES
    zones = Zones.NOT_WANTED if upload.request.document_type == TEXT else Zones.WANTED
    with seen.step("upright"):
        upright = bring_upright(picture, tools, languages, zones)
    with seen.step("quality"):
        cut_off = upright.outline is not None and upright.outline.cut_off
        quality = measure(upright.image, resolution_dpi=upright.resolution_dpi, cut_off=cut_off)
    with seen.step("store"):
        key = _store(upload, number, upright.image, tools)
        if upright.spotted:
            # Beside the picture, so that the next stage need not find and read them again.
            tools.blobs.put(lines_key(key), to_bytes(upright.spotted), "application/json")
    height, width = upright.image.shape[:2]
    seen.pages.append(
        Page(number, file, key, width, height, round(upright.rotation_deg, 2), quality)
    )
    seen.mrz.extend((number, reading) for reading in upright.mrz)
    seen.barcodes.extend((number, barcode) for barcode in upright.barcodes)
    seen.lines.extend((number, line) for line in upright.lines)
    seen.has_text |= upright.has_text


def _store(upload: DocumentUploaded, number: int, image: Image, tools: Tools) -> str:
    encoded = encode(image)
    key = f"pages/{upload.tenant}/{upload.document_id}/{upload.revision}/{number}.{encoded.suffix}"
    tools.blobs.put(key, encoded.data, encoded.media_type.value)
    return key


@dataclass(frozen=True, slots=True)
class _Choice:
    """What the document is taken for."""

    document_type: str
    country: str | None
    route: Route
    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]


def _choose(request: Request, seen: _Seen) -> _Choice:
    from workers.documents.registry import candidates  # noqa: PLC0415 - as in _types

    found = candidates(seen.evidence())
    best = next((one for one in found if one.document_type != TEXT), None)
    findings: tuple[Finding, ...] = ()
    if request.document_type is not None:
        code = request.document_type
        if best is not None and best.score >= SCORE_STRONG:
            # A French card announced as an identity card is one, and is read as what it is.
            code = best.document_type if _types()[best.document_type].is_called(code) else code
        findings = _contradictions(code, best, found)
        if findings and best is not None:
            # Read as what it is; the finding keeps it from being taken for what was announced.
            code = best.document_type
    elif best is not None and best.score >= SCORE_MIN:
        code = best.document_type
    elif seen.has_text:
        code = TEXT
    else:
        code = UNKNOWN
        findings = (_NOT_FOUND,)
    kind = _types().get(code)
    return _Choice(
        document_type=code,
        country=_country(request, code, found),
        route=Route.INTL if kind is None else kind.route,
        candidates=found,
        findings=findings,
    )


_NOT_FOUND = Finding(
    "document.not_found",
    Severity.ERROR,
    (),
    "The picture shows neither a document nor text; take it again, nearer and in good light.",
)


def _contradictions(
    hint: str, best: Candidate | None, found: tuple[Candidate, ...]
) -> tuple[Finding, ...]:
    if hint == TEXT or best is None or best.score < SCORE_STRONG or best.document_type == hint:
        return ()
    if any(one.document_type == hint and one.score >= SCORE_MIN for one in found):
        return ()
    return (
        Finding(
            "type.hint_contradicted",
            Severity.WARNING,
            (),
            f"The request calls the document {hint}, but it looks like {best.document_type}.",
        ),
    )


def _zones(request: Request, seen: _Seen) -> tuple[PageZone, ...] | None:
    """Return what was found, None where the request kept everyone from looking."""
    if request.document_type == TEXT:
        return None
    return tuple(PageZone(number, reading) for number, reading in seen.mrz)


def _country(request: Request, code: str, found: tuple[Candidate, ...]) -> str | None:
    if request.country is not None:
        return alpha3_of(request.country)
    return next((one.country for one in found if one.document_type == code), None)


def _versions(tools: Tools) -> dict[str, str]:
    return {
        "bitaqa-prepare": VERSION,
        "opencv": cv2.__version__,
        "pillow": PIL.__version__,
        tools.mrz.name: tools.mrz.version,
        tools.text.name: tools.text.version,
        **({tools.finder.name: tools.finder.version} if tools.finder else {}),
        **{reader.name: reader.version for reader in tools.readers},
    }
