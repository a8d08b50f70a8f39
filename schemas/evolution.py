"""Whether a schema may follow those that were released: FULL_TRANSITIVE by Apache Avro's rules."""

from collections.abc import Iterator
from typing import Any

from schemas.codec import current_text, released
from schemas.errors import Misconfigured


def breaks(record: str, text: str | None = None) -> tuple[str, ...]:
    """Return what a schema breaks against every released version of its record; empty is good.

    Args:
        record: name of the record.
        text: the schema in question; None for the one beside the code.

    Raises:
        Misconfigured: where Apache's ``avro`` package, a development tool, is not installed.
    """
    try:
        from avro.compatibility import (  # noqa: PLC0415 - a development tool, absent in workers
            ReaderWriterCompatibilityChecker,
            SchemaCompatibilityType,
        )
        from avro.schema import parse  # noqa: PLC0415 - a development tool, absent in workers
    except ImportError:
        raise Misconfigured("the package avro is missing: run `make setup`") from None
    current = parse(text or current_text(record))
    found = []
    for one in released():
        if one.record != record:
            continue
        old = parse(one.text)
        for direction, reader, writer in (("read", current, old), ("be read by", old, current)):
            checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]  # untyped
            result = checker.get_compatibility(reader, writer)
            if result.compatibility is not SchemaCompatibilityType.compatible:
                reasons = "; ".join(sorted(result.messages)) or "incompatible"
                found.append(f"{record} cannot {direction} version {one.version}: {reasons}")
    return tuple(found)


def undocumented(schema: dict[str, Any]) -> tuple[str, ...]:
    """Return the dotted names of fields, at any depth, that carry no doc."""
    return tuple(_undocumented(schema, ""))


def _undocumented(schema: Any, prefix: str) -> Iterator[str]:
    if isinstance(schema, list):
        for branch in schema:
            yield from _undocumented(branch, prefix)
    if not isinstance(schema, dict):
        return
    for field in schema.get("fields", ()):
        name = prefix + field["name"]
        if not field.get("doc"):
            yield name
        yield from _undocumented(field["type"], f"{name}.")
    for part in ("items", "values"):
        if part in schema:
            yield from _undocumented(schema[part], prefix)
