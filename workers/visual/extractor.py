"""Makes a document type's ``extract`` from the faces that it declares."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType

from schemas.documents import Extraction, FieldValue, Finding, Source
from schemas.errors import Unprocessable
from schemas.messages import Request
from workers.documents.document_type import Extracted, LoadedPage
from workers.documents.registry import document_types
from workers.findings import finding
from workers.ports import Tools
from workers.text.countries import alpha3_of
from workers.text.look_alikes import are_alike
from workers.visual.asking import ask
from workers.visual.dim_labels import is_dim, with_dim_labels
from workers.visual.evidence import NOISE_BELOW, Witness
from workers.visual.layout import DocumentFace
from workers.visual.lines import SpottedLine, from_bytes, lines_key
from workers.visual.places import Finder
from workers.visual.reading import FaceRead, FieldRead, VisualRead, face_score, read_face
from workers.visual.settling import settled
from workers.visual.spotting import spot

Extract = Callable[[tuple[LoadedPage, ...], Request, Tools], Extracted]
Support = Callable[[Mapping[str, str]], Iterable[str]]
"""From all values of a document to the names of those on which others of them throw light."""

LABELS_MIN = 4.0
"""Letters of labels without which a page shows none of a type's faces."""

DIM_LEAD = 1.2
"""How many times more misread labels must show of another face than of the one whose few labels
were read."""

REPEATED_SHARE = 0.5
"""Two pages of one side that have so much of their fields in common show it twice."""


def visual_extractor(
    code: str,
    faces: tuple[DocumentFace, ...],
    *,
    country: str | None = None,
    support: Support = lambda _: (),
    doubt: Support = lambda _: (),
) -> Extract:
    """Return the ``extract`` of a type whose values are printed beside their labels.

    Args:
        code: the type's code.
        faces: its sides and versions; for each page the one that fits best is read.
        country: the one country that issues it; None where the request has to tell.
        support: cross-checks between values that are as good as a second reading.
        doubt: names of values that may be other fields', however surely they were read.
    """

    def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
        known = country or (alpha3_of(request.country) if request.country else None)
        read = read_faces(pages, faces, tools)
        if tools.ai is not None:
            kind = document_types()[code]
            ask(read, kind, faces, pages, tools.ai, request.engine, known)
        values = {name: value.value for name, value in read.fields.items()}
        confirmed = {
            name
            for name in support(values)
            if not is_disputed(values[name], read.witnesses.get(name, ()))
        }
        unsupported = (read.unsupported - confirmed) | set(doubt(values))
        findings = [*read.findings, *_missing_sides(read, faces)]
        if unsupported:
            findings.append(finding("field.unsupported", *sorted(unsupported)))
        if not any(read.faces):
            findings.append(finding("document.not_recognised"))
        extraction = Extraction(code, known, read.fields, findings=tuple(findings))
        versions = {reader.name: reader.version for reader in tools.readers}
        if tools.ai is not None:
            versions[tools.ai.name] = tools.ai.version
        plain = tuple(loaded.page for loaded in pages)
        return Extracted((extraction,), plain, versions, read.timings_ms)

    return extract


def read_faces(
    pages: Sequence[LoadedPage],
    faces: Sequence[DocumentFace],
    tools: Tools,
    known: Mapping[int, tuple[SpottedLine, ...]] = MappingProxyType({}),
) -> VisualRead:
    """Read the face that fits each page best; ``known`` are lines already read, by page number."""
    whole = VisualRead()
    reads: list[tuple[FaceRead, LoadedPage]] = []
    for loaded in pages:
        start = time.perf_counter()
        lines = known.get(loaded.page.number) or lines_of(loaded, tools)
        whole.texts += [line.text for line in lines]
        aspect = loaded.image.shape[1] / loaded.image.shape[0]
        score, finder = best_face(faces, lines, aspect)
        _add(whole.timings_ms, {"locate": 1000 * (time.perf_counter() - start)})
        if finder is None or score < LABELS_MIN:
            whole.faces.append(None)
            continue
        whole.faces.append(finder.face)
        reads.append((read_face(finder, loaded.image, tools), loaded))
    start = time.perf_counter()
    for read, loaded in reads:
        others = [(other, page.image) for other, page in reads if page is not loaded]
        _merge(whole, settled(read, loaded.image, others), loaded)
    _add(whole.timings_ms, {"settle": 1000 * (time.perf_counter() - start)})
    if comes_twice([(read.face.side, frozenset(read.fields)) for read, _ in reads]):
        whole.findings.append(finding("side.repeated"))
    if any(whole.faces) and not all(whole.faces):
        sides = {face.side for face in whole.faces if face is not None}
        is_lacking = any(face.zones and face.side not in sides for face in faces)
        whole.findings.append(finding("side.unknown" if is_lacking else "side.unread"))
    return whole


