"""Visual and logical order of lines whose base direction is right to left.

A recogniser reads what stands from left to right; values are kept in logical order. The rule is
its own inverse, which the Unicode algorithm (UAX 9) is not: the line is turned round, then
runs of Latin letters and numbers are turned back. It differs from UAX 9 in one place: digits
joined by a hyphen after an Arabic word stay as they are seen (12-05-2024), because documents
are filled in by what they look like. A line without Arabic letters reads as it is seen.
"""

from collections.abc import Iterator

_MIRRORED = str.maketrans("()[]<>«»{}", ")(][><»«}{")
_JOINERS = frozenset("/.,:-+°%'*")
"""One of these between two digits belongs to their number."""


def reordered(text: str) -> str:
    """Return visual order for logical order and the other way round."""
    return "".join(symbol for symbol, _ in turned(text))


def turned(text: str) -> list[tuple[str, int]]:
    """Return the symbols in the other order, brackets mirrored, each with its place before."""
    if not has_arabic(text):
        return [(symbol, place) for place, symbol in enumerate(text)]
    out: list[tuple[str, int]] = []
    end = len(text)
    for piece, right_to_left in reversed(list(runs(text))):
        first = end - len(piece)
        places = range(end - 1, first - 1, -1) if right_to_left else range(first, end)
        shown = piece[::-1].translate(_MIRRORED) if right_to_left else piece
        out.extend(zip(shown, places, strict=True))
        end = first
    return out


def has_arabic(text: str) -> bool:
    """Return whether a letter of the text is written from right to left."""
    return any(is_arabic_letter(symbol) for symbol in text)


def is_arabic_letter(symbol: str) -> bool:
    """Return whether the symbol is an Arabic letter; Arabic-Indic digits are none."""
    return "\u0620" <= symbol <= "\u064a" or "\u066e" <= symbol <= "\u06d3"


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """Give the runs of a text that has Arabic letters, each with whether it runs to the left."""
    first, count = 0, len(text)
    while first < count:
        forward = _is_forward(text[first])
        last = _forward_end(text, first) if forward else _next_forward(text, first)
        yield text[first:last], not forward
        first = last


def _forward_end(text: str, first: int) -> int:
    """Return the end of the left-to-right run that begins at first.

    Where a Latin letter stands in it, everything up to the next Arabic letter belongs together;
    numbers alone are parted by what does not join them.
    """
    pieces = [first, _end_of_word(text, first)]
    while (after := _next_forward(text, pieces[-1])) < len(text):
        if has_arabic(text[pieces[-1] : after]):
            break
        pieces += [after, _end_of_word(text, after)]
    last = pieces[-1]
    if any(symbol.isalpha() for symbol in text[first:last]):
        return last + 1 if text[last : last + 1] == ")" and "(" in text[first:last] else last
    for end, start in zip(pieces[1::2], pieces[2::2], strict=False):
        if text[end:start] not in _JOINERS:
            return end
    return last


def _end_of_word(text: str, first: int) -> int:
    return next((n for n in range(first, len(text)) if not _is_forward(text[n])), len(text))


def _next_forward(text: str, first: int) -> int:
    return next((n for n in range(first, len(text)) if _is_forward(text[n])), len(text))


def _is_forward(symbol: str) -> bool:
    return symbol.isdigit() or (symbol.isalpha() and not is_arabic_letter(symbol))
