"""A value counts as supported only where something besides one reader speaks for it."""

import pytest

from workers.visual.evidence import Witness, decide
from workers.visual.layout import Accents, Zone
from workers.visual.lost_accents import are_accents_sure

PLAIN = Zone("surname")
CHECKED = Zone("vin", checked=True)


def test_two_readers_that_agree_support_a_value() -> None:
    """Their confidence is more than each one's, and less than if they were independent."""
    verdict = decide(PLAIN, [Witness("a", "X", "X", 0.9), Witness("b", "X ", "X", 0.8)])

    assert verdict is not None
    assert verdict.supported
    assert 0.9 < verdict.confidence < 0.98


@pytest.mark.parametrize(("surer", "supported"), [(0.8, True), (0.7, False)])
def test_two_readers_who_are_both_unsure_of_a_symbol_support_nothing(
    surer: float, *, supported: bool
) -> None:
    """They see one picture, and guess alike."""
    voices = [Witness("a", "668", "668", 0.9, 0.6), Witness("b", "668", "668", 0.95, surer)]
    verdict = decide(PLAIN, voices)
    by_three = decide(PLAIN, [*voices, Witness("c", "668", "668", 0.8, 0.5)])

    assert verdict is not None
    assert by_three is not None
    assert (verdict.supported, by_three.supported) == (supported, True)


def test_one_reader_twice_is_no_support() -> None:
    """An engine cannot confirm itself."""
    verdict = decide(PLAIN, [Witness("a", "X", "X", 0.99), Witness("a", "X", "X", 0.99)])

    assert verdict is not None
    assert not verdict.supported
    assert verdict.confidence <= 0.9


def test_readers_that_differ_leave_the_surer_one_without_support() -> None:
    """The value stays, doubted."""
    verdict = decide(PLAIN, [Witness("a", "X", "X", 0.9), Witness("b", "Y", "Y", 0.95)])

    assert verdict is not None
    assert (verdict.value, verdict.supported, verdict.contradicted) == ("Y", False, True)
    assert verdict.confidence < 0.8


@pytest.mark.parametrize(("weakest", "supported"), [(0.75, True), (0.6, False)])
def test_two_of_three_decide(weakest: float, *, supported: bool) -> None:
    """The third reader settles it where it is sure of each symbol, and leaves a doubt."""
    voices = [Witness("a", "X", "X", 0.9, 0.9), Witness("b", "Y", "Y", 0.95, 0.9)]

    verdict = decide(PLAIN, [*voices, Witness("c", "X", "X", 0.8, weakest)])

    assert verdict is not None
    assert (verdict.value, verdict.supported, verdict.contradicted) == ("X", supported, True)


def test_a_grammar_that_checks_supports_alone() -> None:
    """Unless another reader makes another value of it."""
    alone = decide(CHECKED, [Witness("a", "X", "X", 0.9)])
    differs = decide(CHECKED, [Witness("a", "X", "X", 0.9), Witness("b", "Y", "Y", 0.8)])

    assert alone is not None
    assert alone.supported
    assert differs is not None
    assert not differs.supported


def test_no_value_is_no_verdict() -> None:
    """Readings that make no value speak for nothing."""
    assert decide(PLAIN, [Witness("a", "?", None, 0.9)]) is None


def test_noise_contradicts_nobody() -> None:
    """A reader of another script makes something of everything, without confidence."""
    noise = decide(CHECKED, [Witness("a", "X", "X", 0.9), Witness("b", "Y", "Y", 0.2)])

    assert noise is not None
    assert noise.supported
    assert not noise.contradicted


def test_agreement_on_what_looks_alike_is_no_support() -> None:
    """I20 and 120 are one print to every reader."""
    coded = Zone("commercial_name", coded=True)

    def supported(value: str) -> bool:
        verdict = decide(coded, [Witness("a", value, value, 0.9), Witness("b", value, value, 0.9)])
        return verdict is not None and verdict.supported

    assert not supported("120")
    assert supported("CLIO")


