"""Tells words whose print is so small that readers may have lost an accent."""

from collections.abc import Sequence

from workers.ports import Image, Script
from workers.text import arabic_words
from workers.text.bidi import has_arabic
from workers.visual.evidence import Witness
from workers.visual.layout import Accents, Zone
from workers.visual.lost_accents import are_accents_sure
from workers.visual.place import Place
from workers.visual.strips import pixels, size_of

SURE_HEIGHT_PX_MIN = 28.0
"""In lower lines, as a finder frames them, two readers must be sure of each letter.

Measured on 2,500 names in 58 faces that our nets had not seen, framed 9 to 40 px high: where two
readers read alike and were both so sure, of 920 in capitals none had lost an accent, and of those
in small letters an i had lost its acute in 5 of 340, none of them framed higher than 24 px.
"""

DOTTED_HEIGHT_PX_MIN = 25.0
"""In still lower ones the dot of an i may be an accent."""

HAMZA_HEIGHT_PX_MIN = 50.0
"""Lower Arabic lines lose a hamza to three readers at once.

Of 262 Tunisian documents of another renderer 3 had a listed word read without it, one wrongly.
"""


def may_lose_accents(
    zone: Zone, place: Place, value: str, witnesses: Sequence[Witness], page: Image
) -> bool:
    """Say whether a value's accents, or an Arabic word's hamza, cannot be told from its print."""
    has_none = zone.accents is Accents.NONE or (
        zone.accents is Accents.TOLD and not value.isascii()
    )
    may_have = zone.script is Script.LATIN and not has_none
    lacks_hamza = has_arabic(value) and arabic_words.may_lack_hamza(value)
    if not (may_have or lacks_hamza) or zone.checked or not any(map(str.isalpha, value)):
        return False
    height = min(size_of(pixels(page, piece.quad))[1] for piece in place.pieces)
    if lacks_hamza:
        return height < HAMZA_HEIGHT_PX_MIN
    if height >= SURE_HEIGHT_PX_MIN:
        return False
    if height < DOTTED_HEIGHT_PX_MIN and "i" in value:
        return True
    return not are_accents_sure([one for one in witnesses if one.value == value])
