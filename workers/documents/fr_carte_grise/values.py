"""From text as printed under each code to the value in its normal form."""

import re

from workers.text import fr_fuel, fr_plate, printed_dates, quantities, vin
from workers.text.confusions import as_capitals, as_digits, as_word
from workers.text.look_alikes import mixes_cases, open_in_code
from workers.text.makes import known_make
from workers.text.printed import Parse, as_text, as_words, with_post_codes

_CATEGORY = re.compile(
    r"(M[1-3]|N[1-3]|O[1-4]|L[1-7]E?|L[1-7]E-[AB]?[1-3]?|[TCR][1-5][AB]?|S[12])G?"
)
_CIVILITY = re.compile(r"^(M|MR|MME|MLLE|MONSIEUR|MADAME|MADEMOISELLE)[. ]\s*(?=\w)", re.IGNORECASE)
_OWNER = re.compile(r"\bPROPRIETAIRE\b|\bVEHICULE\b")
_NEXT_CODE = re.compile(r"\s+C[.,]?\s?4[.,]?\s?[aA1]\W*$")
_STREET = re.compile(
    r"\b\d{1,4}\s?(BIS|TER)?,?\s+(RUE|AVENUE|AV|BOULEVARD|BD|CHEMIN|PLACE|ALL[EÉ]E|IMPASSE|ROUTE"
    r"|COURS|QUAI|SQUARE|PASSAGE)\b|\b\d{5}\b"
)
"""A line of the address, where its own code was not seen."""

_MAKE = re.compile(r"[^\W\d_][\w .&'\-]{0,28}[\w.]")
_WORD = re.compile(r"[A-Z][A-Z0-9 \-]{0,14}")
_SAME_AS_CAPITALS = frozenset("cosvwxz")
_NEW_TYPE = re.compile(r"M10[A-Z]{5}")
_OLD_TYPE = re.compile(r"[A-Z]{3}\d{4}[A-Z]\d{3,4}", re.ASCII)
NEW_TYPE_LENGTH, LETTERS_END = 15, 8
_NUMBERS = re.compile(r"\d{2,4}/\d{1,4}(\*\d{1,5}){1,2}")
_STROKE_LOST = re.compile(r"^(\d{2}|\d{4})[|1Il](\d{2,3}\*)")
_APPROVAL = re.compile(r"([eE])([\dlI|]{1,2})[*xX\u00d7](.+)")

NATIONAL_CATEGORIES = (
    "VP", "CTTE", "CAM", "TCP", "TRR", "VASP", "MTL", "MTT1", "MTT2", "MTTE", "TM", "QM", "CYCL",
    "CL", "REM", "SREM", "RESP", "SRSP", "RETC", "SRTC", "SRAT", "REA", "SREA", "TRA", "MAGA",
    "MIAR", "RTRA", "VTSU", "TQM", "TQMP",
)  # fmt: skip
"""Source: arrêté du 9 février 2009, annexe V, with the former abbreviations that it keeps."""

NATIONAL_BODIES = (
    "SOLO", "SOLO-SIDE-CAR", "SIDE-CAR", "TMP1", "TMP2", "TMM1", "TMM2", "QLEM", "QLOMP", "QLOMM",
    "VTTE", "CLTRP", "CLTRM", "CYCLM", "CI", "CABR", "BREAK", "CIALE", "HANDICAP", "NON SPEC",
    "BUS", "CAR", "FOREST", "PR REM", "PR SREM", "BEN AMO", "BENNE", "BEN CERE", "BETAIL",
    "CASIERS", "CIT ALIM", "CIT ALTD", "CIT BETA", "CIT CHIM", "CIT GAZ", "CARB LEG", "CARB LRD",
    "CIT VID", "CIT EAU", "CIT PULV", "BACHE", "FOURGON", "FG TD", "DERIV VP", "BETON", "PLATEAU",
    "PTE BAT", "PTE FER", "PTE VOIT", "PTE ENG", "PTE CONT", "SAVOYARD", "PLSC", "CHAS-CAB",
    "AV TRAIN", "AR TRAIN", "AR FORES", "TB", "AMBULANC", "ATELIER", "BAZ FOR", "BOM", "CARAVANE",
    "CHAR POR", "DEPANNAG", "FG BLIND", "FG FUNER", "GRUE", "INCENDIE", "MAGASIN", "SANITAIR",
    "TRAVAUX", "VOIRIE", "AGRICOLE", "TRICYCLE", "QUADRI",
)  # fmt: skip
"""Source: the same annexe V; others are printed too and are taken as they stand."""

