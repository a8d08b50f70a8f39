import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.text.arabic_latin import ALIKE_MIN, likeness, transcribe

PLAIN = "بترزسصضطدفقكلمن"
ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهويىپڤڨ"


@pytest.mark.parametrize(
    ("arabic", "latin"),
    [
        ("القاسمي", "GASMI"),
        ("القاسمي", "Kacemi"),
        ("الطرابلسي", "Trabelsi"),
        ("المزوغي", "M'zoughi"),
        ("بن عاشور", "Ben Achour"),
        ("نور الهدى", "Nour-El-Houda"),
        ("يوسف", "Youssef"),
        ("الصغير", "Sghaïer"),
    ],
)
def test_customary_spellings_fit_their_name(arabic: str, latin: str) -> None:
    """The French spellings in use fit, whichever vowels and doubles they choose."""
    assert likeness(arabic, latin) >= ALIKE_MIN


@pytest.mark.parametrize(
    ("arabic", "latin"), [("بن عاشور", "Trabelsi"), ("علي", "Marzouki"), ("سامي", ""), ("", "Sami")]
)
def test_another_name_does_not_fit(arabic: str, latin: str) -> None:
    """Another name is refuted, and so is nothing at all."""
    assert likeness(arabic, latin) < ALIKE_MIN


@given(st.text(ARABIC + " ", max_size=40))
def test_a_transcription_is_ascii(text: str) -> None:
    """Whatever the letters, their transcription is plain Latin."""
    assert transcribe(text).isascii()


@given(st.lists(st.text(PLAIN, min_size=2, max_size=9), min_size=1, max_size=4))
def test_a_transcription_fits_what_it_came_from(words: list[str]) -> None:
    """Letters that make no two Latin ones, and none with the next, are told without doubt."""
    text = " ".join(words)

    assert likeness(text, transcribe(text)) == 1.0


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_takes_any_text(arabic: str, latin: str) -> None:
    """Any text gives a share, never an error."""
    assert 0.0 <= likeness(arabic, latin) <= 1.0
