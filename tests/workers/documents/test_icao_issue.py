"""The day of issue that no label tells."""

from dataclasses import replace

import pytest

from schemas.documents import Extraction, MrzFormat, Source
from tests.workers.documents.test_icao_visual import seen, zone
from tests.workers.reading_fakes import TODAY
from workers.documents.icao_days import day
from workers.documents.icao_issue import add_issue_day
from workers.ports import Script, StripReading
from workers.visual.evidence import Witness
from workers.visual.lines import SpottedLine

BIRTH, EXPIRY = "12.08.1974", "15 APR/AVR 2027"


def lines(*texts: str, sure: float = 0.999) -> tuple[SpottedLine, ...]:
    """Return lines of a page, the last of them read so surely."""
    quad = ((0.1, 0.1), (0.5, 0.1), (0.5, 0.2), (0.1, 0.2))
    return tuple(
        SpottedLine(
            quad,
            Script.LATIN,
            StripReading(text, ((sure if text is texts[-1] else 0.999),) * len(text)),
            "one",
        )
        for text in texts
    )


def test_a_reader_who_saw_another_day_beside_the_label_forbids_it() -> None:
    """A misread year may fit a usual term too."""
    said = (Witness("rapidocr", "15.04.2018", "2018-04-15", 0.98),)
    read = seen()
    read.witnesses["issue_date"] = said
    add_issue_day(read, zone(), {1: lines(BIRTH, EXPIRY, "15.04.2017")}, TODAY)

    assert "issue_date" not in read.fields


def issued(found: tuple[SpottedLine, ...], extraction: Extraction | None = None) -> str | None:
    """Return the day of issue that the lines give."""
    read = seen()
    add_issue_day(read, extraction or zone(), {1: found}, TODAY)
    return read.fields["issue_date"].value if "issue_date" in read.fields else None


@pytest.mark.parametrize("printed", ["15.04.2017", "16 APR 2022", "15042017"])
def test_the_third_of_three_days_is_that_of_issue(printed: str) -> None:
    """Its anniversary is the day of expiry, or the day after it."""
    assert issued(lines(BIRTH, EXPIRY, printed)) == day(printed)


@pytest.mark.parametrize(
    ("texts", "sure"),
    [
        pytest.param((BIRTH, "15.04.2017"), 0.999, id="the day of expiry was not seen"),
        pytest.param((BIRTH, EXPIRY, "15.04.2012", "15.04.2017"), 0.999, id="four days"),
        pytest.param((BIRTH, EXPIRY, "18.04.2017"), 0.999, id="no anniversary"),
        pytest.param((BIRTH, EXPIRY, "15.04.2018"), 0.999, id="no usual term: a misread year"),
        pytest.param((BIRTH, EXPIRY, "15.04.1972"), 0.999, id="before birth"),
        pytest.param((BIRTH, EXPIRY, "15.04.2028"), 0.999, id="after expiry"),
        pytest.param((BIRTH, EXPIRY, "15.04.2017"), 0.8, id="unsure"),
    ],
)
def test_anything_less_is_left_out(texts: tuple[str, ...], sure: float) -> None:
    """A wrong day would be accepted."""
    assert issued(lines(*texts, sure=sure)) is None


def test_a_day_to_come_is_no_day_of_issue() -> None:
    """What is valid to 2030 may be prolonged, or begin to be valid, in 2029."""
    later = zone(expiry_date="2030-04-15")

    assert issued(lines(BIRTH, "15.04.2030", "15.04.2029"), later) is None


def test_a_visas_third_day_is_the_first_of_a_stay() -> None:
    """Passports and cards alone are asked."""
    extraction = zone()
    assert extraction.mrz is not None
    visa = replace(extraction, mrz=replace(extraction.mrz, format=MrzFormat.MRV_A))

    assert issued(lines(BIRTH, EXPIRY, "15.04.2017"), visa) is None


@pytest.mark.parametrize(("labelled", "unsupported"), [("2017-04-15", False), ("2018-04-15", True)])
def test_what_a_label_told_is_confirmed_but_not_replaced(
    labelled: str, *, unsupported: bool
) -> None:
    """Of two readers who differed one may have been right."""
    read = seen("issue_date", issue_date=labelled)
    add_issue_day(read, zone(), {1: lines(BIRTH, EXPIRY, "15.04.2017")}, TODAY)

    assert read.fields["issue_date"].value == labelled
    assert read.fields["issue_date"].source is Source.VISUAL
    assert ("issue_date" in read.unsupported) is unsupported
