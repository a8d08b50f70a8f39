"""The object store: its port, a local directory, memory for tests, and the choice by setting.

S3 is in ``store_s3.py``. All of them pass one contract suite.
"""

import contextlib
import hashlib
import hmac
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Protocol
from urllib.parse import unquote, urlencode, urlsplit

from schemas.errors import Misconfigured, Unavailable, Unprocessable
from streams.settings import Settings

KEY_LENGTH_MAX = 512
SEGMENT_LENGTH_MAX = 200
LINK_PATH = "/objects/"
DRAFTS = ".drafts"
DRAFT_AGE_MAX_S = 24 * 60 * 60

_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.=@+-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in a listing: its key, and when it was written, in seconds since 1970."""

    key: str
    written_s: float


class Store(Protocol):
    """Whole objects by key. Every call is safe to repeat and from any thread.

    A key is ``/``-separated segments of letters, digits and ``_.=@+-`` that begin with a letter,
    a digit or ``_``; any other is a ``ValueError``. Every call raises ``Unavailable`` when the
    store does not answer.
    """

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes.

        Raises:
            Unprocessable: ``object.missing`` when there is no such object, ``object.too_large``
                when it has more than ``max_bytes``; it is not read then.
        """
        ...

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store an object, durable on return, in place of any other under the key."""
        ...

    def put_file(self, key: str, path: Path, media_type: str) -> None:
        """Store a file as ``put`` does; the file stays."""
        ...

    def exists(self, key: str) -> bool:
        """Say whether there is an object under the key."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix, in order; the empty prefix means all."""
        ...

    def entries(self, after: str = "") -> Iterator[Entry]:
        """Yield every object whose key comes behind ``after``, in the order of keys.

        What is written or removed meanwhile may or may not be among them.
        """
        ...

    def link(self, key: str, expires_s: int) -> str:
        """Return an address from which anyone can get the object until it expires.

        S3 allows seven days at most.
        """
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` when the store cannot be written."""
        ...


def open_store(settings: Settings) -> Store:
    """Return the store of ``BITAQA_STORE_URL``; a directory or bucket is made when absent.

    Raises:
        Misconfigured: when the setting is missing or names nothing we know.
    """
    url = settings.store.url
    if not url:
        raise Misconfigured(
            "BITAQA_STORE_URL is not set: give file:///folder, or s3://bucket with BITAQA_S3_*"
        )
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and len(parts.path) > 1:
        return DirectoryStore(Path(unquote(parts.path)), settings.secret)
    if parts.scheme == "s3" and parts.netloc and parts.path in {"", "/"}:
        from streams.store_s3 import S3Store  # noqa: PLC0415 - its client only where it is used

        return S3Store(parts.netloc, settings.store)
    if parts.scheme == "memory":
        return MemoryStore()
    raise Misconfigured("BITAQA_STORE_URL must be file:///folder or s3://bucket")


def checked_key(key: str) -> str:
    """Return the key; raise ``ValueError`` where it could name anything but an object."""
    segments = key.split("/")
    if len(key) > KEY_LENGTH_MAX or not all(
        len(one) <= SEGMENT_LENGTH_MAX and _SEGMENT.fullmatch(one) for one in segments
    ):
        raise ValueError("not an object key")
    return key


def checked_prefix(prefix: str) -> str:
    """Return the prefix; raise ``ValueError`` where no key can begin with it."""
    if prefix:
        checked_key(prefix.removesuffix("/"))
    return prefix


def missing(key: str) -> Unprocessable:
    """Return the error for an object that is not there."""
    return Unprocessable("object.missing", f"there is no object {key} in the store")


def too_large(key: str) -> Unprocessable:
    """Return the error for an object that has more bytes than the caller takes."""
    return Unprocessable("object.too_large", f"the object {key} is larger than asked for")


def sign_link(secret: str, key: str, expires_s: int, *, now: float | None = None) -> str:
    """Return ``expires`` and ``signature`` as a query string, valid for so many seconds."""
    expires = int((time.time() if now is None else now) + expires_s)
    return urlencode({"expires": expires, "signature": _signature(secret, key, expires)})


def verify_link(
    secret: str, key: str, query: Mapping[str, str], *, now: float | None = None
) -> bool:
    """Say whether a link's query was signed for this key and has not expired."""
    given = query.get("expires", "")
    if not re.fullmatch(r"[0-9]{1,12}", given, re.ASCII):
        return False
    genuine = _signature(secret, key, int(given)).encode()
    signed = hmac.compare_digest(query.get("signature", "").encode(), genuine)
    return signed and int(given) >= (time.time() if now is None else now)


class DirectoryStore:
    """Objects as files below one directory, which several processes may share.

    An object appears whole or not at all, and is on disk when ``put`` returns. Where the
    directory goes away the store is unavailable: it is made when opened and never again.

    Args:
        root: the directory.
        secret: signs links; without one there are none.
        base_url: stands before links, which the ingest service answers.

    Raises:
        Misconfigured: when the directory can be neither found nor made.
    """

    def __init__(self, root: Path, secret: str | None, base_url: str = "") -> None:
        self._root = root
        self._secret = secret
        self._base_url = base_url.rstrip("/")
        self._drafts = root / DRAFTS
        try:
            self._drafts.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Misconfigured(
                f"the folder of BITAQA_STORE_URL cannot be made: {error.strerror}"
            ) from None
        self._clear_drafts()

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes."""
        path = self._path(key)
        with self._errors():
            try:
                with path.open("rb") as file:
                    # The open file is measured: a put meanwhile makes another one.
                    if max_bytes is not None and os.fstat(file.fileno()).st_size > max_bytes:
                        raise too_large(key)
                    return file.read()
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                self._expect_root()
                raise missing(key) from None

    def put(self, key: str, data: bytes, media_type: str) -> None:  # noqa: ARG002 - by extension
        """Store an object, durable on return."""
        path = self._path(key)
        with self._errors(), self._draft() as draft:
            draft.write_bytes(data)
            self._publish(draft, path)

    def put_file(self, key: str, path: Path, media_type: str) -> None:  # noqa: ARG002 - as above
        """Store a copy of a file, durable on return."""
        target = self._path(key)
        with self._errors(), self._draft() as draft:
            shutil.copyfile(path, draft)
            self._publish(draft, target)

    def exists(self, key: str) -> bool:
        """Say whether there is an object under the key."""
        path = self._path(key)
        with self._errors():
            if path.is_file():
                return True
            self._expect_root()
            return False

    def delete(self, key: str) -> None:
        """Remove an object, durably."""
        path = self._path(key)
        with self._errors():
            try:
                path.unlink()
            except (FileNotFoundError, NotADirectoryError):
                self._expect_root()
                return
            _sync(path.parent)

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix, in order."""
        folder = checked_prefix(prefix).rpartition("/")[0]
        with self._errors():
            self._expect_root()
            found = sorted(self._walk(self._root / folder))
        yield from (key for key in found if key.startswith(prefix))

    def entries(self, after: str = "") -> Iterator[Entry]:
        """Yield every object behind a key."""
        with self._errors():
            self._expect_root()
            found = sorted(key for key in self._walk(self._root) if key > after)
        for key in found:
            # One that was removed meanwhile is not there.
            with contextlib.suppress(FileNotFoundError):
                yield Entry(key, (self._root / key).stat().st_mtime)

    def link(self, key: str, expires_s: int) -> str:
        """Return an address that the ingest service answers until it expires."""
        checked_key(key)
        if not self._secret:
            raise Misconfigured("BITAQA_SECRET is not set: links to objects are signed with it")
        return f"{self._base_url}{LINK_PATH}{key}?{sign_link(self._secret, key, expires_s)}"

    def check(self) -> None:
        """Raise ``Unavailable`` when the directory cannot be written."""
        with self._errors(), self._draft() as draft:
            draft.write_bytes(b"")

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)

    def _walk(self, folder: Path) -> Iterator[str]:
        for parent, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if name != DRAFTS]
            for name in names:
                yield (Path(parent) / name).relative_to(self._root).as_posix()

    @contextlib.contextmanager
    def _draft(self) -> Iterator[Path]:
        draft = self._drafts / uuid.uuid4().hex
        try:
            yield draft
        finally:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)

    def _publish(self, draft: Path, path: Path) -> None:
        _sync(draft)
        self._make_folders(path.parent)
        draft.replace(path)
        _sync(path.parent)

    def _make_folders(self, folder: Path) -> None:
        # Never the root: where it is gone, say a lost mount, writing beside it would hide that.
        if folder == self._root or folder.is_dir():
            return
        self._make_folders(folder.parent)
        with contextlib.suppress(FileExistsError):
            folder.mkdir()
            _sync(folder.parent)

    def _expect_root(self) -> None:
        if not self._drafts.is_dir():
            raise Unavailable("store", "its folder is gone")

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unavailable("store", error.strerror or type(error).__name__) from None

    def _clear_drafts(self) -> None:
        # A process that was killed leaves its draft behind; a living one needs it for seconds.
        oldest = time.time() - DRAFT_AGE_MAX_S
        with contextlib.suppress(OSError):
            for draft in self._drafts.iterdir():
                if draft.stat().st_mtime < oldest:
                    draft.unlink(missing_ok=True)


class MemoryStore:
    """Objects in this process, for tests and for reading without a pipeline."""

    def __init__(self) -> None:
        self._objects: dict[str, bytes] = {}
        self._written_s: dict[str, float] = {}
        self._secret = token_hex(32)

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes."""
        try:
            data = self._objects[checked_key(key)]
        except KeyError:
            raise missing(key) from None
        if max_bytes is not None and len(data) > max_bytes:
            raise too_large(key)
        return data

    def put(self, key: str, data: bytes, media_type: str) -> None:  # noqa: ARG002 - nobody asks
        """Store an object."""
        self._objects[checked_key(key)] = bytes(data)
        self._written_s[key] = time.time()

    def put_file(self, key: str, path: Path, media_type: str) -> None:
        """Store a copy of a file."""
        self.put(key, path.read_bytes(), media_type)

    def exists(self, key: str) -> bool:
        """Say whether there is an object under the key."""
        return checked_key(key) in self._objects

    def delete(self, key: str) -> None:
        """Remove an object."""
        self._objects.pop(checked_key(key), None)

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix, in order."""
        checked_prefix(prefix)
        yield from sorted(key for key in self._objects if key.startswith(prefix))

    def entries(self, after: str = "") -> Iterator[Entry]:
        """Yield every object behind a key."""
        found = sorted(key for key in self._objects if key > after)
        yield from (Entry(key, self._written_s[key]) for key in found)

    def link(self, key: str, expires_s: int) -> str:
        """Return an address that only :meth:`follow` understands."""
        return f"memory:{checked_key(key)}?{sign_link(self._secret, key, expires_s)}"

    def follow(self, link: str) -> bytes | None:
        """Return what a link of this store leads to, None where it expired or was altered."""
        parts = urlsplit(link)
        query = dict(pair.split("=", 1) for pair in parts.query.split("&"))
        return self.get(parts.path) if verify_link(self._secret, parts.path, query) else None

    def check(self) -> None:
        """Do nothing: memory is there."""


def _signature(secret: str, key: str, expires: int) -> str:
    text = f"bitaqa link\n{expires}\n{key}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a directory, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
