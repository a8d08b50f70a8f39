"""Where each field and check digit stands in each machine readable zone.

Source: ICAO Doc 9303 part 4 (TD3), 5 (TD1), 6 (TD2), 7 (visas); the French card of 1988 from its
published specimens. Cells are (line, column), both from 0; ends are exclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from schemas.documents import MrzFormat

SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
"""The 37 symbols of every machine readable zone, in the order of their check values."""

FILLER = "<"


class Alphabet(Enum):
    """Which symbols a cell may hold."""

    CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
    NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZ< "
    SEX = "MF<"
    DIGIT = "0123456789"
    DIGIT_OR_FILLER = "0123456789<"
    ANY = SYMBOLS

    def allows(self, symbol: str) -> bool:
        """Say whether a cell of this kind may hold the symbol."""
        return symbol in self.value


@dataclass(frozen=True, slots=True)
class Span:
    """Cells from ``start`` to before ``end`` of one line."""

    line: int
    start: int
    end: int

    def of(self, lines: tuple[str, ...]) -> str:
        """Return the cells' symbols."""
        return lines[self.line][self.start : self.end]


@dataclass(frozen=True, slots=True)
class Check:
    """A check digit's cell and the spans whose symbols, joined, it is computed over."""

    name: str
    cell: Span
    over: tuple[Span, ...]
    alphabet: Alphabet = Alphabet.DIGIT


COMPOSITE = "composite"


@dataclass(frozen=True, slots=True)
class Layout:
    """One format: lines of one width, fields by name, check digits by what they guard.

    ``digits`` are cells that hold digits only, within fields that may hold more.
    """

    mrz_format: MrzFormat
    line_count: int
    width: int
    fields: Mapping[str, tuple[Span, Alphabet]]
    checks: tuple[Check, ...]
    digits: tuple[Span, ...] = ()


def _machine_line(width: int, line: int = 1) -> dict[str, tuple[Span, Alphabet]]:
    """Return the fields of the second line that TD2, TD3 and visas share."""
    return {
        "document_number": (Span(line, 0, 9), Alphabet.ANY),
        "nationality": (Span(line, 10, 13), Alphabet.CODE),
        "birth_date": (Span(line, 13, 19), Alphabet.DIGIT_OR_FILLER),
        "sex": (Span(line, 20, 21), Alphabet.SEX),
        "expiry_date": (Span(line, 21, 27), Alphabet.DIGIT_OR_FILLER),
        "optional_data": (Span(line, 28, width), Alphabet.ANY),
    }


def _name_line(width: int) -> dict[str, tuple[Span, Alphabet]]:
    return {
        "mrz_type": (Span(0, 0, 2), Alphabet.CODE),
        "issuing_country": (Span(0, 2, 5), Alphabet.CODE),
        "names": (Span(0, 5, width), Alphabet.NAME),
    }


_MACHINE_CHECKS = (
    # The number's own digit is a filler when a long number runs on in the optional data.
    Check("document_number", Span(1, 9, 10), (Span(1, 0, 9),), Alphabet.DIGIT_OR_FILLER),
    Check("birth_date", Span(1, 19, 20), (Span(1, 13, 19),)),
    Check("expiry_date", Span(1, 27, 28), (Span(1, 21, 27),)),
)

_TD3_FIELDS = {
    **_name_line(44),
    **{name: place for name, place in _machine_line(44).items() if name != "optional_data"},
    "personal_number": (Span(1, 28, 42), Alphabet.ANY),
}

TD3 = Layout(
    MrzFormat.TD3,
    2,
    44,
    MappingProxyType(_TD3_FIELDS),
    (
        *_MACHINE_CHECKS,
        # May be a filler when the personal number is empty.
        Check("personal_number", Span(1, 42, 43), (Span(1, 28, 42),), Alphabet.DIGIT_OR_FILLER),
        Check(COMPOSITE, Span(1, 43, 44), (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 43))),
    ),
)

TD2 = Layout(
    MrzFormat.TD2,
    2,
    36,
    MappingProxyType({**_name_line(36), **_machine_line(35)}),
    (
        *_MACHINE_CHECKS,
        Check(COMPOSITE, Span(1, 35, 36), (Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 35))),
    ),
)

