"""The proxy's configuration, in Debian's nginx, in front of the real server."""

import json
import os
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ingest.limits import upload_limits
from streams.embedded.ports import free_port
from streams.settings import load_settings
from tests.deploy.sources import DEPLOY, needed_program
from tests.ingest.live import TIMEOUT_S, Live
from tests.ingest.service import PNG

NGINX = DEPLOY / "nginx"
UPSTREAM = "ingest:8080"


@dataclass
class Proxy:
    """A running nginx."""

    url: str
    folder: Path
    process: "subprocess.Popen[bytes]"

    def connect(self) -> socket.socket:
        """Return an open connection."""
        parts = urlsplit(self.url)
        return socket.create_connection((parts.hostname or "", parts.port or 0), TIMEOUT_S)

    def log(self) -> str:
        """Return what it wrote of requests."""
        return (self.folder / "access.log").read_text()


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """Yield the real server on fakes."""
    server = Live(bounds={"idle_s": 0.5})
    yield server
    server.kill()


@pytest.fixture(scope="module")
def start(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Proxy]]:
    """Start proxies with the shipped file, save for places that are this machine's."""
    started: list[Proxy] = []

    def one(upstream: str | None = None, **replaced: str) -> Proxy:
        folder = tmp_path_factory.mktemp("nginx")
        port = free_port()
        text = (NGINX / "nginx.conf").read_text()
        places = {
            "listen 8080": f"listen 127.0.0.1:{port}",
            UPSTREAM: upstream or urlsplit(live.url).netloc,
            "/tmp/": f"{folder}/",
            "/dev/stdout": f"{folder}/access.log",
            "/dev/stderr": f"{folder}/error.log",
            **replaced,
        }
        for old, new in places.items():
            assert old in text, old
            text = text.replace(old, new)
        (folder / "nginx.conf").write_text(text)
        command = [needed_program("nginx"), "-p", str(folder), "-c", f"{folder}/nginx.conf"]
        user = "user root; " if os.getuid() == 0 else ""
        process = subprocess.Popen(
            [*command, "-g", f"{user}daemon off;"], stderr=(folder / "start.log").open("wb")
        )
        proxy = Proxy(f"http://127.0.0.1:{port}", folder, process)
        started.append(proxy)
        _await_answer(proxy)
        return proxy

    yield one
    for proxy in started:
        proxy.process.terminate()
        proxy.process.wait(TIMEOUT_S)


@pytest.fixture(scope="module")
def proxy(start: Callable[..., Proxy]) -> Proxy:
    """Return the proxy that tests share which change nothing about it."""
    return start()


def _await_answer(proxy: Proxy) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        try:
            proxy.connect().close()
        except OSError:
            said = (proxy.folder / "start.log").read_text()
            assert proxy.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.02)
        else:
            return


def test_an_upload_passes_and_its_result_comes_back(proxy: Proxy, live: Live) -> None:
    """Bodies, links, headers of both sides: nothing is lost on the way."""
    picture = PNG + b"\0" * 3_000_000

    answer = httpx.post(
        f"{proxy.url}/v1/documents", files={"file": picture}, headers={"Prefer": "wait=0"}
    )
    status = httpx.get(proxy.url + answer.headers["location"])

    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "wait=0"
    assert status.json()["document_id"] == answer.json()["document_id"]
    assert status.headers["etag"]
    assert "nginx/" not in answer.headers["server"]


def test_events_are_not_held_back(proxy: Proxy, live: Live) -> None:
    """The first event arrives while the stream is still open."""
    document = httpx.post(f"{proxy.url}/v1/documents", files={"file": PNG + b"event"}).json()
    live.tell(f"event {document['document_id']}")
    address = proxy.url + document["links"]["events"]
    deadline = time.monotonic() + TIMEOUT_S
    seen: list[str] = []
    while not seen and time.monotonic() < deadline:
        with httpx.stream("GET", address, timeout=3.0) as stream:
            assert stream.status_code == 200
            try:
                seen = [next(line for line in stream.iter_lines() if line.startswith("id:"))]
            except httpx.ReadTimeout:
                continue

    assert seen == ["id: 1"]


def test_the_body_limit_is_the_services(proxy: Proxy) -> None:
    """An upload that the service would take passes; beyond that the proxy refuses, unread."""
    settings = load_settings({})
    (line,) = [
        line for line in (NGINX / "nginx.conf").read_text().splitlines() if "max_body_size" in line
    ]
    most = int(line.split()[1].rstrip("m;")) * 1024 * 1024
    assert most >= upload_limits(settings.http).body_max_bytes
    assert most - upload_limits(settings.http).body_max_bytes < 1024 * 1024
    with closing(proxy.connect()) as connection:
        connection.sendall(
            b"POST /v1/documents HTTP/1.1\r\nHost: x\r\nContent-Length: 2147483648\r\n\r\n"
        )
        data = connection.recv(65536)
        while b"}" not in data:
            data += connection.recv(65536)

    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert json.loads(body)["code"] == "upload.body_too_large"
    assert b"application/problem+json" in head