@pytest.mark.parametrize(
    ("accent", "lost", "plain", "supported"),
    [
        (0.99, 0.5, 0.99, True),
        (0.9, 0.5, 0.99, False),
        (0.99, 0.95, 0.99, True),
        (0.99, 0.5, 0.7, False),
    ],
)
def test_a_reader_who_lost_accents_speaks_for_the_letters(
    accent: float, lost: float, plain: float, *, supported: bool
) -> None:
    """Another is sure of each accent, both are of the other letters."""
    seen = Witness("a", "GDAŃSK", "GDAŃSK", 0.98, sure=(0.99, 0.99, 0.99, accent, 0.99, 0.99))
    poor = Witness("b", "GDANSK", "GDANSK", 0.95, sure=(plain, 0.99, 0.99, lost, 0.99, 0.99))
    verdict = decide(Zone("birth_place", accents=Accents.LOST), [seen, poor])
    elsewhere = decide(Zone("birth_place", accents=Accents.NONE), [seen, poor])

    assert verdict is not None
    assert elsewhere is not None
    assert (verdict.value, verdict.supported) == ("GDAŃSK", supported)
    assert not elsewhere.supported


@pytest.mark.parametrize(
    ("other", "unsure", "supported"),
    [("Brandäo", 0.6, True), ("Brandäo", 0.95, False), ("Brandbo", 0.6, False)],
)
def test_another_accent_that_was_guessed_speaks_for_the_letter_below(
    other: str, unsure: float, *, supported: bool
) -> None:
    """Readers who both saw an accent differ in its kind: the one who was sure of it is right."""
    sure = Witness("b", "Brandão", "Brandão", 0.99, sure=(0.99,) * 7)
    guess = Witness("a", other, other, 0.93, sure=(0.99,) * 5 + (unsure, 0.99))

    verdict = decide(Zone("surname"), [guess, sure])

    assert verdict is not None
    assert (verdict.value == "Brandão" and verdict.supported) is supported


@pytest.mark.parametrize(
    ("rich", "poor", "coded"), [("أمين", "امين", False), ("CRØSS", "CROSS", True)]
)
def test_a_hamza_and_the_stroke_of_a_code_are_no_accents(
    rich: str, poor: str, *, coded: bool
) -> None:
    """A hamza makes another word, a stroke a zero."""
    voices = [
        Witness("a", rich, rich, 0.99, 0.99, (0.99,) * len(rich)),
        Witness("b", poor, poor, 0.9, 0.6, (0.6,) * len(poor)),
    ]
    verdict = decide(Zone("name", coded=coded), voices)

    assert verdict is not None
    assert not verdict.supported


def test_two_readers_who_saw_no_accent_lost_none() -> None:
    """Nor did one who saw a letter without its dot see an accent."""
    seen = Witness("a", "GDAŃSK", "GDAŃSK", 0.98, sure=(0.99,) * 6)
    poor = [
        Witness(one, "GDANSK", "GDANSK", 0.95, sure=(0.99, 0.99, 0.99, 0.5, 0.99, 0.99))
        for one in "bc"
    ]
    bare = Witness("a", "Em\u0131lie", "Em\u0131lie", 0.98, sure=(0.99,) * 6)
    dotted = Witness("b", "Emilie", "Emilie", 0.95, sure=(0.99, 0.99, 0.5, 0.99, 0.99, 0.99))
    lost = Zone("birth_place", accents=Accents.LOST)

    outvoted, dotless = decide(lost, [seen, *poor]), decide(lost, [bare, dotted])

    assert outvoted is not None
    assert dotless is not None
    assert (outvoted.supported, dotless.supported) == (False, False)


@pytest.mark.parametrize(("coded", "supported"), [(True, False), (False, True)])
def test_readers_who_see_other_spaces_in_a_code_leave_it_open(
    *, coded: bool, supported: bool
) -> None:
    """The spaces of codes are as their makers like."""
    voices = [
        Witness("a", "X18 BF SH", "X18 BF SH", 0.9, 0.9),
        Witness("b", "X18 BFSH", "X18 BFSH", 0.9),
    ]
    third = Witness("c", "X18 BF SH", "X18 BF SH", 0.9, 0.9)
    verdict = decide(Zone("code", coded=coded), [*voices, third])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("X18 BF SH", supported)
    # The page's print may settle its I and 1, and its spaces never.
    assert not verdict.is_open


