"""Workers die, freeze and lose their broker; every upload still ends exactly once."""

import contextlib
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from schemas.codec import Codec
from schemas.documents import Route
from streams.embedded import EmbeddedKafka
from streams.headers import ORIGIN_TOPIC, outgoing
from streams.kafka import KafkaLog
from streams.kafka.admin import KafkaCluster
from streams.settings import KafkaSettings
from streams.topics import apply
from streams.topology import FAILED, PREPARED, UPLOADED, topology
from tests.faults.worker import RETRY_DELAYS_S
from tests.faults.workers import Supervisor, Worker
from tests.faults.works import upload

pytestmark = [pytest.mark.broker, pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(600)]

LONG = os.environ.get("BITAQA_FAULTS_LONG") == "1"
DOCUMENTS = 1500 if LONG else 300
FAULTS = 9 if LONG else 3
RATE = 40.0
SETTLE_S = 120.0
SEED = int(os.environ.get("BITAQA_FAULTS_SEED") or time.time_ns() % 1_000_000)


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedKafka]:
    """Yield a broker that only these tests break."""
    with EmbeddedKafka(tmp_path_factory.mktemp("kafka")) as broker:
        settings = KafkaSettings(broker.bootstrap_servers, partitions=4)
        apply(KafkaCluster(settings), topology(RETRY_DELAYS_S), settings)
        yield broker


class Feed:
    """Publishes uploads at a steady rate while faults happen, and counts what came of them."""

    def __init__(self, kafka: EmbeddedKafka, name: str) -> None:
        self.log = KafkaLog(KafkaSettings(kafka.bootstrap_servers))
        self.name = f"{name}-{time.time_ns()}"
        self.ids: list[str] = []
        self._thread: threading.Thread | None = None

    def publish(self, *does: str) -> None:
        """Publish one upload for each way that its work goes."""
        publisher, codec = self.log.publisher(), Codec()
        for what in does:
            self.ids.append(f"{self.name}-{len(self.ids)}")
            # A broker that restarts is waited out as the ingest's callers do.
            while True:
                record = outgoing(upload(self.ids[-1], what), codec, "test")
                if publisher.publish(record).exception(60) is None:
                    break
            time.sleep(1 / RATE)
        publisher.close()

    def begin(self, *does: str) -> None:
        """Publish in the background."""
        self._thread = threading.Thread(target=self.publish, args=does, daemon=True)
        self._thread.start()

    def outcomes(self) -> Counter[str]:
        """Wait until all is published and each upload has an outcome; count outcomes by id."""
        if self._thread is not None:
            self._thread.join(SETTLE_S)
        deadline = time.monotonic() + SETTLE_S
        found: Counter[str] = Counter()
        wanted = self.once()
        while not wanted <= found and time.monotonic() < deadline:
            time.sleep(0.5)
            records = self.log.scan([PREPARED[Route.INTL], FAILED])
            found = Counter(one.key for one in records if one.key.startswith(self.name))
        return found

    def once(self) -> Counter[str]:
        """Return what an exact run counts: each upload in the log once.

        An upload whose acknowledgement a restart swallowed is published again and stands twice;
        what came back from a retry topic is no upload of its own.
        """
        records = [one for one in self.log.scan([UPLOADED]) if ORIGIN_TOPIC not in one.headers]
        return Counter(one.key for one in records if one.key.startswith(self.name))


def workers(
    kafka: EmbeddedKafka, folder: Path, count: int, *, named: bool, **settings: str
) -> Supervisor:
    """Return so many workers of the stage, with stable names or without."""
    environment = {
        "BITAQA_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "BITAQA_SLOT_TIME_LIMIT_S": "3",
        "BITAQA_SLOT_MEMORY_MB": "400",
        **settings,
    }
    return Supervisor(
        [
            Worker(
                "prepare",
                environment | ({"BITAQA_INSTANCE": f"prepare-{number}"} if named else {}),
                folder / f"worker-{number}.log",
            )
            for number in range(count)
        ]
    )


def kill(worker: Worker) -> None:
    """As the kernel's out-of-memory killer does."""
    worker.signal(signal.SIGKILL)


