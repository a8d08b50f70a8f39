"""Tells the three dates of a licence by their order, where their small numbers were lost."""

from collections.abc import Sequence

from schemas.documents import FieldValue, Source
from workers.documents.document_type import LoadedPage
from workers.ports import Tools
from workers.text import printed_dates
from workers.visual.extractor import lines_of
from workers.visual.lines import box_of

IN_ORDER = ("birth_date", "issue_date", "expiry_date")
"""A holder is born, gets the licence, and it expires: no licence prints them otherwise."""

GUESSED = 0.75
"""An order is no label: a date that is told by it alone never makes ``accepted``."""


def dates_by_order(
    pages: Sequence[LoadedPage], tools: Tools, known: dict[str, FieldValue]
) -> dict[str, FieldValue]:
    """Return the dates that are not known yet, from the one page that prints exactly three."""
    missing = [name for name in IN_ORDER if name not in known]
    if not missing:
        return {}
    for page in pages:
        found = _dates(page, tools)
        values = sorted(found)
        if len(values) == len(IN_ORDER) and all(
            name not in known or known[name].value == value
            for name, value in zip(IN_ORDER, values, strict=True)
        ):
            by_name = dict(zip(IN_ORDER, values, strict=True))
            return {name: found[by_name[name]] for name in missing}
    return {}


def _dates(page: LoadedPage, tools: Tools) -> dict[str, FieldValue]:
    """Return each different date on a page with its place."""
    found: dict[str, FieldValue] = {}
    for line in lines_of(page, tools):
        value = printed_dates.parse(line.text)
        if value is not None:
            found.setdefault(
                value,
                FieldValue(
                    value=value,
                    raw=line.text,
                    confidence=min(GUESSED, line.confidence),
                    source=Source.VISUAL,
                    engine=line.reader,
                    page=page.page.number,
                    box=box_of((line.quad,)),
                ),
            )
    return found
