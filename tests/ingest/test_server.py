"""The real server over a real socket: what a fake transport cannot show."""

import asyncio
import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest

from ingest.protocol import HEAD_MAX_BYTES
from tests.ingest.live import TIMEOUT_S, Live
from tests.ingest.service import PNG

HEAD = (
    b"POST /v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
)
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
END = b"\r\n--b--\r\n"


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """Yield the server that tests share which change nothing about it."""
    server = Live()
    yield server
    server.kill()


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


def _answer(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """Return status and body of an answer that ends with the connection, however it ends."""
    data = b""
    while chunk := connection.recv(65536):
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)


def test_a_body_announced_too_large_is_refused_unread(live: Live) -> None:
    """Two gigabytes are answered 413 before one byte of them is sent."""
    with closing(live.connect()) as connection:
        connection.sendall(HEAD + b"Content-Length: 2147483648\r\n\r\n")

        status, problem = _answer(connection)

    assert status == 413
    assert problem["code"] == "upload.body_too_large"


def test_a_caller_that_asks_first_is_told_first(live: Live) -> None:
    """With ``Expect: 100-continue`` a refusal comes instead of the go-ahead, at once."""
    with closing(live.connect()) as connection:
        started = time.monotonic()
        connection.sendall(HEAD + b"Content-Length: 2147483648\r\nExpect: 100-continue\r\n\r\n")

        status, _ = _answer(connection)

    assert status == 413
    assert time.monotonic() - started < 1.5


def test_a_refusal_reaches_a_caller_who_is_still_sending(start: Callable[..., Live]) -> None:
    """The connection is not reset under the answer, while a few megabytes are on their way."""
    live = start(http={"upload_max_bytes": 1000})
    body = PART + PNG + b"\0" * 3_000_000 + END
    with closing(live.connect()) as connection:
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)

        status, problem = _answer(connection)

    assert status == 413
    assert problem["code"] in {"upload.file_too_large", "upload.body_too_large"}


def test_a_chunked_body_cannot_slip_past_the_limit(start: Callable[..., Live]) -> None:
    """Without a Content-Length the limit holds all the same."""
    live = start(http={"upload_max_bytes": 100_000})

    def endless() -> Iterator[bytes]:
        yield PART + PNG
        for _ in range(300):
            yield b"\0" * 10_000

    answer = httpx.post(
        f"{live.url}/v1/documents",
        content=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )

    assert answer.status_code == 413
    assert answer.json()["code"] == "upload.file_too_large"


def test_a_slow_caller_loses_its_place(start: Callable[..., Live]) -> None:
    """A body that stops coming is answered 408, and the place is free for another."""
    live = start(http={"uploads_max": 1}, bounds={"idle_s": 0.3})
    with closing(live.connect()) as connection:
        connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n" + PART)

        status, problem = _answer(connection)

    assert (status, problem["code"]) == (408, "upload.slow")
    assert httpx.post(f"{live.url}/v1/documents", files={"file": PNG}).status_code == 202


def test_a_dripping_caller_ends_too(start: Callable[..., Live]) -> None:
    """A byte now and then does not stretch the time for the whole body."""
    live = start(bounds={"idle_s": 5.0, "total_s": 0.5})
    with closing(live.connect()) as connection:
        connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n" + PART)
        connection.settimeout(0.05)
        data = b""
        for _ in range(400):
            connection.sendall(b"x")
            try:
                data = connection.recv(65536)
                break
            except TimeoutError:
                continue

    assert data.startswith(b"HTTP/1.1 408 ")


def test_a_caller_who_leaves_midway_leaves_nothing(start: Callable[..., Live]) -> None:
    """A connection that breaks in the body frees the place and publishes nothing."""
    live = start(http={"uploads_max": 1})
    connection = live.connect()
    connection.sendall(HEAD + b"Content-Length: 5000\r\n\r\n" + PART + PNG)
    connection.close()

    statuses = [
        httpx.post(f"{live.url}/v1/documents", files={"file": PNG}).status_code for _ in range(50)
    ]
    while statuses[-1] == 429:
        statuses.append(httpx.post(f"{live.url}/v1/documents", files={"file": PNG}).status_code)

    assert statuses[-1] == 202
    assert live.stop()["records"] == 1


