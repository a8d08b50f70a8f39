"""Real servers as fixtures: one of each for a test process, started when first asked for."""

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from streams.embedded import EmbeddedKafka, EmbeddedPostgres
from streams.embedded.ports import LOOPBACK, free_port
from streams.embedded.processes import Child, wait_ready

ROOT = Path(__file__).resolve().parents[2]
VERSITYGW = ROOT / ".cache" / "bin" / "versitygw"
START_TIMEOUT_S = 30.0


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    """Yield a running Apache Kafka; each test makes topics and groups of its own names."""
    with EmbeddedKafka(tmp_path_factory.mktemp("kafka")) as running:
        yield running


@pytest.fixture
def bootstrap_servers(broker: EmbeddedKafka) -> str:
    """Return the address of the broker, started again if an earlier test left it stopped."""
    broker.start()
    return broker.bootstrap_servers


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """Yield a running PostgreSQL without fsync: it survives a kill, not a power cut."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), fsync=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def dsn(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Yield the address of an empty database that only this test uses."""
    postgres.start()
    name = f"test_{uuid.uuid4().hex}"
    yield postgres.create_database(name)
    postgres.start()
    postgres.drop_database(name)


@dataclass(frozen=True, slots=True)
class S3Server:
    """Where a real S3 server listens, and who may use it."""

    endpoint: str
    access_key: str
    secret_key: str = field(repr=False)

    @property
    def url(self) -> str:
        """The endpoint as a URL; it speaks plain HTTP."""
        return f"http://{self.endpoint}"


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """Yield a running versitygw; `endpoint` is host:port. No bucket is there yet."""
    if not VERSITYGW.exists():
        reason = "no S3 server: versitygw is built by `make test` where Go is installed"
        if os.environ.get("BITAQA_REQUIRE_S3") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    directory = tmp_path_factory.mktemp("s3")
    server = S3Server(f"{LOOPBACK}:{free_port()}", "test-access", uuid.uuid4().hex)
    child = _start_s3(directory, server)
    try:
        wait_ready(child, lambda: _answers(server), name="versitygw", timeout_s=START_TIMEOUT_S)
        yield server
    finally:
        child.stop(timeout_s=10)
        shutil.rmtree(directory, ignore_errors=True)


def _start_s3(directory: Path, server: S3Server) -> Child:
    """Start versitygw on directories; attributes lie beside them, for file systems without."""
    buckets, attributes = directory / "buckets", directory / "attributes"
    buckets.mkdir()
    attributes.mkdir()
    keys = ["--access", server.access_key, "--secret", server.secret_key]
    backend = ["posix", "--sidecar", str(attributes), str(buckets)]
    return Child(
        [str(VERSITYGW), *keys, "--port", server.endpoint, "--quiet", *backend],
        log=directory / "versitygw.log",
    )


def _answers(server: S3Server) -> bool:
    """Tell whether the server speaks HTTP; without a signature it refuses, which is an answer."""
    try:
        httpx.get(server.url, timeout=2.0)
    except httpx.TransportError:
        return False
    return True
