"""Dataclasses to Avro bytes and back, in Confluent framing.

A framed value is one zero byte, the schema id as a big-endian 32-bit integer, then the Avro
body. Ids come from a :class:`SchemaIds`; :class:`PackagedIds` resolves the ones committed
beside the schemas, so that our own workers need no registry to start.
"""

import json
import re
import struct
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any, Protocol

import fastavro
from fastavro.read import SchemaResolutionError
from fastavro.schema import SchemaParseException
from fastavro.types import AvroMessage

from schemas import messages
from schemas.errors import Unprocessable
from schemas.records import from_record, to_record

MAGIC = b"\x00"
_HEAD = struct.Struct(">bI")
_BROKEN = (ValueError, TypeError, EOFError, IndexError, OverflowError, MemoryError)

RECORDS: dict[str, type[Any]] = {
    record.__name__: record
    for record in (
        messages.DocumentUploaded,
        messages.PagesPrepared,
        messages.FieldsExtracted,
        messages.DocumentRead,
        messages.DocumentFailed,
        messages.DocumentOverdue,
        messages.DocumentRepeated,
    )
}
"""Record name to dataclass: everything that may stand in a topic."""


class SchemaIds(Protocol):
    """Who knows which number stands for which schema."""

    def id_of(self, record: str) -> int:
        """Return the id under which messages of this record are written now."""
        ...

    def schema_of(self, schema_id: int) -> dict[str, Any]:
        """Return the writer's schema; raise ``KeyError`` where the id is unknown."""
        ...


class Released:
    """One released version of a record's schema; its id is never used for another."""

    def __init__(self, schema_id: int, record: str, version: int, text: str) -> None:
        self.id = schema_id
        self.record = record
        self.version = version
        self.text = text


@cache
def released() -> tuple[Released, ...]:
    """Return every released schema in the order of ids."""
    folder = resources.files("schemas") / "avro"
    rows = json.loads((folder / "ids.json").read_text("utf-8"))
    return tuple(
        Released(
            row["id"], row["record"], row["version"], (folder / row["file"]).read_text("utf-8")
        )
        for row in rows
    )


def current_text(record: str) -> str:
    """Return the text of the schema that this version of the code writes for a record."""
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", record).lower()
    return (resources.files("schemas") / "avro" / f"{snake}.avsc").read_text("utf-8")


class PackagedIds:
    """The ids committed in ``schemas/avro/ids.json``."""

    def id_of(self, record: str) -> int:
        """Return the id of the newest released version of the record."""
        return max(one.id for one in released() if one.record == record)

    def schema_of(self, schema_id: int) -> dict[str, Any]:
        """Return a released schema by its id."""
        return _parsed_by_id()[schema_id]


@cache
def _parsed_by_id() -> dict[int, dict[str, Any]]:
    return {one.id: json.loads(one.text) for one in released()}


class Codec:
    """Encodes and decodes messages under one source of schema ids.

    Not thread-safe on its first use of a schema; cheap to build, keep one per thread.
    """

    def __init__(self, ids: SchemaIds | None = None) -> None:
        self._ids = ids or PackagedIds()
        self._heads: dict[str, bytes] = {}
        self._writers: dict[int, Any] = {}
        self._readers: dict[str, Any] = {}

    def encode(self, message: messages.Message | messages.Alert) -> bytes:
        """Return the framed Avro form of a message."""
        name = type(message).__name__
        body = BytesIO()
        body.write(self._head(name))
        fastavro.schemaless_writer(body, self._reader_schema(name), to_record(message))
        return body.getvalue()

    def decode(self, value: bytes) -> messages.Message:
        """Return the message in a framed value.

        Raises:
            Unprocessable: ``message.malformed`` when the bytes are not ours, or an alert's.
        """
        message = self.decode_any(value)
        if isinstance(message, messages.Alert):
            raise Unprocessable("message.malformed", "an alert is no record of the chain")
        return message

    def decode_any(self, value: bytes) -> messages.Message | messages.Alert:
        """Return the message or the alert in a framed value; raise as ``decode`` does."""
        if len(value) < _HEAD.size or value[:1] != MAGIC:
            raise Unprocessable("message.malformed", "the value is not in Confluent framing")
        schema_id = _HEAD.unpack_from(value)[1]
        try:
            writer = self._writer_schema(schema_id)
            _expect_ours(writer)
            body = BytesIO(value[_HEAD.size :])
            record = fastavro.schemaless_reader(body, writer, self._reader_schema(writer["name"]))
            _expect_end(body)
            return self._message(writer["name"], record)
        except KeyError:
            raise Unprocessable("message.malformed", f"schema id {schema_id} is unknown") from None
        except (*_BROKEN, SchemaParseException, SchemaResolutionError):
            raise Unprocessable("message.malformed", "the Avro body does not decode") from None

    def _message(self, name: str, record: AvroMessage) -> messages.Message | messages.Alert:
        kind = RECORDS[name.rpartition(".")[2]]
        message: messages.Message | messages.Alert = from_record(kind, record)
        return message

    def _head(self, name: str) -> bytes:
        head = self._heads.get(name)
        if head is None:
            head = self._heads[name] = _HEAD.pack(0, self._ids.id_of(name))
        return head

    def _writer_schema(self, schema_id: int) -> Any:
        if schema_id not in self._writers:
            self._writers[schema_id] = _parse(self._ids.schema_of(schema_id))
        return self._writers[schema_id]

    def _reader_schema(self, name: str) -> Any:
        short = name.rpartition(".")[2]
        schema = self._readers.get(short)
        if schema is None:
            schema = self._readers[short] = _parse(json.loads(current_text(short)))
        return schema


def _expect_ours(writer: Any) -> None:
    # A registry knows the schemas of others too.
    if not isinstance(writer, dict) or writer.get("name", "").rpartition(".")[2] not in RECORDS:
        raise ValueError("another record's schema")


def _expect_end(body: BytesIO) -> None:
    if body.read(1):
        raise ValueError("bytes behind the record")


def _parse(schema: dict[str, Any]) -> Any:
    # A fresh table of names for each schema: two versions of a record share their names.
    return fastavro.parse_schema(schema, named_schemas={})
