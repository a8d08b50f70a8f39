# ruff: noqa: RUF001 - letters that look alike are the matter of this table
"""Names in the 26 letters of the MRZ, by the tables of ICAO Doc 9303 part 3, section 6."""

import unicodedata
from itertools import product

_LATIN = {
    "Ä": "AE", "Å": "AA", "Æ": "AE", "Ö": "OE", "Ø": "OE", "Œ": "OE", "Ü": "UE", "ẞ": "SS",
    "Þ": "TH", "Ð": "D", "Đ": "D", "Ĳ": "IJ", "Ŋ": "N", "Ł": "L", "Ñ": "N", "Ħ": "H", "Ŧ": "T",
    "ı": "I", "ĸ": "Q",
}  # fmt: skip

_ALSO = {
    "Ä": ("A",), "Å": ("A",), "Ö": ("O",), "Ø": ("O",), "Ü": ("U", "UXX"), "Ñ": ("NXX",),
}  # fmt: skip
"""Other forms that the table allows, and the plain letters that some states write."""

_ARABIC_TABLE = (
    "ء=XE آ=XAA أ=XAE ؤ=U إ=I ئ=XI ا=A ب=B ة=XTA ت=T ث=XTH ج=J ح=XH خ=XKH د=D ذ=XDH ر=R ز=Z "
    "س=S ش=XSH ص=XSS ض=XDZ ط=XTT ظ=XZZ ع=E غ=G ف=F ق=Q ك=K ل=L م=M ن=N ه=H و=W ى=XAY ي=Y "
    "ٱ=XXA ٹ=XXT ټ=XRT پ=P ځ=XKE څ=XXH چ=XC ڈ=XXD ډ=XDR ڑ=XXR ړ=XRR ږ=XRX ژ=XJ ښ=XXS ک=XKK "
    "ګ=XXK ڭ=XNG گ=XGG ں=XNN ڼ=XXN ھ=XDO ۀ=XYH ہ=XXG ۂ=XGE ۃ=XTG ی=XYA ۍ=XXY ې=Y ے=XYB ۓ=XBE"
)
_ARABIC = dict(pair.split("=") for pair in _ARABIC_TABLE.split())
_SHADDA = "\u0651"
_DROPPED = frozenset("'’‘ʼ`´.,\u0640")
_TA_MARBUTA = "ة"


def transliterate(name: str) -> str:
    """Return the name in A to Z and fillers; spaces and hyphens become one filler.

    Raises:
        ValueError: when a letter is in no table of ours. The name is not repeated in the error.
    """
    text = unicodedata.normalize("NFC", name).upper().replace("ß", "SS")
    written: list[str] = []
    for index, letter in enumerate(text):
        if letter == _SHADDA:
            # Shadda doubles the letter before it.
            written.append(written[-1] if written else "")
        elif letter == _TA_MARBUTA and not text[index + 1 : index + 2].strip():
            written.append("XAH")
        else:
            written.append(_letter(letter))
    parts = "".join(written).split("<")
    return "<".join(part for part in parts if part)


def is_transliteration(cells: str, name: str) -> bool:
    """Say whether cells, with spaces for fillers, are a name in any form that states write.

    One state writes one letter in one way.

    Raises:
        ValueError: when a letter is in no table of ours.
    """
    plain = unicodedata.normalize("NFC", name).upper()
    letters = [letter for letter in _ALSO if letter in plain]
    for forms in product(*((letter, *_ALSO[letter]) for letter in letters)):
        spelt = plain
        for letter, form in zip(letters, forms, strict=True):
            spelt = spelt.replace(letter, form)
        if transliterate(spelt).replace("<", " ") == cells:
            return True
    return False


def _letter(letter: str) -> str:
    if letter.isascii() and letter.isalpha():
        return letter
    if letter in _DROPPED:
        return ""
    if letter.isspace() or letter in "<-‐‑–—":
        return "<"
    known = _LATIN.get(letter) or _ARABIC.get(letter)
    if known:
        return known
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return ""
    base = unicodedata.normalize("NFD", letter)[0]
    if base.isascii() and base.isalpha():
        return base
    raise ValueError("a letter of the name has no ICAO transliteration here")