@pytest.mark.parametrize(
    "path",
    ["/metrics", "/ready", "//metrics", "/%6detrics", "/v1/../metrics", "/./ready", "/ready?x=1"],
)
def test_what_is_for_operators_stays_inside(proxy: Proxy, path: str) -> None:
    """However it is spelled; the service itself answers it to those inside."""
    with closing(proxy.connect()) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        data = b""
        while chunk := connection.recv(65536):
            data += chunk

    assert data.startswith(b"HTTP/1.1 404 ")
    assert json.loads(data.partition(b"\r\n\r\n")[2])["code"] == "route.unknown"
    assert httpx.get(f"{proxy.url}/health").json() == {"status": "ok"}


def _echo(listener: socket.socket) -> Callable[[], bytes]:
    """Return a function that answers one request and returns its head."""

    def one() -> bytes:
        connection, _ = listener.accept()
        with closing(connection):
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            return data

    return one


def test_headers_that_claim_an_address_are_said_anew(start: Callable[..., Proxy]) -> None:
    """What a caller says of proxies before this one does not reach the service."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        listener.settimeout(TIMEOUT_S)
        proxy = start(f"127.0.0.1:{listener.getsockname()[1]}")
        with closing(proxy.connect()) as caller:
            caller.sendall(
                b"GET /health HTTP/1.1\r\nHost: shop.example\r\n"
                b"X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: gopher\r\n"
                b"X-Forwarded-Host: evil.example\r\nX-Real-IP: 6.6.6.6\r\n"
                b"Forwarded: for=6.6.6.6\r\nConnection: x-api-key\r\nX-API-Key: kept\r\n\r\n"
            )
            head = _echo(listener)().decode().lower()

    assert "6.6.6.6" not in head
    assert "evil.example" not in head
    assert "x-forwarded-for: 127.0.0.1\r\n" in head
    assert "x-forwarded-proto: http\r\n" in head
    assert "host: shop.example\r\n" in head
    assert "x-api-key: kept\r\n" in head


def test_a_service_that_is_gone_is_a_problem_with_a_time(start: Callable[..., Proxy]) -> None:
    """Callers see 503 with Retry-After in the form of all errors."""
    proxy = start(f"127.0.0.1:{free_port()}")

    answer = httpx.get(f"{proxy.url}/v1/document-types")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "ingest.unavailable"


def test_an_address_that_asks_too_often_is_told(start: Callable[..., Proxy]) -> None:
    """The limit by address answers 429, as the service's own limits do."""
    proxy = start(**{"rate=50r/s": "rate=1r/m", "burst=200": "burst=1"})

    with httpx.Client(base_url=proxy.url) as client:
        answers = [client.get("/health") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 429, 429]
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].json()["code"] == "address.too_many"


def test_the_log_holds_no_query_and_no_key(proxy: Proxy) -> None:
    """A link's signature stands in its query, and whoever reads logs must not open pictures."""
    httpx.get(
        f"{proxy.url}/objects/a/b?expires=1&signature=secret-signature",
        headers={"X-API-Key": "secret-key", "Referer": "https://x/secret-referer"},
    )
    deadline = time.monotonic() + TIMEOUT_S
    while "/objects/a/b" not in proxy.log() and time.monotonic() < deadline:
        time.sleep(0.02)

    lines = [json.loads(line) for line in proxy.log().splitlines()]

    assert any(one["path"] == "/objects/a/b" and one["status"] == 403 for one in lines)
    assert "secret" not in proxy.log()


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "server.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    (folder / "server.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))


def test_tls_is_one_file_away(start: Callable[..., Proxy], tmp_path: Path, live: Live) -> None:
    """With the example in place the proxy speaks TLS 1.2 and newer, and asks for it for good."""
    _certificate(tmp_path)
    port = free_port()
    text = (NGINX / "tls.conf.example").read_text()
    for old, new in (("listen 8443", f"listen 127.0.0.1:{port}"), ("/etc/nginx/bitaqa", tmp_path)):
        assert old in text
        text = text.replace(old, str(new))
    (tmp_path / "tls.conf").write_text(text)
    start(**{"include tls*.conf": f"include {tmp_path}/tls*.conf"})
    context = ssl.create_default_context(cafile=str(tmp_path / "server.crt"))
    outdated = ssl.create_default_context(cafile=str(tmp_path / "server.crt"))
    outdated.maximum_version = ssl.TLSVersion.TLSv1_1

    answer: Any = httpx.get(f"https://localhost:{port}/health", verify=context)

    assert answer.json() == {"status": "ok"}
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"https://localhost:{port}/health", verify=outdated)
