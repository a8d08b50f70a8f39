import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from schemas.errors import Misconfigured
from workers.accuracy import read_truth
from workers.documents.document_type import Level
from workers.documents.registry import document_types
from workers.drawing import fonts
from workers.drawing.icao_layouts import CARDS, LABEL_WORDS, PASSPORTS, VISAS, Layout
from workers.drawing.names import NAMING
from workers.drawing.write import draw_specimen, write_samples
from workers.ports import Image
from workers.text.countries import alpha3_of
from workers.text.mrz import parse
from workers.text.mrz_transliteration import transliterate

MRZ_TYPES = ("passport", "id_card", "visa")


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("code", sorted(document_types()))
def test_a_seed_draws_the_same_picture_again(code: str, level: Level) -> None:
    """Another seed draws another one."""
    first, again, other = (draw_specimen(code, seed, level) for seed in (3, 3, 4))

    assert first.fields == again.fields
    assert all(np.array_equal(a, b) for a, b in zip(first.images, again.images, strict=True))
    assert first.fields != other.fields


@pytest.mark.parametrize("code", MRZ_TYPES)
def test_what_is_drawn_is_what_the_truth_says(code: str) -> None:
    """The printed zone carries the fields, its check digits hold."""
    for seed in range(12):
        specimen = draw_specimen(code, seed, Level.CLEAN)

        parsed = parse(specimen.mrz_lines)

        assert parsed.valid
        read = {name: one.value for name, one in parsed.fields.items()}
        for name, value in specimen.fields.items():
            assert name in read
            if name in {"issuing_country", "nationality"}:
                assert alpha3_of(read[name] or "") == value
            elif name not in {"birth_date", "expiry_date"}:
                # The century of a date hangs on the day of the reading.
                assert read[name] == value


def test_specimens_differ_in_country_kind_and_sides() -> None:
    """A hundred samples are no hundred copies."""
    cards = [draw_specimen("id_card", seed, Level.CLEAN) for seed in range(14)]

    assert len({card.country for card in cards}) >= 6
    assert {len(card.mrz_lines) for card in cards} == {2, 3}
    # The zone of a TD1 card is on the back, so there are two pictures.
    assert all((len(card.mrz_lines) == 3) == (len(card.images) == 2) for card in cards)


def test_every_invented_name_can_be_written_in_a_zone() -> None:
    """No name of ours holds a letter that ICAO does not transliterate."""
    for country, naming in NAMING.items():
        assert alpha3_of(country) == country
        for name in (*naming.surnames, *naming.men, *naming.women):
            assert transliterate(name).replace("<", "").isalpha()


def test_samples_are_written_with_their_truth(tmp_path: Path) -> None:
    """Pictures decode, rows name them, progress counts."""
    counted: list[int] = []

    path = write_samples("id_card", 3, 7, tmp_path, Level.PHOTO, counted.append)

    truths = read_truth(path)
    assert counted == [1, 2, 3]
    assert len(truths) == 3
    assert all((one.document_type, one.level) == ("id_card", "photo") for one in truths)
    assert all(cv2.imread(str(tmp_path / name)) is not None for t in truths for name in t.files)


def test_several_calls_share_a_folder_and_none_is_counted_twice(tmp_path: Path) -> None:
    """Types and levels go side by side; a document drawn again takes its own place."""
    write_samples("visa", 2, 0, tmp_path)
    write_samples("text", 1, 0, tmp_path)
    path = write_samples("visa", 2, 1, tmp_path)

    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]

    assert [row["document_type"] for row in rows] == ["visa", "visa", "text", "visa"]


def test_a_type_that_there_is_not_cannot_be_drawn(tmp_path: Path) -> None:
    """The error names those that there are."""
    with pytest.raises(Misconfigured, match="passport"):
        write_samples("library_card", 1, 0, tmp_path)


def test_a_missing_font_is_told_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever draws without fonts reads what to install."""
    monkeypatch.setattr(fonts, "_installed", dict)

    with pytest.raises(Misconfigured, match="fonts-ocr-b"):
        fonts.font(fonts.Face.OCR_B, 999)


def test_hard_pictures_show_copies_and_hands_too() -> None:
    """A copy has no colour; over the margin of others a finger lies. Text stays free."""
    grey = [colourless(draw_specimen("visa", seed, Level.HARD).images[0]) for seed in range(24)]

    assert 0 < sum(grey) < 12


def colourless(picture: Image) -> bool:
    """Say whether a picture is of one colour's shades."""
    channels = picture.astype(int)
    return bool(np.abs(channels.max(axis=2) - channels.min(axis=2)).mean() < 4)


@pytest.mark.parametrize(("layouts", "least"), [(PASSPORTS, 4), (CARDS, 4), (VISAS, 3)])
def test_layouts_are_of_different_kinds(layouts: tuple[Layout, ...], least: int) -> None:
    """Portraits left and right or none, papers, fonts, languages: no two alike."""
    assert len(layouts) >= least
    assert len({(one.on_right, bool(one.portrait_share), one.faces) for one in layouts}) >= 3
    assert len({one.ground for one in layouts}) >= 3
    assert {True, False} == {one.has_ghost for one in layouts}
    assert {len(one.languages) for one in layouts} >= {1, 2}


@pytest.mark.parametrize("layout", [*PASSPORTS, *CARDS, *VISAS])
def test_labels_fit_their_column(layout: Layout) -> None:
    """As many languages as there is room for, the first one always."""
    for number, name in enumerate(LABEL_WORDS, start=1):
        label = layout.label(name, number)

        assert label.startswith(LABEL_WORDS[name][layout.languages[0]]) or layout.numbered
        assert len(label) <= (64 if layout.columns == 1 else 40)


@pytest.mark.parametrize("code", MRZ_TYPES)
def test_seeds_draw_several_layouts(code: str) -> None:
    """Fields stay those of the seed, whatever the layout; its print is told as optional."""
    seen = [draw_specimen(code, seed, Level.CLEAN) for seed in range(8)]

    assert len({one.images[0][: one.images[0].shape[0] // 2].tobytes() for one in seen}) == 8
    assert all({"issue_date", "birth_place", "authority"} == set(one.optional) for one in seen)
