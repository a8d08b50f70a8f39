"""Any other picture or PDF with text on it: recognised as it stands, in reading order."""

from schemas.documents import Route
from workers.documents.document_type import DocumentType, Evidence, FieldSpec
from workers.documents.text.check import check
from workers.documents.text.draw import draw
from workers.documents.text.extract import extract

SCORE = 0.05
"""Below every known document: text is what remains when nothing else is recognised."""


def recognise(evidence: Evidence) -> tuple[float, str | None]:
    """Return a small score where there is any text; text belongs to no country."""
    return (SCORE if evidence.lines else 0.0), None


TYPE = DocumentType(
    code="text",
    title="Text",
    route=Route.INTL,
    fields=(FieldSpec("text", "Text", required=True),),
    recognise=recognise,
    extract=extract,
    check=check,
    draw=draw,
)
