"""Draws North American licences of invented people: the front, and the back with its PDF417."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import cv2
import numpy as np
from PIL import Image as Picture

from workers.documents.document_type import Level, Specimen
from workers.drawing.fonts import Face
from workers.drawing.icao_pages import CARD_TD1, Entry, draw_page
from workers.drawing.paper import guilloche
from workers.drawing.pen import Pen
from workers.drawing.people import DRAWN_TODAY
from workers.drawing.photo import photograph
from workers.engines.barcodes import draw_pdf417
from workers.ports import Image

_WIDTH_MM, _HEIGHT_MM, _WIDTH_PX = 85.6, 54.0, 1400
_SURNAMES = ("QUILLORY", "O'MARBECK", "VANTAR-LOWE", "THORNWICK", "DE LA OSTRE", "ZELKOVA", "YPSIL")
_GIVEN = ("ORRIN", "MAREN", "TOBIAH", "ODILE", "WYSTAN", "PHILIPPA", "IDRIS", "XENIA")
_STREETS = ("MAPLE ST", "OLD MILL RD", "W 4TH AVE", "COUNTY ROAD 12", "HOLLOW BRIDGE LN APT 3")


@dataclass(frozen=True, slots=True)
class _Place:
    region: str
    issuer: str
    city: str
    postal_code: str
    encoded_postal_code: str
    country: str = "USA"


_PLACES = (
    _Place("CA", "636014", "EASTMERE", "90223", "902230000  "),
    _Place("NY", "636001", "PORT UTOPIA", "12207", "12207      "),
    _Place("TX", "636015", "HOLLOWBRIDGE", "75001-4512", "750014512  "),
    _Place("FL", "636010", "ZENITH BEACH", "33101", "331010000  "),
    _Place("ON", "636012", "NEW EASTMERE", "K1A 0B1", "K1A 0B1    ", "CAN"),
    _Place("BC", "636028", "PORT ZENITH", "V6B 4N7", "V6B 4N7    ", "CAN"),
)


def draw(rng: Random, level: Level) -> Specimen:
    """Return both sides of a card in one of the versions of the standard's form."""
    place = rng.choice(_PLACES)
    fields = _invent(rng, place)
    version = rng.choice((1, 2, 3, 4, 7, 8, 9, 10))
    text = _encoded(rng, place, fields, version)
    sides = (_front(rng, place, fields), _back(rng, text, fields))
    return Specimen(
        images=tuple(photograph(rng, side, level) for side in sides),
        document_type="us_driving_licence",
        country=place.country,
        fields=fields,
    )


def _invent(rng: Random, place: _Place) -> dict[str, str]:
    birth = DRAWN_TODAY - timedelta(days=rng.randint(17 * 365, 88 * 365))
    issued = DRAWN_TODAY - timedelta(days=rng.randint(10, 4 * 365))
    expires = issued.replace(year=issued.year + rng.choice((4, 5, 8)), day=min(issued.day, 28))
    number = f"{rng.choice('ABCDEFGHJKLMNPRSTUVWXYZ')}{rng.randint(0, 10**8 - 1):08d}"
    return {
        "surname": rng.choice(_SURNAMES),
        "given_names": " ".join(rng.sample(_GIVEN, rng.choice((1, 2)))),
        "birth_date": birth.isoformat(),
        "sex": rng.choices("MFX", (48, 48, 4))[0],
        "issue_date": issued.isoformat(),
        "expiry_date": expires.isoformat(),
        "licence_number": number,
        "address": f"{rng.randint(1, 9999)} {rng.choice(_STREETS)}",
        "city": place.city,
        "region": place.region,
        "postal_code": place.postal_code,
        "categories": rng.choice(("C", "D", "A", "B", "M", "5")),
    }


