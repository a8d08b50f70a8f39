"""What the PDF417 of a North American driving licence says, in every version of its form.

Source: AAMVA DL/ID Card Design Standard, annex D (versions 2000 to 2020), as told by public
summaries: ``@ LF RS CR "ANSI "`` or ``"AAMVA"``, issuer (6), version (2), from version 2 on the
jurisdiction's version (2), number of subfiles (2), then type (2), offset (4) and length (4) of
each; elements are three letters and a value, parted by LF, a subfile ends with CR. Offsets are
often wrong in practice, so subfiles are told by what they say.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

_HEADER = re.compile(r"(?:ANSI |AAMVA)(?P<issuer>\d{6})(?P<version>\d{2})")
_DESIGNATOR = re.compile(r"(?:DL|ID|EN|Z[A-Z])\d{8}")
_ELEMENT = re.compile(r"(?:DL|ID|EN)?(?P<code>[DZ][A-Z]{2})(?P<value>.*)", re.DOTALL)
_NOTHING = frozenset({"", "NONE", "UNAVL", "UNAVAIL", "N/A"})
_SEXES = {"1": "M", "2": "F", "9": "X", "0": "X", "M": "M", "F": "F", "X": "X"}
_TRUNCATION = {"DDE": "surname", "DDF": "given_names", "DDG": "given_names"}

CANADIAN_ISSUERS = frozenset(
    [
        "636012",
        "636013",
        "636016",
        "636017",
        "636028",
        "636044",
        "636048",
        "604426",
        "604428",
        "604429",
        "604432",
        "604433",
        "604434",
    ]
)
CANADIAN_REGIONS = frozenset(
    ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"]
)


@dataclass(frozen=True, slots=True)
class Licence:
    """What a barcode says about its card.

    Args:
        issuer: number of the issuing jurisdiction.
        version: of the standard's form, 1 to 10 and later.
        country: ``USA`` or ``CAN``.
        is_licence: False for an identity card without the right to drive.
        fields: field name to normal form.
        raw: field name to the elements as encoded.
        truncated: fields that the issuer has cut to fit.
        malformed: fields whose element has no normal form.
    """

    issuer: str
    version: int
    country: str
    is_licence: bool
    fields: Mapping[str, str] = field(repr=False)
    raw: Mapping[str, str] = field(repr=False)
    truncated: tuple[str, ...]
    malformed: tuple[str, ...]


def is_aamva(text: str) -> bool:
    """Say whether a barcode's text begins as the standard says."""
    return text.lstrip().startswith("@") and _HEADER.search(text[:40]) is not None


def parse(text: str) -> Licence | None:
    """Return what the barcode says, None where it is no licence's."""
    header = _HEADER.search(text[:40])
    if header is None or not text.lstrip().startswith("@"):
        return None
    designators = list(_DESIGNATOR.finditer(text, header.end(), header.end() + 120))
    body = text[designators[-1].end() :] if designators else text[header.end() :]
    elements = _elements(body)
    raw = _raw(elements)
    fields = {name: _NORMAL[name](value) for name, value in raw.items()}
    return Licence(
        issuer=header["issuer"],
        version=int(header["version"]),
        country=_country(elements, header["issuer"]),
        is_licence=not (designators and designators[0][0].startswith("ID")),
        fields={name: value for name, value in fields.items() if value},
        raw=raw,
        truncated=tuple(
            dict.fromkeys(name for code, name in _TRUNCATION.items() if elements.get(code) == "T")
        ),
        malformed=tuple(name for name, value in fields.items() if not value),
    )


def day(value: str) -> str | None:
    """Return YYYY-MM-DD of eight digits, month first or year first; None where it is no day.

    The United States write MMDDCCYY since version 2, Canada and version 1 CCYYMMDD. A month is
    never 19 or 20, so no eight digits are a day of both forms.
    """
    digits = value.strip()
    if not re.fullmatch(r"\d{8}", digits):
        return None
    parts = (
        (digits[:4], digits[4:6], digits[6:])
        if digits[:2] in {"18", "19", "20", "21"}
        else (digits[4:], digits[:2], digits[2:4])
    )
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except ValueError:
        return None


