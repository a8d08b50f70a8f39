"""Every part is killed, stopped or taken away while documents pass; each still ends once."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

import cv2
import httpx
import numpy as np
import pytest

from streams.embedded.processes import Child
from streams.embedded.server import Server
from streams.headers import first_name
from streams.kafka import KafkaLog
from streams.log import Outgoing
from streams.settings import KafkaSettings
from streams.stack import Options, Stack
from streams.topology import UPLOADED
from tests.system.observer import Observer

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(3600 if os.environ.get("BITAQA_FAULTS_LONG") == "1" else 900),
    pytest.mark.broker,
    pytest.mark.postgres,
    pytest.mark.xdist_group("system"),
]

LONG = os.environ.get("BITAQA_FAULTS_LONG") == "1"
DOCUMENTS = 1500 if LONG else 300
ROUNDS = 4 if LONG else 1
PAUSE_S = 4.0
WORKERS = ("prepare", "extract.intl", "validate", "sink", "ingest")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the stack keeps everything."""
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="module")
def stack(data_dir: Path) -> Iterator[Stack]:
    """Run a stack of its own: it does not survive unharmed."""
    environment = {"BITAQA_RETRY_DELAYS_S": "1,2", "BITAQA_LOG_LEVEL": "INFO"}
    running = Stack(Options(data_dir, environment=environment))
    try:
        with running:
            yield running
    finally:
        running.discard()


def small_picture(number: int) -> bytes:
    """Return a picture that shows nothing and is quickly read, another for each number."""
    picture = np.full((180, 240, 3), (number % 256, number // 256, 200), np.uint8)
    return bytes(cv2.imencode(".png", picture)[1])


def send_until_stored(url: str, data: bytes) -> str:
    """Send a document as often as it takes; a 2xx is a promise, anything else is not."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            answer = httpx.post(f"{url}/v1/documents", files={"files": data}, timeout=30)
        except httpx.HTTPError:
            time.sleep(0.2)
            continue
        if answer.is_success:
            return str(answer.json()["document_id"])
        assert answer.status_code in (429, 503), answer.text
        time.sleep(0.2)
    raise AssertionError("no upload was acknowledged for three minutes")


def test_every_upload_ends_exactly_once(stack: Stack, data_dir: Path) -> None:
    """Kill -9, SIGTERM and SIGSTOP of every worker, restarts of the servers, a store outage."""
    seed = int(os.environ.get("BITAQA_FAULTS_SEED", "0")) or int(time.time())
    print(f"seed {seed}, BITAQA_FAULTS_SEED repeats it")  # noqa: T201 - a failure must be repeatable
    seen = Observer(stack)
    pool = ThreadPoolExecutor(4)
    try:
        sent = [
            pool.submit(send_until_stored, stack.ingest_url, small_picture(number))
            for number in range(DOCUMENTS)
        ]
        for fault in _faults(stack, data_dir, Random(seed)):
            fault()
            _tend_for(stack, 1.0)
        _publish_again(stack, seen)
        seen.wait(lambda: all(one.done() for one in sent), 300)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)

    document_ids = [_id(one) for one in sent]
    ends = seen.await_ends(document_ids, 600)

    assert len(set(document_ids)) == DOCUMENTS
    wrong = {one for one in document_ids if ends.of(one) != 1}
    assert not wrong, seen.ways(wrong)
    # Each result has its one row set; a dead letter has none.
    assert ends.rows == {one: 1 for one in document_ids if ends.read[one]}


def _id(sent: Future[str]) -> str:
    return sent.result()


def _faults(stack: Stack, data_dir: Path, rng: Random) -> list[Callable[[], None]]:
    faults: list[Callable[[], None]] = [
        stack.kafka.restart,
        stack.postgres.restart,
        partial(_kill, stack.kafka),
        partial(_kill, stack.postgres),
        partial(_store_outage, stack, data_dir / "objects"),
    ]
    for role in WORKERS:
        faults += [
            partial(_signal, stack, role, signal.SIGKILL),
            partial(_signal, stack, role, signal.SIGTERM),
            partial(_freeze, stack, role),
        ]
    rng.shuffle(faults)
    return faults * ROUNDS


def _publish_again(stack: Stack, seen: Observer) -> None:
    """Do what happens where the ingest service dies between acknowledgement and answer."""
    publisher = KafkaLog(
        KafkaSettings(stack.environment["BITAQA_KAFKA_BOOTSTRAP_SERVERS"])
    ).publisher()
    there = [one for one in seen.messages(UPLOADED) if first_name(one) is not None]
    for future in [
        publisher.publish(Outgoing(UPLOADED, one.key, one.value, one.headers)) for one in there[::3]
    ]:
        future.result(60)
    publisher.close()


def _kill(server: Server) -> None:
    os.kill(server.pid, signal.SIGKILL)


def _signal(stack: Stack, role: str, number: signal.Signals) -> None:
    os.kill(_child(stack, role).pid, number)


def _freeze(stack: Stack, role: str) -> None:
    child = _child(stack, role)
    child.pause()
    time.sleep(PAUSE_S)  # The silence is the fault; there is nothing to wait for.
    child.resume()


def _child(stack: Stack, role: str) -> Child:
    """Return the process that plays a role, once it runs again after an earlier fault."""
    running = next(one for one in stack.processes() if one.role.name == role)
    while running.child.exit_code is not None:
        _tend_for(stack, 0.2)
    return running.child


def _store_outage(stack: Stack, objects: Path) -> None:
    away = objects.with_suffix(".away")
    objects.rename(away)
    try:
        objects.touch()  # Where a folder is wanted, so that nobody makes it again.
        _tend_for(stack, PAUSE_S)
    finally:
        objects.unlink()
        away.rename(objects)


def _tend_for(stack: Stack, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        stack.tend()
        time.sleep(0.1)
