"""Invents people of Tunisia with their names in Arabic and in the French transcription."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from workers.drawing.people import DRAWN_TODAY
from workers.text.arabic_dates import MONTHS

Spelt = tuple[str, str]
"""A name in Arabic letters and as Tunisian papers write it in Latin ones."""

SURNAMES: tuple[Spelt, ...] = (
    ("الطرابلسي", "TRABELSI"),
    ("بن صالح", "BEN SALAH"),
    ("الجزيري", "JAZIRI"),
    ("المزوغي", "MZOUGHI"),
    ("بن عاشور", "BEN ACHOUR"),
    ("الخليفي", "KHELIFI"),
    ("الورتاني", "OUERTANI"),
    ("القاسمي", "GASMI"),
    ("الشابي", "CHEBBI"),
    ("بوزيد", "BOUZID"),
    ("العياري", "AYARI"),
    ("الهمامي", "HAMMAMI"),
    ("الزواري", "ZOUARI"),
    ("بن رمضان", "BEN ROMDHANE"),
    ("الغربي", "GHARBI"),
    ("الماجري", "MEJRI"),
    ("السعيدي", "SAIDI"),
    ("الفرشيشي", "FERCHICHI"),
    ("الدريدي", "DRIDI"),
    ("بالحاج", "BELHAJ"),
    ("الوسلاتي", "OUESLATI"),
    ("شطورو", "CHTOUROU"),
    ("النفزي", "NEFZI"),
    ("المؤدب", "MOADDEB"),
    ("التونسي", "TOUNSI"),
    ("عبد اللطيف", "ABDELLATIF"),
)
MEN: tuple[Spelt, ...] = (
    ("ياسين", "YASSINE"),
    ("محمد", "MOHAMED"),
    ("أحمد", "AHMED"),
    ("سكندر", "SKANDER"),
    ("وليد", "WALID"),
    ("هشام", "HICHEM"),
    ("خليل", "KHALIL"),
    ("رؤوف", "RAOUF"),
    ("عماد", "IMED"),
    ("إسماعيل", "ISMAIL"),
    ("عبد الرزاق", "ABDERRAZAK"),
    ("الحبيب", "HABIB"),
    ("منصف", "MONCEF"),
    ("أيمن", "AYMEN"),
    ("رضا", "RIDHA"),
    ("الطاهر", "TAHAR"),
    ("لطفي", "LOTFI"),
    ("علاء الدين", "ALAEDDINE"),
    ("مصطفى", "MUSTAPHA"),
    ("قيس", "KAIS"),
)
WOMEN: tuple[Spelt, ...] = (
    ("أمل", "AMEL"),
    ("ألفة", "OLFA"),
    ("ريم", "RYM"),
    ("نور الهدى", "NOUR EL HOUDA"),
    ("زينب", "ZEINEB"),
    ("شيماء", "CHAIMA"),
    ("فاطمة", "FATMA"),
    ("هاجر", "HAJER"),
    ("سنية", "SONIA"),
    ("إيمان", "IMEN"),
    ("خديجة", "KHADIJA"),
    ("منى", "MOUNA"),
    ("آمنة", "EMNA"),
    ("سعاد", "SOUAD"),
    ("وفاء", "WAFA"),
    ("عائشة", "AICHA"),
)
PLACES: tuple[Spelt, ...] = (
    ("تونس", "TUNIS"),
    ("صفاقس", "SFAX"),
    ("سوسة", "SOUSSE"),
    ("قفصة", "GAFSA"),
    ("باجة", "BEJA"),
    ("بنزرت", "BIZERTE"),
    ("القيروان", "KAIROUAN"),
    ("المنستير", "MONASTIR"),
    ("أريانة", "ARIANA"),
    ("قابس", "GABES"),
    ("جندوبة", "JENDOUBA"),
    ("المهدية", "MAHDIA"),
    ("سيدي بوزيد", "SIDI BOUZID"),
    ("حمام سوسة", "HAMMAM SOUSSE"),
    ("منزل تميم", "MENZEL TEMIME"),
    ("الكاف", "LE KEF"),
)
PROFESSIONS = (
    "طالب",
    "أستاذ تعليم ثانوي",
    "عامل يومي",
    "تاجر",
    "مهندس",
    "موظف",
    "فلاح",
    "سائق",
    "ممرضة",
    "محاسب",
    "متقاعد",
    "بدون مهنة",
    "طبيبة أسنان",
    "تقني سامي",
)
_STREETS = (
    "نهج الجامع الكبير",
    "شارع الحبيب بورقيبة",
    "نهج ابن خلدون",
    "حي الزهور",
    "شارع فرحات حشاد",
    "نهج قرطاج",
    "حي الرياض",
    "طريق المطار",
    "نهج الياسمين",
    "حي النصر الثاني",
)


@dataclass(frozen=True, slots=True)
class Tunisian:
    """An invented holder; names are pairs of Arabic and Latin spelling.

    Args:
        number: eight digits of the identity card.
        surname: of the family.
        given_names: one or two.
        father: given name of the father.
        grandfather: given name of the father's father.
        mother: given names and surname of the mother, in Arabic.
        spouse: the same of the husband; empty where the card names none.
        sex: ``M`` or ``F``.
        birth_date: never in the future of :data:`DRAWN_TODAY`.
        birth_place: a town.
        profession: in Arabic.
        address: one or two lines in Arabic.
    """

    number: str
    surname: Spelt
    given_names: Spelt
    father: Spelt
    grandfather: Spelt
    mother: str
    spouse: str
    sex: str
    birth_date: date
    birth_place: Spelt
    profession: str
    address: tuple[str, ...]

    @property
    def filiation(self) -> str:
        """The line that names father and grandfather."""
        child = "بن" if self.sex == "M" else "بنت"
        return f"{child} {self.father[0]} بن {self.grandfather[0]}"


def invent_tunisian(rng: Random) -> Tunisian:
    """Return a grown-up person of Tunisia, the same for the same random source."""
    sex = rng.choice("MF")
    pool = MEN if sex == "M" else WOMEN
    chosen = rng.sample(pool, rng.choice((1, 1, 1, 2)))
    given = (" ".join(arabic for arabic, _ in chosen), " ".join(latin for _, latin in chosen))
    married = sex == "F" and rng.random() < 0.4
    return Tunisian(
        number=rng.choice("01") + "".join(rng.choice("0123456789") for _ in range(7)),
        surname=rng.choice(SURNAMES),
        given_names=given,
        father=rng.choice(MEN),
        grandfather=rng.choice(MEN),
        mother=f"{rng.choice(WOMEN)[0]} {rng.choice(SURNAMES)[0]}",
        spouse=f"{rng.choice(MEN)[0]} {rng.choice(SURNAMES)[0]}" if married else "",
        sex=sex,
        birth_date=DRAWN_TODAY - timedelta(days=rng.randint(19 * 365, 88 * 365)),
        birth_place=rng.choice(PLACES),
        profession=rng.choice(PROFESSIONS),
        address=_address(rng),
    )


def arabic_date(day: date, *, padded: bool) -> str:
    """Return a date as Tunisian papers write it: day, name of the month, year."""
    number = f"{day.day:02d}" if padded else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def _address(rng: Random) -> tuple[str, ...]:
    street = f"{rng.choice(_STREETS)} عدد {rng.randint(1, 180)}"
    town = rng.choice(PLACES)[0]
    if rng.random() < 0.5:
        town = f"{town} {rng.randint(10, 90) * 100 + rng.randint(0, 99)}"
    return (street, town) if rng.random() < 0.35 else (f"{street} {town}",)
