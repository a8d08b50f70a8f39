"""Parts a short label from the value behind it where a reader lost the space between them."""

from dataclasses import replace

from workers.visual.labels import SHORT
from workers.visual.lines import SpottedLine
from workers.visual.places import Finder


def with_parted_labels(finder: Finder) -> Finder:
    """Return a finder whose lines have a space behind labels that nothing else shows.

    What is left of the one line that begins so must be a value of the label's zone, and all of it
    none.
    """
    found = {label.zone for label in finder.labels}
    parted: dict[int, SpottedLine] = {}
    for number, zone in enumerate(finder.face.zones):
        short = [label for label in zone.labels if len(label) <= SHORT and label[0].isdigit()]
        if number in found or not short:
            continue
        glued = [
            (index, len(label))
            for index, line in enumerate(finder.lines)
            for label in short
            if _begins(line.text, label)
            and zone.parse(line.text[len(label) :]) is not None
            and zone.parse(line.text) is None
        ]
        if len(glued) == 1:
            ((index, length),) = glued
            parted[index] = _parted(finder.lines[index], length)
    lines = tuple(parted.get(index, line) for index, line in enumerate(finder.lines))
    return finder.of_lines(lines) if parted else finder


def _begins(text: str, label: str) -> bool:
    """Say whether a label stands before letters, or before as many figures as a day has.

    Before a lone one it is more likely a misread figure of the day itself.
    """
    rest = text[len(label) :]
    return text.startswith(label) and (rest[:1].isalpha() or rest[:2].isdigit())


def _parted(line: SpottedLine, at: int) -> SpottedLine:
    """Return a line with a space so many symbols from its start."""
    reading = line.reading
    sure, places = list(reading.confidences), list(reading.places)
    if sure:
        sure[at:at] = [1.0]
    if places:
        places[at:at] = [sum(places[at - 1 : at + 1]) / 2]
    return replace(
        line,
        reading=replace(
            reading,
            text=f"{reading.text[:at]} {reading.text[at:]}",
            confidences=tuple(sure),
            places=tuple(places),
        ),
    )
