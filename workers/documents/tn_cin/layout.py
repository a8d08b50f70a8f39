"""The faces of the Tunisian identity card, found by labels, not by places.

Labels: public descriptions of the card (law 93-27) and of other readers' fields, with the
spellings that people use; those of the card under organic law 2024-22 follow the law's list.
"""

from workers.ports import Script
from workers.text import arabic_dates
from workers.text.tn_values import (
    parse_address,
    parse_descent,
    parse_given_names,
    parse_latin_name,
    parse_mother,
    parse_name,
    parse_number,
    parse_sex,
    parse_surname,
)
from workers.visual.layout import DocumentFace, Where, Zone

TITLES = ("الجمهورية التونسية", "بطاقة التعريف الوطنية")
LATIN_TITLES = ("République Tunisienne", "Carte nationale d'identité", "Carte d'identité nationale")

_BESIDE = (Where.SAME_LINE, Where.LEFT)
_LATIN = (Where.SAME_LINE, Where.RIGHT, Where.BELOW)
_ARABIC = (Where.SAME_LINE, Where.LEFT, Where.BELOW)
_AROUND = (Where.SAME_LINE, Where.RIGHT, Where.LEFT, Where.BELOW)

_NUMBER = Zone("number", (), Script.DIGITS, parse=parse_number)
_FILIATION = Zone("filiation", script=Script.ARABIC, parse=parse_descent, whole=True, origins=True)
_BIRTH_LABELS = ("تاريخ الولادة", "تاريخ الميلاد", "مولود في", "مولودة في")
_PLACE_LABELS = ("مكانها", "مكان الولادة", "محل الولادة")
_ISSUE_LABELS = ("تونس في", "حرر بتونس في", "في", "تاريخ الإصدار", "تاريخ التسليم")
_MOTHER = Zone(
    "mother_name",
    ("اسم ولقب الأم", "اسم الأم ولقبها", "لقب واسم الأم", "اسم الأم", "الأم"),
    Script.ARABIC,
    _BESIDE,
    parse=parse_mother,
    origins=True,
)
_ADDRESS = Zone(
    "address",
    ("العنوان", "عنوان"),
    Script.ARABIC,
    _BESIDE,
    lines_max=3,
    parse=parse_address,
    figures_apart=True,
)
_ISSUED = Zone(
    "issue_date",
    _ISSUE_LABELS,
    Script.ARABIC,
    _BESIDE,
    parse=arabic_dates.parse,
    anywhere=True,
    figures_apart=True,
)

FRONT = DocumentFace(
    "1993 front",
    (
        _NUMBER,
        Zone("surname", ("اللقب",), Script.ARABIC, _BESIDE, parse=parse_surname, origins=True),
        Zone("given_names", ("الاسم",), Script.ARABIC, _BESIDE, parse=parse_given_names),
        _FILIATION,
        Zone("spouse", ("حرم", "أرملة"), Script.ARABIC, _BESIDE, parse=parse_name, origins=True),
        Zone(
            "birth_date",
            _BIRTH_LABELS,
            Script.ARABIC,
            _BESIDE,
            parse=arabic_dates.parse,
            figures_apart=True,
        ),
        Zone("birth_place", _PLACE_LABELS, Script.ARABIC, _BESIDE, parse=parse_name),
    ),
    side="front",
    titles=TITLES,
)
BACK = DocumentFace(
    "1993 back",
    (
        _MOTHER,
        Zone(
            "profession", ("المهنة", "الوظيفة", "الصفة"), Script.ARABIC, _BESIDE, parse=parse_name
        ),
        _ADDRESS,
        _ISSUED,
    ),
    side="back",
    stops=("المدير العام", "مدير الشرطة", "الإمضاء", "البصمة"),
)
FRONT_2024 = DocumentFace(
    "2024 front",
    (
        _NUMBER,
        Zone("surname", ("اللقب",), Script.ARABIC, _ARABIC, parse=parse_surname, origins=True),
        Zone("given_names", ("الاسم",), Script.ARABIC, _ARABIC, parse=parse_given_names),
        _FILIATION,
        Zone("surname_latin", ("Nom",), Script.LATIN, _LATIN, parse=parse_latin_name),
        Zone("given_names_latin", ("Prénom", "Prénoms"), parse=parse_latin_name, where=_LATIN),
        Zone(
            "birth_date",
            ("Date de naissance", *_BIRTH_LABELS),
            Script.ARABIC,
            _AROUND,
            parse=arabic_dates.parse,
            figures_apart=True,
        ),
        Zone("birth_place", _PLACE_LABELS, Script.ARABIC, _ARABIC, parse=parse_name),
        Zone("sex", ("Sexe", "الجنس"), Script.LATIN, _AROUND, parse=parse_sex),
        Zone(
            "expiry_date",
            (
                "Date d'expiration",
                "Valable jusqu'au",
                "صالحة إلى غاية",
                "صالحة إلى",
                "صالحة لغاية",
                "تاريخ الانتهاء",
            ),
            Script.ARABIC,
            _AROUND,
            parse=arabic_dates.parse,
            figures_apart=True,
        ),
    ),
    side="front",
    titles=(*TITLES, *LATIN_TITLES),
    stops=("N°", "الرقم", "رقم البطاقة"),
)
BACK_2024 = DocumentFace("2024 back", (_MOTHER, _ADDRESS, _ISSUED), side="back", stops=BACK.stops)

FACES = (FRONT, BACK, FRONT_2024, BACK_2024)
