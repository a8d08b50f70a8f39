"""``bitaqa read``: one result for each argument, in order, and nothing else on standard output."""

import json
from pathlib import Path
from random import Random
from typing import Any

import cv2
import pytest
from typer.testing import CliRunner, Result

from streams.cli import app
from streams.commands.read import Job, read_job
from workers.accuracy import is_same
from workers.documents.document_type import Level, Specimen
from workers.documents.registry import document_types


@pytest.fixture(scope="module")
def specimen() -> Specimen:
    """Return a drawn passport."""
    return document_types()["passport"].draw(Random("read"), Level.CLEAN)


@pytest.fixture
def picture(tmp_path: Path, specimen: Specimen) -> Path:
    """Return the file of a drawn passport, its name as awkward as users make them."""
    path = tmp_path / "my pass+port.png"
    cv2.imwrite(str(path), specimen.images[0])
    return path


def read(*arguments: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["read", *map(str, arguments)])


def objects(result: Result) -> list[dict[str, Any]]:
    """Return what stands on standard output, every line a JSON object."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_passport_is_read_as_drawn(picture: Path, specimen: Specimen) -> None:
    """The result object carries the drawn values, where they stand and what read them."""
    result = read(picture, "--json")

    [found] = objects(result)
    values = {name: field["value"] for name, field in found["fields"].items()}
    assert result.exit_code == 0
    assert found["file"] == str(picture)
    assert found["status"] == "accepted"
    assert all(is_same(name, value, values[name]) for name, value in specimen.fields.items())
    assert all(len(field["box"]) == 4 for field in found["fields"].values())
    assert found["timings_ms"]["cpu"] > 0


def test_unreadable_files_take_their_place_in_the_order(picture: Path, tmp_path: Path) -> None:
    """A script can match lines with its arguments, whatever a file is."""
    junk, empty = tmp_path / "junk.jpg", tmp_path / "empty.jpg"
    junk.write_bytes(b"no picture at all")
    empty.touch()

    result = read(junk, tmp_path / "absent.jpg", picture, empty, "--json")

    found = objects(result)
    assert result.exit_code == 1
    assert [one["status"] for one in found] == ["rejected", "rejected", "accepted", "rejected"]
    assert [one["findings"][0]["code"] for one in found[:2]] == [
        "media.unsupported",
        "file.missing",
    ]
    assert found[3]["findings"][0]["code"] == "file.empty"


def test_sides_joined_by_a_plus_are_one_document(tmp_path: Path, specimen: Specimen) -> None:
    """Front and back are two files and one result."""
    sides = (tmp_path / "front.png", tmp_path / "back.png")
    for side in sides:
        cv2.imwrite(str(side), specimen.images[0])

    [found] = objects(read(f"{sides[0]}+{sides[1]}", "--json"))

    assert len(found["pages"]) == 2


def test_several_processes_keep_the_order(tmp_path: Path, picture: Path) -> None:
    """Reading at once changes nothing that a script can see."""
    result = read(tmp_path / "absent.jpg", picture, tmp_path / "gone.jpg", "--json", "--jobs", "2")

    assert [one["status"] for one in objects(result)] == ["rejected", "accepted", "rejected"]


def test_pictures_with_fields_drawn_are_written(picture: Path, tmp_path: Path) -> None:
    """People look rather than read."""
    out = tmp_path / "drawn"

    result = read(picture, "--draw", out)

    [drawn] = out.iterdir()
    assert result.exit_code == 0
    assert cv2.imread(str(drawn)) is not None


@pytest.mark.parametrize(
    "options",
    [(), ("x.jpg", "--country", "Atlantis"), ("x.jpg", "--languages", "../eng"), ("x.jpg", "--up")],
)
def test_bad_usage_ends_with_two(options: tuple[str, ...]) -> None:
    """A script tells a wrong call from a bad picture."""
    assert read(*options).exit_code == 2


def test_an_unknown_type_is_refused_by_name(picture: Path) -> None:
    """A hint that names no type is an error of the caller's, not a guess."""
    [found] = objects(read(picture, "--type", "library_card", "--json"))

    assert found["status"] == "rejected"
    assert found["findings"][0]["code"] == "type.unknown"


def test_any_name_of_a_file_can_be_shown(tmp_path: Path) -> None:
    """Names are bytes, and may look like mark-up."""
    names = ["\udcff.jpg", "a[/b].jpg", "[red]c.jpg"]

    found = objects(read(*(tmp_path / name for name in names), "--json"))
    panels = read(*(tmp_path / name for name in names))

    assert [one["file"] for one in found] == [str(tmp_path / name) for name in names]
    assert panels.exit_code == 1
    assert isinstance(panels.exception, SystemExit)


def test_a_bug_with_one_document_is_its_result(picture: Path) -> None:
    """The other arguments get theirs; the bug is named by its kind alone."""
    nonsense: Any = "no request"

    result, unreadable = read_job(Job("x", (picture,), nonsense))

    assert unreadable
    assert [one["code"] for one in result["findings"]] == ["reader.bug"]
    assert "no request" not in str(result)
