"""One request, to real servers on several addresses of this machine."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.webhook_http import Answer, HttpSender, Resolve
from streams.webhook_targets import TargetRules, networks_of
from tests.support.certificates import Authority
from tests.support.receivers import Receiver

HOST = "hooks.example.test"
ONE = TargetRules(networks_of(["127.0.0.1/32"]), plain_http=True)


def names(*answers: list[str]) -> Resolve:
    """Return a name server that gives these answers one after the other, then the last."""
    left = list(answers)

    async def resolve(_host: str, _port: int) -> list[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


def post(
    url: str,
    resolve: Resolve | None = None,
    trust: ssl.SSLContext | None = None,
    rules: TargetRules = ONE,
    timeout_s: float = 5.0,
) -> Answer:
    """Send once."""

    async def posted() -> Answer:
        sender = HttpSender(rules, resolve, trust, timeout_s)
        try:
            return await sender.post(url, {"webhook-id": "msg_1"}, '{"a":1}')
        finally:
            await sender.close()

    return asyncio.run(posted())


def test_the_receiver_sees_the_name_that_was_given() -> None:
    """Connected by address, asked by name and port, and the body arrives whole."""
    with Receiver() as receiver:
        url = f"http://{HOST}:{receiver.port}/a/b?c=d%20e"

        answer = post(url, names(["127.0.0.1"]))

    (request,) = receiver.requests
    assert answer.delivered
    assert answer.reason == "http.204"
    assert request.path == "/a/b?c=d%20e"
    assert request.headers["host"] == f"{HOST}:{receiver.port}"
    assert request.body == b'{"a":1}'


def test_the_address_that_was_looked_at_is_the_one_connected_to() -> None:
    """A name that leads elsewhere when asked again (DNS rebinding) gains nothing."""
    with Receiver() as good, Receiver(host="127.0.0.2", port=good.port) as inside:
        answer = post(f"http://{HOST}:{good.port}/", names(["127.0.0.1"], ["127.0.0.2"]))

        assert answer.delivered
        assert len(good.requests) == 1
        assert not inside.requests


@pytest.mark.parametrize(
    "found",
    [["127.0.0.2"], ["127.0.0.1", "127.0.0.2"], ["::ffff:127.0.0.2"], ["169.254.169.254"]],
    ids=str,
)
def test_a_name_that_leads_inside_is_refused(found: list[str]) -> None:
    """Also where only one of its addresses does; nobody is connected to."""
    with Receiver(host="127.0.0.2") as inside:
        answer = post(f"http://{HOST}:{inside.port}/", names(found))

    assert answer.reason == "webhook.address"
    assert not inside.requests


@pytest.mark.parametrize("host", ["2130706434", "0x7f000002", "127.2", "0177.0.0.2"])
def test_other_notations_of_an_address_gain_nothing(host: str) -> None:
    """They are resolved as the system does, and the outcome is looked at."""
    with Receiver(host="127.0.0.2") as inside:
        answer = post(f"http://{host}:{inside.port}/")

    assert answer.reason in ("webhook.address", "webhook.url", "webhook.dns")
    assert not inside.requests


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """A redirect is a failure, wherever it leads."""
    with Receiver(host="127.0.0.1") as other:
        reply = (status, {"location": other.url})
        with Receiver(reply=lambda _number: reply) as receiver:
            answer = post(receiver.url)

    assert not answer.delivered
    assert answer.reason == f"http.{status}"
    assert not other.requests


def test_the_certificate_is_the_name_s(tmp_path: Path) -> None:
    """TLS is verified for the name, although an address is connected to."""
    authority = Authority(tmp_path)
    with Receiver(context=authority.server(HOST)) as receiver:
        url = f"https://{HOST}:{receiver.port}/"

        answer = post(url, names(["127.0.0.1"]), authority.trust())

    assert answer.reason == "http.204"


@pytest.mark.parametrize("case", ["another name", "another authority"])
def test_a_wrong_certificate_is_refused(tmp_path: Path, case: str) -> None:
    """Nothing is sent to a server that is not the one named."""
    authority, other = Authority(tmp_path), Authority(tmp_path)
    name = "else.example.test" if case == "another name" else HOST
    with Receiver(context=authority.server(name)) as receiver:
        url = f"https://{HOST}:{receiver.port}/"
        trust = authority.trust() if case == "another name" else other.trust()

        answer = post(url, names(["127.0.0.1"]), trust)

    assert answer.reason == "tls"
    assert not receiver.requests


def dripping(connection: socket.socket, over: threading.Event) -> None:
    """Answer for ever, a header at a time, so that no single read takes long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not over.wait(0.05):
        connection.sendall(b"x: y\r\n")


def silent(_connection: socket.socket, over: threading.Event) -> None:
    """Say nothing."""
    over.wait(10)


@pytest.mark.parametrize("behaviour", [dripping, silent])
def test_a_slow_receiver_is_given_up(
    behaviour: Callable[[socket.socket, threading.Event], None],
) -> None:
    """The time limit is for all of it."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                try:
                    behaviour(connection, over)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()

        answer = post(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout_s=0.6)

        over.set()
        thread.join(10)
    assert answer.reason in ("timeout", "connection")
    assert 0.1 < answer.seconds < 3


def test_a_body_is_not_read() -> None:
    """A receiver that answers without end costs nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        sent: list[int] = []

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
                try:
                    while True:
                        sent.append(connection.send(b"x" * 65536))
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()

        answer = post(f"http://127.0.0.1:{server.getsockname()[1]}/")

        thread.join(10)
    assert answer.delivered
    assert sum(sent) < 100_000_000


def test_nobody_there_is_an_answer_too() -> None:
    """Refused connections and names that nobody knows are failures, not errors."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    async def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert post(f"http://127.0.0.1:{port}/").reason == "connection"
    assert post(f"http://{HOST}/", unknown).reason == "webhook.dns"
