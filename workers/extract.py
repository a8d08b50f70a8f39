"""The second stage: reads the fields of prepared pages with the extractor of their type."""

from dataclasses import replace
from time import perf_counter, thread_time

import cv2
import numpy as np

from schemas.documents import Extraction, Finding, MrzReading, Page
from schemas.errors import Unprocessable
from schemas.messages import FieldsExtracted, PagesPrepared
from workers.documents.document_type import Extracted, LoadedPage
from workers.documents.registry import document_types
from workers.findings import finding
from workers.ports import Blobs, Tools
from workers.visual.asking import ENGINE_AI


def extract(prepared: PagesPrepared, tools: Tools) -> FieldsExtracted | PagesPrepared:
    """Return the fields read, or the message again for another route, at most once.

    A document of a type that has no folder is not read: it gets ``document.not_found``.

    Raises:
        Unprocessable: when a page picture is missing or does not decode.
        Unavailable: when the store or an engine does not answer.
    """
    started, cpu_started = perf_counter(), thread_time()
    extracted = _extracted(prepared, _with_allowed_ai(prepared, tools))
    first = extracted.extractions[0]
    spent = {
        **extracted.timings_ms,
        "extract": 1000 * (perf_counter() - started),
        "total": 1000 * (perf_counter() - started),
        "cpu": 1000 * (thread_time() - cpu_started),
    }
    timings_ms = dict(prepared.timings_ms)
    for name, spent_ms in spent.items():
        timings_ms[name] = round(timings_ms.get(name, 0.0) + spent_ms, 3)
    versions = {**prepared.versions, **extracted.versions}
    elsewhere = _elsewhere(prepared, first)
    if elsewhere is not None:
        return replace(elsewhere, timings_ms=timings_ms, versions=versions)
    return FieldsExtracted(
        document_id=prepared.document_id,
        tenant=prepared.tenant,
        revision=prepared.revision,
        request=prepared.request,
        uploaded_at=prepared.uploaded_at,
        extraction=first,
        also_found=extracted.extractions[1:],
        pages=extracted.pages,
        findings=(*prepared.findings, *_ai_off(prepared, tools)),
        timings_ms=timings_ms,
        versions=versions,
    )


def load_page(page: Page, blobs: Blobs) -> LoadedPage:
    """Return a page with its picture.

    Raises:
        Unprocessable: ``image.malformed`` when the stored picture does not decode.
    """
    encoded = np.frombuffer(blobs.get(page.image_key), np.uint8)
    image = cv2.imdecode(encoded, cv2.IMREAD_COLOR) if encoded.size else None
    if image is None:
        raise Unprocessable("image.malformed", "a stored page picture does not decode")
    return LoadedPage(page, image)  # type: ignore[arg-type]  # 8-bit, as IMREAD_COLOR promises


def _extracted(prepared: PagesPrepared, tools: Tools) -> Extracted:
    kind = document_types().get(prepared.document_type)
    if kind is None or not prepared.pages:
        nothing = Extraction("unknown", findings=(finding("document.not_found"),))
        return Extracted((nothing,), prepared.pages, {})
    loaded = tuple(
        replace(
            load_page(page, tools.blobs),
            zones=_zones_on(prepared, page),
            barcodes=tuple(one.barcode for one in prepared.barcodes if one.page == page.number),
        )
        for page in prepared.pages
    )
    return kind.extract(loaded, prepared.request, tools)


def _with_allowed_ai(prepared: PagesPrepared, tools: Tools) -> Tools:
    """Return the tools without the AI engine where this document is not for its eyes."""
    return tools if _may_ask(prepared, tools) else replace(tools, ai=None)


def _may_ask(prepared: PagesPrepared, tools: Tools) -> bool:
    if tools.ai is None or prepared.request.engine == "local":
        return False
    return tools.ai.may_read(prepared.tenant, prepared.country)


def _ai_off(prepared: PagesPrepared, tools: Tools) -> tuple[Finding, ...]:
    if prepared.request.engine != ENGINE_AI or _may_ask(prepared, tools):
        return ()
    return (finding("ai.off"),)


def _zones_on(prepared: PagesPrepared, page: Page) -> tuple[MrzReading, ...] | None:
    if prepared.zones is None:
        return None
    return tuple(zone.reading for zone in prepared.zones if zone.page == page.number)


def _elsewhere(prepared: PagesPrepared, read: Extraction) -> PagesPrepared | None:
    """Return the message for another route, where the type that was read belongs to one."""
    kind = document_types().get(read.document_type)
    if kind is None or prepared.rerouted or kind.route is prepared.route:
        return None
    return replace(
        prepared,
        document_type=kind.code,
        country=read.country,
        route=kind.route,
        rerouted=True,
    )
