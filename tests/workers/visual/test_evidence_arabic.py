"""What counts of readings of Arabic, whose readers err together."""

import pytest

from workers.ports import Script
from workers.visual.arabic_letters import SIBLINGS
from workers.visual.evidence import Witness, decide
from workers.visual.layout import Zone

PLAIN = Zone("surname")


@pytest.mark.parametrize(
    ("value", "weakest", "reader", "supported"),
    [
        ("نبنث", 0.97, "bitaqa-arabic-second", True),
        ("نبنث", 0.9, "bitaqa-arabic-second", False),
        ("نبنث", 0.6, "tesseract", True),
        ("علي", 0.9, "bitaqa-arabic-second", True),
        ("علي", 0.7, "bitaqa-arabic-second", False),
    ],
)
def test_nets_of_one_kind_confirm_each_other_only_where_each_symbol_is_sure(
    value: str, weakest: float, reader: str, *, supported: bool
) -> None:
    """They learnt from the same drawings; another engine did not. A known word needs less."""
    voices = [
        Witness("bitaqa-arabic", value, value, 0.99, 0.98),
        Witness(reader, value, value, 0.98, weakest),
    ]
    verdict = decide(PLAIN, voices)

    assert verdict is not None
    assert verdict.supported is supported


@pytest.mark.parametrize(
    ("other", "supported"), [("منير", False), ("سمبر", True), ("7 سمير", False)]
)
def test_another_engine_contradicts_known_words_only_with_known_ones(
    other: str, *, supported: bool
) -> None:
    """A word that no list knows is a misreading oftener than a name."""
    voices = [
        Witness(one, "سمير", "سمير", 0.99, 0.98)
        for one in ("bitaqa-arabic", "bitaqa-arabic-second")
    ]
    verdict = decide(PLAIN, [*voices, Witness("tesseract", other, other, 0.9, 0.9)])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("سمير", supported)


def test_figures_read_apart_settle_a_dispute_about_figures_and_no_other() -> None:
    """The reader of figures copies the words: it confirms none of them."""
    ours, theirs = "72 شارع الحرية", "7 شارع الحرية"
    siblings = [
        Witness(one, ours, ours, 0.99, 0.98) for one in ("bitaqa-arabic", "bitaqa-arabic-second")
    ]
    against = Witness("tesseract", theirs, theirs, 0.9, 0.9)
    figures = Witness("rapidocr", ours, ours, 0.99, 0.99, figures_only=True)

    disputed, settled = (
        decide(PLAIN, [*siblings, against]),
        decide(PLAIN, [*siblings, against, figures]),
    )
    one_net = decide(PLAIN, [siblings[0], figures])

    assert disputed is not None
    assert settled is not None
    assert one_net is not None
    assert (disputed.supported, settled.supported, one_net.supported) == (False, True, False)


@pytest.mark.parametrize(("apart", "supported"), [(True, True), (False, False)])
def test_figures_beside_arabic_want_a_reader_of_figures(*, apart: bool, supported: bool) -> None:
    """Three readers of Arabic saw the 3 of a post code as an 8."""
    text = "نهج المدرسة 1739"
    readers = ("bitaqa-arabic", "bitaqa-arabic-second", "tesseract")
    voices = [Witness(one, text, text, 0.99, 0.98) for one in readers]
    if apart:
        voices.append(Witness("bitaqa-latin", text, text, 0.99, 0.98, figures_only=True))

    verdict = decide(Zone("address", figures_apart=True), voices)

    assert verdict is not None
    assert verdict.supported is supported


@pytest.mark.parametrize(
    ("ours", "theirs", "supported"),
    [("بن صدقي", "بن صدقى", True), ("بن ليلي", "بن ليلى", False), ("بنت ليلى", "بنت ليلي", False)],
)
def test_the_dots_of_a_last_yeh_are_as_the_siblings_saw_them(
    ours: str, theirs: str, *, supported: bool
) -> None:
    """Other engines lose them and invent none; a word of the list is another word."""
    siblings = [Witness(one, ours, ours, 0.9, 0.7) for one in sorted(SIBLINGS)]
    verdict = decide(PLAIN, [*siblings, Witness("tesseract", theirs, theirs, 0.9, 0.8)])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == (ours, supported)


@pytest.mark.parametrize(("printed", "value"), [("حى النصر", "حي النصر"), ("ليلى", "ليلى")])
def test_a_known_word_gets_the_dots_that_a_face_leaves_off(printed: str, value: str) -> None:
    """All readers see it as it is printed; no list has it so."""
    readers = ("bitaqa-arabic", "bitaqa-arabic-second", "tesseract")
    verdict = decide(PLAIN, [Witness(one, printed, printed, 0.99, 0.98) for one in readers])

    assert verdict is not None
    assert (verdict.value, verdict.raw, verdict.supported) == (value, printed, True)


