"""Claims are held against the truth, by band of confidence and by field."""

from typing import Any

from workers.accuracy import Truth
from workers.reliability import Band, FieldFigures, by_field, claims, reliability

TRUTH = Truth(files=("a.png",), document_type="card", fields={"name": "ANNA", "town": "ZENITH"})


def result(doubted: tuple[str, ...] = (), **fields: tuple[str, float]) -> dict[str, Any]:
    """Return a result object with these values and confidences."""
    return {
        "fields": {n: {"value": value, "confidence": sure} for n, (value, sure) in fields.items()},
        "findings": [{"code": "field.unsupported", "fields": list(doubted)}],
    }


def test_bands_tell_what_claims_are_worth() -> None:
    """Two of three values that claim 0.96 and more are right."""
    made = [
        *claims(TRUTH, result(name=("ANNA", 0.96), town=("ZENITH", 0.97))),
        *claims(TRUTH, result(name=("ANNE", 0.97), town=("ZENITH", 0.3))),
    ]

    assert reliability(made) == (Band(0.0, 1, 0.3, 1.0), Band(0.95, 3, 0.9667, 0.6667))


def test_fields_tell_what_is_missing_wrong_or_invented() -> None:
    """A value that nobody printed is wrong; one that the reading doubts is told apart."""
    made = [
        *claims(TRUTH, result(("name",), name=("ANNE", 0.9))),
        *claims(TRUTH, result(town=("NADIR", 0.99), age=("7", 0.9))),
    ]

    assert by_field(made) == (
        FieldFigures("name", 2, 0, 1, 0),
        FieldFigures("town", 2, 0, 1, 1),
        FieldFigures("age", 0, 0, 1, 1),
    )


def test_a_truth_without_fields_makes_no_claims() -> None:
    """Published specimens tell lines only."""
    assert claims(Truth(files=("a.png",)), result(name=("ANNA", 0.9))) == ()