def is_disputed(value: str, witnesses: Iterable[Witness]) -> bool:
    """Say whether a reader saw symbols of like shape: a check digit passes one in ten of these."""
    return any(
        one.value is not None and one.confidence >= NOISE_BELOW and are_alike(one.value, value)
        for one in witnesses
    )


def best_face(
    faces: Sequence[DocumentFace], lines: tuple[SpottedLine, ...], aspect: float
) -> tuple[float, Finder | None]:
    """Return the face that the lines show best, and how much they surely show of any.

    Of a page whose labels are hardly read those that were misread tell which face it is.
    """
    finders = [Finder(face, lines, aspect) for face in faces]
    scored = [(face_score(finder), finder) for finder in finders]
    score, best = max(scored, key=lambda one: one[0], default=(0.0, None))
    if best is not None and score >= LABELS_MIN and is_dim(best):
        dim = [face_score(with_dim_labels(finder, aspect)[0]) for finder in finders]
        if max(dim) >= DIM_LEAD * dim[finders.index(best)]:
            best = finders[dim.index(max(dim))]
    return score, best


def lines_of(loaded: LoadedPage, tools: Tools) -> tuple[SpottedLine, ...]:
    """Return the lines that prepare left beside the page, else look for them now."""
    left = lines_left(loaded, tools)
    return spot(loaded.image, tools) if left is None else left


def lines_left(loaded: LoadedPage, tools: Tools) -> tuple[SpottedLine, ...] | None:
    """Return the lines that prepare left beside the page; None where it left none."""
    try:
        return from_bytes(tools.blobs.get(lines_key(loaded.page.image_key)))
    except Unprocessable:
        return None


def _merge(whole: VisualRead, read: FaceRead, loaded: LoadedPage) -> None:
    _add(whole.timings_ms, read.timings_ms)
    for name, one in read.fields.items():
        value = _value(one, loaded)
        before = whole.fields.get(name)
        whole.witnesses[name] = (*whole.witnesses.get(name, ()), *one.witnesses)
        if before is not None and before.value == value.value:
            # The same value on another face is a reading of its own.
            whole.unsupported.discard(name)
        elif not one.verdict.supported:
            whole.unsupported.add(name)
        if before is None or before.confidence < value.confidence:
            whole.fields[name] = value
            whole.costs[name] = one.place.cost


def _value(one: FieldRead, loaded: LoadedPage) -> FieldValue:
    return FieldValue(
        value=one.verdict.value,
        raw=one.verdict.raw,
        confidence=one.verdict.confidence,
        source=Source.VISUAL,
        engine=one.verdict.reader,
        page=loaded.page.number,
        box=one.box,
    )


def comes_twice(sides: Sequence[tuple[str, frozenset[str]]]) -> bool:
    """Say whether two pages show one side, told by its name and the fields that were read of it.

    What one face describes may be printed on two sides: these have few fields in common.
    """
    return any(
        side == other and len(fields & others) >= REPEATED_SHARE * min(len(fields), len(others))
        for (side, fields), (other, others) in combinations(sides, 2)
    )


def _missing_sides(read: VisualRead, faces: Sequence[DocumentFace]) -> Iterable[Finding]:
    """Tell which fields stand on a side that was not given; an information, not a fault."""
    seen = {face.side for face in read.faces if face is not None}
    missing = [face for face in faces if face.side not in seen]
    given = {name for face in read.faces if face is not None for name in face.fields}
    names = {name for face in missing for name in face.fields} - given
    return (finding("side.missing", *sorted(names)),) if seen and names else ()


def _add(timings_ms: dict[str, float], more: Mapping[str, float]) -> None:
    for name, spent in more.items():
        timings_ms[name] = round(timings_ms.get(name, 0.0) + spent, 3)
