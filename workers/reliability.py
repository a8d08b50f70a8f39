"""What confidences are worth: each value's claim held against the truth, by band and by field.

A claim of 0.97 is honest where 97 of 100 such values are right.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workers.accuracy import Result, Truth, is_same

BANDS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)
"""Lower ends of the bands of claimed confidence, below the first of which all is one band."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One value that was read, or one that should have been.

    Args:
        field: its name.
        confidence: what the reading claims; None where nothing was read.
        right: the value is the truth's.
        printed: the document carries the field; else the value was invented.
        unsupported: the reading itself says that nothing supports the value.
    """

    field: str
    confidence: float | None
    right: bool
    printed: bool
    unsupported: bool


@dataclass(frozen=True, slots=True)
class Band:
    """The values whose claims lie in one band: how many, what they claim and what is true."""

    confidence_from: float
    values: int
    claimed: float
    right: float


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """One field over all documents of a type and level.

    Args:
        printed: documents that carry it.
        right: where it was read as the truth has it.
        wrong: where it was read otherwise, or invented.
        wrong_supported: of the wrong, those that the reading calls supported.
    """

    field: str
    printed: int
    right: int
    wrong: int
    wrong_supported: int


def claims(truth: Truth, result: Result) -> tuple[Claim, ...]:
    """Return the claims of one reading; none where the truth tells no fields."""
    if not truth.fields:
        return ()
    read = result.get("fields") or {}
    doubted = {
        name
        for one in result.get("findings") or ()
        if one["code"] == "field.unsupported"
        for name in one["fields"]
    }
    found = []
    known = {**truth.fields, **truth.optional}
    for name in dict.fromkeys((*known, *read)):
        printed, value = known.get(name), read.get(name)
        found.append(
            Claim(
                field=name,
                confidence=None if value is None else float(value["confidence"]),
                right=value is not None
                and printed is not None
                and is_same(name, printed, value["value"]),
                printed=printed is not None,
                unsupported=name in doubted,
            )
        )
    return tuple(found)


def reliability(made: Iterable[Claim]) -> tuple[Band, ...]:
    """Return the bands that hold values, from doubtful to sure."""
    grouped: dict[float, list[tuple[float, bool]]] = {}
    for one in made:
        if one.confidence is not None:
            lower = max((edge for edge in BANDS if edge <= one.confidence), default=0.0)
            grouped.setdefault(lower, []).append((one.confidence, one.right))
    return tuple(
        Band(
            lower,
            len(values),
            round(sum(sure for sure, _ in values) / len(values), 4),
            round(sum(right for _, right in values) / len(values), 4),
        )
        for lower, values in sorted(grouped.items())
    )


def by_field(made: Sequence[Claim]) -> tuple[FieldFigures, ...]:
    """Return the figures of each field, in the order of the first documents' fields."""
    printed = Counter(one.field for one in made if one.printed)
    right = Counter(one.field for one in made if one.right)
    wrong = [one for one in made if one.confidence is not None and not one.right]
    all_wrong = Counter(one.field for one in wrong)
    supported = Counter(one.field for one in wrong if not one.unsupported)
    return tuple(
        FieldFigures(name, printed[name], right[name], all_wrong[name], supported[name])
        for name in dict.fromkeys(one.field for one in made)
    )
