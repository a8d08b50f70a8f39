"""Finds and reads the lines of a page: what types are recognised from and values are sought in."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from schemas.documents import Box, Quad
from workers.imaging.text_presence import letters_of
from workers.ports import Image, LineReader, Script, StripReading, Tools
from workers.text.bidi import has_arabic
from workers.visual.lines import SpottedLine
from workers.visual.strips import cut
from workers.visual.vote import VOTING_READERS

SURE_FROM = 0.97
"""A line whose symbols are on average at least so probable is in the script of its reader."""

FIGURES_LEAD = 0.2
"""So much surer must the Arabic reader be of figures to be believed before the Latin one."""

CODE_MAX = 3
"""Symbols of a code of a form; Arabic words with figures in them are longer."""

TRIED_EVERY = 5
"""Every so many lines one is read to tell which script is asked for first in the others."""

LATIN_FROM = 0.5
"""A Latin reading that is less sure takes no other's place."""

ARABIC_FROM = 0.7
"""A line with an Arabic word that was read so surely makes a page an Arabic one."""

_ARABIC_WORD = re.compile(r"[\u0620-\u064a]{3}")

LINES_MAX = 250
"""Lines read on one page: no document has more, a newspaper need not be read."""

DOUBTFUL_FROM, STANDING_FROM = 1.4, 4.0
"""A line so many times as high as wide may run up or down, and surely does from the second on.

A lone digit is higher than wide too.
"""

STANDING_GAP_MAX = 1.5
"""The widest gap inside a line that runs up or down, in widths of it."""

LONE_FROM, LONE_GAP_MAX, LONE_LIKE_MIN = 0.6, 0.7, 0.7
"""A figure on its side is so many times as high as wide, stands so near to the next one of its
line, in widths of it, and is as wide as that by so much: codes in a column stand further apart."""

LOSS_MAX = 0.1
"""A line joined of pieces may be read with so much less confidence than these were."""

_Way = tuple[int, Quad]
"""A line's number, and its corners in an order in which it may have to be read."""


def spot(page: Image, tools: Tools) -> tuple[SpottedLine, ...]:
    """Return the lines of an upright page in reading order; none without a finder."""
    if tools.finder is None:
        return ()
    quads = tools.finder.find(page, letter_share=letters_of(page).small_size)
    return read_lines(page, quads, tools)


def read_lines(page: Image, quads: Sequence[Quad], tools: Tools) -> tuple[SpottedLine, ...]:
    """Read lines already found, each by the cheapest reader of the script that fits it best.

    A line goes on to the next script only while no reader before was sure of it.
    """
    ordered = in_reading_order(quads[:LINES_MAX])
    groups = _along_edges(ordered, page)
    whole = [*ordered, *(quad for _, quad in groups)]
    ways = [(number, way) for number, quad in enumerate(whole) for way in _ways(quad, page)]
    best = _first_looks(page, ways, tools)
    for number, (members, _) in enumerate(groups, start=len(ordered)):
        parts = [best[member].confidence for member in members if member in best]
        joined = best.get(number)
        if joined is not None and joined.confidence >= sum(parts) / max(1, len(parts)) - LOSS_MAX:
            best = {n: line for n, line in best.items() if n not in members}
        else:
            best.pop(number, None)
    return tuple(best[number] for number in sorted(best) if best[number].text.strip())


def _first_looks(page: Image, ways: Sequence[_Way], tools: Tools) -> dict[int, SpottedLine]:
    """Return the surest reading of each line, by its number, whichever way it runs.

    What a few lines are written in tells whose reader is asked first about the others.
    """
    readers = first_readers(tools)
    latin: dict[int, SpottedLine] = {}
    tried = {number for number, _ in ways[::TRIED_EVERY]}
    best = _surest(page, [way for way in ways if way[0] in tried], readers, latin)
    scripts = Counter(line.script for line in best.values() if line.confidence >= SURE_FROM)
    readers.sort(key=lambda pair: -scripts[pair[1]])
    best |= _surest(page, [way for way in ways if way[0] not in tried], readers, latin)
    if any(map(_shows_arabic, best.values())):
        return best | _surely_arabic(page, best, tools)
    # On a page without an Arabic word no code and no figure is Arabic.
    return {
        number: latin[number] if number in latin and _is_doubtful(line.text) else line
        for number, line in best.items()
    }


