"""The faces of the Tunisian vehicle registration: the bilingual card and the coded one.

Labels come from what public parsers look for on real cards. The codes look like those of
directive 1999/37/EC and mean other things in two places: J is the fuel, Q the fiscal power.
"""

import re

from workers.documents.tn_carte_grise.lists import BODIES, CATEGORIES, FUELS, is_fuel, of_list
from workers.ports import Script
from workers.text import printed_dates, quantities, tn_plates, vin
from workers.text.arabic import normal_form
from workers.text.bidi import has_arabic
from workers.text.confusions import as_capitals, as_word
from workers.text.tn_values import parse_holder_number, parse_line, parse_name
from workers.visual.layout import Accents, DocumentFace, Where, Zone

TITLES = (
    "Certificat d'immatriculation",
    "شهادة التسجيل",
    "شهادة تسجيل",
    "شهادة تسجيل عربة",
    "Carte grise",
    "République Tunisienne",
    "الجمهورية التونسية",
)
POWER_CV_MAX, SEATS_MAX = 99, 120

_EDGES = " \t:;.,|_*-"
_PARTED = re.compile(r"\d\s?[./\-]\s?\d")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9/.\-]{1,19}", re.ASCII)
_LATIN = re.compile(r"[A-ZÀÂÇÈÉÊËÎÏÔÙÛÜŒ0-9][A-ZÀÂÇÈÉÊËÎÏÔÙÛÜŒ0-9 .,'/+&()°\-]*")

_AROUND = (Where.SAME_LINE, Where.RIGHT, Where.BELOW)
_ARABIC = (Where.SAME_LINE, Where.LEFT, Where.BELOW, Where.RIGHT)


def parse_word(text: str) -> str | None:
    """Return a make, model or fuel in Latin capitals."""
    plain = normal_form(text.strip(_EDGES))
    return plain.upper() if _is_capital(plain) and _LATIN.fullmatch(plain.upper()) else None


def parse_make(text: str) -> str | None:
    """Return a make, the figures in whose words are letters that look like them."""
    word = parse_word(text)
    if word is None or word.isdigit() or word in BODIES or is_fuel(word):
        return None
    return " ".join(one if one.isdigit() else as_capitals(one) for one in word.split())


def parse_code(text: str) -> str | None:
    """Return a maker's code for a type: capitals and figures, nothing else."""
    plain = normal_form(text.strip(_EDGES)).replace(" ", "")
    return plain.upper() if _is_capital(plain) and _CODE.fullmatch(plain.upper()) else None


def parse_power(text: str) -> str | None:
    """Return the fiscal power in its figures."""
    return quantities.parse(text, 1, POWER_CV_MAX)


def parse_seats(text: str) -> str | None:
    """Return the number of seats."""
    return quantities.parse(text, 1, SEATS_MAX)


def parse_either(text: str) -> str | None:
    """Return a line in either script, not in both; figures alone are none."""
    plain = normal_form(text.strip(_EDGES))
    if has_arabic(plain):
        return parse_line(plain)
    letters = sum(symbol.isalpha() for symbol in plain)
    begins = plain[:1].isupper() or plain[:1].isdigit()
    return plain if letters >= 2 and begins and _fits(plain) else None


def parse_words(text: str) -> str | None:
    """Return words in either script; in Arabic without any figure, so that no date is a part."""
    plain = normal_form(text.strip(_EDGES))
    return parse_name(plain) if has_arabic(plain) else parse_either(plain)


def parse_category(text: str) -> str | None:
    """Return the category, in the list's spelling where it looks like one of them.

    In French only one of the list: else a make in the next row would be one.
    """
    value = parse_words(text)
    if value is None:
        return None
    known = of_list(value if has_arabic(value) else value.upper(), CATEGORIES)
    return known or (value if has_arabic(value) else None)


def parse_fuel(text: str) -> str | None:
    """Return the fuel, in the list's spelling where it looks like one of it."""
    word = parse_word(text)
    return (of_list(word, FUELS) or word) if word is not None and is_fuel(word) else None


def parse_body(text: str) -> str | None:
    """Return the body; a fuel is none."""
    value = parse_words(text)
    return None if value is None or is_fuel(value.upper()) else value


def parse_model(text: str) -> str | None:
    """Return the name that a vehicle is sold by; bodies and fuels are none."""
    word = parse_word(text)
    if word is None or word in BODIES or is_fuel(word) or sum(map(str.isalnum, word)) < 2:
        return None
    return " ".join(map(as_word, word.split()))


