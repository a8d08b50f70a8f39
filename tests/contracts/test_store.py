"""One suite for every object store: a directory, memory and a real S3 server."""

import os
import threading
import time
import tracemalloc
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from schemas.errors import Unavailable, Unprocessable
from streams.settings import StoreSettings
from streams.store import (
    DRAFTS,
    LINK_PATH,
    DirectoryStore,
    MemoryStore,
    Store,
    verify_link,
)
from streams.store_s3 import S3Store
from tests.support.servers import S3Server

SECRET = "a secret for tests, of 32 and more"
PNG = "image/png"


@dataclass(frozen=True, slots=True)
class Subject:
    """A store and the way in which its links are followed: None where they lead nowhere."""

    store: Store
    follow: Callable[[str], bytes | None]


@pytest.fixture(
    params=["directory", "memory", pytest.param("s3", marks=pytest.mark.s3)],
)
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Subject:
    """Return each store in turn, empty."""
    if request.param == "memory":
        memory = MemoryStore()
        return Subject(memory, memory.follow)
    if request.param == "directory":
        directory = DirectoryStore(tmp_path / "objects", SECRET, "https://example.org/")
        return Subject(directory, lambda link: _follow_signed(directory, link))
    server: S3Server = request.getfixturevalue("s3_server")
    return Subject(_s3(server), _follow_http)


def _s3(server: S3Server, bucket: str = "") -> S3Store:
    settings = StoreSettings(None, server.url, server.access_key, server.secret_key)
    return S3Store(bucket or f"test-{uuid.uuid4().hex}", settings)


def _follow_signed(store: Store, link: str) -> bytes | None:
    parts = urlsplit(link)
    key = parts.path.removeprefix(LINK_PATH)
    return store.get(key) if verify_link(SECRET, key, dict(parse_qsl(parts.query))) else None


def _follow_http(link: str) -> bytes | None:
    answer = httpx.get(link)
    return answer.content if answer.is_success else None


def test_what_was_put_is_got(subject: Subject) -> None:
    """Every byte comes back, none and many alike."""
    contents = [b"", b"\x00\xff" * 700_000]

    for number, content in enumerate(contents):
        subject.store.put(f"originals/t/doc_1/{number}.png", content, PNG)

    got = [subject.store.get(f"originals/t/doc_1/{number}.png") for number in range(len(contents))]
    assert got == contents


def test_a_file_is_put_whole_and_stays(subject: Subject, tmp_path: Path) -> None:
    """The caller's file is copied, not taken."""
    path = tmp_path / "upload"
    path.write_bytes(b"card" * 100_000)

    subject.store.put_file("originals/t/doc_1/1.jpg", path, "image/jpeg")

    assert subject.store.get("originals/t/doc_1/1.jpg") == path.read_bytes()


def test_the_last_put_counts(subject: Subject) -> None:
    """An object takes the place of the one before it; a shorter one leaves no rest behind."""
    subject.store.put("a/b", b"first and long", PNG)

    subject.store.put("a/b", b"second", PNG)

    assert subject.store.get("a/b") == b"second"


def test_what_is_missing_is_said_to_be_missing(subject: Subject) -> None:
    """An object that is not there is the document's fault, not the store's."""
    subject.store.put("here/1", b"x", PNG)

    for key in ("here/2", "nowhere/1", "here"):
        assert not subject.store.exists(key)
        with pytest.raises(Unprocessable) as caught:
            subject.store.get(key)
        assert caught.value.reason == "object.missing"


def test_an_object_beyond_the_bound_is_refused(subject: Subject) -> None:
    """Of one with as many bytes as asked for all come, of one with a byte more none."""
    subject.store.put("a/b", b"x" * 1000, PNG)

    assert subject.store.get("a/b", 1000) == b"x" * 1000
    with pytest.raises(Unprocessable) as caught:
        subject.store.get("a/b", 999)

    assert caught.value.reason == "object.too_large"
    with pytest.raises(Unprocessable) as caught:
        subject.store.get("a/c", 999)
    assert caught.value.reason == "object.missing"
    # The connection that was not read to its end serves nobody else.
    assert subject.store.get("a/b") == b"x" * 1000