@pytest.mark.parametrize(
    ("best", "other", "supported"),
    [
        ("ST1OH6TL", "ST10H6TL", False),
        ("WOŽNIAK", "WOŹNIAK", False),
        ("ST1OH6TL", "XXXX", True),
    ],
)
def test_a_voice_that_reads_the_same_shapes_otherwise_leaves_a_value_open(
    best: str, other: str, *, supported: bool
) -> None:
    """A majority proves nothing where all see one shape."""
    voices = [Witness(one, best, best, 0.9, 0.9) for one in ("a", "b")]
    verdict = decide(PLAIN, [*voices, Witness("c", other, other, 0.9)])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == (best, supported)


def test_nets_of_arabic_alone_prove_nothing_of_other_print() -> None:
    """They know figures and capitals as far as Arabic lines have them."""
    names = ("bitaqa-arabic", "bitaqa-arabic-second")
    verdict = decide(PLAIN, [Witness(one, "PRIVE", "PRIVE", 0.99, 0.99) for one in names])

    assert verdict is not None
    assert not verdict.supported


def test_an_accent_is_lost_and_never_invented() -> None:
    """Whoever lacks one contradicts nobody; whoever alone saw one is right, but alone."""
    seen_by_two = [Witness(one, "ANAÏS", "ANAÏS", 0.9, 0.9) for one in ("a", "b")]
    lost_by_two = [Witness(one, "ANAIS", "ANAIS", 0.9) for one in ("a", "b")]
    two = decide(PLAIN, [*seen_by_two, Witness("c", "ANAIS", "ANAIS", 0.95)])
    one = decide(PLAIN, [*lost_by_two, Witness("c", "ANAÏS", "ANAÏS", 0.8)])

    assert two is not None
    assert (two.value, two.supported, two.is_open) == ("ANAÏS", True, False)
    assert one is not None
    assert (one.value, one.supported) == ("ANAÏS", False)


@pytest.mark.parametrize(
    ("least", "others", "supported"),
    [
        ((0.95, 0.99), (0.99, 0.95), True),
        ((0.99, 0.8), (0.99, 0.99), True),
        ((0.99, 0.85), (0.99, 0.95), False),
        ((0.99, 0.8), (0.99, 0.8), False),
        ((0.5, 0.99), (0.99, 0.99), True),
        ((0.5, 0.99), (0.95, 0.99), False),
    ],
)
@pytest.mark.parametrize("printed", ["ŻAK", "ȘAK"])
def test_where_accents_are_lost_each_letter_must_be_sure(
    printed: str, least: tuple[float, float], others: tuple[float, float], *, supported: bool
) -> None:
    """A letter without an accent may have lost it; of one with it a reader must be very sure.

    A net shares its trust between an S with a comma, one with a cedilla and a plain one.
    """
    if printed[0] == "Ș":
        least, others = (least[0] / 3, least[1]), (others[0] / 3, others[1])
    voices = [
        Witness(name, printed, printed, 0.9, min(sure), (*sure, 0.99))
        for name, sure in (("a", least), ("b", others))
    ]
    verdict = decide(Zone("surname", accents=Accents.LOST), voices)

    assert verdict is not None
    assert verdict.supported is supported


def test_a_form_that_tells_letters_from_figures_closes_a_code() -> None:
    """Without one the same agreement leaves it open, to be settled by the print."""
    voices = [Witness(one, "BL841073OK", "BL8410730K", 0.9) for one in ("a", "b")]
    free = decide(Zone("number", coded=True), voices)
    formed = decide(Zone("number", coded=True, open_in=lambda _: frozenset()), voices)

    assert free is not None
    assert (free.supported, free.is_open) == (False, True)
    assert formed is not None
    assert (formed.supported, formed.is_open) == (True, False)


@pytest.mark.parametrize(("sure", "supported"), [(0.5, True), (0.95, False)])
def test_an_accent_that_a_reader_only_guesses_contradicts_nobody(
    sure: float, *, supported: bool
) -> None:
    """Which accent it is may be open to one reader and plain to two."""
    voices = [Witness(one, "ANAÏS", "ANAÏS", 0.9, 0.9) for one in ("a", "b")]
    guess = Witness("c", "M. ANAÍS", "ANAÍS", 0.9, sure, (*(0.99,) * 6, sure, 0.99))

    verdict = decide(PLAIN, [*voices, guess])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("ANAÏS", supported)


