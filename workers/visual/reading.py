"""Reads the zones of a face on one page: places by label, then a ladder of readers for each."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from schemas.documents import FieldValue, Finding
from workers.ports import Image, LineReader, Script, Tools
from workers.text.bidi import has_arabic
from workers.visual.arabic_letters import lacks_dots
from workers.visual.choosing import OpenZone, choose, has_rival, is_taken, stands_oddly
from workers.visual.dim_labels import with_dim_labels
from workers.visual.evidence import (
    Verdict,
    Witness,
    decide,
    is_settled,
)
from workers.visual.figures import read_figures
from workers.visual.glued import with_parted_labels
from workers.visual.heads import with_heads
from workers.visual.label_likeness import holds_label, is_no_value
from workers.visual.layout import DocumentFace, Zone
from workers.visual.lines import box_of
from workers.visual.lone_marks import without_lone_marks
from workers.visual.ordered import with_ordered_labels
from workers.visual.place import Place, script_of, usual_gap
from workers.visual.places import Finder
from workers.visual.printed_spaces import with_printed_spaces
from workers.visual.probing import begins_before, goes_on, hides_word, probe
from workers.visual.small_print import may_lose_accents
from workers.visual.stretching import stretched
from workers.visual.strips import cut
from workers.visual.vote import VOTING_READERS, may_vote, read_by_vote

VALUE_LETTERS = 3.0
"""A value in its place speaks for a face as so many letters of a label do."""

PLACES_READ_MAX = 2
"""Places read again where the first look made no value at any."""

FAR_TIMES, FAR_MORE = 2.0, 3.0
"""A value further from its label, in heights, than so many times the page's usual gap and so many
more, may be another label's that nobody saw."""

Timings = dict[str, float]


@dataclass(frozen=True, slots=True)
class FieldRead:
    """A field's value with its place on the page and all that was read there."""

    zone: Zone
    verdict: Verdict = field(repr=False)
    place: Place = field(repr=False)
    witnesses: tuple[Witness, ...] = field(repr=False)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Where it stands."""
        return box_of([piece.quad for piece in self.place.pieces])


@dataclass(frozen=True, slots=True)
class FaceRead:
    """What was read of one face on one page.

    Args:
        labels_found: how much of the face was recognised: each label counts its letters.
        timings_ms: wall time of each reader, ``read.<reader>``.
    """

    face: DocumentFace
    fields: Mapping[str, FieldRead] = field(repr=False)
    labels_found: float
    timings_ms: Mapping[str, float]


@dataclass(slots=True)
class VisualRead:
    """What was read of the faces of one document.

    Args:
        fields: the values; of a field on several faces the surest one.
        faces: the face seen on each page, None where none was.
        unsupported: names of the fields that no check and no second reading supports.
        costs: how far each value stands from where its label makes it likeliest, see `Place`.
        witnesses: by field, what each reader read, for a further engine to be held against.
        texts: the lines of all pages.
        timings_ms: wall time by step.
    """

    fields: dict[str, FieldValue] = field(default_factory=dict, repr=False)
    faces: list[DocumentFace | None] = field(default_factory=list)
    unsupported: set[str] = field(default_factory=set)
    costs: dict[str, float] = field(default_factory=dict)
    witnesses: dict[str, tuple[Witness, ...]] = field(default_factory=dict, repr=False)
    texts: list[str] = field(default_factory=list, repr=False)
    findings: list[Finding] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=dict)


def face_score(finder: Finder) -> float:
    """Return how much of a face stands on the lines: its labels, titles and values, in letters."""
    labels = sum(one.alike * one.letters for one in finder.labels)
    if labels == 0:
        return 0.0
    valued = sum(
        any(zone.parse(place.text) is not None for place in finder.places[zone.field])
        for zone in finder.face.zones
        if zone.labels
    )
    return labels + VALUE_LETTERS * valued


def read_face(finder: Finder, page: Image, tools: Tools) -> FaceRead:
    """Return the fields of a finder's face on the page whose lines it knows."""
    timings: Timings = {}
    start = time.perf_counter()
    finder = with_parted_labels(stretched(finder, page, tools))
    finder, guessed = with_heads(finder, page, tools)
    aspect = page.shape[1] / page.shape[0]
    finder, unsure = with_dim_labels(finder, aspect)
    guessed |= unsure
    finder = finder.of_lines((*finder.lines, *probe(finder, page, tools)))
    finder, unsure = with_ordered_labels(finder, aspect)
    guessed |= unsure
    timings["probe"] = round(1000 * (time.perf_counter() - start), 3)
    zones = [OpenZone(finder.face, zone, finder.places[zone.field]) for zone in finder.face.zones]
    choose(zones)
    _read(zones, zones, page, tools, timings)
    free = [one for one in zones if one.zone.script is None]
    misplaced = [one for one in free if _is_label(one, decide(one.zone, one.witnesses))]
    for one in misplaced:
        one.leave()
    if misplaced:
        empty = [one for one in zones if one.chosen is None]
        choose(zones)
        _read(empty, zones, page, tools, timings)
    fields = {}
    usual = usual_gap(one.chosen for one in zones)
    for one in zones:
        if one.chosen is not None:
            words = without_lone_marks(one.zone, one.witnesses)
            one.witnesses = [*with_printed_spaces(words, one.chosen, page)]
        verdict = decide(one.zone, one.witnesses)
        if _is_label(one, verdict):
            continue
        if verdict is not None and one.chosen is not None:
            is_doubted = (
                _is_far(one, verdict.value, usual)
                or (one.zone.script is None and stands_oddly(one, zones))
                or one.zone.field in guessed
                or holds_label(finder.face, verdict.value)
                or (one.chosen.is_shortened and has_arabic(verdict.value))
                or may_lose_accents(one.zone, one.chosen, verdict.value, one.witnesses, page)
                or has_rival(one, zones, verdict.value)
                or one.zone.is_misspelt(verdict.value)
                or (one.zone.coded and goes_on(finder, one.chosen, page))
                or (one.zone.free and begins_before(finder, one.chosen, page))
                or _hides_word(one, verdict, page)
            )
            if is_doubted:
                verdict = replace(verdict, supported=False, is_open=False)
            fields[one.zone.field] = FieldRead(one.zone, verdict, one.chosen, tuple(one.witnesses))
    score = sum(label.alike * label.letters for label in finder.labels)
    return FaceRead(finder.face, fields, score, timings)