def test_a_large_object_is_refused_unread(tmp_path: Path) -> None:
    """A gigabyte takes neither memory nor time."""
    store = DirectoryStore(tmp_path, SECRET)
    store.put("a/b", b"", PNG)
    os.truncate(tmp_path / "a/b", 2**30)
    tracemalloc.start()

    with pytest.raises(Unprocessable):
        store.get("a/b", 1000)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000


@pytest.mark.s3
def test_a_large_object_of_a_server_is_refused_unread(
    s3_server: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its length is known before its bytes."""
    store = _s3(s3_server)
    store.put("a/b", b"x" * 20_000_000, PNG)
    read: list[object] = []

    def note(answer: object, *_: object, **__: object) -> bytes:
        read.append(answer)
        return b""

    monkeypatch.setattr("urllib3.response.HTTPResponse.read", note)

    with pytest.raises(Unprocessable):
        store.get("a/b", 1000)

    assert not read


def test_an_object_is_gone_once_deleted(subject: Subject) -> None:
    """Deleting works, and does so twice."""
    subject.store.put("a/b", b"x", PNG)
    assert subject.store.exists("a/b")

    subject.store.delete("a/b")
    subject.store.delete("a/b")

    assert not subject.store.exists("a/b")
    assert not list(subject.store.keys(""))


def test_keys_are_listed_by_prefix_and_in_order(subject: Subject) -> None:
    """A prefix may end within a name; what only resembles it is left out."""
    keys = ["pages/t/doc_1/2.png", "pages/t/doc_1/1.png", "pages/t/doc_10/1.png", "pages/u/1.png"]
    for key in keys:
        subject.store.put(key, b"x", PNG)

    assert list(subject.store.keys("")) == sorted(keys)
    assert list(subject.store.keys("pages/t/doc_1/")) == sorted(keys[:2])
    assert set(subject.store.keys("pages/t/doc_1")) == set(keys[:3])
    assert list(subject.store.keys("nothing/here/")) == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "a/../../b",
        "..",
        "a//b",
        "a/",
        "a/./b",
        ".drafts/x",
        "a/.hidden",
        "a b",
        "a\x00b",
        "a\\b",
        "a\nb",
        "é",
        "a" * 201,
        "/".join(["a" * 100] * 6),
    ],
)
def test_a_key_that_could_leave_the_store_is_refused(subject: Subject, key: str) -> None:
    """No call takes it, whatever the store."""
    store = subject.store
    calls: list[Callable[[], object]] = [
        lambda: store.get(key),
        lambda: store.put(key, b"x", PNG),
        lambda: store.exists(key),
        lambda: store.delete(key),
        lambda: store.link(key, 60),
    ]

    for call in calls:
        with pytest.raises(ValueError, match="not an object key"):
            call()


def test_a_link_leads_to_its_object_alone_and_ends(subject: Subject) -> None:
    """It works until it expires, and for no other object."""
    subject.store.put("a/1", b"one", PNG)
    subject.store.put("a/2", b"two", PNG)

    link = subject.store.link("a/1", 60)
    short = subject.store.link("a/1", 1)

    assert subject.follow(link) == b"one"
    assert subject.follow(link.replace("a/1", "a/2")) is None
    assert _becomes_none(lambda: subject.follow(short))


def _becomes_none(ask: Callable[[], object]) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if ask() is None:
            return True
        threading.Event().wait(0.1)
    return False


def test_readers_see_an_object_whole_or_not_at_all(subject: Subject) -> None:
    """Puts of two contents and gets at once never show a mixture."""
    contents = {bytes([value]) * 200_000 for value in (65, 66)}
    subject.store.put("a/b", next(iter(contents)), PNG)
    over = threading.Event()

    def write() -> None:
        for _ in range(10):
            for content in contents:
                subject.store.put("a/b", content, PNG)
        over.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not over.is_set():
        seen.add(subject.store.get("a/b"))
    writer.join()

    assert seen <= contents


def test_a_store_that_is_there_says_so(subject: Subject) -> None:
    """The check passes, before and after the first object."""
    subject.store.check()
    subject.store.put("a/b", b"x", PNG)
    subject.store.check()


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[DirectoryStore]:
    """Yield a store whose directory was taken away, as a mount may be."""
    store = DirectoryStore(tmp_path / "objects", SECRET)
    store.put("a/b", b"x", PNG)
    (tmp_path / "objects").rename(tmp_path / "elsewhere")
    yield store
    (tmp_path / "elsewhere").rename(tmp_path / "objects")
    assert store.get("a/b") == b"x"


def test_a_directory_that_went_away_is_an_outage(lost: DirectoryStore, tmp_path: Path) -> None:
    """Nothing is said to be missing, nothing is written beside it, and it may come back."""
    calls: list[Callable[[], object]] = [
        lost.check,
        lambda: lost.get("a/b"),
        lambda: lost.exists("a/b"),
        lambda: lost.put("a/c", b"y", PNG),
        lambda: lost.put_file("a/d", Path(__file__), PNG),
        lambda: lost.delete("a/b"),
        lambda: list(lost.keys("")),
    ]

    for call in calls:
        with pytest.raises(Unavailable) as caught:
            call()
        assert caught.value.dependency == "store"

    assert not (tmp_path / "objects").exists()


def test_an_interrupted_put_leaves_no_object(tmp_path: Path) -> None:
    """What a killed process left half written is in no listing."""
    store = DirectoryStore(tmp_path, SECRET)
    (tmp_path / DRAFTS / "half").write_bytes(b"hal")

    assert list(store.keys("")) == []


@pytest.mark.s3
def test_a_server_that_is_gone_is_an_outage() -> None:
    """Each call ends within its bound and says what is down, not why the key was wrong."""
    settings = StoreSettings(None, "http://127.0.0.1:9", "key", "secret of the server")
    store = S3Store("bucket", settings)
    calls: list[Callable[[], object]] = [
        store.check,
        lambda: store.get("a/b"),
        lambda: store.put("a/b", b"x", PNG),
        lambda: store.exists("a/b"),
        lambda: list(store.keys("")),
    ]

    for call in calls:
        began = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            call()
        assert caught.value.dependency == "store"
        assert "secret" not in str(caught.value)
        assert time.monotonic() - began < 10


@pytest.mark.s3
def test_wrong_keys_are_an_outage_with_its_cure(s3_server: S3Server) -> None:
    """The message names the settings to look at."""
    settings = StoreSettings(None, s3_server.url, s3_server.access_key, "not the secret")

    with pytest.raises(Unavailable, match="BITAQA_S3_"):
        S3Store("bucket", settings).put("a/b", b"x", PNG)


@pytest.mark.s3
def test_two_replicas_may_make_the_bucket_at_once(s3_server: S3Server) -> None:
    """The one that comes second finds it there."""
    bucket = f"test-{uuid.uuid4().hex}"

    _s3(s3_server, bucket).put("a/1", b"1", PNG)
    second = _s3(s3_server, bucket)
    second.put("a/2", b"2", PNG)

    assert list(second.keys("a/")) == ["a/1", "a/2"]


def test_everything_is_listed_with_its_age(subject: Subject) -> None:
    """In the order of keys, from behind one on; a key that is not there is a place as well."""
    before_s = time.time() - 2
    keys = [f"{kind}/t/doc_{number}/1" for kind in ("manifests", "pages") for number in range(1200)]
    for key in keys[:3] + keys[-2:]:
        subject.store.put(key, b"x", PNG)

    found = list(subject.store.entries())
    behind = [one.key for one in subject.store.entries("manifests/t/doc_1/1")]

    assert [one.key for one in found] == sorted(keys[:3] + keys[-2:])
    assert all(before_s < one.written_s < time.time() + 2 for one in found)
    assert behind == [one.key for one in found if one.key > "manifests/t/doc_1/1"]
    assert [one.key for one in subject.store.entries("n")] == sorted(keys[-2:])
    assert not list(subject.store.entries("zzz"))
