"""Every kind of Tunisian plate, in every order that readers give."""

import pytest

from workers.text.tn_plates import (
    is_valid,
    may_lack_figures,
    order_is_open,
    parse,
    parse_beside_label,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("227 TUN 7995", "227 TUN 7995"),
        ("227TU7995", "227 TUN 7995"),
        ("255TUN 6853", "255 TUN 6853"),
        ("12345ن ت", "RS 12345"),
        ("227 تونس 7995", "227 TUN 7995"),
        ("7995 تونس 227", "227 TUN 7995"),
        ("٢٢٧ تونس ٧٩٩٥", "227 TUN 7995"),
        ("\u200f227 تـونس 7995", "227 TUN 7995"),
        ("8 TUN 99", "8 TUN 99"),
        ("RS 39432", "RS 39432"),
        ("39432 RS", "RS 39432"),
        ("39432 ن ت", "RS 39432"),
        ("ن.ت 39432", "RS 39432"),
        ("17 - 125458", "17-125458"),
        ("12 CD 34", "12 CD 34"),
        ("12 CMD ر ب د 34", "12 CMD 34"),
        ("12345 ع ع", "12345 ع ع"),
    ],
)
def test_each_kind_of_plate_has_one_normal_form(text: str, value: str) -> None:
    """Whichever way round the Arabic word has turned the line."""
    assert parse(text) == value
    assert is_valid(value)


@pytest.mark.parametrize(
    "text",
    ["", "AA-123-BB", "227 7995", "2013/12/13", "TUN 7995", "227 TUN 0", "12345678"],
)
def test_what_is_no_plate_is_none(text: str) -> None:
    """Dates, numbers of cards and French plates are not taken for one."""
    assert parse(text) is None


def test_beside_its_label_the_word_may_be_misread() -> None:
    """A Latin reader makes nothing of the Arabic name; the place tells what it is."""
    assert parse("227 wigi 7995") is None
    assert parse_beside_label("227 wigi 7995") == "227 TUN 7995"
    assert parse_beside_label("7995 ,,i 227") == "227 TUN 7995"
    assert parse_beside_label("227 55 7995") == "227 TUN 7995"
    assert parse_beside_label("1234 x 5678") is None
    assert parse_beside_label("1 2 3 4") is None


def test_two_short_numbers_leave_their_order_open() -> None:
    """Four digits are never a series, nor is what none has reached; Latin letters turn no line."""
    assert order_is_open("227 تونس 195")
    assert parse("995 تونس 227") == "227 TUN 995"
    assert not order_is_open("995 تونس 227")
    assert order_is_open("995 TUN 227")
    assert order_is_open("995 تونس 895")
    assert not order_is_open("227 تونس 995")
    assert not order_is_open("227 تونس 7995")
    assert not order_is_open("227 TUN 195")
    assert not order_is_open("RS 395")


@pytest.mark.parametrize("value", ["2277 TUN 79", "227 TUN 0995", "RS 1234567", "12 XX 34"])
def test_a_value_of_no_kind_is_not_valid(value: str) -> None:
    """It gets a warning: the list of kinds is not an official one."""
    assert not is_valid(value)


@pytest.mark.parametrize(
    ("raw", "may"),
    [
        ("6447 تونس 3ةئ", True),
        ("²³3 TUN 6447", True),
        ("O233 TUN 6920", False),
        ("O76 TUN 6937", True),
        ("7995تونس227", False),
        ("227TU7995", False),
        ("11 Juig3 159", False),
    ],
)
def test_what_touches_a_figure_may_be_a_further_one(raw: str, *, may: bool) -> None:
    """A part of a number looks like a number."""
    assert may_lack_figures(parse_beside_label(raw) or "", raw) is may
