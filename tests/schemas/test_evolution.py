"""Schemas may only grow in ways that every released reader and writer understands."""

import json
from pathlib import Path

import pytest

from schemas.codec import RECORDS, current_text, released
from schemas.evolution import breaks, undocumented


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_current_schema_reads_and_is_read_by_every_released_one(record: str) -> None:
    """FULL_TRANSITIVE: old readers take new records, new readers take old ones."""
    assert breaks(record) == ()


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_current_schema_is_released(record: str) -> None:
    """What the code writes has an id, so that every reader can resolve it."""
    newest = max((one for one in released() if one.record == record), key=lambda one: one.version)

    assert json.loads(newest.text) == json.loads(current_text(record))


def test_ids_are_never_used_twice() -> None:
    """An id stands for one schema for ever."""
    ids = [one.id for one in released()]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("record", sorted(RECORDS))
def test_every_field_is_documented(record: str) -> None:
    """A subscriber reads the schema, not our code."""
    assert undocumented(json.loads(current_text(record))) == ()


def test_a_required_new_field_breaks_and_an_optional_one_does_not() -> None:
    """The checker itself is able to refuse."""
    old = json.loads(current_text("DocumentUploaded"))
    required, optional = json.loads(json.dumps(old)), json.loads(json.dumps(old))
    required["fields"].append({"name": "camera", "type": "string", "doc": "New."})
    optional["fields"].append(
        {"name": "camera", "type": ["null", "string"], "default": None, "doc": "New."}
    )

    assert breaks("DocumentUploaded", json.dumps(required))
    assert breaks("DocumentUploaded", json.dumps(optional)) == ()


def test_an_undocumented_nested_field_is_found() -> None:
    """Documentation is checked at every depth."""
    schema = json.loads(current_text("DocumentRead"))
    del next(one for one in schema["fields"] if one["name"] == "request")["type"]["fields"][0][
        "doc"
    ]

    assert undocumented(schema) == ("request.document_type",)


def test_released_files_are_all_listed() -> None:
    """A released schema without an id would be unreadable."""
    folder = Path(__file__).parents[2] / "schemas" / "avro"
    listed = {row["file"] for row in json.loads((folder / "ids.json").read_text("utf-8"))}

    assert {f"released/{path.name}" for path in (folder / "released").iterdir()} == listed