def kill_slot(worker: Worker) -> None:
    """As a bug in a native library does; the document is innocent and tried again."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for slot in psutil.Process(worker.process.pid).children():
            slot.kill()


def terminate(worker: Worker) -> None:
    """As a deployment does."""
    worker.signal(signal.SIGTERM)


def freeze(worker: Worker) -> None:
    """Stand still for longer than the session, then go on as a zombie."""
    worker.signal(signal.SIGSTOP)
    time.sleep(8)
    worker.signal(signal.SIGCONT)


@pytest.mark.parametrize("named", [False, True], ids=["dynamic", "static"])
@pytest.mark.parametrize("fault", [kill, kill_slot, terminate, freeze])
def test_every_upload_ends_once_although_workers_fall(
    kafka: EmbeddedKafka, tmp_path: Path, fault: Callable[[Worker], None], *, named: bool
) -> None:
    """Two workers; again and again one is killed, stopped or frozen while uploads come in."""
    print(f"seed {SEED}")  # noqa: T201 - pytest shows it where the test fails
    chance = random.Random(SEED)
    feed = Feed(kafka, fault.__name__)

    with workers(kafka, tmp_path, 2, named=named) as supervisor:
        feed.begin(*["slow:0.01"] * DOCUMENTS)
        for _ in range(FAULTS):
            time.sleep(chance.uniform(1.0, 2.5))
            fault(chance.choice(supervisor.workers))
        outcomes = feed.outcomes()

    assert outcomes == feed.once()


def test_every_upload_ends_once_although_the_broker_restarts(
    kafka: EmbeddedKafka, tmp_path: Path
) -> None:
    """A broker that stops, or dies, is waited out."""
    feed = Feed(kafka, "broker")

    with workers(kafka, tmp_path, 2, named=False):
        feed.begin(*["slow:0.01"] * DOCUMENTS)
        time.sleep(3)
        kafka.restart()
        time.sleep(2)
        kafka.kill()
        kafka.start()
        outcomes = feed.outcomes()

    assert outcomes == feed.once()


def test_documents_that_hang_crash_grow_or_raise_cost_only_themselves(
    kafka: EmbeddedKafka, tmp_path: Path
) -> None:
    """Each bad one is a dead letter with its reason; all their neighbours get results."""
    reasons = {
        "hang": "slot.timeout",
        "crash": "slot.crashed",
        "exit": "slot.crashed",
        "grow": "slot.memory",
        "raise": "stage.bug",
        "bad": "image.truncated",
        "huge:5000000": "message.too_large",
    }
    does = ["slow:0.005"] * DOCUMENTS + list(reasons)
    random.Random(SEED).shuffle(does)
    print(f"seed {SEED}")  # noqa: T201 - pytest shows it where the test fails
    feed = Feed(kafka, "bad")

    with workers(kafka, tmp_path, 1, named=False):
        feed.publish(*does)
        outcomes = feed.outcomes()

    assert outcomes == feed.once()
    letters = {one.key: one.value or b"" for one in feed.log.scan([FAILED])}
    decoded = {
        what: Codec().decode(letters[key])
        for key, what in zip(feed.ids, does, strict=True)
        if what in reasons
    }
    assert {what: getattr(one, "reason", "") for what, one in decoded.items()} == reasons
    assert "nobody may see" not in repr(decoded)


def test_a_need_that_is_down_for_a_while_costs_no_document(
    kafka: EmbeddedKafka, tmp_path: Path
) -> None:
    """Retries, retry topics and the circuit bring every document through a store's outage."""
    store = tmp_path / "store"
    feed = Feed(kafka, "needs")
    supervisor = workers(kafka, tmp_path, 1, named=False)
    supervisor.workers.append(
        Worker("retry", supervisor.workers[0].environment, tmp_path / "retry.log")
    )

    with supervisor:
        feed.publish(*[f"needs:{store}"] * 20)
        time.sleep(5)
        store.touch()
        outcomes = feed.outcomes()

    assert outcomes == feed.once()
    results = {one.key for one in feed.log.scan([PREPARED[Route.INTL]])}
    assert set(feed.ids) <= results


def test_the_retries_worker_may_die_while_documents_wait(
    kafka: EmbeddedKafka, tmp_path: Path
) -> None:
    """What waits in a retry topic comes back once, whoever forwards it."""
    store = tmp_path / "store"
    feed = Feed(kafka, "waiting")
    supervisor = workers(kafka, tmp_path, 1, named=True)
    environment = supervisor.workers[0].environment | {"BITAQA_INSTANCE": "retry-0"}
    supervisor.workers.append(Worker("retry", environment, tmp_path / "retry.log"))

    with supervisor:
        feed.publish(*[f"needs:{store}", "slow:0.01"] * 10)
        for _ in range(FAULTS):
            time.sleep(1.5)
            kill(supervisor.workers[1])
        store.touch()
        outcomes = feed.outcomes()

    assert outcomes == feed.once()


def test_slots_die_with_their_worker(kafka: EmbeddedKafka, tmp_path: Path) -> None:
    """A worker killed in the midst of work leaves no process behind."""
    feed = Feed(kafka, "orphans")

    with workers(kafka, tmp_path, 1, named=False) as supervisor:
        feed.publish("slow:0.01")
        feed.outcomes()
        worker = supervisor.workers[0].process
        slots = psutil.Process(worker.pid).children(recursive=True)
        worker.kill()
        gone, alive = psutil.wait_procs(slots, timeout=10)

    assert gone
    assert not alive
