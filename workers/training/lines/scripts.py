"""The two scripts: alphabet, height of a strip, faces and text."""

from pathlib import Path

from workers.training.lines.alphabet import ARABIC_ALPHABET, LATIN_ALPHABET
from workers.training.lines.arabic_text import sample_arabic
from workers.training.lines.fonts import (
    ARABIC_EVALUATION,
    ARABIC_SHARES,
    LATIN_EVALUATION,
    LATIN_FALLBACK,
    LATIN_SHARES,
    find_files,
    load_face,
    load_faces,
)
from workers.training.lines.latin_text import sample_latin
from workers.training.lines.strips import Script
from workers.training.lines.words import load_words

ALPHABETS = {"arabic": ARABIC_ALPHABET, "latin": LATIN_ALPHABET}
HEIGHT_PX = 48
_DICTIONARIES = {
    "arabic": ("ar.dic",),
    "latin": (
        "american-english-large",
        "bokmaal",
        "danish",
        "french",
        "italian",
        "ngerman",
        "polish",
        "portuguese",
        "spanish",
        "swedish",
    ),
}
_FACES = {
    "arabic": (ARABIC_SHARES, ARABIC_EVALUATION),
    "latin": (LATIN_SHARES, LATIN_EVALUATION),
}
_CAPITALS_SHARES = {"arabic": 0.0, "latin": 0.35}
_SAMPLERS = {"arabic": sample_arabic, "latin": sample_latin}


def build_script(name: str, fonts: list[Path], words: Path | None, height_px: int) -> Script:
    """Return what a recogniser of the script learns from, on strips of a height."""
    files = find_files(fonts)
    alphabet = ALPHABETS[name]
    dictionary = load_words(words, _DICTIONARIES[name], alphabet)
    faces, shares = load_faces(files, _FACES[name][0], alphabet, _FACES[name][1])
    fallbacks = [load_face(files[one], alphabet) for one in LATIN_FALLBACK if one in files]
    sampler = _SAMPLERS[name]
    share = _CAPITALS_SHARES[name]
    return Script(faces, shares, fallbacks, lambda rng: sampler(rng, dictionary), height_px, share)