def _surest(
    page: Image,
    ways: Sequence[_Way],
    readers: Sequence[tuple[LineReader, Script]],
    latin: dict[int, SpottedLine],
) -> dict[int, SpottedLine]:
    """Return the surest reading of each line; the surest Latin one is put down in ``latin``."""
    strips = [cut(page, way) for _, way in ways]
    best: dict[int, SpottedLine] = {}
    for reader, script in readers:
        asked = [index for index, (number, _) in enumerate(ways) if not _is_sure(best.get(number))]
        if not asked:
            break
        readings = reader.read([strips[index] for index in asked])
        for index, reading in zip(asked, readings, strict=True):
            number, way = ways[index]
            line = _line(way, script, reading, reader)
            if number not in best or _is_better(line, best[number]):
                best[number] = line
            is_latin = script is Script.LATIN and any(map(str.isalnum, line.text))
            if (
                is_latin
                and line.confidence >= LATIN_FROM
                and line.confidence > getattr(latin.get(number), "confidence", 0.0)
            ):
                latin[number] = line
    return best


def _surely_arabic(
    page: Image, best: Mapping[int, SpottedLine], tools: Tools
) -> dict[int, SpottedLine]:
    """Return the unsure lines in which the other quick reader of Arabic surely sees a word.

    A label that one net misreads costs the value beside it.
    """
    unsure = {number: line for number, line in best.items() if line.confidence < SURE_FROM}
    readers = [one for one in tools.readers_of(Script.ARABIC) if one.name in VOTING_READERS]
    strips = [cut(page, line.quad) for line in unsure.values()]
    found: dict[int, SpottedLine] = {}
    for reader in readers[1:] if strips else ():
        for (number, line), reading in zip(unsure.items(), reader.read(strips), strict=True):
            other = _line(line.quad, Script.ARABIC, reading, reader)
            if other.confidence >= SURE_FROM and _ARABIC_WORD.search(other.text):
                found[number] = other
    return found


def _shows_arabic(line: SpottedLine) -> bool:
    """Say whether a line surely holds an Arabic word; two letters are what any print may make."""
    return line.confidence >= ARABIC_FROM and _ARABIC_WORD.search(line.text) is not None


def _is_doubtful(text: str) -> bool:
    """Say whether a line has Arabic letters, and is no lone one: that Latin readers may miss."""
    return has_arabic(text) and sum(map(str.isalnum, text)) > 1


def _along_edges(quads: Sequence[Quad], page: Image) -> list[tuple[set[int], Quad]]:
    """Return pieces that stand above one another as one line would, and the line they make.

    A finder parts a line that runs up an edge more often than a level one, wide print into its
    figures.
    """
    height, width = page.shape[:2]
    boxes = {n: _box(quad, width, height) for n, quad in enumerate(quads)}
    narrow = [n for n, box in boxes.items() if _shape(box) >= LONE_FROM]
    narrow.sort(key=lambda number: boxes[number][1])
    columns: list[list[int]] = []
    for number in narrow:
        column = next((one for one in columns if _continues(boxes[one[-1]], boxes[number])), None)
        if column is None:
            columns.append([number])
        else:
            column.append(number)
    found = []
    for column in columns:
        sides = [boxes[number] for number in column]
        left, top = min(one[0] for one in sides), min(one[1] for one in sides)
        right, bottom = max(one[2] for one in sides), max(one[3] for one in sides)
        is_one = len(column) > 1 and max(map(_shape, sides)) >= DOUBTFUL_FROM
        if is_one and _shape((left, top, right, bottom)) >= STANDING_FROM:
            corners = ((left, top), (right, top), (right, bottom), (left, bottom))
            quad = tuple((x / width, y / height) for x, y in corners)
            found.append((set(column), quad))
    return found  # type: ignore[return-value]  # four corners each


