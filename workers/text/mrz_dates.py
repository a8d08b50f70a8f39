"""Dates of machine readable zones: six cells without a century, parts of it may be unknown."""

from collections.abc import Callable
from datetime import date

FUTURE_YEARS_MAX = 50
"""No document outlives this: a later expiry date belongs to the last century."""

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def birth_date(cells: str, today: date) -> str | None:
    """Return YYYY-MM-DD with unknown parts as 00; a birth lies in the past.

    None when the cells hold no date that can exist, or nothing but fillers.
    """
    return _date(cells, lambda year, rest: (year, rest) <= (today.year, f"{today:%m%d}"))


def expiry_date(cells: str, today: date) -> str | None:
    """Return YYYY-MM-DD of an expiry, at most FUTURE_YEARS_MAX from now; see birth_date."""
    return _date(cells, lambda year, _: year <= today.year + FUTURE_YEARS_MAX)


def issue_month(cells: str, today: date) -> str | None:
    """Return YYYY-MM-00 for the French card's YYMM."""
    return birth_date(cells + "<<", today) if cells.isdigit() else None


def is_possible(cells: str) -> bool:
    """Say whether six cells can be a date: digits, parts unknown as <<, a real month and day."""
    year, month, day = cells[:2], cells[2:4], cells[4:]
    if any(part != "<<" and not _is_digits(part) for part in (year, month, day)):
        return False
    if month not in {"<<", "00"} and not 1 <= int(month) <= 12:
        return False
    if day in {"<<", "00"}:
        return True
    longest = 31 if month in {"<<", "00"} else _DAYS[int(month) - 1]
    if int(day) > longest:
        return False
    # No century with a year 00 to 99 of living people misses the leap day of a fourth year.
    return not (month == "02" and day == "29" and year != "<<" and int(year) % 4)


def cells_of(value: str) -> str:
    """Return the six cells of YYYY-MM-DD; 00 parts become fillers.

    Raises:
        ValueError: when the value is not in that form.
    """
    parts = value.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not all(map(_is_digits, parts)):
        raise ValueError("a date is YYYY-MM-DD, unknown parts as 00")
    year = "<<" if parts[0] == "0000" else parts[0][2:]
    return year + "".join("<<" if part == "00" else part for part in parts[1:])


def _is_digits(part: str) -> bool:
    return part.isascii() and part.isdigit()


def _date(cells: str, fits: Callable[[int, str], bool]) -> str | None:
    if cells.strip("<") == "" or not is_possible(cells):
        return None
    month, day = (part.replace("<<", "00") for part in (cells[2:4], cells[4:6]))
    if cells[:2] == "<<":
        return f"0000-{month}-{day}"
    year = 2000 + int(cells[:2])
    if not fits(year, month + day):
        year -= 100
    return f"{year}-{month}-{day}"
