"""The rules of plain text: it has no check digit and nothing to compare it with."""

from datetime import date

from schemas.documents import Extraction, Finding
from workers.findings import finding


def check(extraction: Extraction, _: date) -> tuple[Finding, ...]:
    """Return ``text.not_found`` where the text is empty."""
    if extraction.text and extraction.text.strip():
        return ()
    return (finding("text.not_found"),)
