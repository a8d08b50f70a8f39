import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from workers.accuracy import Truth, read_truth, score, summarise

LINES = ("P<UTOODEGARD<<OYVIND", "L898902C36UTO7408122")
TRUTH = Truth(
    files=("a.png",),
    document_type="passport",
    level="clean",
    fields={"surname": "ODEGAARD", "document_number": "L898902C3"},
    mrz_lines=LINES,
)


def result(status: str = "accepted", cpu: float = 100.0, **fields: str) -> dict[str, Any]:
    """Return a result object of a passport with these values."""
    values = {"surname": "ODEGAARD", "document_number": "L898902C3"} | fields
    return {
        "document_type": "passport",
        "status": status,
        "fields": {name: {"value": value} for name, value in values.items() if value},
        "mrz": {"format": "TD3", "lines": list(LINES), "valid": True},
        "timings_ms": {"cpu": cpu},
    }


def test_a_reading_that_says_the_truth_is_fully_right() -> None:
    """Type, fields and lines agree."""
    scored = score(TRUTH, result())

    assert scored.fully_right
    assert not scored.wrongly_accepted
    assert (scored.fields_exact, scored.lines_exact, scored.cpu_ms) == (2, True, 100.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"document_number": "L898902C8"},
        {"personal_number": "INVENTED"},
    ],
)
def test_an_accepted_reading_with_a_wrong_value_broke_its_promise(
    changes: dict[str, Any],
) -> None:
    """Wrong or invented: both are told; the same reading under review is not."""
    accepted, review = score(TRUTH, result(**changes)), score(TRUTH, result("review", **changes))

    assert (accepted.wrongly_accepted, review.wrongly_accepted) == (True, False)
    assert not accepted.fully_right
    assert not review.fully_right


def test_a_field_that_is_missing_is_not_right_but_not_wrong_either() -> None:
    """An optional field left out breaks no promise."""
    scored = score(TRUTH, result(document_number=""))

    assert not scored.fully_right
    assert not scored.wrongly_accepted


@pytest.mark.parametrize(
    "change",
    [{"document_type": "visa"}, {"mrz": None}, {"mrz": {"lines": [LINES[0], LINES[0]]}}],
)
def test_a_wrong_type_or_line_breaks_the_promise_too(change: dict[str, Any]) -> None:
    """What was accepted must be right as a whole."""
    assert score(TRUTH, result() | change).wrongly_accepted


def test_a_name_counts_in_its_printed_form() -> None:
    """The visual zone's accents are right where ICAO writes them so."""
    truth = Truth(files=("a.png",), fields={"surname": "OEDEGAARD"})

    printed = score(truth, {"fields": {"surname": {"value": "Ødegård"}}})
    other = score(truth, {"fields": {"surname": {"value": "Ødegord"}}})

    assert (printed.fields_exact, other.fields_exact) == (1, 0)


def test_what_may_be_left_out_is_wrong_only_where_it_is_read_wrongly() -> None:
    """A place of birth that no one could read breaks no promise, another place does."""
    truth = replace(TRUTH, optional={"birth_place": "Oslo"})

    without, right = score(truth, result()), score(truth, result(birth_place="Oslo"))
    other = score(truth, result(birth_place="Olso"))

    assert without.fully_right
    assert right.fully_right
    assert other.wrongly_accepted


def test_a_text_counts_without_its_layout() -> None:
    """Blank lines are no error, other letters are."""
    truth = Truth(files=("a.png",), fields={"text": "Good morning\nBest wishes"})

    same = score(truth, {"fields": {"text": {"value": "Good morning\n\nBest  wishes"}}})
    other = score(truth, {"fields": {"text": {"value": "Good moming\nBest wishes"}}})

    assert (same.fields_exact, other.fields_exact) == (1, 0)


def test_summaries_add_up_by_type_and_level() -> None:
    """One row for each group, in order, with its times."""
    hard = Truth(files=("b.png",), document_type="passport", level="hard", mrz_lines=LINES)
    readings = [result(cpu=float(number)) for number in range(1, 12)]
    scores = [score(TRUTH, one) for one in readings]
    scores += [score(hard, result("rejected") | {"mrz": None, "fields": {}})]

    clean, rejected = summarise(scores)

    assert (clean.document_type, clean.level, clean.documents) == ("passport", "clean", 11)
    assert (clean.fully_right, clean.accepted, clean.fields_exact) == (11, 11, 22)
    assert (clean.cpu_ms_median, clean.cpu_ms_p90) == (6.0, 10.0)
    assert (rejected.level, rejected.rejected, rejected.lines_exact) == ("hard", 1, 0)


def test_both_forms_of_truth_are_read(tmp_path: Path) -> None:
    """Drawn samples tell fields, published specimens tell lines."""
    rows = [
        {"files": ["a-front.png", "a-back.png"], "document_type": "id_card", "level": "photo",
         "country": "UTO", "fields": {"surname": "A"}, "mrz_lines": ["I<UTO"]},
        {"file": "images/b.jpg", "format": "MRV-B", "mrz_lines": ["V<"],
         "printed_check_digits_valid": False},
    ]  # fmt: skip
    path = tmp_path / "truth.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")

    drawn, published = read_truth(path)

    assert (drawn.files, drawn.level) == (("a-front.png", "a-back.png"), "photo")
    assert (published.files, published.document_type) == (("images/b.jpg",), "visa")
    assert published.fields == {}
    assert not published.printed_check_digits_valid


def test_a_row_without_files_is_no_truth(tmp_path: Path) -> None:
    """A wrong file is refused, not scored as nothing."""
    path = tmp_path / "truth.jsonl"
    path.write_text('{"mrz_lines": []}', "utf-8")

    with pytest.raises(ValueError, match="names its files"):
        read_truth(path)