TD1 = Layout(
    MrzFormat.TD1,
    3,
    30,
    MappingProxyType(
        {
            "mrz_type": (Span(0, 0, 2), Alphabet.CODE),
            "issuing_country": (Span(0, 2, 5), Alphabet.CODE),
            "document_number": (Span(0, 5, 14), Alphabet.ANY),
            "optional_data": (Span(0, 15, 30), Alphabet.ANY),
            "birth_date": (Span(1, 0, 6), Alphabet.DIGIT_OR_FILLER),
            "sex": (Span(1, 7, 8), Alphabet.SEX),
            "expiry_date": (Span(1, 8, 14), Alphabet.DIGIT_OR_FILLER),
            "nationality": (Span(1, 15, 18), Alphabet.CODE),
            "optional_data_2": (Span(1, 18, 29), Alphabet.ANY),
            "names": (Span(2, 0, 30), Alphabet.NAME),
        }
    ),
    (
        Check("document_number", Span(0, 14, 15), (Span(0, 5, 14),), Alphabet.DIGIT_OR_FILLER),
        Check("birth_date", Span(1, 6, 7), (Span(1, 0, 6),)),
        Check("expiry_date", Span(1, 14, 15), (Span(1, 8, 14),)),
        Check(
            COMPOSITE,
            Span(1, 29, 30),
            (Span(0, 5, 30), Span(1, 0, 7), Span(1, 8, 15), Span(1, 18, 29)),
        ),
    ),
)

MRV_A = Layout(
    MrzFormat.MRV_A,
    2,
    44,
    MappingProxyType({**_name_line(44), **_machine_line(44)}),
    _MACHINE_CHECKS,
)
MRV_B = Layout(
    MrzFormat.MRV_B,
    2,
    36,
    MappingProxyType({**_name_line(36), **_machine_line(36)}),
    _MACHINE_CHECKS,
)

FR_CNI = Layout(
    MrzFormat.FR_CNI,
    2,
    36,
    MappingProxyType(
        {
            "mrz_type": (Span(0, 0, 2), Alphabet.CODE),
            "issuing_country": (Span(0, 2, 5), Alphabet.CODE),
            "surname": (Span(0, 5, 30), Alphabet.NAME),
            "department": (Span(0, 30, 33), Alphabet.ANY),
            "office": (Span(0, 33, 36), Alphabet.ANY),
            "document_number": (Span(1, 0, 12), Alphabet.ANY),
            "given_names": (Span(1, 13, 27), Alphabet.NAME),
            "birth_date": (Span(1, 27, 33), Alphabet.DIGIT_OR_FILLER),
            "sex": (Span(1, 34, 35), Alphabet.SEX),
        }
    ),
    (
        Check("document_number", Span(1, 12, 13), (Span(1, 0, 12),)),
        Check("birth_date", Span(1, 33, 34), (Span(1, 27, 33),)),
        Check(COMPOSITE, Span(1, 35, 36), (Span(0, 0, 36), Span(1, 0, 35))),
    ),
    # Year and month of issue, then the department (2A and 2B too), then the serial number.
    digits=(Span(1, 0, 4), Span(1, 7, 12)),
)

LAYOUTS: Mapping[MrzFormat, Layout] = MappingProxyType(
    {layout.mrz_format: layout for layout in (TD1, TD2, TD3, MRV_A, MRV_B, FR_CNI)}
)


def check_digit(cells: str) -> str:
    """Return the check digit over the cells.

    ICAO Doc 9303 part 3, section 4.9: weights 7, 3, 1 repeating; fillers count as zero.

    Raises:
        ValueError: when a symbol is none of the 37.
    """
    weights = (7, 3, 1)
    total = sum(_value(symbol) * weights[i % 3] for i, symbol in enumerate(cells))
    return str(total % 10)


def _value(symbol: str) -> int:
    if symbol == FILLER:
        return 0
    return SYMBOLS.index(symbol)


def layout_of(lines: tuple[str, ...]) -> Layout | None:
    """Return the layout that the lines' number, width and first letters tell, else None."""
    if not lines or len({len(line) for line in lines}) != 1:
        return None
    shape = (len(lines), len(lines[0]))
    if shape == (3, 30):
        return TD1
    visa = lines[0].startswith("V")
    if shape == (2, 44):
        return MRV_A if visa else TD3
    if shape == (2, 36):
        if lines[0].startswith("IDFRA"):
            return FR_CNI
        return MRV_B if visa else TD2
    return None
