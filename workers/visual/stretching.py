"""Finds the rest of print that runs another way than its page's, such as a plate on its edge.

Finders of lines lose parts of it, and what is left of a number still looks like one.
"""

from collections.abc import Iterator, Sequence

from schemas.documents import Quad
from workers.ports import Image, Script, Tools
from workers.visual.ink import contrast_of, print_spans
from workers.visual.layout import Zone
from workers.visual.lines import SpottedLine, between, part_of
from workers.visual.margins import lines_in_margins
from workers.visual.places import Finder
from workers.visual.shapes import same_way
from workers.visual.strips import STRIP_HEIGHT_PX, cut, pixels, size_of

REACH = 14.0
"""How far beyond either end of a line its rest is sought, in heights of print."""

WORD_GAP_MAX = 4.5
"""The widest gap, in heights, between parts of one print: a joined word is not seen as ink."""

LONGER_MIN = 0.5
"""Print that is longer than its line by fewer heights is all on it."""

LETTERS_MIN = 4
"""Letters of a level line by which it is none of what a finder sees in a margin."""

_MARGIN = 0.15


def stretched(finder: Finder, page: Image, tools: Tools) -> Finder:
    """Return a finder that knows whole lines where it knew parts of one."""
    zones = [zone for zone in finder.face.zones if zone.anywhere and zone.figures_apart]
    level = [label.piece.quad for label in finder.labels]
    aspect = page.shape[1] / page.shape[0]
    if not zones or not level:
        return finder
    edgewise = [
        line
        for line in finder.lines
        if any(map(str.isdigit, line.text)) and not same_way(level[0], line.quad, aspect)
    ]
    wholes = filter(None, (_whole(line.quad, page) for line in edgewise))
    found = (one for quad in wholes for one in _read_both_ways(quad, zones, page, tools))
    whole = next(found, None)
    if whole is None and not any(_is_valued(zone, finder) for zone in zones):
        contrast = contrast_of(cut(page, level[0]))
        quads = lines_in_margins(page, _level_quads(finder, level, aspect), contrast)
        found = (one for quad in quads for one in _read_both_ways(quad, zones, page, tools))
        whole = next(found, None)
    if whole is None:
        return finder
    kept = [line for line in finder.lines if not _covers(whole, line)]
    return Finder(finder.face, (*kept, whole), aspect)


def _is_valued(zone: Zone, finder: Finder) -> bool:
    return any(zone.parse(place.text) is not None for place in finder.places[zone.field])


def _level_quads(finder: Finder, labels: Sequence[Quad], aspect: float) -> list[Quad]:
    """Return where level words stand: what a finder saw in a margin is none of them."""
    lines = (one for one in finder.lines if sum(map(str.isalpha, one.text)) >= LETTERS_MIN)
    return [
        *labels,
        *(one.quad for one in lines if same_way(labels[0], one.quad, aspect)),
    ]


def _read_both_ways(
    quad: Quad, zones: Sequence[Zone], page: Image, tools: Tools
) -> Iterator[SpottedLine]:
    """Yield what readers make of print that some zone takes for its value, surest first.

    Figures such as 668 do not tell which way is up.
    """
    first, second, third, fourth = quad
    ways = (quad, (third, fourth, first, second))
    read = (
        SpottedLine(way, script, reader.read([strip])[0], reader.name)
        for way, strip in [(way, cut(page, way)) for way in ways]
        for script in (Script.LATIN, Script.ARABIC)
        for reader in tools.readers_of(script)[:1]
    )
    valued = [one for one in read if any(zone.parse(one.text) is not None for zone in zones)]
    yield from sorted(valued, key=lambda one: one.confidence, reverse=True)


def _whole(quad: Quad, page: Image) -> Quad | None:
    """Return the corners of all print along a line; None where it has no more than the line."""
    width, height = size_of(pixels(page, quad))
    reach = REACH * height / max(1.0, width)
    start, end = _inside(quad, -reach), _inside(quad, 1 + reach)
    strip = cut(page, part_of(quad, start, end))
    spans = print_spans(strip, contrast_of(cut(page, quad)))
    per_px = (end - start) / strip.shape[1]
    first, last = -start / per_px, (1 - start) / per_px
    left, right = first, last
    gap = WORD_GAP_MAX * STRIP_HEIGHT_PX
    for begin, finish in sorted(spans, key=lambda span: max(first - span[1], span[0] - last)):
        if begin - right <= gap and left - finish <= gap:
            left, right = min(left, begin), max(right, finish)
    if right - left < last - first + LONGER_MIN * STRIP_HEIGHT_PX:
        return None
    margin = _MARGIN * STRIP_HEIGHT_PX
    return part_of(
        quad, start + max(0.0, left - margin) * per_px, start + (right + margin) * per_px
    )


def _inside(quad: Quad, share: float) -> float:
    """Return how far along a line one may go and still be on the page."""
    start = 0.0 if share < 0 else 1.0
    for _ in range(8):
        ends = (between(quad[0], quad[1], share), between(quad[3], quad[2], share))
        if all(0 <= x <= 1 and 0 <= y <= 1 for x, y in ends):
            return share
        share = (share + start) / 2
    return start


def _covers(whole: SpottedLine, part: SpottedLine) -> bool:
    """Say whether the middle of a line lies within another's box."""
    x, y = (sum(corner[axis] for corner in part.quad) / 4 for axis in (0, 1))
    across, down = zip(*whole.quad, strict=True)
    return min(across) <= x <= max(across) and min(down) <= y <= max(down)
