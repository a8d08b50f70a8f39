"""Asks an AI engine for what the local readers left open, and believes what they confirm.

What such an engine says counts as far as something here confirms it: a local reader read the same,
or the words stand in the lines that were read. A grammar confirms nothing: an engine that invents
invents what fits. Anything else is kept as ``grounded=False`` and never makes ``accepted``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from schemas.documents import FieldValue, Severity, Source
from schemas.errors import Unavailable
from workers.documents.document_type import DocumentType, LoadedPage
from workers.findings import finding
from workers.ports import AiAnswer, AiQuestion, AiReader
from workers.text.arabic import normal_form
from workers.visual.evidence import AGREED_DOUBT, SURE_FROM
from workers.visual.layout import DocumentFace, Zone
from workers.visual.reading import VisualRead

ENGINE_AI = "mistral"
"""The request's engine that asks the AI for every field, whatever was read here."""

GROUNDED_CONFIDENCE = 0.9
UNGROUNDED_CONFIDENCE = 0.5
"""Without evidence of its own, an engine that may invent is as good as a coin."""

PRINTED_MIN = 4
"""Shorter texts stand on every document somewhere: finding them proves nothing."""


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

    Where it does not answer the local reading stands: documents that wait for a foreign service
    or for the next hour's budget would hold up the stage for all others.
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
        # Who asked for it by name did not get what was asked for.
        weight = Severity.WARNING if engine == ENGINE_AI else None
        read.findings.append(finding("ai.unavailable", severity=weight))
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
    grounded = heard or stands_in(answer.text, read.texts)
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
    """Say whether a text was read on the page, as whole words of one line or of two.

    Letters count with their accents and hamzas, since the value will carry them; case does not.
    """
    wanted = _words(text)
    if sum(map(len, wanted)) < PRINTED_MIN:
        return False
    read = [_words(line) for line in lines]
    parts = ((wanted[:cut], wanted[cut:]) for cut in range(1, len(wanted)))
    return _among(wanted, read) or any(
        _among(first, read) and _among(rest, read) for first, rest in parts
    )


def _among(words: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> bool:
    count = len(words)
    return any(
        words == line[place : place + count]
        for line in lines
        for place in range(len(line) - count + 1)
    )


def _words(text: str) -> tuple[str, ...]:
    plain = normal_form(text).casefold()
    return tuple("".join(one if one.isalnum() else " " for one in plain).split())
