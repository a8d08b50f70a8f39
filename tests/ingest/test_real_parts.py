"""The service as it is shipped: on Apache Kafka, PostgreSQL and a directory."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from schemas.codec import Codec
from streams.embedded import EmbeddedKafka
from streams.kafka import KafkaLog
from streams.kafka.admin import KafkaCluster
from streams.migrate import migrate
from streams.settings import KafkaSettings
from streams.topics import apply
from streams.topology import UPLOADED, topology
from tests.ingest.service import PNG, SECRET

pytestmark = [pytest.mark.broker, pytest.mark.postgres]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def kafka(bootstrap_servers: str) -> KafkaSettings:
    """Return the settings of a cluster that has the chain's topics."""
    settings = KafkaSettings(bootstrap_servers, partitions=2)
    apply(KafkaCluster(settings), topology(), settings)
    return settings


@pytest.fixture
def environment(kafka: KafkaSettings, dsn: str, tmp_path: Path) -> dict[str, str]:
    """Return the environment of the product's processes."""
    migrate(dsn)
    return {
        **os.environ,
        "BITAQA_SECRET": SECRET,
        "BITAQA_HTTP_PORT": "0",
        "BITAQA_AUTH": "off",
        "BITAQA_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "BITAQA_POSTGRES_DSN": dsn,
        "BITAQA_STORE_URL": (tmp_path / "store").as_uri(),
    }


@contextmanager
def _running(environment: dict[str, str], *command: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command of the product; it must end cleanly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "streams", *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.fixture
def url(environment: dict[str, str]) -> Iterator[str]:
    """Yield the address of a service that the command line started."""
    with _running(environment, "serve") as process:
        assert process.stdout
        yield process.stdout.readline().strip().removeprefix("listening on ")


def _uploaded(kafka: KafkaSettings, document_id: str) -> list[object]:
    """Return the committed records of a document."""
    codec = Codec()
    records = KafkaLog(replace(kafka)).scan([UPLOADED])
    return [codec.decode(one.value) for one in records if one.key == document_id and one.value]


def test_a_202_is_in_the_log_and_in_the_store(
    url: str, kafka: KafkaSettings, tmp_path: Path
) -> None:
    """What the answer promises is there: one record, the bytes, and a status on any replica."""
    ready = httpx.get(f"{url}/ready")

    answer = httpx.post(f"{url}/v1/documents", files={"file": PNG}, timeout=30)
    again = httpx.post(f"{url}/v1/documents", files={"file": PNG}, timeout=30)
    status = httpx.get(url + answer.headers["location"])

    assert (ready.status_code, answer.status_code, again.status_code) == (200, 202, 202)
    document_id = answer.json()["document_id"]
    (record,) = _uploaded(kafka, document_id)
    original = tmp_path / "store" / record.files[0].key  # type: ignore[attr-defined]  # any message
    assert original.read_bytes() == PNG
    assert status.json()["status"] == "pending"


def test_events_come_from_the_sink(url: str, environment: dict[str, str]) -> None:
    """A stream that was opened before the sink wrote anything gets what it writes then."""
    answer = httpx.post(f"{url}/v1/documents", files={"file": PNG}, timeout=30).json()
    with (
        httpx.stream("GET", url + answer["links"]["events"], timeout=60) as stream,
        _running(environment, "run", "sink"),
    ):
        lines = (line for line in stream.iter_lines() if line and not line.startswith(":"))
        first = [next(lines), next(lines), next(lines)]

    assert [line.partition(":")[0] for line in first] == ["id", "event", "data"]
    assert answer["document_id"] not in first[2]


@pytest.mark.faults
def test_without_a_broker_nothing_is_acknowledged(
    url: str, kafka: KafkaSettings, broker: EmbeddedKafka
) -> None:
    """While Kafka is down the answer is 503; when it is back the same upload goes through."""
    broker.stop()
    ready = httpx.get(f"{url}/ready", timeout=30)
    refused = httpx.post(f"{url}/v1/documents", files={"file": PNG}, timeout=60)
    broker.start()

    answer = httpx.post(f"{url}/v1/documents", files={"file": PNG}, timeout=60)

    assert ready.json()["parts"] == {"kafka": "down", "store": "ok", "postgres": "ok"}
    assert refused.status_code == 503
    assert "retry-after" in refused.headers
    assert answer.status_code == 202
    assert "bitaqa-repeated" not in answer.headers
    assert _uploaded(kafka, answer.json()["document_id"])
