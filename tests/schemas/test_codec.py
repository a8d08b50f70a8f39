"""Messages survive the wire; anything else on it is refused with a reason."""

import json
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import examples
from schemas.codec import RECORDS, Codec
from schemas.documents import FieldValue, Source
from schemas.errors import Unavailable, Unprocessable
from schemas.records import from_record, to_json
from tests.schemas.strategies import messages, records

EXAMPLES = sorted(Path(examples.__path__[0]).glob("*.json"))


def load(path: Path) -> Any:
    """Return the message in an example file, whose name begins with its record's."""
    snake = path.name.split(".")[0]
    kind = RECORDS["".join(part.title() for part in snake.split("_"))]
    return from_record(kind, json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_survive_avro_and_json(path: Path) -> None:
    """What is documented as an example is what the code reads and writes."""
    message = load(path)

    assert Codec().decode_any(Codec().encode(message)) == message
    assert to_json(message) == json.loads(path.read_text("utf-8"))


def test_every_record_has_an_example() -> None:
    """A subscriber sees each record once before writing code."""
    assert {type(load(path)).__name__ for path in EXAMPLES} == set(RECORDS)


@given(records())
def test_any_message_survives_the_wire(message: Any) -> None:
    """Encoding and decoding lose nothing, whatever a field holds."""
    assert Codec().decode_any(Codec().encode(message)) == message


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused_with_a_reason(value: bytes) -> None:
    """A poisoned topic ends in the dead letter, not in a crash."""
    with pytest.raises(Unprocessable) as caught:
        Codec().decode(value)

    assert caught.value.reason == "message.malformed"


@given(messages(), st.data())
def test_damaged_bytes_never_crash(message: Any, data: st.DataObject) -> None:
    """One changed byte gives another message or a refusal, nothing else."""
    value = bytearray(Codec().encode(message))
    at = data.draw(st.integers(0, len(value) - 1))
    value[at] ^= data.draw(st.integers(1, 255))

    with suppress(Unprocessable):
        assert type(Codec().decode(bytes(value))).__name__ in RECORDS


def test_values_stay_out_of_reprs() -> None:
    """A logged dataclass gives nothing away."""
    value = FieldValue("ERIKSSON", "ERIKSSON<", 0.9, Source.MRZ, "bitaqa-mrz/1", 1)

    assert "ERIKSSON" not in repr(value)
    assert all("ERIKSSON" not in repr(load(path)) for path in EXAMPLES)


def test_errors_travel_between_processes_whole() -> None:
    """A slot's verdict on a document keeps its reason across the pipe."""
    refusal = pickle.loads(pickle.dumps(Unprocessable("image.truncated", "cut")))
    outage = pickle.loads(pickle.dumps(Unavailable("store", "down", 3.0)))

    assert (refusal.reason, refusal.message) == ("image.truncated", "cut")
    assert (outage.dependency, outage.retry_after_s) == ("store", 3.0)


class OthersIds:
    """A registry in which somebody else's schema has the number 7."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema

    def id_of(self, record: str) -> int:
        """Nothing is written here."""
        raise KeyError(record)

    def schema_of(self, _schema_id: int) -> Any:
        """Return the foreign schema."""
        return self._schema


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "record", "name": "Payment", "fields": [{"name": "sum", "type": "long"}]},
        {"type": "record", "name": "DocumentRead", "fields": [{"name": "sum", "type": "long"}]},
        {"type": "record", "name": "DocumentRead", "fields": [{"name": "x", "type": "Gone"}]},
        {"type": "record", "name": "DocumentRead", "fields": 7},
        "string",
        ["null", "string"],
        {"$schema": "JSON", "type": "object"},
    ],
)
def test_a_record_under_somebody_elses_schema_is_malformed(schema: Any) -> None:
    """A registry is shared; its other schemas must not end a loop."""
    with pytest.raises(Unprocessable) as caught:
        Codec(OthersIds(schema)).decode(b"\x00\x00\x00\x00\x07\x02")

    assert caught.value.reason == "message.malformed"


@pytest.mark.parametrize("name", ["document_overdue", "document_repeated"])
def test_an_alert_is_no_record_of_the_chain(name: str) -> None:
    """A stage that meets one on its way gives it up; only subscribers of alerts read it."""
    [path] = [one for one in EXAMPLES if one.stem == name]

    with pytest.raises(Unprocessable, match="alert"):
        Codec().decode(Codec().encode(load(path)))
