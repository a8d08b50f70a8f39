"""Finds and reads the lines of a page: what types are recognised from and values are sought in."""

from collections.abc import Sequence

from schemas.documents import Quad
from workers.ports import Image, LineReader, Script, StripReading, Tools
from workers.visual.lines import SpottedLine
from workers.visual.strips import cut

SURE_FROM = 0.8
"""A line whose symbols are on average at least so probable is in the script of its reader."""

LINES_MAX = 250
"""Lines read on one page: no document has more, a newspaper need not be read."""

STANDING_FROM = 3.0
"""A line so many times as high as wide runs up or down; a lone digit is higher than wide too."""

_SCRIPTS = (Script.LATIN, Script.ARABIC)


def spot(page: Image, tools: Tools) -> tuple[SpottedLine, ...]:
    """Return the lines of an upright page in reading order; none without a finder."""
    if tools.finder is None:
        return ()
    return read_lines(page, tools.finder.find(page), tools)


def read_lines(page: Image, quads: Sequence[Quad], tools: Tools) -> tuple[SpottedLine, ...]:
    """Read lines already found, each by the cheapest reader of the script that fits it best.

    A line goes on to the next script only while no reader before was sure of it.
    """
    ordered = in_reading_order(quads[:LINES_MAX])
    ways = [(number, way) for number, quad in enumerate(ordered) for way in _ways(quad, page)]
    strips = [cut(page, way) for _, way in ways]
    best: dict[int, SpottedLine] = {}
    for script in _SCRIPTS:
        readers = tools.readers_of(script)
        asked = [index for index, (number, _) in enumerate(ways) if not _is_sure(best.get(number))]
        if not readers or not asked:
            continue
        readings = readers[0].read([strips[index] for index in asked])
        for index, reading in zip(asked, readings, strict=True):
            number, way = ways[index]
            line = _line(way, script, reading, readers[0])
            if number not in best or line.confidence > best[number].confidence:
                best[number] = line
    return tuple(best[number] for number in sorted(best) if best[number].text.strip())


def _ways(quad: Quad, page: Image) -> tuple[Quad, ...]:
    """Return the corners of a line in each order in which it may have to be read.

    On an upright page that is one, but for lines along an edge, which run up or down.
    """
    height, width = page.shape[:2]
    down = abs(quad[3][1] - quad[0][1]) * height
    if down < STANDING_FROM * abs(quad[1][0] - quad[0][0]) * width:
        return (quad,)
    return ((*quad[1:], quad[0]), (quad[3], *quad[:3]))


def in_reading_order(quads: Sequence[Quad]) -> list[Quad]:
    """Return the lines from top to bottom, those at one height from left to right."""
    rows: list[list[Quad]] = []
    for quad in sorted(quads, key=_middle):
        row = rows[-1] if rows else []
        if row and _middle(quad) - _middle(row[0]) < 0.5 * min(_height(quad), _height(row[0])):
            row.append(quad)
        else:
            rows.append([quad])
    return [quad for row in rows for quad in sorted(row, key=lambda one: one[0][0])]


def _is_sure(line: SpottedLine | None) -> bool:
    return line is not None and line.confidence >= SURE_FROM and bool(line.text.strip())


def _line(quad: Quad, script: Script, reading: StripReading, reader: LineReader) -> SpottedLine:
    return SpottedLine(quad, script, reading, reader.name)


def _middle(quad: Quad) -> float:
    return sum(y for _, y in quad) / len(quad)


def _height(quad: Quad) -> float:
    return (quad[3][1] - quad[0][1] + quad[2][1] - quad[1][1]) / 2
