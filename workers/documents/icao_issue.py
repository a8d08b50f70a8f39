"""The day of issue without its label: the third of three days, of which the zone tells the others.

Most documents are valid for five or ten years to the day, or to the day before. A misread day or
year, and a day of anything else, hardly ever fits.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from schemas.documents import Extraction, FieldValue, MrzFormat, Source
from workers.documents.icao_days import day
from workers.visual.evidence import agreed_confidence
from workers.visual.lines import SpottedLine, box_of
from workers.visual.reading import VisualRead

ISSUED = frozenset({MrzFormat.TD1, MrzFormat.TD2, MrzFormat.TD3})
"""Formats of cards and passports: a visa's third day is the first of its stay."""

SURE_FROM = 0.9
"""How sure the reader must be of each figure of the day."""

TERMS_YEARS = frozenset({5, 10})

_DAYS_PRINTED = 3


def add_issue_day(
    read: VisualRead,
    extraction: Extraction,
    lines: Mapping[int, Sequence[SpottedLine]],
    today: date,
) -> None:
    """Add the one day in print that is neither birth nor expiry, where it can be that of issue."""
    birth, expiry = (extraction.fields.get(one) for one in ("birth_date", "expiry_date"))
    is_issued = extraction.mrz is not None and extraction.mrz.format in ISSUED
    if birth is None or expiry is None or not is_issued:
        return
    printed: dict[str, list[tuple[int, SpottedLine]]] = defaultdict(list)
    for number, found in lines.items():
        for line in found:
            value = day(line.text)
            if value is not None:
                printed[value].append((number, line))
    others = printed.keys() - {birth.value, expiry.value}
    if len(printed) != _DAYS_PRINTED or len(others) != 1:
        return
    (issue,) = others
    labelled = read.fields.get("issue_date")
    said = {one.value for one in read.witnesses.get("issue_date", ())}
    number, line = max(printed[issue], key=lambda one: _weakest(one[1]))
    if (
        (labelled is None or labelled.value == issue)
        and said <= {None, issue}
        and birth.value < issue < expiry.value
        and issue <= today.isoformat()
        and _fits(issue, expiry.value)
        and _weakest(line) >= SURE_FROM
    ):
        read.fields["issue_date"] = FieldValue(
            value=issue,
            raw=line.text,
            confidence=agreed_confidence(line.confidence, contradicted=False),
            source=Source.VISUAL,
            engine=line.reader,
            page=number,
            box=box_of((line.quad,)),
        )
        read.unsupported.discard("issue_date")


def _fits(issue: str, expiry: str) -> bool:
    """Say whether a document of that day is valid for a usual term."""
    try:
        first, last = date.fromisoformat(issue), date.fromisoformat(expiry)
        # The 29th of February has its anniversary in leap years.
        is_to_the_day = (first.replace(year=last.year) - last).days in {0, 1}
        return last.year - first.year in TERMS_YEARS and is_to_the_day
    except ValueError:
        return False


def _weakest(line: SpottedLine) -> float:
    pairs = zip(line.text, line.reading.confidences, strict=False)
    return min((sure for symbol, sure in pairs if symbol.isdigit()), default=0.0)