def _elements(body: str) -> dict[str, str]:
    """Return the first value of each element; empty ones are left out."""
    found: dict[str, str] = {}
    for line in re.split(r"[\n\r\x1e\x1c]+", body):
        match = _ELEMENT.fullmatch(line)
        if match is not None:
            value = " ".join(match["value"].split())
            if value:
                found.setdefault(match["code"], value)
    return found


_SOURCES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    # Each group stands alone; the first that says anything is taken, all its elements joined.
    "surname": (("DCS",), ("DAB",), ("DBO",), ("DAA",)),
    "given_names": (("DAC", "DAD"), ("DCT",), ("DBP", "DBQ"), ("DAA",)),
    "birth_date": (("DBB",),),
    "sex": (("DBC",),),
    "issue_date": (("DBD",),),
    "expiry_date": (("DBA",),),
    "licence_number": (("DAQ",), ("DBJ",)),
    "address": (("DAG", "DAH"), ("DAL", "DAM")),
    "city": (("DAI",), ("DAN",)),
    "region": (("DAJ",), ("DAO",)),
    "postal_code": (("DAK",), ("DAP",)),
    "categories": (("DCA",), ("DAR",)),
}
"""Field to the elements that carry it, over all versions of the form."""


def _raw(elements: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, groups in _SOURCES.items():
        for group in groups:
            said = [elements[code] for code in group if not _is_nothing(elements.get(code, ""))]
            if said:
                found[name] = " ".join(said)
                break
    if "," in elements.get("DAA", "") and "DAB" not in elements and "DCS" not in elements:
        # Version 1 writes one name: SURNAME,FIRST,MIDDLE.
        surname, _, given = elements["DAA"].partition(",")
        found |= {"surname": surname, "given_names": given}
    return found


def _is_nothing(value: str) -> bool:
    return value.strip().upper() in _NOTHING


def _country(elements: Mapping[str, str], issuer: str) -> str:
    said = elements.get("DCG", "").upper()
    if said in {"USA", "CAN"}:
        return said
    region = elements.get("DAJ", elements.get("DAO", "")).upper()
    return "CAN" if issuer in CANADIAN_ISSUERS or region in CANADIAN_REGIONS else "USA"


def _name(value: str) -> str:
    # Given names are parted by commas or spaces, as the issuer likes.
    return " ".join(value.upper().replace(",", " ").split())


def _surname(value: str) -> str:
    # What follows a comma is a suffix.
    return " ".join(value.upper().partition(",")[0].split())


def _as_encoded(value: str) -> str:
    return value.strip()


def _compact(value: str) -> str:
    return re.sub(r"\s", "", value).upper()


def _region(value: str) -> str | None:
    return value.upper() if re.fullmatch(r"[A-Za-z]{2}", value) else None


def _postal_code(value: str) -> str:
    """Return a code as it is printed.

    Of a ZIP code the last four digits only where they say more, a Canadian one in two parts.
    """
    parts = re.fullmatch(r"([A-Z]\d[A-Z])\s?(\d[A-Z]\d)", value.upper())
    if parts is not None:
        return " ".join(parts.groups())
    digits = re.fullmatch(r"(\d{5})[- ]?(\d{4})?", value)
    if digits is None:
        return value.upper()
    return digits[1] if digits[2] in {None, "0000"} else f"{digits[1]}-{digits[2]}"


def _categories(value: str) -> str:
    return ",".join(re.split(r"[\s,;/]+", value.upper()))


def _sex(value: str) -> str | None:
    return _SEXES.get(value.upper())


_NORMAL: Mapping[str, Callable[[str], str | None]] = {
    "surname": _surname,
    "given_names": _name,
    "birth_date": day,
    "sex": _sex,
    "issue_date": day,
    "expiry_date": day,
    "licence_number": _compact,
    "address": _as_encoded,
    "city": _as_encoded,
    "region": _region,
    "postal_code": _postal_code,
    "categories": _categories,
}
"""Field to the function that brings its element to the normal form."""