@pytest.mark.parametrize(
    ("value", "supported"), [("سمير", True), ("بن سمير", True), ("سمبوز", False)]
)
def test_what_three_read_and_the_list_has_needs_no_sure_symbols(
    value: str, *, supported: bool
) -> None:
    """Small nets doubt a letter of plain print at times."""
    siblings = [Witness(one, value, value, 0.8, 0.45) for one in sorted(SIBLINGS)]
    verdict = decide(PLAIN, [*siblings, Witness("tesseract", value, value, 0.9, 0.5)])

    assert verdict is not None
    assert verdict.supported is supported


@pytest.mark.parametrize(("weakest", "supported"), [(0.6, True), (0.3, False)])
def test_a_reader_who_hardly_saw_figures_confirms_no_sibling(
    weakest: float, *, supported: bool
) -> None:
    """On a soft picture three readers saw the 3 of a day as an 8."""
    siblings = [Witness(one, "8 أفريل 1986", "1986-04-08", 0.99, 0.97) for one in sorted(SIBLINGS)]
    other = Witness("tesseract", "8 أفريل 1986", "1986-04-08", 0.63, weakest)
    verdict = decide(Zone("birth_date"), [*siblings, other])

    assert verdict is not None
    assert verdict.supported is supported


@pytest.mark.parametrize(
    ("theirs", "supported"),
    [("نهج حنبعل عدد 225", True), ("نهج بلطة", True), ("نهج", False), ("نهج حنبعل تونس", False)],
)
def test_a_reader_who_left_words_out_contradicts_nobody(theirs: str, *, supported: bool) -> None:
    """One word alone may be another value altogether."""
    ours = "نهج حنبعل عدد 225 بلطة"
    siblings = [Witness(one, ours, ours, 0.99, 0.98) for one in sorted(SIBLINGS)]
    verdict = decide(PLAIN, [*siblings, Witness("tesseract", theirs, theirs, 0.9, 0.9)])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == (ours, supported)


def test_a_reader_who_misread_figures_still_speaks_for_the_words() -> None:
    """Where the figures have a reader of their own: a word that no list knows has three then."""
    ours, theirs = "156 نهج العنبز", "6 نهج العنبز"
    siblings = [Witness(one, ours, ours, 0.99, 0.98) for one in sorted(SIBLINGS)]
    other = Witness("tesseract", theirs, theirs, 0.9, 0.9)
    figures = Witness("rapidocr", ours, ours, 0.99, 0.99, figures_only=True)

    without, by_all = (
        decide(PLAIN, [*siblings, figures]),
        decide(PLAIN, [*siblings, other, figures]),
    )

    assert without is not None
    assert by_all is not None
    assert (without.supported, by_all.supported) == (False, True)


def test_a_doubled_letter_of_a_known_word_was_lost_by_the_nets() -> None:
    """Both make one lam of two; another engine sees them, and what is left is no word."""
    lost, known = "شركة المنار لنقل", "شركة المنار للنقل"
    nets = [Witness(one, lost, lost, 0.98, 0.95) for one in sorted(SIBLINGS)]

    verdict = decide(PLAIN, [*nets, Witness("tesseract", known, known, 0.85, 0.75)])
    guessed = decide(PLAIN, [*nets, Witness("tesseract", known, known, 0.6, 0.3)])

    assert verdict is not None
    assert guessed is not None
    assert (verdict.value, verdict.supported) == (known, True)
    assert (guessed.value, guessed.supported) == (lost, False)


@pytest.mark.parametrize(("other", "supported"), [("مشقوقسي", True), ("محمد", False)])
def test_so_sure_siblings_are_not_shaken_by_what_is_no_word(other: str, *, supported: bool) -> None:
    """Another engine's known word may be the one that stands there."""
    word = "مشقوقشي"
    nets = [Witness(one, word, word, 0.999, 0.995) for one in sorted(SIBLINGS)]

    verdict = decide(PLAIN, [*nets, Witness("tesseract", other, other, 0.97, 0.95)])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == (word, supported)


@pytest.mark.parametrize(("origins", "value"), [(True, "الفصحي"), (False, "الفصحى")])
def test_only_what_names_persons_ends_in_a_yeh(value: str, *, origins: bool) -> None:
    """A street may be named for anything."""
    read = "الفصحى"
    nets = [Witness(one, read, read, 0.999, 0.995) for one in sorted(SIBLINGS)]

    verdict = decide(Zone("address", script=Script.ARABIC, origins=origins), nets)

    assert verdict is not None
    assert verdict.value == value


@pytest.mark.parametrize(
    ("sure", "noise", "supported"), [(0.99, 0.5, True), (0.9, 0.5, False), (0.99, 0.8, False)]
)
def test_figures_that_one_surely_read_are_not_shaken_by_a_speck(
    sure: float, noise: float, *, supported: bool
) -> None:
    """Others make a figure of what stands before the first one."""
    zone, value, specked = Zone("address", figures_apart=True), "179 شارع علي", "1179 شارع علي"
    nets = [Witness(one, value, value, 0.99, 0.97) for one in sorted(SIBLINGS)]
    figures = [
        Witness("rapidocr", value, value, 0.99, sure, figures_only=True),
        Witness("tesseract", specked, specked, 0.9, noise, figures_only=True),
    ]
    verdict = decide(zone, [*nets, *figures])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == (value, supported)


