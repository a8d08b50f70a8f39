import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from schemas.documents import MrzFormat
from tests.workers.text.mrz_strategies import zones
from workers.engines.mrz_zones import is_supported
from workers.text.mrz import format_mrz, printed_checks
from workers.text.mrz_decode import decode, least_lead
from workers.text.mrz_layouts import LAYOUTS, SYMBOLS

ERIKSSON = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


def cells(lines: tuple[str, ...], sure: float = 0.995) -> list[NDArray[np.float64]]:
    """Return distributions that give each printed symbol the same high probability."""
    arrays = []
    for line in lines:
        array = np.full((len(line), len(SYMBOLS)), np.log((1 - sure) / (len(SYMBOLS) - 1)))
        array[np.arange(len(line)), [SYMBOLS.index(symbol) for symbol in line]] = np.log(sure)
        arrays.append(array)
    return arrays


def doubt(array: NDArray[np.float64], column: int, chances: dict[str, float]) -> None:
    """Give one cell these probabilities."""
    array[column] = np.log(1e-6)
    for symbol, chance in chances.items():
        array[column, SYMBOLS.index(symbol)] = np.log(chance)


@settings(max_examples=60, deadline=None)
@given(zones)
def test_a_clean_zone_decodes_to_itself(zone: tuple[MrzFormat, dict[str, str]]) -> None:
    """Whatever the grammar allows survives the grammar."""
    mrz_format, values = zone
    lines = format_mrz(mrz_format, values)

    decoded = decode(mrz_format, cells(lines))

    assert decoded.lines == lines
    assert decoded.raw_lines == lines
    assert decoded.valid
    assert decoded.margin > 1


@settings(max_examples=60, deadline=None)
@given(zones, st.data())
def test_one_clearly_misread_symbol_is_never_valid_where_a_check_digit_sees_it(
    zone: tuple[MrzFormat, dict[str, str]], data: st.DataObject
) -> None:
    """A sure but wrong symbol stays as read and fails its check, or is put right: never forged."""
    mrz_format, values = zone
    lines = format_mrz(mrz_format, values)
    check = data.draw(st.sampled_from(LAYOUTS[mrz_format].checks))
    span = data.draw(st.sampled_from(check.over))
    column = data.draw(st.integers(span.start, span.end - 1))
    wrong = data.draw(st.sampled_from([s for s in SYMBOLS if s != lines[span.line][column]]))
    line = lines[span.line]
    misread = list(lines)
    misread[span.line] = line[:column] + wrong + line[column + 1 :]

    decoded = decode(mrz_format, cells(tuple(misread), sure=0.99999))

    seen = any(check.holds is False for check in printed_checks(mrz_format, misread))
    if seen and decoded.lines != lines:
        assert not decoded.valid


@settings(max_examples=60, deadline=None)
@given(zones, st.data())
def test_a_symbol_misread_at_one_scale_is_never_supported_and_wrong(
    zone: tuple[MrzFormat, dict[str, str]], data: st.DataObject
) -> None:
    """Any cell, names included, however sure one of the two readings was of it."""
    mrz_format, values = zone
    lines = format_mrz(mrz_format, values)
    number = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[0]) - 1))
    wrong = data.draw(st.sampled_from([s for s in SYMBOLS if s != lines[number][column]]))
    misread = list(lines)
    misread[number] = lines[number][:column] + wrong + lines[number][column + 1 :]
    scales = [cells(tuple(misread), data.draw(st.sampled_from([0.9, 0.999]))), cells(lines)]

    both = [(a + b) / 2 for a, b in zip(*scales, strict=True)]
    decoded = decode(mrz_format, [a - np.log(np.exp(a).sum(1, keepdims=True)) for a in both])

    assert decoded.lines == lines or not is_supported(decoded, *scales)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(MrzFormat)), st.integers(0, 2**32 - 1), st.floats(0.05, 30))
def test_no_probabilities_break_the_decoder(
    mrz_format: MrzFormat, seed: int, sharpness: float
) -> None:
    """Noise, flat or sharp, decodes to lines of the format with finite scores."""
    layout = LAYOUTS[mrz_format]
    noise = np.random.default_rng(seed).normal(
        0, sharpness, (layout.line_count, layout.width, len(SYMBOLS))
    )
    arrays = [row - np.log(np.exp(row).sum(axis=1, keepdims=True)) for row in noise]

    decoded = decode(mrz_format, arrays)

    assert [len(line) for line in decoded.lines] == [layout.width] * layout.line_count
    assert np.isfinite([decoded.score, decoded.margin]).all()
    assert all(0 <= share <= 1 for row in decoded.confidences for share in row)


def test_a_check_digit_settles_what_the_picture_leaves_open() -> None:
    """Of 8 and B at even odds only the one that the check digits confirm is read."""
    arrays = cells(ERIKSSON)
    doubt(arrays[1], 1, {"B": 0.55, "8": 0.45})

    decoded = decode(MrzFormat.TD3, arrays)

    assert decoded.lines == ERIKSSON
    assert decoded.raw_lines[1][1] == "B"
    assert decoded.valid
    assert least_lead(MrzFormat.TD3, decoded.lines, arrays) < 0


def test_a_wrong_printed_check_digit_is_kept() -> None:
    """What the picture shows clearly wins over what would be valid."""
    printed = (ERIKSSON[0], ERIKSSON[1][:19] + "7" + ERIKSSON[1][20:])

    decoded = decode(MrzFormat.TD3, cells(printed, sure=0.999))

    assert decoded.lines == printed
    assert not decoded.valid


def test_fillers_after_a_name_are_not_taken_for_letters() -> None:
    """A filler that looks a little more like K than like itself is a filler in the tail."""
    arrays = cells(ERIKSSON)
    doubt(arrays[0], 33, {"K": 0.7, "<": 0.3})

    assert decode(MrzFormat.TD3, arrays).lines == ERIKSSON


def test_a_clear_letter_in_the_tail_of_a_name_is_read() -> None:
    """The shape of names is a prior, not a rule."""
    printed = (ERIKSSON[0][:40] + "KING", ERIKSSON[1])

    assert decode(MrzFormat.TD3, cells(printed, sure=0.9999)).lines == printed


def test_letters_and_digits_are_told_by_their_place() -> None:
    """O in a date is zero, zero in a name is O, whichever looked likelier by itself."""
    arrays = cells(ERIKSSON)
    doubt(arrays[1], 15, {"O": 0.8, "0": 0.2})
    doubt(arrays[0], 11, {"0": 0.8, "O": 0.2})

    assert decode(MrzFormat.TD3, arrays).lines == ERIKSSON


def test_an_open_choice_in_a_name_shows_in_the_margin_and_the_confidence() -> None:
    """Names have no check digit, so doubt about them must reach the caller."""
    arrays = cells(ERIKSSON)
    doubt(arrays[0], 7, {"I": 0.55, "T": 0.45})

    decoded = decode(MrzFormat.TD3, arrays)

    assert decoded.lines == ERIKSSON
    assert decoded.margin < 0.5
    assert 0.5 < decoded.confidences[0][7] < 0.6
