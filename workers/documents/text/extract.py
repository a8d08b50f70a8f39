"""Reads plain text. Nothing confirms it, so it always goes to a person.

Measured: one engine that reads a page twice, at two scales, makes the same mistakes twice (a full
stop overlooked, two words joined), on three of about 70 pages. Only another engine could confirm.
"""

from collections.abc import Sequence
from dataclasses import replace

from schemas.documents import Extraction, FieldValue, Source, TextLine
from schemas.messages import Request
from workers.documents.document_type import Extracted, LoadedPage
from workers.findings import finding
from workers.ports import Tools

LANGUAGES = ("eng", "fra")
"""Read where the caller asks for none. Arabic is read when asked for: a model that looks for
three languages at once reads each of them worse, and slower."""


def extract(pages: tuple[LoadedPage, ...], request: Request, tools: Tools) -> Extracted:
    """Return the text of all pages, with lines and words on the pages.

    Pages are parted by a blank line. Without any text the reading has no fields and the
    finding ``text.not_found``, or ``document.not_found`` where nobody had said that it is text.
    """
    engine, languages = tools.text, request.languages or LANGUAGES
    read = [engine.read(loaded.image, languages) for loaded in pages]
    written = tuple(
        replace(loaded.page, lines=lines) for loaded, lines in zip(pages, read, strict=True)
    )
    versions = {engine.name: engine.version}
    text = "\n\n".join(plain for plain in map(_plain, read) if plain)
    if not text:
        return Extracted((_nothing(request),), written, versions)
    lines = [line for page in read for line in page]
    value = FieldValue(
        value=text,
        raw=text,
        confidence=_mean_confidence(lines),
        source=Source.VISUAL,
        engine=f"{engine.name}/{engine.version}",
        page=next(page.number for page in written if page.lines),
    )
    unsupported = (finding("text.unsupported", "text"),)
    extraction = Extraction("text", fields={"text": value}, findings=unsupported, text=text)
    return Extracted((extraction,), written, versions)


def _nothing(request: Request) -> Extraction:
    if request.document_type == "text":
        return Extraction("text", findings=(finding("text.not_found"),))
    return Extraction("unknown", findings=(finding("document.not_found"),))


def _mean_confidence(lines: Sequence[TextLine]) -> float:
    words = [word.confidence for line in lines for word in line.words]
    return sum(words) / len(words)


def _plain(lines: Sequence[TextLine]) -> str:
    return "\n".join(line.text for line in lines)
