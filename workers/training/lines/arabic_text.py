"""Text of Arabic lines as documents print it, and letters at random beside it."""

import numpy as np

from workers.training.lines.alphabet import ARABIC_DIGITS, ARABIC_LETTERS, CAPITALS, DIGITS, SMALL
from workers.training.lines.words import (
    Maker,
    any_of,
    digits,
    letters,
    mixed,
    plate_number,
    words_of,
)

_NAMES = words_of(
    "محمد أحمد علي الهادي صالح المنصف الحبيب عبد الله الرحمان اللطيف العزيز القادر المجيد السلام"
    " الطاهر البشير التيجاني الأمين رضا سامي كمال جمال نبيل فتحي منير ماهر ياسين أنيس أيمن إلياس"
    " إسكندر إبراهيم إسماعيل يوسف عمر عثمان حمزة زياد غسان لؤي مؤمن رؤوف وائل هشام شكري حسني بلقاسم"
    " فاطمة عائشة خديجة زينب آمنة آمال سعاد سنية منية نادية هدى ليلى سلمى مروى رحمة شيماء أسماء"
    " إيمان إيناس ألفة هاجر مريم بسمة وسيلة جليلة حياة نجاة ضحى غادة ثريا درة ذكرى ظريفة صفاء طيبة"
    " الطرابلسي الجلاصي الغربي المزوغي الورتاني العياري الهمامي الدريدي الماجري القاسمي الذوادي"
    " الزغلامي الشابي الصغير الضيف الظاهري البجاوي التونسي الثابتي الحناشي الخميري الرياحي السالمي"
    " العوني الفرشيشي الكافي اللواتي النفزي الوسلاتي اليحياوي بوزيد بوعزيزي شقرون عاشور قريرة ڤاسم"
    " بن بنت حرم أرملة ابن أم ولد"
)
_PLACES = words_of(
    "تونس صفاقس سوسة القيروان بنزرت قابس أريانة قفصة المنستير مدنين نابل القصرين جندوبة باجة سليانة"
    " الكاف زغوان المهدية توزر قبلي تطاوين منوبة بن عروس سيدي بوزيد جربة حومة السوق الحامة قرمبالية"
    " الحمامات قليبية ماطر منزل بورقيبة رأس الجبل طبرقة عين دراهم تاجروين مكثر الروحية سبيطلة"
    " فريانة الرديف المتلوي ڤفصة ڨابس المظيلة جرجيس بنقردان باريس الجزائر طرابلس بغداد"
    " القاهرة مراكش"
    " نهج شارع حي عمارة شقة طريق زنقة معتمدية ولاية عدد كلم النصر الخضراء الجمهورية الحرية"
)
_WORK = words_of(
    "تلميذ طالب أستاذ معلم مهندس طبيب ممرض عامل يومي فلاح سائق تاجر موظف متقاعد إطار بنك نجار حداد"
    " كهربائي محامي مدير شركة عون أمن عسكري صيدلي حلاق خباز خياطة شؤون منزلية بدون مهنة بحار"
)
MONTHS = words_of(
    "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر افريل اوت اكتوبر"
)
_LABELS = (
    "الجمهورية التونسية",
    "بطاقة التعريف الوطنية",
    "اللقب",
    "الاسم",
    "الإسم",
    "تاريخ الولادة",
    "مكانها",
    "مكان الولادة",
    "اسم ولقب الأم",
    "إسم الأم",
    "المهنة",
    "العنوان",
    "تونس في",
    "حرم",
    "الاسم واللقب",
    "شهادة تسجيل عربة",
    "شهادة التسجيل",
    "رقم التسجيل",
    "وزارة النقل",
    "وزارة الداخلية",
    "نوع المحرك",
    "سيارة خاصة",
    "شاحنة خفيفة",
    "دراجة نارية",
    "عدد المقاعد",
    "القوة الجبائية",
    "تاريخ أول إذن بالجولان",
    "الصانع",
    "النوع التجاري",
    "رخصة سياقة",
    "الوكالة الفنية للنقل البري",
    "الجنس",
    "الجنسية",
    "تاريخ الإصدار",
    "صالحة إلى",
    "البصمة",
    "إمضاء",
    "الحالة المدنية",
    "جواز سفر",
    "المملكة المغربية",
    "الجمهورية الجزائرية الديمقراطية الشعبية",
    "بنزين",
    "غازوال",
    "رقم بطاقة التعريف",
)
_PRINTED = (_NAMES, _PLACES, _WORK)
_MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_RARE = "ءآؤئإظذضغثپڤڨ"