def test_an_o_in_a_number_is_no_letter_that_lost_its_accent() -> None:
    """How sure a reader is of a nought says nothing about the words beside it."""
    text = "7600O ROUEN"
    sure = (1.0, 1.0, 1.0, 1.0, 0.5, *(1.0,) * 6)
    voices = [
        Witness("first", text, "76000 ROUEN", 0.97, 0.5, sure),
        Witness("second", "76000 ROUEN", "76000 ROUEN", 0.99, 0.99, (1.0,) * 11),
    ]

    assert are_accents_sure(voices)


def test_a_space_that_a_sure_reader_saw_was_lost_by_the_other() -> None:
    """It is the likelier value, and no agreement; in a code spaces are as its maker likes."""
    voices = [
        Witness("first", "StadtKöln", "StadtKöln", 0.995, 0.9),
        Witness("second", "Stadt Köln", "Stadt Köln", 0.99, 0.9),
    ]
    words, code = decide(PLAIN, voices), decide(Zone("type", coded=True), voices)

    assert words is not None
    assert code is not None
    assert (words.value, words.supported) == ("Stadt Köln", False)
    assert code.value == "StadtKöln"


def test_a_space_that_two_sure_readers_do_not_see_is_none() -> None:
    """Wide letters look parted to one of three."""
    one = Witness("first", "SCHNEI DER", "SCHNEI DER", 0.97, 0.9)
    others = [Witness(name, "SCHNEIDER", "SCHNEIDER", 0.96, 0.95) for name in ("second", "third")]

    verdict = decide(PLAIN, [one, *others])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("SCHNEIDER", True)


def test_a_comma_below_that_one_reader_lost_was_seen_as_a_cedilla() -> None:
    """Trust in it is shared between its forms, and the value has the other one than the text."""
    zone = Zone("birth_place", accents=Accents.LOST)
    one = Witness("first", "BRAŞOV", "BRAȘOV", 0.95, 0.5, (*(0.99,) * 3, 0.5, *(0.99,) * 2))
    other = Witness("second", "BRASOV", "BRASOV", 0.98, 0.9, (*(0.99,) * 3, 0.9, *(0.99,) * 2))

    verdict = decide(zone, [one, other])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("BRAȘOV", True)


@pytest.mark.parametrize(("sure", "supported"), [(0.99, True), (0.3, False)])
def test_trust_in_an_accent_that_another_saw_is_the_accents_own(
    sure: float, *, supported: bool
) -> None:
    """Of a text with a cedilla and a value with a comma the letters before the accent keep theirs.

    The first reader lost the last accent and doubts a plain letter or not.
    """
    zone = Zone("given_names", accents=Accents.LOST)
    letters = (0.9, *(0.99,) * 4, sure, 0.6)
    one = Witness("first", "ŞTEFANA", "ȘTEFANA", 0.9, min(letters), letters)
    other = Witness("second", "ȘTEFANĂ", "ȘTEFANĂ", 0.97, 0.9, (0.9, *(0.99,) * 6))

    verdict = decide(zone, [one, other])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("ȘTEFANĂ", supported)


@pytest.mark.parametrize(("guess", "supported"), [(0.4, True), (0.6, False)])
def test_another_letter_under_an_accent_may_be_a_guess(guess: float, *, supported: bool) -> None:
    """A Polish N with its acute is an accented U to a reader who hardly sees it."""
    zone = Zone("authority", accents=Accents.LOST)
    one = Witness("first", "GDAŃSK", "GDAŃSK", 0.999, 0.99, (0.999,) * 6)
    other = Witness("second", "GDAÚSK", "GDAÚSK", 0.9, guess, (*(0.99,) * 3, guess, *(0.99,) * 2))

    verdict = decide(zone, [one, other])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == ("GDAŃSK", supported)


@pytest.mark.parametrize(("space", "supported"), [(0.6, True), (0.9, False)])
def test_a_space_that_one_guessed_parts_no_code(space: float, *, supported: bool) -> None:
    """Two others saw none."""
    zone = Zone("type_variant_version", coded=True)
    text, apart = "DHE4/ND2", "DHE 4/ND2"
    one = Witness("first", apart, apart, 0.96, space, (*(0.99,) * 3, space, *(0.99,) * 5))
    others = [Witness(name, text, text, 0.99, 0.99) for name in ("second", "third")]

    verdict = decide(zone, [one, *others])

    assert verdict is not None
    assert (verdict.value, verdict.supported) == (text, supported)