@pytest.mark.parametrize(
    ("value", "other", "weakest", "supported"),
    [
        ("علي", "عني", 0.8, False),
        ("علي", "عني", 0.4, True),
        ("علي", "عادل", 0.4, False),
        ("الطرابلشي", "الطرابلشو", 0.4, False),
    ],
)
def test_a_net_that_its_sibling_contradicts_is_confirmed_by_a_known_word_alone(
    value: str, other: str, weakest: float, *, supported: bool
) -> None:
    """Where the siblings differ the print is not plain, or one of them unsurely made no word."""
    voices = [
        Witness("bitaqa-arabic", value, value, 0.99, 0.98),
        Witness("bitaqa-arabic-second", other, other, 0.9, weakest),
        Witness("tesseract", value, value, 0.9, 0.9),
    ]
    verdict = decide(PLAIN, voices)

    assert verdict is not None
    assert (verdict.value, verdict.supported) == (value, supported)


@pytest.mark.parametrize(("weakest", "supported"), [(0.995, True), (0.97, False)])
def test_siblings_that_are_very_sure_need_no_other_engine(
    weakest: float, *, supported: bool
) -> None:
    """One that reads another known word does not shake them then."""
    value = "علي"
    nets = [Witness(one, value, value, 0.999, weakest) for one in sorted(SIBLINGS)]

    verdict = decide(PLAIN, [*nets, Witness("tesseract", "عادل", "عادل", 0.8, 0.7)])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == (value, supported)


def test_both_nets_and_another_engine_support_a_word_like_a_listed_one() -> None:
    """Three that agree need no list; the nets alone do."""
    value = "الطرابلشي"
    nets = [
        Witness(one, value, value, 0.99, 0.7) for one in ("bitaqa-arabic", "bitaqa-arabic-second")
    ]
    alone, by_all = (
        decide(PLAIN, voices)
        for voices in (nets, [*nets, Witness("tesseract", value, value, 0.9, 0.9)])
    )

    assert alone is not None
    assert by_all is not None
    assert (alone.supported, by_all.supported) == (False, True)


def test_words_that_both_siblings_hardly_saw_are_supported_by_nobody() -> None:
    """However surely others read the figures beside them."""
    words, apart = "نهج الورق", Zone("address", figures_apart=True)
    siblings = [
        Witness(one, f"{words} {number}", f"{words} {number}", 0.6, 0.2)
        for one, number in zip(sorted(SIBLINGS), ("13", "18"), strict=True)
    ]
    figures = [
        Witness(one, f"{words} 15", f"{words} 15", 0.9, 0.9, figures_only=True)
        for one in ("bitaqa-latin", "tesseract")
    ]
    verdict = decide(apart, [*siblings, *figures])

    assert verdict is not None
    assert not verdict.supported


def test_a_sibling_who_leaves_a_word_out_contradicts() -> None:
    """Leaving out is another engine's failing."""
    long, short = "محمد بن علي", "محمد علي"
    voices = [
        Witness("bitaqa-arabic", long, long, 0.9, 0.9),
        Witness("tesseract", long, long, 0.7, 0.7),
        Witness("bitaqa-arabic-second", short, short, 0.99, 0.98),
    ]
    verdict = decide(PLAIN, voices)

    assert verdict is not None
    assert not verdict.supported


def test_a_reader_who_saw_nothing_of_the_figures_confirms_none() -> None:
    """One symbol of them was a guess."""
    text = "نهج المدرسة 1789"
    readers = ("bitaqa-arabic", "bitaqa-arabic-second", "tesseract")
    voices = [Witness(one, text, text, 0.99, 0.98) for one in readers]
    guess = Witness("bitaqa-latin", text, text, 0.3, 0.05, figures_only=True)
    verdict = decide(Zone("address", figures_apart=True), [*voices, guess])

    assert verdict is not None
    assert not verdict.supported


@pytest.mark.parametrize(
    ("weakest", "seen", "supported"), [(0.71, 0.26, False), (0.99, 0.26, True), (0.71, 0.6, True)]
)
def test_a_word_one_letter_from_a_known_one_wants_to_be_seen_well(
    weakest: float, seen: float, *, supported: bool
) -> None:
    """By both siblings, or by another engine that is no guess."""
    name = "الحبيي"
    voices = [
        Witness("bitaqa-arabic", name, name, 0.999, 0.999),
        Witness("bitaqa-arabic-second", name, name, 0.9, weakest),
        Witness("tesseract", name, name, seen, seen),
    ]

    verdict = decide(PLAIN, voices)

    assert verdict is not None
    assert verdict.supported is supported
