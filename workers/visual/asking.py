"""Asks an AI engine for what the local readers left open, and believes what they confirm.

What such an engine says counts as far as something here confirms it: a local reader read the same,
the words stand in the lines that were read, or the value checks itself. Anything else is kept as
``grounded=False`` and never makes ``accepted``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from schemas.documents import FieldValue, Source
from schemas.errors import Unavailable
from workers.documents.document_type import DocumentType, LoadedPage
from workers.findings import finding
from workers.ports import AiAnswer, AiQuestion, AiReader
from workers.text.folding import fold
from workers.visual.evidence import AGREED_DOUBT, SURE_FROM
from workers.visual.layout import DocumentFace, Zone
from workers.visual.reading import VisualRead

ENGINE_AI = "mistral"
"""The request's engine that asks the AI for every field, whatever was read here."""

GROUNDED_CONFIDENCE = 0.9
UNGROUNDED_CONFIDENCE = 0.5
"""Without evidence of its own, an engine that may invent is as good as a coin."""

_SUBSTRING_MIN = 4
"""Shorter values are looked for as whole words."""


def ask(
    read: VisualRead,
    kind: DocumentType,
    faces: Sequence[DocumentFace],
    pages: Sequence[LoadedPage],
    ai: AiReader,
    engine: str,
    country: str | None,
) -> None:
    """Add to a reading what the AI engine says of the fields that are open.

    Raises:
        Unavailable: when it does not answer and the request asked for it by name.
    """
    zones = {zone.field: zone for face in faces for zone in face.zones}
    wanted = _wanted(read, kind, zones, engine)
    if not wanted:
        return
    titles = {spec.name: spec.title for spec in kind.fields if spec.name in wanted}
    question = AiQuestion(kind.code, country, titles, kind.prompt)
    try:
        answers = ai.read([loaded.image for loaded in pages], question)
    except Unavailable:
        if engine == ENGINE_AI:
            raise
        # The local reading stands; a person sees what is open in it.
        read.findings.append(finding("ai.unavailable"))
        return
    for name in titles:
        if name in answers:
            _add(read, zones[name], answers[name], ai)


def _wanted(
    read: VisualRead, kind: DocumentType, zones: Mapping[str, Zone], engine: str
) -> frozenset[str]:
    if engine == ENGINE_AI:
        return frozenset(zones)
    unsure = {name for name, one in read.fields.items() if one.confidence < SURE_FROM}
    missing = {name for name in zones if name not in read.fields}
    open_fields = read.unsupported | unsure
    if not open_fields and not missing & set(kind.required):
        return frozenset()
    return frozenset(open_fields | missing)


def _add(read: VisualRead, zone: Zone, answer: AiAnswer, ai: AiReader) -> None:
    value = zone.parse(answer.text)
    if value is None:
        return
    name, before = zone.field, read.fields.get(zone.field)
    if before is not None and before.value == value:
        read.unsupported.discard(name)
        sure = 1 - (1 - before.confidence) * AGREED_DOUBT
        read.fields[name] = replace(before, confidence=sure)
        return
    if before is not None and name not in read.unsupported:
        return
    heard = any(one.value == value for one in read.witnesses.get(name, ()))
    if before is not None and not heard:
        return
    grounded = heard or zone.checked or stands_in(answer.text, read.texts)
    if grounded:
        read.unsupported.discard(name)
    read.fields[name] = FieldValue(
        value=value,
        raw=answer.text,
        confidence=GROUNDED_CONFIDENCE if grounded else UNGROUNDED_CONFIDENCE,
        source=Source.AI,
        engine=f"{ai.name}/{ai.version}",
        page=answer.page,
        grounded=grounded,
    )


def stands_in(text: str, lines: Iterable[str]) -> bool:
    """Say whether a text was read on the page, as far as accents, case and spaces do not matter."""
    wanted = fold(text).text
    read = list(lines)
    if len(wanted) < _SUBSTRING_MIN:
        return bool(wanted) and any(
            wanted == fold(word).text for one in read for word in one.split()
        )
    return wanted in "".join(fold(line).text for line in read)
