from hypothesis import given
from hypothesis import strategies as st

from workers.text.arabic import normal_form, without_marks


def test_marks_for_display_are_taken_out() -> None:
    """Letters stay in logical order; what only turns them on screens goes."""
    assert without_marks("\u202b\u0633\u0644\u0627\u0645\u202c\u200f") == "\u0633\u0644\u0627\u0645"


def test_a_value_has_plain_digits_and_no_tatweel() -> None:
    """Arabic-Indic digits of both kinds become 0 to 9, stretched letters short."""
    assert normal_form("\u0661\u0662  \u06f3 \u0628\u0640\u0640\u0646 ") == "12 3 \u0628\u0646"


@given(st.text() | st.text("\u0627\u0640\u0653\u0654\u0661\u200f "))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    """Doing it twice changes nothing more."""
    once = normal_form(text)

    assert normal_form(once) == once
