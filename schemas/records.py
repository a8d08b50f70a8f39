"""Frozen dataclasses to plain records and back, driven by their annotations.

A record is what Avro and JSON libraries take: dicts, lists, strings, numbers, datetimes.
"""

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

Record = dict[str, Any]
T = typing.TypeVar("T")
_Convert = Callable[[Any], Any]


def to_record(value: Any) -> Any:
    """Return the record of a dataclass; sequences become lists, enums their text."""
    kind: Any = type(value)
    return _writer(kind)(value)


def from_record(kind: type[T], record: Any) -> T:
    """Return the dataclass of a record, or of its JSON form.

    Raises:
        TypeError, ValueError: when the record does not fit the annotations.
    """
    hashable: Any = kind
    made: T = _reader(hashable)(record)
    return made


def to_json(value: Any) -> Any:
    """Return the JSON form of a dataclass: a record whose times are ISO 8601 and bytes hex."""
    return _jsonable(to_record(value))


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value.hex() if isinstance(value, bytes) else value


@cache
def _writer(kind: Any) -> _Convert:
    inner = _optional(kind)
    if inner is not None:
        write = _writer(inner)
        return lambda value: None if value is None else write(value)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        item = _writer(arguments[0])
        return lambda value: [item(one) for one in value]
    if origin is Mapping:
        item = _writer(arguments[1])
        return lambda value: {key: item(one) for key, one in value.items()}
    if is_dataclass(kind):
        parts = [(name, _writer(hint)) for name, hint in _hints(kind)]
        return lambda value: {name: write(getattr(value, name)) for name, write in parts}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: str(value.value)
    return lambda value: value


@cache
def _reader(kind: Any) -> _Convert:
    inner = _optional(kind)
    if inner is not None:
        read = _reader(inner)
        return lambda value: None if value is None else read(value)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        item = _reader(arguments[0])
        return lambda value: tuple(item(one) for one in value)
    if origin is Mapping:
        item = _reader(arguments[1])
        return lambda value: {key: item(one) for key, one in value.items()}
    if is_dataclass(kind):
        parts = [(name, _reader(hint)) for name, hint in _hints(kind)]
        build: Any = kind
        return lambda value: build(**{n: read(value[n]) for n, read in parts if n in value})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _FROM_JSON.get(kind, lambda value: value)


def _time(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _bytes(value: Any) -> Any:
    return bytes.fromhex(value) if isinstance(value, str) else value


_FROM_JSON: dict[Any, _Convert] = {datetime: _time, bytes: _bytes}


def _optional(kind: Any) -> Any:
    if typing.get_origin(kind) not in (typing.Union, types.UnionType):
        return None
    inner = [part for part in typing.get_args(kind) if part is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"{kind} is not one type or None")
    return inner[0]


def _hints(kind: Any) -> list[tuple[str, Any]]:
    hints = typing.get_type_hints(kind)
    return [(field.name, hints[field.name]) for field in fields(kind)]