def parse_holder(text: str) -> str | None:
    """Return the holder's number; a day in figures is none, whatever parts them."""
    number = parse_holder_number(text)
    if number is None or not number.isdigit():
        return number
    year_first = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    is_day = number[:2] in {"19", "20"} and printed_dates.parse(year_first) is not None
    return None if is_day or (_PARTED.search(text) and printed_dates.parse(text)) else number


def _is_capital(text: str) -> bool:
    """Say whether a text is in capitals, but for letters that readers take for their small ones."""
    letters = [symbol for symbol in text if symbol.isalpha()]
    return 3 * sum(symbol.islower() for symbol in letters) <= len(letters)


def _fits(text: str) -> bool:
    """Say whether French could print the text: other accents are Arabic read as Latin."""
    return _LATIN.fullmatch(text.upper()) is not None


_VIN_LABELS = (
    "N° série du type",
    "N° de série",
    "N° de châssis",
    "العدد الرتبي",
    "العدد الرتبي للنوع",
    "العدد الرتبي في الصنف",
    "الرقم التسلسلي",
    "VIN",
)
_ISSUE_LABELS = (
    "Date d'établissement",
    "Date et lieu d'établissement",
    "Date d'édition",
    "Date de délivrance",
    "Date du certificat",
    "Tunis, le",
    "Délivré le",
    "تاريخ الشهادة",
    "تونس في",
    "تاريخ التسليم",
    "تاريخ الإصدار",
)
_PLATE = Zone(
    "registration_number",
    ("N° immatriculation", "N° d'immatriculation", "رقم التسجيل", "عدد التسجيل"),
    Script.DIGITS,
    (*_AROUND, Where.LEFT, Where.ABOVE),
    parse=tn_plates.parse,
    reread=tn_plates.parse_beside_label,
    anywhere=True,
    figures_apart=True,
)
_VIN = Zone(
    "vin",
    _VIN_LABELS,
    Script.LATIN,
    (*_AROUND, Where.LEFT),
    parse=vin.parse,
    anywhere=True,
    accents=Accents.NONE,
    spaced=False,
)

_FRONT_ZONES = (
    _PLATE,
    Zone(
        "holder_number",
        ("CIN (ou MF)", "CIN", "ب ت و أو المعرف الجبائي", "ب ت و"),
        Script.DIGITS,
        (*_AROUND, Where.LEFT),
        parse=parse_holder,
    ),
    Zone(
        "holder_name",
        ("الاسم واللقب", "الاسم و اللقب", "Nom et Prénom"),
        None,
        _ARABIC,
        parse=parse_either,
    ),
    Zone(
        "holder_address",
        ("العنوان", "Adresse"),
        None,
        _ARABIC,
        lines_max=2,
        parse=parse_either,
        figures_apart=True,
    ),
    Zone("activity", ("النشاط", "Activité"), None, _ARABIC, parse=parse_words),
    Zone("category", ("الصنف", "Genre"), None, _ARABIC, parse=parse_category),
    _VIN,
    Zone(
        "make",
        ("Constructeur", "الصانع"),
        where=(*_AROUND, Where.LEFT),
        parse=parse_make,
        accents=Accents.NONE,
    ),
    Zone(
        "model_type",
        ("Type constructeur", "نوع الصانع"),
        where=(*_AROUND, Where.LEFT),
        parse=parse_code,
        coded=True,
        accents=Accents.NONE,
    ),
    Zone(
        "commercial_name",
        ("Type commercial", "النوع التجاري"),
        where=(*_AROUND, Where.LEFT),
        parse=parse_model,
        coded=True,
    ),
    Zone(
        "first_registration_date",
        ("DPMC", "تاريخ أول إذن بالجولان"),
        Script.DIGITS,
        (*_AROUND, Where.LEFT),
        parse=printed_dates.parse,
    ),
)
_BACK_ZONES = (
    Zone("body", ("الهيكل", "Carrosserie"), None, _ARABIC, parse=parse_body),
    Zone(
        "fuel",
        ("Energie", "الطاقة"),
        where=(*_AROUND, Where.LEFT),
        parse=parse_fuel,
        accents=Accents.NONE,
        spaced=False,
    ),
    Zone(
        "fiscal_power_cv",
        ("Puissance fiscale", "القوة الجبائية"),
        Script.DIGITS,
        (*_AROUND, Where.LEFT),
        parse=parse_power,
    ),
    Zone(
        "seats",
        ("Nombre de places", "Places assises", "عدد المقاعد"),
        Script.DIGITS,
        (*_AROUND, Where.LEFT),
        parse=parse_seats,
    ),
    Zone(
        "issue_date",
        _ISSUE_LABELS,
        Script.DIGITS,
        (*_AROUND, Where.LEFT),
        parse=printed_dates.parse,
        anywhere=True,  # no third day is printed
    ),
)
_STOPS = (
    "Cylindrée",
    "سعة الأسطوانة",
    "Nombre d'essieux",
    "Charge utile",
    "PTAC",
    "Agence Technique des Transports Terrestres",
)

