"""What an upload costs the ingest service; ``python -m ingest.bench`` is the service measured."""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import psutil

from ingest.app import create_app
from ingest.server import build, run
from streams.api_keys import ApiKeys, Grant, Scope, new_key, store_key
from streams.embedded import EmbeddedKafka, EmbeddedPostgres
from streams.embedded.ports import free_port
from streams.embedded.processes import Child, wait_ready
from streams.kafka.admin import KafkaCluster
from streams.log import Outgoing
from streams.migrate import migrate
from streams.reading import Readings
from streams.settings import KafkaSettings, load_settings, required
from streams.store import MemoryStore
from streams.topics import apply
from streams.topology import topology

PICTURE_BYTES = 200_000
JPEG_HEAD = b"\xff\xd8\xff\xe0"
WARM_UP = 40
AT_ONCE = 8
START_TIMEOUT_S = 60.0
SKIPPED = "skipped"
NO_LIMIT = 1_000_000_000


@dataclass(frozen=True, slots=True)
class IngestFigures:
    """What was measured, at eight uploads at once; CPU is the service's own, its threads' too.

    Args:
        uploads: in each run.
        picture_bytes: of each.
        cpu_ms: an upload, stored in a directory and acknowledged by Kafka.
        skipped_cpu_ms: the same service, with Kafka and the store's writes skipped.
        per_s: uploads a second.
        skipped_per_s: the same, skipped.
        rss_mb: memory of the service afterwards.
    """

    uploads: int
    picture_bytes: int
    cpu_ms: float
    skipped_cpu_ms: float
    per_s: float
    skipped_per_s: float
    rss_mb: float

    @property
    def ratio(self) -> float:
        """Return how many times the CPU of the skipped run the real one takes."""
        return self.cpu_ms / self.skipped_cpu_ms


def measure_ingest(folder: Path, uploads: int) -> IngestFigures:
    """Return the figures of this machine; starts and stops Kafka and PostgreSQL."""
    with EmbeddedKafka(folder / "kafka") as kafka, EmbeddedPostgres(folder / "pg") as postgres:
        settings = KafkaSettings(kafka.bootstrap_servers, partitions=4)
        apply(KafkaCluster(settings), topology(), settings)
        dsn = postgres.ensure_database("bitaqa")
        migrate(dsn)
        key = _key(dsn)
        environment = {
            "BITAQA_SECRET": "not a secret: nothing of this run is kept",
            "BITAQA_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
            "BITAQA_POSTGRES_DSN": dsn,
            "BITAQA_STORE_URL": (folder / "objects").as_uri(),
        }
        cpu_s, per_s, rss = _measured(folder, environment, key, uploads, [])
        skipped_s, skipped_per_s, _ = _measured(folder, environment, key, uploads, [SKIPPED])
    return IngestFigures(
        uploads, PICTURE_BYTES, cpu_s * 1000, skipped_s * 1000, per_s, skipped_per_s, rss / 2**20
    )


def main(words: Sequence[str]) -> int:
    """Serve, on parts that do nothing where ``skipped`` is said."""
    settings = load_settings()
    if SKIPPED not in words:
        app = build(settings)
    else:
        dsn = required(settings.postgres_dsn, "POSTGRES_DSN")
        app = create_app(
            settings,
            store=_NoStore(),
            publisher=_NoLog(),
            readings=Readings(dsn),
            keys=ApiKeys(dsn),
        )
    return run(app, settings, lambda _url: None)


def _key(dsn: str) -> str:
    grant = Grant("bench", "bench", frozenset({Scope.SUBMIT}), NO_LIMIT)
    text, kept = new_key(grant, datetime.now(UTC))
    store_key(dsn, kept)
    return text


def _measured(
    folder: Path, environment: Mapping[str, str], key: str, uploads: int, words: list[str]
) -> tuple[float, float, int]:
    """Return CPU seconds an upload, uploads a second, and memory in bytes."""
    port = free_port()
    child = Child(
        (sys.executable, "-m", "ingest.bench", *words),
        log=folder / "ingest.log",
        environment={**environment, "BITAQA_HTTP_PORT": str(port), "PYTHONPATH": _root()},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_ready(child, lambda: _answers(url), name="ingest", timeout_s=START_TIMEOUT_S)
        process = psutil.Process(child.pid)
        _send(url, key, WARM_UP, f"warm {words}")
        before, began = _cpu_s(process), time.monotonic()
        _send(url, key, uploads, f"bench {words}")
        seconds, spent = time.monotonic() - began, _cpu_s(process) - before
        return spent / uploads, uploads / seconds, process.memory_info().rss
    finally:
        child.stop(timeout_s=START_TIMEOUT_S)


def _send(url: str, key: str, uploads: int, seed: str) -> None:
    with (
        httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=START_TIMEOUT_S) as client,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):

        def one(number: int) -> None:
            noise = Random(f"{seed} {number}").randbytes(PICTURE_BYTES - len(JPEG_HEAD))
            files = {"file": ("a.jpg", JPEG_HEAD + noise, "image/jpeg")}
            client.post("/v1/documents", files=files).raise_for_status()

        list(pool.map(one, range(uploads)))


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").is_success
    except httpx.HTTPError:
        return False


def _root() -> str:
    return os.pathsep.join(path for path in sys.path if path)


class _NoStore(MemoryStore):
    """Takes everything and keeps nothing."""

    def put(self, key: str, data: bytes, media_type: str) -> None:
        pass

    def put_file(self, key: str, path: Path, media_type: str) -> None:
        pass


class _NoLog:
    """Acknowledges at once."""

    def publish(self, record: Outgoing) -> Future[None]:  # noqa: ARG002 - that is the point
        future: Future[None] = Future()
        future.set_result(None)
        return future

    def ready(self, timeout_s: float = 1.0) -> bool:  # noqa: ARG002 - it always is
        return True

    def close(self) -> None:
        pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
