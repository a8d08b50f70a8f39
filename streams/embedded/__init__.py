"""Real Apache Kafka and PostgreSQL as child processes, for one machine without Docker."""

from streams.embedded.kafka import EmbeddedKafka
from streams.embedded.postgres import EmbeddedPostgres
from streams.embedded.processes import EmbeddedError

__all__ = ["EmbeddedError", "EmbeddedKafka", "EmbeddedPostgres"]
