"""Scores readings against the truth: pure, from rows of truth and result objects.

A value is right when it is the truth's. Names count in their printed form and in the MRZ's, which
ICAO's transliteration makes of it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from workers.text.mrz_transliteration import transliterate

Result = Mapping[str, Any]
"""A result object, as ``bitaqa read --json`` gives it."""

_NAMES = frozenset({"surname", "given_names"})


@dataclass(frozen=True, slots=True)
class Truth:
    """What a document says.

    Args:
        files: names of its pictures, in the order of its sides.
        document_type: code; empty where the truth does not tell.
        country: ISO 3166-1 alpha-3, None where the truth does not tell.
        level: how hard its pictures are; empty where the truth does not tell.
        fields: field name to normal form; empty where the truth tells lines only.
        mrz_lines: as printed; empty where there are none.
        languages: to ask for when it is read.
        optional: field name to normal form of what may be left out, but not be read wrongly.
        printed_check_digits_valid: False where the document itself prints a wrong one.
    """

    files: tuple[str, ...]
    document_type: str = ""
    country: str | None = None
    level: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    mrz_lines: tuple[str, ...] = field(default=(), repr=False)
    languages: tuple[str, ...] = ()
    optional: Mapping[str, str] = field(default_factory=dict, repr=False)
    printed_check_digits_valid: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """One document: what of it was read right.

    Args:
        group: type and level, by which scores are added up.
        fields: how many fields the truth has.
        fields_exact: how many of them were read right.
        values_wrong: values read that the truth says otherwise or does not have.
        lines_exact: all MRZ lines are right; None where there are none.
        type_right: the type is the truth's, or the truth tells none.
        status: the verdict.
        cpu_ms: CPU time of the reading; None where the result does not tell.
    """

    group: tuple[str, str]
    fields: int
    fields_exact: int
    values_wrong: int
    lines_exact: bool | None
    type_right: bool
    status: str
    cpu_ms: float | None

    @property
    def fully_right(self) -> bool:
        """Type, every field and every line are right, and nothing else was read."""
        whole = self.fields_exact == self.fields and not self.values_wrong
        return whole and self.type_right and self.lines_exact is not False

    @property
    def wrongly_accepted(self) -> bool:
        """The promise was broken: ``accepted`` with anything wrong in it."""
        wrong = self.values_wrong or not self.type_right or self.lines_exact is False
        return self.status == "accepted" and bool(wrong)


@dataclass(frozen=True, slots=True)
class Summary:
    """The scores of one type and level added up; CPU times are milliseconds."""

    document_type: str
    level: str
    documents: int
    fields: int
    fields_exact: int
    fully_right: int
    lines: int
    lines_exact: int
    accepted: int
    review: int
    rejected: int
    wrongly_accepted: int
    cpu_ms_median: float | None
    cpu_ms_p90: float | None


def read_truth(path: Path) -> tuple[Truth, ...]:
    """Return the rows of a truth file.

    Drawn samples name ``files`` and fields; published specimens name ``file``, ``format``,
    ``mrz_lines`` and ``printed_check_digits_valid``.

    Raises:
        ValueError: when a row is neither.
    """
    lines = path.read_text("utf-8").splitlines()
    return tuple(truth_of(json.loads(line)) for line in lines if line.strip())


def truth_of(row: Mapping[str, Any]) -> Truth:
    """Return the truth in one row of a truth file."""
    files = row.get("files") or [row.get("file")]
    if not all(isinstance(name, str) and name for name in files):
        raise ValueError("a row of truth names its files")
    return Truth(
        files=tuple(files),
        document_type=row.get("document_type") or _TYPES.get(row.get("format", ""), ""),
        country=row.get("country"),
        level=row.get("level", ""),
        fields=row.get("fields", {}),
        mrz_lines=tuple(row.get("mrz_lines", ())),
        languages=tuple(row.get("languages", ())),
        optional=row.get("optional", {}),
        printed_check_digits_valid=row.get("printed_check_digits_valid", True),
    )


def score(truth: Truth, result: Result) -> Score:
    """Return how a result object stands to the truth."""
    read = {name: value["value"] for name, value in (result.get("fields") or {}).items()}
    exact = [n for n, value in truth.fields.items() if n in read and is_same(n, value, read[n])]
    # A truth of lines alone knows no fields: none of those read can be called wrong by it.
    besides = [n for n, value in truth.optional.items() if n in read and read[n] == value]
    wrong = len(read) - len(exact) - len(besides) if truth.fields else 0
    cpu_ms = (result.get("timings_ms") or {}).get("cpu")
    return Score(
        group=(truth.document_type or result.get("document_type", ""), truth.level),
        fields=len(truth.fields),
        fields_exact=len(exact),
        values_wrong=wrong,
        lines_exact=_lines_exact(truth, result),
        type_right=truth.document_type in {"", result.get("document_type")},
        status=str(result.get("status", "")),
        cpu_ms=None if cpu_ms is None else float(cpu_ms),
    )


def summarise(scores: Iterable[Score]) -> tuple[Summary, ...]:
    """Return one summary for each type and level, in their order."""
    groups: defaultdict[tuple[str, str], list[Score]] = defaultdict(list)
    for one in scores:
        groups[one.group].append(one)
    return tuple(_summary(group, tuple(groups[group])) for group in sorted(groups))


def _summary(group: tuple[str, str], scores: Sequence[Score]) -> Summary:
    times = [one.cpu_ms for one in scores if one.cpu_ms is not None]
    return Summary(
        document_type=group[0],
        level=group[1],
        documents=len(scores),
        fields=sum(one.fields for one in scores),
        fields_exact=sum(one.fields_exact for one in scores),
        fully_right=sum(one.fully_right for one in scores),
        lines=sum(one.lines_exact is not None for one in scores),
        lines_exact=sum(one.lines_exact is True for one in scores),
        accepted=sum(one.status == "accepted" for one in scores),
        review=sum(one.status == "review" for one in scores),
        rejected=sum(one.status == "rejected" for one in scores),
        wrongly_accepted=sum(one.wrongly_accepted for one in scores),
        cpu_ms_median=median(times) if times else None,
        cpu_ms_p90=_p90(times),
    )


def _p90(times: Sequence[float]) -> float | None:
    if len(times) < 2:
        return times[0] if times else None
    return quantiles(times, n=10, method="inclusive")[8]


def is_same(name: str, truth: str, read: str) -> bool:
    """Say whether a value is the truth's, printed names and layout of texts allowed for."""
    if truth == read:
        return True
    if name == "text":
        # Blank lines and runs of spaces are layout, not text.
        return truth.split() == read.split()
    if name not in _NAMES:
        return False
    try:
        return transliterate(read) == transliterate(truth)
    except ValueError:
        return False


def _lines_exact(truth: Truth, result: Result) -> bool | None:
    if not truth.mrz_lines:
        return None
    mrz = result.get("mrz") or {}
    return tuple(mrz.get("lines", ())) == truth.mrz_lines


_TYPES = {
    "TD1": "id_card",
    "TD2": "id_card",
    "TD3": "passport",
    "MRV-A": "visa",
    "MRV-B": "visa",
}
"""Type by form of zone, for a truth that tells the form only."""
