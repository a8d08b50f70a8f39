"""Small pieces of text that both scripts print, and words from installed dictionaries."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from workers.training.lines.alphabet import DIGITS

Maker = Callable[[np.random.Generator], str]


def mixed(rng: np.random.Generator, kinds: Sequence[tuple[float, Maker]]) -> str:
    """Return a piece of one of the kinds, each as often as its share says."""
    roll = rng.random() * sum(share for share, _ in kinds)
    for share, make in kinds:
        roll -= share
        if roll <= 0:
            return make(rng)
    return kinds[-1][1](rng)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text that lists them."""
    return tuple(text.split())


def any_of(rng: np.random.Generator, choices: Sequence[str]) -> str:
    """Return one of the choices, or one symbol of a text."""
    return choices[int(rng.integers(len(choices)))]


def letters(rng: np.random.Generator, source: str, count: int) -> str:
    """Return count symbols of the source."""
    return "".join(source[i] for i in rng.integers(0, len(source), count))


def digits(rng: np.random.Generator, count: int) -> str:
    """Return count digits."""
    return letters(rng, DIGITS, count)


def plate_number(rng: np.random.Generator, middle: str) -> str:
    """Return a Tunisian plate with a word or letters between its numbers."""
    return f"{rng.integers(1, 260)} {middle} {rng.integers(1, 10000)}"


def load_words(folder: Path | None, names: Sequence[str], alphabet: str) -> tuple[str, ...]:
    """Return the words of dictionary files that the alphabet can spell; none without a folder."""
    if folder is None:
        return ()
    known = set(alphabet)
    words: list[str] = []
    for path in sorted(path for path in folder.rglob("*") if path.name in names):
        lines = _text(path.read_bytes()).splitlines()
        step = max(1, len(lines) // 60_000)
        found = (line.split("/")[0].strip() for line in lines[::step])
        words.extend(word for word in found if 1 < len(word) < 16 and known.issuperset(word))
    return tuple(words)


def _text(data: bytes) -> str:
    """Decode a dictionary: the older ones are Latin-1."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
