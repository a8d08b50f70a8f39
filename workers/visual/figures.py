"""Reads the figures of a place apart from the words around them."""

from collections.abc import Sequence

from workers.ports import Image, LineReader
from workers.text.confusions import as_digits, as_figures
from workers.visual.evidence import Witness
from workers.visual.layout import Zone
from workers.visual.lines import Piece, words
from workers.visual.place import Place
from workers.visual.strips import cut


def read_figures(
    reader: LineReader, zone: Zone, place: Place, witnesses: Sequence[Witness], page: Image
) -> Witness | None:
    """Return what a place says with its figures as a reader of figures sees them.

    None where there are none, and where the reader read them before. ``witnesses`` are the others
    who read the place.
    """
    if reader.name in {piece.line.reader for piece in place.pieces}:
        return None
    parts = [word for piece in place.pieces for word in words(piece)]
    are_figures = _are_figures(parts, witnesses)
    figures = [part for part, is_one in zip(parts, are_figures, strict=True) if is_one]
    if not figures:
        return None
    read = iter(reader.read([cut(page, part.with_spaces.quad) for part in figures]))
    text, sure = [], [place.confidence]
    for part, is_one in zip(parts, are_figures, strict=True):
        reading = next(read) if is_one else None
        text.append(part.text if reading is None else as_figures(reading.text))
        sure += reading.confidences if reading else ()
    joined = " ".join(text)
    mean = sum(sure) / len(sure)
    value = zone.parse(joined) or zone.parse(as_digits(joined))
    return Witness(reader.name, joined, value, mean, min(sure), figures_only=True)


def _are_figures(parts: Sequence[Piece], witnesses: Sequence[Witness]) -> list[bool]:
    """Say of each word whether it is figures: as it was read first, or to any reader since.

    In some faces a 6 looks like a G, and such a word would never be read as what it is.
    """
    said = [witness.text.split() for witness in witnesses]
    told = [[part.text for part in parts], *(one for one in said if len(one) == len(parts))]
    return [any(map(str.isdigit, heard)) for heard in zip(*told, strict=True)]