def _continues(above: Box, below: Box) -> bool:
    """Say whether the lower box goes on where the upper one ends, in the same column."""
    widths = (above[2] - above[0], below[2] - below[0])
    thick = min(widths)
    gap = STANDING_GAP_MAX
    if min(_shape(above), _shape(below)) < DOUBTFUL_FROM:
        gap = LONE_GAP_MAX if thick >= LONE_LIKE_MIN * max(widths) else -math.inf
    shared = min(above[2], below[2]) - max(above[0], below[0])
    return shared > 0.6 * thick and below[1] - above[3] < gap * thick


def _box(quad: Quad, width: float, height: float) -> Box:
    across, down = [x * width for x, _ in quad], [y * height for _, y in quad]
    return (min(across), min(down), max(across), max(down))


def _shape(box: Box) -> float:
    return (box[3] - box[1]) / max(1e-9, box[2] - box[0])


def _ways(quad: Quad, page: Image) -> tuple[Quad, ...]:
    """Return the corners of a line in each order in which it may have to be read.

    On an upright page that is one, but for lines along an edge, which run up or down; a word or
    two that are higher than wide may do either.
    """
    height, width = page.shape[:2]
    shape = _shape(_box(quad, width, height))
    level = (quad,) if shape < STANDING_FROM else ()
    standing = ((*quad[1:], quad[0]), (quad[3], *quad[:3])) if shape >= DOUBTFUL_FROM else ()
    return (*level, *standing)


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


def first_readers(tools: Tools) -> list[tuple[LineReader, Script]]:
    """Return the cheapest reader of each script, the cheaper one first."""
    first = {script: tools.readers_of(script)[:1] for script in (Script.LATIN, Script.ARABIC)}
    pairs = [(readers[0], script) for script, readers in first.items() if readers]
    return sorted(pairs, key=lambda pair: tools.readers.index(pair[0]))


def _is_sure(line: SpottedLine | None) -> bool:
    """Say whether a line needs no other reader: it was read well, and as what its reader reads.

    The Arabic reader knows figures, and makes Latin letters out as far as it has to. The Latin one
    makes a figure or a letter of a short Arabic word, and leaves the month of a date out.
    """
    if line is None or line.confidence < SURE_FROM:
        return False
    text = line.text.strip()
    if line.script is Script.ARABIC:
        return _is_arabic(text) and not _is_code(text)
    return len(text) > CODE_MAX and any(map(str.isalpha, text))


def _is_better(line: SpottedLine, before: SpottedLine) -> bool:
    """Say whether a further reading replaces the one before: the surer, and of figures the Latin.

    Of a code such as 4c the Arabic reader surely reads the figure and leaves out the letter.
    """
    if line.script is not before.script and line.quad == before.quad:
        latin, arabic = (line, before) if line.script is Script.LATIN else (before, line)
        if not _is_arabic(arabic.text) or _is_code(arabic.text):
            return (latin.confidence > arabic.confidence - FIGURES_LEAD) is (line is latin)
    return line.confidence > before.confidence


def _is_arabic(text: str) -> bool:
    """Say whether a text has Arabic letters, and no more Latin ones, as far as these go.

    The Arabic reader spells a Latin name out and makes a lam of its J.
    """
    latin = sum(symbol.isalpha() and symbol.isascii() for symbol in text)
    return has_arabic(text) and latin <= sum(map(has_arabic, text))


def _is_code(text: str) -> bool:
    """Say whether so short a text has figures: J.3 is a lam with a three to the Arabic reader."""
    return len(text.strip()) <= CODE_MAX and any(map(str.isdigit, text))


def _line(quad: Quad, script: Script, reading: StripReading, reader: LineReader) -> SpottedLine:
    return SpottedLine(quad, script, reading, reader.name)


def _middle(quad: Quad) -> float:
    return sum(y for _, y in quad) / len(quad)


def _height(quad: Quad) -> float:
    return (quad[3][1] - quad[0][1] + quad[2][1] - quad[1][1]) / 2