@pytest.mark.anyio
async def test_fifty_uploads_at_once_are_all_taken(start: Callable[..., Live]) -> None:
    """Each gets its own id, each is one record; the rest of the service answers meanwhile."""
    live = start()
    pictures = [PNG + bytes([n]) * 200_000 for n in range(50)]
    limits = httpx.Limits(max_connections=60)
    async with httpx.AsyncClient(base_url=live.url, timeout=60, limits=limits) as client:
        uploads = [client.post("/v1/documents", files={"file": one}) for one in pictures]
        *answers, health = await asyncio.gather(*uploads, client.get("/health"))

    assert [one.status_code for one in answers] == [202] * 50
    assert len({one.json()["document_id"] for one in answers}) == 50
    assert health.status_code == 200
    assert live.stop()["records"] == 50


def test_what_is_no_http_gets_problem_details(live: Live) -> None:
    """Even where no request was understood the answer has the form of all errors."""
    for garbage in (
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /health HTTP/1.1\r\nX: " + b"y" * (2 * HEAD_MAX_BYTES),
        b"GET /health HTTP/1.1\r\n" + b"X: y\r\n" * HEAD_MAX_BYTES,
        b"GET /" + b"y" * (2 * HEAD_MAX_BYTES),
    ):
        with closing(live.connect()) as connection:
            connection.sendall(garbage)
            status, problem = _answer(connection)

        assert (status, problem["code"]) == (400, "http.malformed")


def test_a_strange_head_is_answered_like_any_other(live: Live) -> None:
    """Nonsense in the address or the Host header is no way to a 500 or to two requests in one."""
    for head, expected in (
        (b"GET /nothing HTTP/1.1\r\nHost: [\r\n\r\n", 404),
        (b"GET /%ff%00%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        (b"GET http://[/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"POST /v1/documents HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (HEAD + b"Content-Length: -1\r\n\r\n", 400),
        (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n\x1f\x8b\x08\0\0", 400),
    ):
        with closing(live.connect()) as connection:
            connection.sendall(head)
            connection.shutdown(socket.SHUT_WR)
            status, _ = _answer(connection)

        assert status == expected, head


def test_one_connection_serves_many_uploads(live: Live) -> None:
    """A connection stays open behind a good answer and behind a refusal that was read."""
    with httpx.Client(base_url=live.url) as client:
        for body, status in ((PNG, 202), (b"text", 415), (b"", 422), (PNG, 202)):
            answer = client.post("/v1/documents", files={"file": body})

            assert answer.status_code == status


def test_sigterm_lets_a_request_finish(start: Callable[..., Live]) -> None:
    """An upload that is half sent when SIGTERM comes is still taken; then the log is flushed."""
    live = start()
    body = PART + PNG + END
    with closing(live.connect()) as connection:
        connection.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body))
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")  # It reads: the upload has begun.
        while not _refuses(live):
            time.sleep(0.01)
        connection.sendall(body)

        status, _ = _answer(connection)

    assert status == 202
    assert live.process.wait(TIMEOUT_S) == 0
    assert live.process.stdout
    assert json.loads(live.process.stdout.read()) == {"records": 1, "closed": True}


def _refuses(live: Live) -> bool:
    """Ask the server to end, and say whether it listens no more."""
    live.process.send_signal(signal.SIGTERM)
    try:
        live.connect().close()
    except ConnectionError:
        return True
    return False


def test_sigterm_ends_long_answers(start: Callable[..., Live]) -> None:
    """Who waits for a result or follows events is answered with what there is."""
    live = start()
    first = httpx.post(f"{live.url}/v1/documents", files={"file": PNG}).json()
    with httpx.stream("GET", live.url + first["links"]["events"], timeout=TIMEOUT_S) as events:
        said = live.stop()
        rest = b"".join(events.iter_raw())

    assert said == {"records": 1, "closed": True, "code": 0}
    assert rest == b""
