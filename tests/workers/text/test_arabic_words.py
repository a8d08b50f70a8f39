"""The list of words that Tunisian papers print, and the words on it that look like another."""

from workers.text import arabic_words
from workers.text.arabic import normal_form
from workers.text.bidi import has_arabic


def test_the_list_holds_arabic_words_in_the_form_of_values() -> None:
    """Whatever is on the list could be a part of a value."""
    lines = arabic_words.LIST.read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]

    assert len(set(words)) > 2000
    assert [word for word in words if not has_arabic(word) or normal_form(word) != word] == []


def test_a_word_is_known_with_its_hamza_and_without() -> None:
    """Print leaves it out as often as not."""
    assert arabic_words.is_known("أحمد")
    assert arabic_words.is_known("احمد")
    assert not arabic_words.is_known("إحمد")


def test_a_value_is_known_where_each_of_its_words_is() -> None:
    """Figures and Latin letters are no words of the list, and no reason to doubt one."""
    assert arabic_words.are_known("72 شارع الحرية تونس")
    assert not arabic_words.are_known("شارع الحريبة")


def test_near_words_differ_in_a_letter_or_two() -> None:
    """A short word that differed in two letters would be any other word."""
    assert arabic_words.near("هنشام")[0] == "هشام"
    assert "علي" not in arabic_words.near("بن")
    assert "هشام" not in arabic_words.near("هشام")
