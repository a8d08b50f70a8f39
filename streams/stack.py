"""The whole product on one machine without Docker: servers, ingest and every worker.

Children die with this process; one that ends by itself is started again.
"""

import fcntl
import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpx

from schemas.documents import Route
from streams.embedded.kafka import EmbeddedKafka
from streams.embedded.ports import free_ports
from streams.embedded.postgres import EmbeddedPostgres
from streams.embedded.processes import POLL_S, Child, EmbeddedError
from streams.embedded.server import Server
from streams.kafka.admin import KafkaCluster
from streams.migrate import migrate
from streams.settings import PREFIX, SETTINGS, load_settings
from streams.topics import apply
from streams.topology import topology

READY_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 20.0
RESTART_WAIT_S = 1.0
PARTITIONS = 4
HTTP_TIMEOUT_S = 5.0
WORKERS = ("validate", "retry", "sink", "webhooks", "watch", "housekeeping")

Step = Callable[[str], None]
"""Told of each step of start-up, for people who wait."""


@dataclass(frozen=True, slots=True)
class Role:
    """One process of the stack: its name, the words after ``bitaqa``, and its port."""

    name: str
    words: tuple[str, ...]
    port: int


@dataclass(slots=True)
class Running:
    """A role and the process that plays it now."""

    role: Role
    child: Child
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """How `up` and `demo` ask for the stack."""

    data_dir: Path
    slots: int = 1
    http_port: int = 0
    environment: dict[str, str] = field(default_factory=dict, repr=False)


