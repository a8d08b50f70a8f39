"""Memory of the service stays flat, whatever callers do with their bodies."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psutil
import pytest

from tests.ingest.live import TIMEOUT_S, Live
from tests.ingest.service import PNG

HEAD = (
    b"POST /v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
)
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
SLOW_CALLERS = 1000
WAIT_S = 90.0
"""A hundred megabytes are on their way before those who wait, on a machine that may be busy."""
GROWTH_MAX_BYTES = 64 * 1024 * 1024
"""64 kB a caller: their sockets, requests and files, and not their bodies."""


@pytest.fixture
def start() -> Iterator[Callable[..., Live]]:
    """Start servers that end with the test."""
    started: list[Live] = []

    def one(**options: Any) -> Live:
        started.append(Live(**options))
        return started[-1]

    yield one
    for server in started:
        server.kill()


def _rss(live: Live) -> int:
    return int(psutil.Process(live.process.pid).memory_info().rss)


def _warm(live: Live) -> int:
    """Hand a few documents in and return the memory afterwards."""
    for number in range(20):
        httpx.post(
            f"{live.url}/v1/documents", files={"file": PNG + bytes([number])}, timeout=WAIT_S
        )
    return _rss(live)


def test_a_thousand_slow_callers_take_no_memory_for_their_bodies(
    start: Callable[..., Live],
) -> None:
    """Each has sent 100 kB of a file and drips on; the service answers others meanwhile."""
    live = start(http={"uploads_max": SLOW_CALLERS + 10}, bounds={"idle_s": 120.0})
    before = _warm(live)
    callers = []
    for _ in range(SLOW_CALLERS):
        connection = live.connect()
        connection.sendall(HEAD + b"Content-Length: 15000000\r\n\r\n" + PART + PNG)
        callers.append(connection)
    for connection in callers:
        connection.sendall(b"\0" * 100_000)
    others = [
        httpx.post(f"{live.url}/v1/documents", files={"file": PNG}, timeout=WAIT_S)
        for _ in range(5)
    ]
    for connection in callers:
        connection.sendall(b"\0")
    health = httpx.get(f"{live.url}/health", timeout=WAIT_S)
    _await_reading(live)
    after = _rss(live)
    for connection in callers:
        connection.close()

    assert {one.status_code for one in others} == {202}
    assert health.status_code == 200
    assert after - before < GROWTH_MAX_BYTES


def _await_reading(live: Live) -> None:
    """Wait until the service has written what was sent: a file of each caller is on the disk."""
    deadline = time.monotonic() + WAIT_S
    process = psutil.Process(live.process.pid)
    while True:
        opened = [one for one in process.open_files() if "bitaqa-spool" in one.path]
        if len(opened) >= SLOW_CALLERS:
            return
        assert time.monotonic() < deadline, f"{len(opened)} files"
        time.sleep(0.05)


def test_two_gigabytes_in_chunks_end_early_and_cost_nothing(start: Callable[..., Live]) -> None:
    """A body that announces no length is cut off at the limit; memory does not follow it."""
    live = start()
    before = _warm(live)
    most, chunk, sent = before, b"\0" * 1_000_000, 0
    with contextlib.closing(live.connect()) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        first = PART + PNG
        connection.sendall(b"%x\r\n%s\r\n" % (len(first), first))
        while sent < 2_000_000_000 and not _has_answer(connection):
            try:
                connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            except ConnectionError:
                break
            sent += len(chunk)
            most = max(most, _rss(live))
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert sent < 100_000_000
    assert most - before < GROWTH_MAX_BYTES


def _has_answer(connection: socket.socket) -> bool:
    connection.settimeout(0)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False
    finally:
        connection.settimeout(TIMEOUT_S)
