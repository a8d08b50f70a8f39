"""Schema ids from an external registry, where one is set; else those committed here."""

import json
from typing import Any

from schemas.codec import RECORDS, PackagedIds, SchemaIds, current_text
from schemas.errors import Unavailable, Unprocessable
from streams.settings import Settings
from streams.topology import Topology, topology

NOT_FOUND = 404


def open_ids(settings: Settings) -> SchemaIds:
    """Return the source of schema ids that the settings name."""
    if settings.schema_registry_url is None:
        return PackagedIds()
    return RegistryIds(settings.schema_registry_url, topology())


class RegistryIds:
    """The ids of a Confluent-compatible registry; subjects are ``<topic>-value``.

    Args:
        url: of the registry.
        pipeline: says which topic carries which record.
    """

    def __init__(self, url: str, pipeline: Topology) -> None:
        # Its HTTP client is heavy: no slot should load it without need.
        from confluent_kafka.schema_registry import SchemaRegistryClient  # noqa: PLC0415 - weight

        self._client = SchemaRegistryClient.new_client({"url": url, "timeout": 5, "max.retries": 2})
        self._subjects: dict[str, list[str]] = {name: [] for name in RECORDS}
        for topic in pipeline.every_topic:
            if topic.record is not None:
                self._subjects[topic.record].append(f"{topic.name}-value")
        self._ids: dict[str, int] = {}

    def id_of(self, record: str) -> int:
        """Return the id under which the record's current schema is registered.

        Raises:
            Unavailable: when the registry does not answer, or lacks the schema: publish it.
        """
        if record not in self._ids:
            subject = self._subjects[record][0]
            try:
                found = self._client.lookup_schema(subject, _schema(record))
            except Exception as error:  # noqa: BLE001 - its HTTP client's errors have no base
                raise _unavailable(error) from None
            self._ids[record] = found.schema_id or 0
        return self._ids[record]

    def schema_of(self, schema_id: int) -> dict[str, Any]:
        """Return a schema by its id; raise ``KeyError`` where the registry has none."""
        try:
            text = self._client.get_schema(schema_id).schema_str
        except Exception as error:  # noqa: BLE001 - its HTTP client's errors have no base
            if getattr(error, "http_status_code", None) == NOT_FOUND:
                raise KeyError(schema_id) from None
            raise _unavailable(error) from None
        try:
            found: dict[str, Any] = json.loads(text or "")
        except ValueError:
            raise Unprocessable("message.malformed", "its schema is not Avro") from None
        return found

    def publish(self) -> dict[str, int]:
        """Register every record's current schema under its subjects; return ids by subject."""
        made: dict[str, int] = {}
        for record, subjects in self._subjects.items():
            for subject in subjects:
                try:
                    made[subject] = self._client.register_schema(subject, _schema(record))
                except Exception as error:  # noqa: BLE001 - its HTTP client's errors have no base
                    raise _unavailable(error) from None
        return made


def _schema(record: str) -> Any:
    from confluent_kafka.schema_registry import Schema  # noqa: PLC0415 - weight, as above

    return Schema(current_text(record), "AVRO")


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable("registry", f"the schema registry does not help: {type(error).__name__}")