class Stack:
    """Start with ``with``; everything it started ends with it.

    ``kafka`` and ``postgres`` are the servers, for those who want to see them fail.

    Raises:
        EmbeddedError: where a part does not start, or another stack holds the directory.
    """

    def __init__(self, options: Options, on_step: Step = lambda _step: None) -> None:
        self._options = options
        self._dir = options.data_dir.resolve()
        self._on_step = on_step
        self.kafka = EmbeddedKafka(self._dir / "kafka")
        self.postgres = EmbeddedPostgres(self._dir / "postgres")
        self._running: list[Running] = []
        self._environment: dict[str, str] = {}
        self._ingest_url = ""
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Start everything and return once every part says that it is ready."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop everything in order."""
        self.stop()

    @property
    def ingest_url(self) -> str:
        """Where documents are sent."""
        return self._ingest_url

    @property
    def postgres_dsn(self) -> str:
        """Where the rows are."""
        return self._environment["BITAQA_POSTGRES_DSN"]

    @property
    def environment(self) -> dict[str, str]:
        """The settings under which the workers run."""
        return dict(self._environment)

    def processes(self) -> tuple[Running, ...]:
        """Return ingest and the workers."""
        return tuple(self._running)

    def pids(self) -> dict[str, int]:
        """Return the process id of every role, the servers' included."""
        servers = {"kafka": self.kafka.pid, "postgres": self.postgres.pid}
        return {one.role.name: one.child.pid for one in self._running} | servers

    def info(self) -> dict[str, object]:
        """Return what scripts want to know, as ``stack.json`` holds it."""
        return {
            "ingest_url": self._ingest_url,
            "bootstrap_servers": self.kafka.bootstrap_servers,
            "postgres_dsn": self.postgres_dsn,
            "registry_url": f"{self._ingest_url}/schema-registry",
            "metrics_urls": {
                one.role.name: f"http://127.0.0.1:{one.role.port}/metrics" for one in self._running
            },
            "processes": [
                {
                    "role": one.role.name,
                    "pid": one.child.pid,
                    "command": " ".join(("bitaqa", *one.role.words)),
                }
                for one in self._running
            ]
            + [
                {"role": "kafka", "pid": self.kafka.pid, "command": "kafka.Kafka"},
                {"role": "postgres", "pid": self.postgres.pid, "command": "postgres"},
            ],
        }

    def tend(self) -> None:
        """Start again whatever has ended; call it now and then."""
        for server in (self.kafka, self.postgres):
            if not server.running:
                self._revive(server)
        for one in self._running:
            if one.child.exit_code is None:
                continue
            now = time.monotonic()
            if one.ended_at is None:
                one.ended_at = now
                self._on_step(f"{one.role.name} ended with {one.child.exit_code}, starting again")
            elif now - one.ended_at >= RESTART_WAIT_S:
                one.child, one.ended_at = self._launch(one.role), None
                self._write_info()

    def _revive(self, server: Server) -> None:
        self._on_step(f"{server.name} ended, starting again")
        try:
            server.start()
        except EmbeddedError as error:
            # What a killed server leaves behind may take a moment to go; the next call tries again.
            self._on_step(str(error))
            time.sleep(RESTART_WAIT_S)
        else:
            self._write_info()

    def stop(self) -> None:
        """Stop ingest first, then the workers, then the servers. Idempotent."""
        by_role = {one.role.name: one.child for one in self._running}
        order = [by_role.pop("ingest")] if "ingest" in by_role else []
        for child in order:
            child.stop(timeout_s=STOP_TIMEOUT_S)
        if by_role:
            with ThreadPoolExecutor(len(by_role)) as pool:
                list(pool.map(lambda one: one.stop(timeout_s=STOP_TIMEOUT_S), by_role.values()))
        self._running = []
        self.kafka.stop()
        self.postgres.stop()
        (self._dir / "stack.json").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def discard(self) -> None:
        """Stop everything and delete all that was kept, PostgreSQL's data elsewhere included."""
        self.stop()
        self.postgres.remove()
        shutil.rmtree(self._dir, ignore_errors=True)

    def _start(self) -> None:
        (self._dir / "logs").mkdir(parents=True, exist_ok=True)
        self._hold_directory()
        self._on_step("starting Apache Kafka and PostgreSQL")
        with ThreadPoolExecutor(2) as pool:
            for started in [pool.submit(self.kafka.start), pool.submit(self.postgres.start)]:
                started.result()
        self._environment = self._settings()
        self._on_step("applying topics and migrations")
        self._prepare_servers()
        roles = self._roles()
        self._on_step(f"starting ingest, without authentication, and {len(roles) - 1} workers")
        self._running = [Running(role, self._launch(role)) for role in roles]
        self._write_info()
        self._wait_ready()

    def _prepare_servers(self) -> None:
        settings = load_settings(os.environ | self._environment)
        migrate(self.postgres_dsn)
        pipeline = topology(settings.retry_delays_s)
        apply(KafkaCluster(settings.kafka), pipeline, settings.kafka)

    def _hold_directory(self) -> None:
        self._lock = (self._dir / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise EmbeddedError(
                f"another stack runs in {self._dir}: stop it, or choose another --data-dir"
            ) from None

    def _settings(self) -> dict[str, str]:
        return (
            {
                "BITAQA_KAFKA_BOOTSTRAP_SERVERS": self.kafka.bootstrap_servers,
                "BITAQA_KAFKA_PARTITIONS": str(PARTITIONS),
                "BITAQA_POSTGRES_DSN": self.postgres.ensure_database("bitaqa"),
                "BITAQA_STORE_URL": (self._dir / "objects").as_uri(),
                "BITAQA_SECRET": self._secret(),
                "BITAQA_SLOTS": str(self._options.slots),
                "BITAQA_HTTP_HOST": "127.0.0.1",
                "BITAQA_AUTH": "off",
                "BITAQA_LEGACY_TENANT": "default",
                "BITAQA_METRICS_HOST": "127.0.0.1",
                "BITAQA_WEBHOOK_PLAIN_HTTP": "on",
                "BITAQA_WEBHOOK_NETWORKS": "127.0.0.1/32,::1/128",
                "OMP_THREAD_LIMIT": "1",
                "OMP_NUM_THREADS": "1",
            }
            | _none_of_a_cluster()
            | self._options.environment
        )

    def _secret(self) -> str:
        path = self._dir / "secret"
        if not path.exists():
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:  # noqa: PTH123
                file.write(secrets.token_hex(32))
        return path.read_text("ascii")

    def _roles(self) -> list[Role]:
        words: list[tuple[str, tuple[str, ...]]] = [("prepare", ("run", "prepare"))]
        words += [(f"extract.{r.value}", ("run", "extract", "--country", r.value)) for r in Route]
        words += [(name, ("run", name)) for name in WORKERS]
        ports = free_ports(len(words) + 1)
        http_port = self._options.http_port or ports[-1]
        self._ingest_url = f"http://127.0.0.1:{http_port}"
        workers = [Role(name, said, port) for (name, said), port in zip(words, ports, strict=False)]
        return [Role("ingest", ("serve",), http_port), *workers]

    def _launch(self, role: Role) -> Child:
        own = {
            "BITAQA_INSTANCE": f"{role.name}-0",
            "BITAQA_HTTP_PORT" if role.name == "ingest" else "BITAQA_METRICS_PORT": str(role.port),
        }
        return Child(
            (sys.executable, "-m", "streams", *role.words),
            log=self._dir / "logs" / f"{role.name}.log",
            environment=self._environment | own,
        )

    def _write_info(self) -> None:
        path = self._dir / "stack.json"
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(self.info(), indent=2) + "\n", "utf-8")
        draft.replace(path)

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_TIMEOUT_S
        waiting = {one.role.name: one for one in self._running}
        while waiting:
            for name, one in list(waiting.items()):
                if one.child.exit_code is not None:
                    raise EmbeddedError(
                        f"{name} ended with {one.child.exit_code} at start; it said:\n"
                        f"{one.child.log_tail()}"
                    )
                if _answers(self._health_url(one.role)):
                    self._on_step(f"{name} is ready")
                    del waiting[name]
            if waiting and time.monotonic() > deadline:
                raise EmbeddedError(
                    f"not ready in time: {', '.join(waiting)}; see {self._dir}/logs"
                )
            time.sleep(POLL_S)

    def _health_url(self, role: Role) -> str:
        path = "ready" if role.name == "ingest" else "health"
        return f"http://127.0.0.1:{role.port}/{path}"


def _none_of_a_cluster() -> dict[str, str]:
    """Return empty values for what a shell may say of a real cluster: it is not meant here."""
    foreign = ("KAFKA_SECURITY", "KAFKA_SASL", "KAFKA_SSL", "S3_", "SCHEMA_REGISTRY")
    return {PREFIX + one.name: "" for one in SETTINGS if one.name.startswith(foreign)}


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=HTTP_TIMEOUT_S).is_success
    except httpx.HTTPError:
        return False