def _encoded(rng: Random, place: _Place, fields: dict[str, str], version: int) -> str:
    """Return the barcode's text: header, one designator, elements in an order of the issuer's."""
    elements = [("DAQ", fields["licence_number"]), *_named(fields, version)]
    rest = [
        *_dated(fields, place, version),
        ("DBC", {"M": "1", "F": "2", "X": "9"}[fields["sex"]]),
        ("DAG", fields["address"]),
        ("DAI", fields["city"]),
        ("DAJ", fields["region"]),
        ("DAK", place.encoded_postal_code),
        ("DAR" if version == 1 else "DCA", fields["categories"]),
        ("DAU", f"{rng.randint(58, 78):03d} IN"),
        ("DAY", rng.choice(("BRO", "BLU", "GRN", "HAZ"))),
    ]
    if version > 1:
        rest += [("DCG", place.country), ("DCB", "NONE"), ("DCD", "NONE")]
        rest += [("DCF", f"{rng.randint(0, 10**12):013d}")]
    rng.shuffle(rest)
    body = "DL" + "".join(f"{code}{value}\n" for code, value in elements + rest)[:-1] + "\r"
    kind = "AAMVA" if version == 1 else "ANSI "
    head = f"@\n\x1e\r{kind}{place.issuer}{version:02d}" + ("01" if version == 1 else "0001")
    return f"{head}DL{len(head) + 10:04d}{len(body):04d}{body}"


def _named(fields: dict[str, str], version: int) -> list[tuple[str, str]]:
    surname, given = fields["surname"], fields["given_names"]
    first, _, middle = given.partition(" ")
    if version == 1:
        return [("DAA", ",".join(filter(None, (surname, first, middle))))]
    if version in {2, 3}:
        return [("DCS", surname), ("DCT", given.replace(" ", ","))]
    uncut = [("DDE", "N"), ("DDF", "N"), ("DDG", "N")]
    return [("DCS", surname), ("DAC", first), ("DAD", middle or "NONE"), *uncut]


def _dated(fields: dict[str, str], place: _Place, version: int) -> list[tuple[str, str]]:
    form = "%Y%m%d" if version == 1 or place.country == "CAN" else "%m%d%Y"
    codes = {"DBB": "birth_date", "DBA": "expiry_date", "DBD": "issue_date"}
    return [(code, f"{date.fromisoformat(fields[name]):{form}}") for code, name in codes.items()]


def _front(rng: Random, place: _Place, fields: dict[str, str]) -> Image:
    entries = (
        Entry("4d DL", fields["licence_number"]),
        Entry("9 CLASS", fields["categories"]),
        Entry("1 LN", fields["surname"]),
        Entry("2 FN", fields["given_names"]),
        Entry("8", f"{fields['address']} {fields['city']} {place.region} {place.postal_code}"),
        Entry("3 DOB", f"{date.fromisoformat(fields['birth_date']):%m/%d/%Y}"),
        Entry("15 SEX", fields["sex"]),
        Entry("4a ISS", f"{date.fromisoformat(fields['issue_date']):%m/%d/%Y}"),
        Entry("4b EXP", f"{date.fromisoformat(fields['expiry_date']):%m/%d/%Y}"),
    )
    return draw_page(rng, CARD_TD1, f"{place.region}  Driver licence", entries)


def _back(rng: Random, text: str, fields: dict[str, str]) -> Image:
    scale = _WIDTH_PX / _WIDTH_MM
    pen = Pen(guilloche(rng, _WIDTH_PX, round(_HEIGHT_MM * scale)), scale)
    modules = draw_pdf417(text, columns=rng.choice((11, 13, 15)))
    width_mm = rng.uniform(66, 76)
    # A module is at most three times as high as wide, as the standard draws it.
    height_mm = min(22.0, width_mm * modules.shape[0] / modules.shape[1])
    size = (round(width_mm * scale), round(height_mm * scale))
    bars = cv2.resize(modules, size, interpolation=cv2.INTER_NEAREST)
    left, top = (_WIDTH_MM - width_mm) / 2, rng.uniform(5, 9)
    pen.rectangle(
        (left - 2, top - 2, left + width_mm + 2, top + height_mm + 2), (255, 255, 255), None
    )
    ink = np.where(bars[..., None] < 128, np.uint8(rng.randint(10, 45)), np.uint8(255))
    pen.paste(Picture.fromarray(np.repeat(ink, 3, axis=2)), (left, top))
    below = top + height_mm + 7
    for number, line in enumerate(
        (f"CLASS {fields['categories']}", "RESTRICTIONS NONE", "ENDORSEMENTS NONE", "DD 5551234")
    ):
        pen.latin((left, below + 4 * number), line, Face.SANS, 2.4)
    return pen.finish()