def sample_arabic(rng: np.random.Generator, dictionary: tuple[str, ...]) -> str:
    """Return a piece of a line in logical order: a word, a few, a number, a date, a code."""
    known = ((0.2, lambda rng: any_of(rng, dictionary)),) if dictionary else ()
    return mixed(rng, (*known, *_KINDS))


def worn_spelling(rng: np.random.Generator, text: str) -> str:
    """Add what is printed but not read: vowel marks, and the bar that stretches words."""
    roll = rng.random()
    if roll > 0.07:
        return text
    out = ""
    for index, symbol in enumerate(text):
        out += symbol
        joins = symbol in "بتثجحخسشصضطظعغفقكلمنهيئ"
        follows = text[index + 1 : index + 2]
        if roll < 0.035 and symbol in ARABIC_LETTERS and rng.random() < 0.25:
            out += any_of(rng, _MARKS)
        elif roll >= 0.035 and joins and follows and follows in ARABIC_LETTERS:
            lam_alef = symbol == "ل" and follows in "اأإآ"
            out += "ـ" * int(rng.integers(1, 4)) if rng.random() < 0.2 and not lam_alef else ""
    return out


def _random_word(rng: np.random.Generator) -> str:
    """Return letters that make no word, so that the net learns shapes and no language."""
    length = int(rng.integers(1, 9))
    word = "".join(
        any_of(rng, _RARE if rng.random() < 0.15 else ARABIC_LETTERS) for _ in range(length)
    )
    if rng.random() < 0.25:
        word = "ال" + word
    if rng.random() < 0.15:
        word = word[: length // 2] + "لا" + word[length // 2 :]
    return word


def _date(rng: np.random.Generator) -> str:
    day, month, year = rng.integers(1, 32), rng.integers(1, 13), rng.integers(1920, 2036)
    if rng.random() < 0.5:
        text = f"{day:02d} " if rng.random() < 0.5 else f"{day} "
        text += f"{any_of(rng, MONTHS)} {year}"
    else:
        mark = any_of(rng, "/-./")
        text = f"{day:02d}{mark}{month:02d}{mark}{year}"
        if rng.random() < 0.4:
            text = f"{year}{mark}{month:02d}{mark}{day:02d}"
    return _indic(text) if rng.random() < 0.2 else text


def _number(rng: np.random.Generator) -> str:
    roll = rng.random()
    if roll < 0.3:
        return digits(rng, 8)
    if roll < 0.5:
        return plate_number(rng, any_of(rng, ("تونس", "ن ت", "ع ع", "TUN")))
    text = digits(rng, int(rng.integers(1, 7)))
    return _indic(text) if rng.random() < 0.5 else text


def _indic(text: str) -> str:
    return text.translate(str.maketrans(DIGITS, ARABIC_DIGITS))


def _latin(rng: np.random.Generator) -> str:
    source = CAPITALS if rng.random() < 0.6 else SMALL
    if rng.random() < 0.3:
        source = CAPITALS + DIGITS
    return letters(rng, source, int(rng.integers(1, 9)))


def _punctuated(rng: np.random.Generator) -> str:
    word = any_of(rng, _NAMES + _PLACES)
    form = any_of(
        rng, ("({})", "{}،", "{}.", "{} -", "{}/", '"{}"', "{}؟", "{}؛", "{}%", "+{}", "{}°")
    )
    return form.format(word if rng.random() < 0.7 else digits(rng, 2))


def _printed(rng: np.random.Generator) -> str:
    return any_of(rng, _PRINTED[int(rng.integers(len(_PRINTED)))])


def _label(rng: np.random.Generator) -> str:
    return any_of(rng, _LABELS) + ("" if rng.random() < 0.6 else any_of(rng, (":", " :")))


_KINDS: tuple[tuple[float, Maker], ...] = (
    (0.22, _printed),
    (0.2, _random_word),
    (0.07, _label),
    (0.12, _date),
    (0.1, _number),
    (0.05, _latin),
    (0.04, _punctuated),
)
"""What lines are made of; a word of the dictionary is as likely as a random one."""
