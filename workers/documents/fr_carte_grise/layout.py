"""The faces of French registration certificates: with codes, and of before 2004 without."""

from workers.documents.fr_carte_grise import values
from workers.documents.fr_carte_grise.fields import LABELS, NAMES, OTHER_CODES
from workers.ports import Script
from workers.text import fr_formula
from workers.text.look_alikes import open_in_code, open_places
from workers.text.printed import Parse
from workers.visual.layout import Accents, DocumentFace, Where, Zone, never

_PARSERS: dict[str, Parse] = {
    "A": values.registration,
    "B": values.day,
    "C.1": values.holder,
    "C.3": values.address,
    "C.4.1": values.co_holder,
    "D.1": values.make,
    "D.2": values.serial,
    "D.2.1": values.national_type,
    "D.3": values.commercial_name,
    "E": values.number,
    "F.1": values.quantity(30, 99_000),
    "F.2": values.quantity(30, 99_000),
    "F.3": values.quantity(30, 250_000),
    "G": values.quantity(30, 60_000),
    "G.1": values.quantity(30, 60_000),
    "I": values.day,
    "J": values.category,
    "J.1": values.national_category,
    "J.2": values.body,
    "J.3": values.national_body,
    "K": values.approval,
    "P.1": values.quantity(20, 30_000),
    "P.2": values.quantity(0.2, 1500),
    "P.3": values.fuel,
    "P.6": values.count(1, 250),
    "Q": values.ratio,
    "S.1": values.count(1, 200),
    "S.2": values.count(0, 200),
    "U.1": values.quantity(30, 130),
    "U.2": values.quantity(300, 20_000),
    "V.7": values.quantity(0, 999),
    "V.9": values.environment,
    "X.1": values.day,
}
_FREE = frozenset({"D.2", "D.2.1", "D.3"})
"""Codes in whose values letters and figures follow each other as the maker likes."""

_CAPITALS = frozenset({"D.1", "D.3"})
"""Makes and their names for what they make stand in capitals without accents."""

_OPEN_IN = {"D.2": open_in_code, "D.2.1": values.open_in_national_type}
_UNIQUE = frozenset({"A", "E", "J"})
"""Codes whose values have a form of their own: found without their code too."""

_ALIKE = {"J": ("\u0644",)}
"""What a reader of Arabic takes a lone code for: J is a lam to it."""

_LINES_MAX = {"C.1": 2, "C.3": 3, "C.4.1": 2}
_TITLES = (
    "Certificat d'immatriculation",
    "République française",
    "Ministère de l'intérieur",
    "Communauté européenne",
    "Registration certificate",
    "Zulassungsbescheinigung",
    "Est le propriétaire du véhicule",
)
_FORMULA = Zone(
    "formula_number",
    script=Script.DIGITS,
    parse=fr_formula.parse,
    reread=fr_formula.parse_again,
)


_WORDS = frozenset({"C.1", "C.3", "C.4.1", "D.1", "D.3"})
"""Codes whose values may have accents; the others are figures and codes."""


_ENDS = {"C.3": values.ends_address}


def _script(code: str) -> Script:
    return Script.LATIN if code in _WORDS else Script.DIGITS


def _coded(code: str, where: tuple[Where, ...] = (Where.SAME_LINE, Where.RIGHT)) -> Zone:
    return Zone(
        NAMES[code],
        (code, *_ALIKE.get(code, ()), *LABELS[code]),
        script=_script(code),
        where=where,
        lines_max=_LINES_MAX.get(code, 1),
        parse=_PARSERS[code],
        ends=_ENDS.get(code, never),
        accents=Accents.NONE if code in _CAPITALS else Accents.SOME,
        coded=code in _FREE,
        open_in=_OPEN_IN.get(code, open_places),
        anywhere=code in _UNIQUE,
        whole=code in _UNIQUE,
        headed=Where.BELOW not in where,
    )


def _headed(code: str) -> Zone:
    return Zone(
        NAMES[code],
        LABELS[code],
        script=_script(code),
        where=(Where.SAME_LINE, Where.BELOW, Where.RIGHT),
        lines_max=_LINES_MAX.get(code, 1),
        parse=_PARSERS[code],
        ends=_ENDS.get(code, never),
        accents=Accents.NONE if code in _CAPITALS else Accents.SOME,
        coded=code in _FREE,
        open_in=_OPEN_IN.get(code, open_places),
    )


CODED = DocumentFace(
    name="with codes",
    zones=(*(_coded(code) for code in NAMES), _FORMULA),
    titles=_TITLES,
    stops=OTHER_CODES,
)

ABOVE = DocumentFace(
    name="with codes above",
    zones=(*(_coded(code, (Where.BELOW,)) for code in NAMES), _FORMULA),
    titles=_TITLES,
    stops=OTHER_CODES,
)

_OLD_CODES = (
    "A", "B", "C.1", "C.3", "D.1", "D.2.1", "D.3", "E", "F.2", "F.3", "G.1", "I", "J.1", "J.3",
    "P.3", "P.6", "S.1", "U.1", "U.2", "X.1",
)  # fmt: skip

HEADED = DocumentFace(
    name="before 2004",
    zones=tuple(_headed(code) for code in _OLD_CODES),
    titles=("Carte grise", *_TITLES),
    stops=("Largeur", "Surface", "Numéro précédent", "Préfecture"),
)

FACES = (CODED, ABOVE, HEADED)