# Some print all of it on one side, some the vehicle's data behind.
FRONT = DocumentFace(
    "bilingual front", (*_FRONT_ZONES, *_BACK_ZONES), titles=TITLES, stops=_STOPS, twins=True
)
BACK = DocumentFace("bilingual back", _BACK_ZONES, side="back", stops=_STOPS, twins=True)
_CODED_HOLDER = (
    Zone(
        "registration_number",
        ("A", "N° d'immatriculation", "رقم التسجيل"),
        Script.DIGITS,
        _AROUND,
        parse=tn_plates.parse,
        reread=tn_plates.parse_beside_label,
        anywhere=True,
        figures_apart=True,
    ),
    Zone(
        "first_registration_date",
        ("B", "Date de 1ère mise en circulation", "تاريخ أول إذن بالجولان"),
        Script.DIGITS,
        _AROUND,
        parse=printed_dates.parse,
    ),
    Zone(
        "holder_name",
        ("C.1", "Nom et prénom", "الاسم واللقب"),
        script=None,
        where=_AROUND,
        parse=parse_either,
    ),
    Zone(
        "holder_address",
        ("C.3", "Adresse", "العنوان"),
        script=None,
        where=_AROUND,
        lines_max=2,
        parse=parse_either,
        figures_apart=True,
    ),
    Zone(
        "issue_date",
        ("I", *_ISSUE_LABELS),
        Script.DIGITS,
        _AROUND,
        parse=printed_dates.parse,
        anywhere=True,
    ),
)
_CODED_VEHICLE = (
    Zone(
        "make",
        ("D.1", "Marque", "Constructeur", "الصانع"),
        where=_AROUND,
        parse=parse_make,
        accents=Accents.NONE,
    ),
    Zone(
        "model_type",
        ("D.2", "Type", "النوع", "Type constructeur", "نوع الصانع"),
        where=_AROUND,
        parse=parse_code,
        coded=True,
        accents=Accents.NONE,
    ),
    Zone(
        "commercial_name",
        ("D.3", "Dénomination commerciale", "Type commercial", "النوع التجاري"),
        where=_AROUND,
        parse=parse_model,
        coded=True,
    ),
    Zone(
        "vin",
        ("E", *_VIN_LABELS),
        where=_AROUND,
        parse=vin.parse,
        anywhere=True,
        accents=Accents.NONE,
        spaced=False,
    ),
    Zone(
        "fuel",
        ("J", "Carburant", "Energie", "الطاقة"),
        where=_AROUND,
        parse=parse_fuel,
        accents=Accents.NONE,
        spaced=False,
    ),
    Zone(
        "fiscal_power_cv",
        ("Q", "Puissance fiscale", "القوة الجبائية"),
        Script.DIGITS,
        _AROUND,
        parse=parse_power,
    ),
    Zone(
        "seats",
        ("S.1", "Places assises", "Nombre de places", "عدد المقاعد"),
        Script.DIGITS,
        _AROUND,
        parse=parse_seats,
    ),
)
_CODED_STOPS = ("P.1", "P.2", "Cylindrée", "سعة الأسطوانة", "F.1", "G")

# Some print all of it on one side, some the vehicle's data behind.
CODED = DocumentFace(
    "coded",
    (*_CODED_HOLDER, *_CODED_VEHICLE),
    titles=TITLES,
    stops=_CODED_STOPS,
    twins=True,
)
CODED_FRONT = DocumentFace(
    "coded front", _CODED_HOLDER, titles=TITLES, stops=_CODED_STOPS, twins=True
)
CODED_BACK = DocumentFace("coded back", _CODED_VEHICLE, side="back", stops=_CODED_STOPS, twins=True)

# A back prints nothing that some fronts do not: of faces that fit alike the poorer comes first.
FACES = (BACK, FRONT, CODED_BACK, CODED_FRONT, CODED)
