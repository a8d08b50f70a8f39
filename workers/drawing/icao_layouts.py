"""Compositions of travel documents: where the portrait stands, how labels and values are set.

ICAO Doc 9303 leaves the visual zone's arrangement to the states, within its zones I to V (part 3,
figure 1); these are of different kinds, none of them a state's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from workers.drawing.fonts import Face
from workers.drawing.icao_pages import TITLES, Entry, Ground, Sheet, SheetPage, mrz_height_mm
from workers.drawing.paper import guilloche, mix, net, plain, rosette
from workers.ports import Image

_TOP_MM, _EDGE_MM, _GAP_MM = 9.0, 4.0, 4.0
_PORTRAIT_ASPECT = 0.77
ROW_MM_MIN = 5.4
"""In lower rows print would be smaller than on any document: two columns then."""
NATIVE_TITLE_MM = 40.0
"""Room that a title in the state's own script takes beside the other, with margins."""
_LABEL_LETTERS_MAX = {1: 60, 2: 36}
"""Longer labels would run into the next column, by the number of columns."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One composition of a page.

    Args:
        portrait_share: its width as a share of the page's; 0 for a page without one.
        on_right: the portrait stands right of the print.
        columns: of labelled values.
        beside: labels stand before their values, not above them.
        languages: of the labels, in their order.
        numbered: labels begin with their number.
        faces: of labels and of values.
        ground: what the paper shows.
        has_ghost: the portrait is there a second time, small and faint.
    """

    portrait_share: float
    languages: tuple[str, ...]
    faces: tuple[Face, Face]
    ground: Ground = guilloche
    on_right: bool = False
    columns: int = 2
    beside: bool = False
    numbered: bool = False
    has_ghost: bool = False

    def label(self, name: str, number: int) -> str:
        """Return a field's label in as many of the languages as its column has room for."""
        words = [LABEL_WORDS[name][language] for language in self.languages]
        while len(words) > 1 and len(" / ".join(words)) > _LABEL_LETTERS_MAX[self.columns]:
            words.pop()
        return (f"{number}. " if self.numbered else "") + " / ".join(words)


PASSPORTS = (
    Layout(0.28, ("en", "fr"), (Face.SANS, Face.SANS_BOLD)),
    Layout(
        0.26, ("fr", "en", "es"), (Face.SERIF, Face.SERIF_BOLD), rosette, on_right=True, columns=1
    ),
    Layout(0.24, ("en",), (Face.SANS, Face.MONO), net, numbered=True, has_ghost=True),
    Layout(0.27, ("en", "fr"), (Face.SANS, Face.SANS), plain, columns=1, beside=True),
    Layout(0.30, ("de", "en", "fr"), (Face.SERIF, Face.SANS_BOLD), rosette, has_ghost=True),
)
CARDS = (
    Layout(0.27, ("en", "fr"), (Face.SANS, Face.SANS_BOLD)),
    Layout(0.25, ("en", "es"), (Face.SERIF, Face.SERIF_BOLD), rosette, on_right=True, columns=1),
    Layout(0.26, ("fr",), (Face.SANS, Face.MONO), net, numbered=True, has_ghost=True),
    Layout(0.24, ("de", "en"), (Face.SANS, Face.SANS), plain, on_right=True, has_ghost=True),
)
VISAS = (
    Layout(0.22, ("en", "fr"), (Face.SANS, Face.MONO), has_ghost=True),
    Layout(0.24, ("en",), (Face.SERIF, Face.SANS_BOLD), net, on_right=True, columns=1),
    Layout(0.0, ("fr", "en"), (Face.SANS, Face.SERIF_BOLD), rosette),
)


def draw_composed(
    rng: Random,
    sheet: Sheet,
    layout: Layout,
    titles: tuple[str, str],
    entries: tuple[Entry, ...],
    mrz_lines: tuple[str, ...] = (),
) -> Image:
    """Return one page or side in a layout; its title, then the one in the state's own script."""
    page = SheetPage(rng, sheet, layout.ground, layout.faces)
    heading = mix(TITLES, rng)
    long_mm = page.write(4.5, 6.2, titles[0].upper(), layout.faces[1], 3.4, heading)
    if titles[1] and long_mm < sheet.width_mm - NATIVE_TITLE_MM:
        page.write(sheet.width_mm - 4.5, 6.4, titles[1], Face.ARABIC, 4.6, heading, anchor="rs")
    bottom = sheet.height_mm - (mrz_height_mm(sheet, len(mrz_lines)) if mrz_lines else 3.0)
    left, right = _EDGE_MM, sheet.width_mm - _EDGE_MM
    if layout.portrait_share:
        high = bottom - _TOP_MM - 1
        wide = min(layout.portrait_share * sheet.width_mm, high * _PORTRAIT_ASPECT)
        at = right - wide if layout.on_right else left
        face = page.portrait(at, _TOP_MM + 0.5, wide, wide / _PORTRAIT_ASPECT)
        left, right = (left, at - _GAP_MM) if layout.on_right else (at + wide + _GAP_MM, right)
        if layout.has_ghost:
            page.ghost(face, right, bottom)
    if layout.beside:
        page.lines(entries, (left, _TOP_MM, right, bottom))
    else:
        columns = layout.columns if bottom - _TOP_MM >= ROW_MM_MIN * len(entries) else 2
        page.entries(entries, (left, _TOP_MM, right, bottom), columns=columns)
    if mrz_lines:
        page.mrz(mrz_lines)
    return page.finish()


LABEL_WORDS: Mapping[str, Mapping[str, str]] = {
    "surname": {"en": "Surname", "fr": "Nom", "es": "Apellidos", "de": "Nachname"},
    "given_names": {"en": "Given names", "fr": "Prénoms", "es": "Nombre", "de": "Vornamen"},
    "nationality": {
        "en": "Nationality", "fr": "Nationalité", "es": "Nacionalidad", "de": "Nationalität",
    },
    "birth_date": {
        "en": "Date of birth", "fr": "Date de naissance", "es": "Fecha de nacimiento",
        "de": "Geburtsdatum",
    },
    "sex": {"en": "Sex", "fr": "Sexe", "es": "Sexo", "de": "Geschlecht"},
    "birth_place": {
        "en": "Place of birth", "fr": "Lieu de naissance", "es": "Lugar de nacimiento",
        "de": "Geburtsort",
    },
    "issue_date": {
        "en": "Date of issue", "fr": "Date de délivrance", "es": "Fecha de expedición",
        "de": "Ausstellungsdatum",
    },
    "expiry_date": {
        "en": "Date of expiry", "fr": "Date d'expiration", "es": "Fecha de caducidad",
        "de": "Gültig bis",
    },
    "document_number": {
        "en": "Document No.", "fr": "No du document", "es": "Documento No.", "de": "Dokument Nr.",
    },
    "authority": {"en": "Authority", "fr": "Autorité", "es": "Autoridad", "de": "Behörde"},
}  # fmt: skip
"""What visual zones call the fields, by language."""
