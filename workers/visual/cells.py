"""Cells of a bilingual form: a French label at the left, its Arabic twin at the right.

What stands between the two, or below them, is that field's and no other's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workers.text.bidi import has_arabic
from workers.visual.labels import LabelFound
from workers.visual.layout import Where
from workers.visual.lines import Piece, words
from workers.visual.shapes import Shape, distance_to, in_row

SHARED_MIN = 0.5
"""Share of the narrower one's width that a value below has in common with its cell."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a page.

    Args:
        own: the cell of each label that has a twin.
        reach: how far that of one without reaches at most, up to the next label of its row.
    """

    own: Mapping[Piece, Shape]
    reach: Mapping[Piece, Shape]

    def below(self, label: Piece, row: Shape, value: Shape) -> float | None:
        """Return how far a value stands below a label or its cell; None where it is no such."""
        own = self.own.get(label)
        if own is not None:
            return distance_to(own, value, Where.BELOW) if _holds(own, value) else None
        if any(in_row(cell, row) and _holds(cell, value) for cell in self.own.values()):
            return None
        reach = self.reach.get(label)
        if reach is not None and _holds(reach, value):
            return distance_to(reach, value, Where.BELOW)
        return distance_to(row, value, Where.BELOW)

    def is_label_row(self, value: Shape) -> bool:
        """Say whether print stands in a row of twins."""
        return any(in_row(cell, value) for cell in self.own.values())

    def parted(self, piece: Piece, shape_of: Callable[[Piece], Shape]) -> Iterator[Piece]:
        """Yield the parts of a piece that runs over two cells: a finder took two values for one."""
        value = shape_of(piece)
        above = [
            (distance, cell)
            for cell in {*self.own.values(), *self.reach.values()}
            if (distance := distance_to(cell, value, Where.BELOW)) is not None
        ]
        nearest = min((distance for distance, _ in above), default=0.0)
        row = [cell for distance, cell in above if distance <= nearest + 1.0]
        here: Piece | None = None
        was: Shape | None = None
        for word in words(piece):
            shape = shape_of(word)
            inside = [cell for cell in row if cell.left <= shape.middle_x <= cell.right]
            now = inside[0] if len(inside) == 1 else was
            if here is not None and None not in {now, was} and now != was:
                yield here
                here = word
            else:
                here = word if here is None else replace(here, end=word.end)
            was = now
        if here is not None:
            yield replace(here, end=piece.end)


def cells_of(labels: Sequence[LabelFound], shapes: Sequence[Shape]) -> Cells:
    """Return the cells of a page by its labels; a page without any twins has none."""
    known = [
        (label, shape)
        for label, shape in zip(labels, shapes, strict=True)
        if label.zone is not None and not label.is_title
    ]
    own: dict[Piece, Shape] = {}
    for first, left in known:
        if has_arabic(first.piece.text):
            continue
        for last, right in known:
            if last.zone == first.zone and _are_twins(last, left, right, known):
                cell = Shape(left.left, left.top, right.right, right.bottom)
                own[first.piece] = own[last.piece] = cell
    if not own:
        return Cells({}, {})
    lone = [(label, shape) for label, shape in known if label.piece not in own]
    reach = {label.piece: _reach(label, shape, known) for label, shape in lone}
    return Cells(own, {piece: cell for piece, cell in reach.items() if cell is not None})


_Known = Sequence[tuple[LabelFound, Shape]]


def _are_twins(last: LabelFound, left: Shape, right: Shape, known: _Known) -> bool:
    """Say whether an Arabic label stands in a French one's row, with no other's between."""
    if not has_arabic(last.piece.text) or left.middle_x >= right.middle_x:
        return False
    return in_row(left, right) and not any(
        other.zone != last.zone
        and in_row(shape, left)
        and left.middle_x < shape.middle_x < right.middle_x
        for other, shape in known
    )


def _reach(label: LabelFound, here: Shape, known: _Known) -> Shape | None:
    row = [shape for other, shape in known if other.zone != label.zone and in_row(shape, here)]
    if has_arabic(label.piece.text):
        ends = [shape.right for shape in row if shape.middle_x < here.left]
        return replace(here, left=max(ends)) if ends else None
    ends = [shape.left for shape in row if shape.middle_x > here.right]
    return replace(here, right=min(ends)) if ends else None


def _holds(cell: Shape, value: Shape) -> bool:
    shared = min(cell.right, value.right) - max(cell.left, value.left)
    return shared >= SHARED_MIN * min(cell.right - cell.left, value.right - value.left)