def _read(
    zones: Sequence[OpenZone],
    every: Sequence[OpenZone],
    page: Image,
    tools: Tools,
    timings: Timings,
) -> None:
    """Let readers read the places of some zones, as many as each of them needs."""
    _read_missing(zones, every, page, tools, timings)
    _read_by_vote(zones, page, tools, timings)
    _read_again(zones, page, tools, timings)
    _read_figures(zones, page, tools, timings)


def _is_label(one: OpenZone, verdict: Verdict | None) -> bool:
    """Say whether what was read in a place for words is a label that was misread before."""
    return verdict is not None and is_no_value(one.face, one.zone, verdict.value)


def _hides_word(one: OpenZone, verdict: Verdict, page: Image) -> bool:
    """Say whether the print of words has a space more than any who read the value saw."""
    if one.chosen is None or not one.zone.is_words(verdict.value):
        return False
    texts = [other.text for other in one.witnesses if other.value == verdict.value]
    return hides_word(one.chosen, max([verdict.raw, *texts], key=_spaces), page)


def _spaces(text: str) -> int:
    return text.count(" ")


def _is_far(one: OpenZone, value: str, usual: float) -> bool:
    """Say whether a value stands oddly far from its label; Arabic begins at the other edge.

    A value of a form that no other field has, as a vehicle's number is, is nowhere another's.
    """
    rivals = (zone for zone in one.face.zones if zone is not one.zone)
    is_own = one.zone.anywhere and not any(zone.parse is one.zone.parse for zone in rivals)
    is_apart = one.chosen is not None and one.chosen.gap > usual * FAR_TIMES + FAR_MORE
    return is_apart and not is_own and not has_arabic(value)


def _read_missing(
    zones: Sequence[OpenZone],
    every: Sequence[OpenZone],
    page: Image,
    tools: Tools,
    timings: Timings,
) -> None:
    """Read the places of zones that have no value with the readers of the zone's own script.

    The first look may have read an Arabic line's number with the Arabic reader.
    """
    for one in zones:
        if one.chosen is not None:
            continue
        free = [place for place in one.places if not is_taken(one, place, every)]
        for place in free[:PLACES_READ_MAX]:
            asked = {piece.line.reader for piece in place.pieces}
            asked = asked if len(asked) == 1 else set()
            for reader in tools.readers_of(script_of(one.zone, place)):
                if reader.name in asked:
                    continue  # or asked already with another model, which only confirms
                asked.add(reader.name)
                (witness,) = _witnesses(reader, [(one.zone, place)], page, timings)
                if witness.value is not None:
                    one.witnesses.append(witness)
                    one.chosen = place
                    break
            if one.chosen is not None:
                break