CAPITALS_SHARE = 0.6
"""A name with so many capitals is printed in capitals."""


CO_HOLDER_MIN = 3
"""Letters of a name and a given name; fewer are a zero read as a word."""


def quantity(lowest: float, highest: float) -> Parse:
    """Return a parser of quantities between two bounds."""
    return lambda text: quantities.parse(text, lowest, highest)


def count(lowest: float, highest: float) -> Parse:
    """Return a parser of whole numbers between two bounds."""

    def parse(text: str) -> str | None:
        value = quantities.parse(text, lowest, highest)
        return None if value is None or "." in value else value

    return parse


def ratio(text: str) -> str | None:
    """Return a ratio below one: with decimals, or at least a zero before it."""
    if re.search(r"[()]", text):
        return None  # a code in brackets
    value = quantities.parse(text, 0.001, 20)
    return value if value is not None and ("." in value or text.strip().startswith("0")) else None


def day(text: str) -> str | None:
    """Return the date; certificates print four digits of the year."""
    return printed_dates.parse(text)


def holder(text: str) -> str | None:
    """Return a name without its civility: letters, and not the line on who owns the vehicle."""
    name = as_words(_CIVILITY.sub("", _NEXT_CODE.sub("", text).strip(" .,:;-")))
    if name is None or _OWNER.search(name.upper()) or _STREET.search(name.upper()):
        return None
    letters = [symbol for symbol in name if symbol.isalpha()]
    if len(letters) < 2 or len(letters) * 2 <= len(name.replace(" ", "")):
        return None
    # Small letters of the shape of capitals among these are misread: s, v, x.
    capitals = sum(symbol.isupper() for symbol in letters)
    return name.upper() if capitals >= CAPITALS_SHARE * len(letters) else name


def make(text: str) -> str | None:
    """Return a maker's name: a few words without signs, a zero among whose letters is an O.

    A capital inside a word tells that its small letters were misread.
    """
    value = as_words(text)
    if value is None or not _MAKE.fullmatch(value):
        return None
    return known_make(value.upper() if mixes_cases(value) else value)


def co_holder(text: str) -> str | None:
    """Return the co-holder's name; some sheets print the number of holders before it, or alone."""
    name = holder(re.sub(r"^\s*\d{1,2}\s+(?=\D)", "", text))
    return name if name is not None and sum(map(str.isalpha, name)) >= CO_HOLDER_MIN else None


def address(text: str) -> str | None:
    """Return the address in one line, down to its post code and town; None where these lack.

    What stands above them is only a part of it.
    """
    value = as_words(with_post_codes(text))
    if value is None or not ends_address(value):
        return None
    return " ".join(map(as_word, value.split()))


def ends_address(text: str) -> bool:
    """Say whether a line is an address's last: what follows post code and town is no part of it."""
    return re.search(r"(?<!\w)\d{5}\s*[^\W\d_]{2}", with_post_codes(text)) is not None


def serial(text: str) -> str | None:
    """Return a code of letters, digits and what parts them, at least two symbols.

    Small letters of the shape of capitals among these are misread.
    """
    value = as_text(re.sub(r"\s*([-/])\s*", r"\1", text))
    if value is None or len(re.sub(r"\W", "", value)) < 2:
        return None
    small = {symbol for symbol in value if symbol.islower()}
    is_capital = small <= _SAME_AS_CAPITALS and any(map(str.isupper, value))
    return value.upper() if is_capital else value


def national_type(text: str) -> str | None:
    """Return the national type code: one word; of the longer, newer ones M10 is the beginning.

    Only symbols of one shape are taken for each other: an L that was read is an L. Of a code of the
    older form the maker's letters are letters.
    """
    value = re.sub(r"\s", "", text).upper().strip(".,:;-_'")
    if len(value) == NEW_TYPE_LENGTH and re.match("M[1I][0O]", value):
        value = "M10" + as_capitals(value[3:LETTERS_END]) + value[LETTERS_END:]
    old = value[:1] + value[1:3].replace("0", "O") + value[3:]
    value = old if _OLD_TYPE.fullmatch(old) else value
    return value if re.fullmatch(r"[A-Z0-9][A-Z0-9*./\-]{3,17}", value, re.ASCII) else None


