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
    strips = [cut(page, quad) for quad in ordered]
    best: dict[int, SpottedLine] = {}
    for script in _SCRIPTS:
        readers = tools.readers_of(script)
        open_lines = [n for n in range(len(ordered)) if not _is_sure(best.get(n))]
        if not readers or not open_lines:
            continue
        readings = readers[0].read([strips[number] for number in open_lines])
        for number, reading in zip(open_lines, readings, strict=True):
            line = _line(ordered[number], script, reading, readers[0])
            if number not in best or line.confidence > best[number].confidence:
                best[number] = line
    return tuple(best[number] for number in sorted(best) if best[number].text.strip())


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
