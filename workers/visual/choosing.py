"""Chooses among the places of a face's zones: what is printed once is one value."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from workers.ports import Script
from workers.visual.evidence import Witness, place_witness
from workers.visual.label_likeness import is_like_label, is_no_value
from workers.visual.layout import DocumentFace, Where, Zone
from workers.visual.lines import Piece
from workers.visual.place import Place, usual_where

SPARE_MAX, SPARE_USUAL_MAX, RIVAL_MAX = 0.15, 0.5, 0.2
"""A place that costs so much more is nearly as likely, the second where it stands as others do to
their labels; figures that cost so much more are rivals."""

ODD_TIMES = 3
"""So many times more values, of all, stand beside their labels where one below its own is odd."""

PART_LIKE_MIN = 60.0
"""A part of a value that is so much like a label, in percent, is one that was misread."""


@dataclass(slots=True)
class OpenZone:
    """A zone of a face that is being read."""

    face: DocumentFace
    zone: Zone
    places: tuple[Place, ...]
    chosen: Place | None = None
    witnesses: list[Witness] = field(default_factory=list)

    def makes_value(self, place: Place) -> bool:
        """Say whether a place makes a value; words that look like a label are a misread one."""
        value = self.zone.parse(place.text)
        if value is None or is_no_value(self.face, self.zone, value):
            return False
        return len(place.pieces) == 1 or not any(map(self._is_foreign, place.pieces))

    def _is_foreign(self, piece: Piece) -> bool:
        """Say whether print among other print is no part of it: a day, or a misread label."""
        if self.zone.script is not None or piece.text.isdigit():
            return False
        figures = (zone for zone in self.face.zones if zone.script is Script.DIGITS)
        return is_like_label(self.face, piece.text, PART_LIKE_MIN) or any(
            zone is not self.zone and zone.parse(piece.text) is not None for zone in figures
        )

    def leave(self) -> None:
        """Give up the place, and every other with print of it."""
        left = [place for place in self.places if not _overlap(self.chosen, place)]
        self.places, self.chosen, self.witnesses = tuple(left), None, []


def choose(zones: Sequence[OpenZone]) -> None:
    """Give each zone the likeliest place that makes a value and that no other zone has."""
    offers = sorted(
        (
            (place.cost, number, place)
            for number, one in enumerate(zones)
            for place in one.places
            if one.makes_value(place)
        ),
        key=lambda offer: offer[:2],
    )
    for _, number, place in offers:
        one = zones[number]
        if one.chosen is not None or is_taken(one, place, zones):
            continue
        one.chosen = place
        one.witnesses.append(place_witness(one.zone, place))
    for one in zones:
        if one.chosen is None:
            _make_room(one, zones)


def _make_room(one: OpenZone, zones: Sequence[OpenZone]) -> None:
    """Give a zone a place whose owner has another that is nearly as likely.

    Where both then stand as most values of the page stand to their labels, it may cost more.
    """
    usual = usual_where(other.chosen for other in zones)
    for place in one.places:
        if not one.makes_value(place) or one.zone.shares:
            continue
        owners = [other for other in zones if other is not one and _overlap(other.chosen, place)]
        if len(owners) != 1 or owners[0].chosen is None or owners[0].zone.shares:
            continue
        (owner,) = owners
        one.chosen, had, owner.chosen = place, owners[0].chosen, None
        for other in owner.places:
            is_usual = usual is not None and usual is place.where is other.where
            spare = SPARE_USUAL_MAX if is_usual else SPARE_MAX
            is_near = other.cost <= had.cost + spare and owner.makes_value(other)
            if is_near and not is_taken(owner, other, zones):
                owner.chosen = other
                owner.witnesses = [place_witness(owner.zone, other)]
                one.witnesses.append(place_witness(one.zone, place))
                return
        one.chosen, owner.chosen = None, had


def has_rival(one: OpenZone, zones: Sequence[OpenZone], value: str) -> bool:
    """Say whether other figures near a label are nobody's: these may be its own."""
    if one.zone.script is not Script.DIGITS or one.zone.checked or one.chosen is None:
        return False
    return any(
        one.zone.parse(place.text) not in {None, value}
        and place.cost <= one.chosen.cost + RIVAL_MAX
        and not _overlap(one.chosen, place)
        and not is_taken(one, place, zones)
        for place in one.places
    )


def _overlap(chosen: Place | None, place: Place) -> bool:
    return chosen is not None and any(
        mine.overlaps(theirs) for mine in place.pieces for theirs in chosen.pieces
    )


def is_taken(one: OpenZone, place: Place, zones: Sequence[OpenZone]) -> bool:
    """Say whether another zone's value stands at a place: what is printed once is one value."""
    return not one.zone.shares and any(
        _overlap(other.chosen, place)
        for other in zones
        if other is not one and not other.zone.shares
    )


def stands_oddly(one: OpenZone, zones: Sequence[OpenZone]) -> bool:
    """Say whether words stand below their label where nearly all values stand beside theirs."""
    seen = [other.chosen.where for other in zones if other.chosen and other.chosen.where]
    below = [where for where in seen if where in {Where.BELOW, Where.ABOVE}]
    is_below = one.chosen is not None and one.chosen.where is Where.BELOW
    return is_below and ODD_TIMES * len(below) <= len(seen)
