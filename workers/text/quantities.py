"""Quantities as documents print them: figures, a decimal comma or point, perhaps a unit.

>>> parse("1 580 kg")
'1580'
>>> parse("0,25")
'0.25'
"""

import re

from workers.text.confusions import as_digits

_UNIT = re.compile(
    r"(kg|kw|cv|ch|cm3|cm³|cc|g\s*/\s*km|g/?km|db\s*\(?a\)?|db|min\s*-?\s*[1¹]|tr/?min|/min|mm|l)$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"\d{1,6}(\.\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"(\d{1,3})[ .](\d{3})", re.ASCII)


def parse(text: str, lowest: float = 0, highest: float = 999_999) -> str | None:
    """Return the quantity as plain digits, a point before decimals, without leading zeros.

    None where there is none, or where it lies outside the bounds: it was misread then.
    """
    plain = _UNIT.sub("", text.strip().strip(":;=").strip()).strip().strip(".,:;-_'*()")
    if sum(symbol.isdigit() for symbol in plain) * 2 < len(plain.replace(" ", "")):
        return None
    figures = as_digits(plain)
    grouped = _GROUPED.fullmatch(figures)
    figures = "".join(grouped.groups()) if grouped else figures.replace(",", ".").replace(" ", "")
    if _PLAIN.fullmatch(figures) is None or not lowest <= float(figures) <= highest:
        return None
    whole, _, decimals = figures.partition(".")
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{decimals}" if decimals else whole
