"""The faces of the Tunisian vehicle registration: the bilingual card and the coded one.

Labels come from what public parsers look for on real cards. The codes look like those of
directive 1999/37/EC and mean other things in two places: J is the fuel, Q the fiscal power.
"""

from workers.documents.tn_carte_grise.lists import FUELS
from workers.documents.tn_carte_grise.values import (
    parse_body,
    parse_category,
    parse_code,
    parse_either,
    parse_fuel,
    parse_holder,
    parse_holder_name,
    parse_make,
    parse_model,
    parse_power,
    parse_seats,
    parse_words,
)
from workers.ports import Script
from workers.text import printed_dates, tn_plates, vin
from workers.text.look_alikes import open_in_code
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
_AROUND = (Where.SAME_LINE, Where.RIGHT, Where.BELOW)
_ARABIC = (Where.SAME_LINE, Where.LEFT, Where.BELOW, Where.RIGHT)
_VIN_LABELS = (
    "N° série du type",
    "N° de série",
    "N° de châssis",
    "عدد الهيكل",
    "رقم الهيكل",
    "العدد الرتبي",
    "العدد الرتبي للنوع",
    "العدد الرتبي في الصنف",
    "الرقم التسلسلي",
    "VIN",
)
_HOLDER_NUMBER_LABELS = ("CIN (ou MF)", "CIN / MF", "CIN", "ب ت و أو المعرف الجبائي", "ب ت و")
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
        _HOLDER_NUMBER_LABELS,
        Script.DIGITS,
        (*_AROUND, Where.LEFT),
        parse=parse_holder,
    ),
    Zone(
        "holder_name",
        ("الاسم واللقب", "الاسم و اللقب", "Nom et Prénom"),
        None,
        _ARABIC,
        parse=parse_holder_name,
        origins=True,
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
        open_in=open_in_code,
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
        None,
        _ARABIC,
        parse=parse_fuel,
        known=frozenset(FUELS),
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
        parse=parse_holder_name,
        origins=True,
    ),
    Zone(
        "holder_number",
        ("C.2", *_HOLDER_NUMBER_LABELS),
        Script.DIGITS,
        _AROUND,
        parse=parse_holder,
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
        open_in=open_in_code,
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
        script=None,
        where=_AROUND,
        parse=parse_fuel,
        known=frozenset(FUELS),
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