def commercial_name(text: str) -> str | None:
    """Return the name under which it is sold; none ends with a figure and an O."""
    value = serial(text)
    if value is None:
        return None
    return re.sub(r"(?<=\d)[Oo](?!\w)", "0", " ".join(map(as_word, value.split())))


def open_in_national_type(value: str) -> frozenset[int]:
    """Return the places of symbols that could be others.

    The longer, newer codes begin with M10, three letters of the maker and two of the category. The
    older ones are a letter of the category and two of the maker, four figures, a letter and three
    figures or four: what has this form has none in another place.
    """
    if _OLD_TYPE.fullmatch(value):
        return frozenset()
    told = LETTERS_END if _NEW_TYPE.match(value) and len(value) == NEW_TYPE_LENGTH else 0
    return frozenset(place for place in open_in_code(value) if place >= told)


def category(text: str) -> str | None:
    """Return the EC category; the symbol after its letter is a figure."""
    plain = re.sub(r"\s", "", text).strip(".,:;-_'()")
    if not 2 <= len(plain) <= 6:
        return None
    value = plain[0].upper() + as_digits(plain[1]) + plain[2:]
    return value if _CATEGORY.fullmatch(value.upper()) else None


def national_category(text: str) -> str | None:
    """Return the national category, in the list's spelling where it looks like one of them."""
    value = re.sub(r"[^A-Z0-9]", "", text.upper())
    if value in NATIONAL_CATEGORIES:
        return value
    alike = {one for one in NATIONAL_CATEGORIES if _shape(one) == _shape(value)}
    if len(alike) == 1:
        return alike.pop()
    return value if re.fullmatch(r"[A-Z]{2,6}\d?", value) else None


def body(text: str) -> str | None:
    """Return the EC body code: two symbols, mostly letters, or one of the longer new codes."""
    value = re.sub(r"\s", "", text.upper()).strip(".,:;-_'")
    return value if re.fullmatch(r"[A-Z]{2}\d{0,2}|[A-Z]\d", value, re.ASCII) else None


def national_body(text: str) -> str | None:
    """Return the national body in the list's spelling where it looks like one of them.

    Others are a short word or two in capitals.
    """
    value = " ".join(text.strip(" .,:;-_'").replace("l", "I").upper().split())
    if value not in NATIONAL_BODIES:
        alike = [one for one in NATIONAL_BODIES if _shape(one) == _shape(value)]
        value = alike[0] if len(alike) == 1 else value
    return value if _WORD.fullmatch(value) and len(value) > 1 else None


def approval(text: str) -> str | None:
    """Return the type approval number as printed; a state's number stands behind the EC's e."""
    value = as_text(text)
    if value is None:
        return None
    parts = _APPROVAL.fullmatch(re.sub(r"\s", "", value))
    if parts:
        rest = parts[3]
        if "/" not in rest:
            # No directive's number is without its stroke: it was read as a figure.
            rest = _STROKE_LOST.sub(r"\1/\2", rest)
        rest = as_digits(rest) if _NUMBERS.fullmatch(as_digits(rest)) else rest
        return f"{parts[1]}{as_digits(parts[2])}*{rest.upper()}"
    is_quantity = quantities.parse(value) is not None
    return value.upper() if sum(map(str.isdigit, value)) >= 3 and not is_quantity else None


def environment(text: str) -> str | None:
    """Return the environmental class as printed; the O and the figure of EURO 5 tell each other.

    EURO alone is none: its class stands apart and was not seen. Nor is a number or a day: classes
    have letters, and numbers of directives a star between them.
    """
    value = as_text(text)
    if value is None or re.fullmatch("EUR[O0]", value.upper()):
        return None
    if not re.search(r"[^\W\d_]{2}|\*", value):
        return None
    euro = re.fullmatch(r"EUR[O0]( ?)([0-9OISB])([A-Z]{0,5})", value.upper())
    if euro:
        return f"EURO{euro[1]}{as_digits(euro[2])}{euro[3]}"
    value = re.sub(r"EUR0(?= ?\d)", "EURO", value)
    value = re.sub(r"\s*([*/])\s*", r"\1", value)
    # Directives are numbers.
    return re.sub(r"(?<=\d)O(?=\d)|(?<=[*/])O(?=\d)|(?<=\d)O(?=[*/])", "0", value)


registration = fr_plate.parse
number = vin.parse
fuel = fr_fuel.parse


def _shape(word: str) -> str:
    """Return a word with symbols that look alike made one."""
    return word.translate(str.maketrans("0IL15628", "O111S62B"))
