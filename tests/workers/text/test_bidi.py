import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.text.bidi import reordered, turned

LINES = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي 0123456789ABCabc./-:()", max_size=40)


@pytest.mark.parametrize(
    ("seen", "written"),
    [
        ("4567 سنوت 123", "123 تونس 4567"),
        ("12/05/2024 ةدالولا خيرات", "تاريخ الولادة 12/05/2024"),
        ("12-05-2024 خيرات", "تاريخ 12-05-2024"),
        ("1985 يفناج 05", "05 جانفي 1985"),
        ("RENAULT CLIO :عونلا", "النوع: RENAULT CLIO"),
        ("(يلع) نب", "بن (علي)"),
        ("CIN (ou MF) مقر", "رقم CIN (ou MF)"),
        ("٣٢ جهن", "نهج ٣٢"),
    ],
)
def test_a_line_as_seen_is_brought_into_the_order_of_writing(seen: str, written: str) -> None:
    """Arabic words turn round, numbers and Latin words inside them do not."""
    assert reordered(seen) == written


@pytest.mark.parametrize("text", ["AB-123-CD", "01234567", "Nom (prénom)", "", "٢٣"])
def test_a_line_without_arabic_letters_stays(text: str) -> None:
    """There is nothing to turn."""
    assert reordered(text) == text


def _has_lone_bracket(text: str) -> bool:
    """Say whether brackets do not pair up, each around something."""
    return re.search(r"[()]", re.sub(r"\([^()]+\)", "", text)) is not None


@given(LINES)
def test_the_way_back_is_the_same_way(text: str) -> None:
    """What is turned twice is what it was; a lone bracket has no side that it belongs to."""
    text = re.sub(r"[()]", "", text) if _has_lone_bracket(text) else text

    assert reordered(reordered(text)) == text


@given(LINES)
def test_every_symbol_keeps_its_place_known(text: str) -> None:
    """Each symbol names the place that it comes from, each place once."""
    order = [place for _, place in turned(text)]

    assert sorted(order) == list(range(len(text)))