def _read_by_vote(zones: Sequence[OpenZone], page: Image, tools: Tools, timings: Timings) -> None:
    """Let readers of ours say their word anew at other cuts: most cuts count."""
    for reader in tools.readers:
        if reader.name not in VOTING_READERS:
            continue
        start = time.perf_counter()
        asked = [
            (one, one.chosen)
            for one in zones
            if one.chosen is not None
            and may_vote(reader, one.zone, one.chosen)
            and not is_settled(one.zone, one.witnesses)
        ]
        votes = read_by_vote(reader, [(one.zone, place) for one, place in asked], page)
        for (one, _), witness in zip(asked, votes, strict=True):
            if witness is not None:
                # The first look was one cut of many by the same reader.
                one.witnesses = [w for w in one.witnesses if w.reader != reader.name]
                one.witnesses.append(witness)
        if asked:
            _add(timings, f"read.{reader.name}", start)


def _read_again(zones: Sequence[OpenZone], page: Image, tools: Tools, timings: Timings) -> None:
    """Let one reader after the other read what is not settled yet.

    An engine with several models is one witness: a further model of it is heard only where it
    confirms what another engine said.
    """
    asked_names: set[str] = set()
    for reader in tools.readers:
        is_further = reader.name in asked_names
        asked_names.add(reader.name)
        wanted = [
            one
            for one in zones
            if one.chosen is not None
            and script_of(one.zone, one.chosen) in reader.scripts
            and (is_further or reader.name not in {witness.reader for witness in one.witnesses})
            and not is_settled(one.zone, one.witnesses)
        ]
        asked = [(one.zone, one.chosen) for one in wanted if one.chosen is not None]
        for one, witness in zip(wanted, _witnesses(reader, asked, page, timings), strict=True):
            _hear(one, witness)


def _hear(zone: OpenZone, witness: Witness) -> None:
    others = [one for one in zone.witnesses if one.reader != witness.reader]
    confirms = witness.value is not None and any(
        one.value == witness.value or lacks_dots(witness, one.value or "") for one in others
    )
    if len(others) < len(zone.witnesses) and not confirms:
        return
    zone.witnesses = [*others, witness]


def _read_figures(zones: Sequence[OpenZone], page: Image, tools: Tools, timings: Timings) -> None:
    """Let readers of figures read those of open zones apart from the letters around them."""
    for reader in tools.readers_of(Script.DIGITS):
        for one in zones:
            if one.chosen is None or not one.zone.figures_apart:
                continue
            if is_settled(one.zone, one.witnesses):
                continue
            start = time.perf_counter()
            witness = read_figures(reader, one.zone, one.chosen, one.witnesses, page)
            if witness is not None:
                one.witnesses.append(witness)
                _add(timings, f"read.{reader.name}", start)


def _add(timings: Timings, name: str, start: float) -> None:
    timings[name] = round(timings.get(name, 0.0) + 1000 * (time.perf_counter() - start), 3)


def _witnesses(
    reader: LineReader, asked: Sequence[tuple[Zone, Place]], page: Image, timings: Timings
) -> list[Witness]:
    if not asked:
        return []
    start = time.perf_counter()
    quads = [piece.quad for _, place in asked for piece in place.pieces]
    readings = iter(reader.read([cut(page, quad) for quad in quads]))
    witnesses = []
    for zone, place in asked:
        parts = [next(readings) for _ in place.pieces]
        read = " ".join(part.text for part in parts)
        text = read.strip()
        sure = [one for part in parts for one in part.confidences]
        mean = sum(sure) / len(sure) if sure else 0.0
        value = zone.value_of(text) if text else None
        first = len(read) - len(read.lstrip())
        spaced = _spaced([part.confidences for part in parts])[first : first + len(text)]
        witnesses.append(Witness(reader.name, text, value, mean, min(sure, default=0.0), spaced))
    _add(timings, f"read.{reader.name}", start)
    return witnesses


def _spaced(parts: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    """Return the probabilities of joined texts: the spaces between them are sure."""
    return tuple(one for part in parts for one in (1.0, *part))[1:]
