"""What the ingest service needs from outside, as protocols; streams brings the adapters."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from schemas.messages import DocumentRead
from streams.api_keys import ApiKey


class Objects(Protocol):
    """The object store. Its calls block and are made in threads; each is safe to repeat."""

    def get(self, key: str, max_bytes: int | None = None) -> bytes:
        """Return an object's bytes.

        Raises:
            Unprocessable: ``object.missing`` when there is no such object, ``object.too_large``
                when it has more than ``max_bytes``; it is not read then.
            Unavailable: when the store does not answer.
        """
        ...

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Store an object, durable on return, in place of any other under the key."""
        ...

    def put_file(self, key: str, path: Path, media_type: str) -> None:
        """Store a file as ``put`` does; the file may be moved away."""
        ...

    def exists(self, key: str) -> bool:
        """Say whether there is an object under the key."""
        ...

    def link(self, key: str, expires_s: int) -> str:
        """Return an address from which anyone can get the object until it expires."""
        ...

    def check(self) -> None:
        """Raise ``Unavailable`` when the store does not answer."""
        ...


class Failure(Protocol):
    """Why a document came to no result."""

    @property
    def stage(self) -> str:
        """The stage that gave it up."""
        ...

    @property
    def reason(self) -> str:
        """Stable dotted code."""
        ...

    @property
    def message(self) -> str:
        """One sentence, free of values."""
        ...

    @property
    def attempts(self) -> int:
        """How often it was tried."""
        ...


class StatusRow(Protocol):
    """How far a document is: ``pending``, ``accepted``, ``review``, ``rejected``, ``failed``."""

    @property
    def status(self) -> str:
        """The state, in one word."""
        ...

    @property
    def revision(self) -> int:
        """Which reading of the document this is."""
        ...

    @property
    def result(self) -> DocumentRead | None:
        """The result, where there is one."""
        ...

    @property
    def failure(self) -> Failure | None:
        """The failure, where there is one."""
        ...


class Event(Protocol):
    """One step of a document's way; sequences grow along it."""

    @property
    def sequence(self) -> int:
        """Place in the order of all events."""
        ...

    @property
    def at(self) -> datetime:
        """When it happened."""
        ...

    @property
    def stage(self) -> str:
        """Where it happened."""
        ...

    @property
    def event(self) -> str:
        """What happened, in one word or two."""
        ...

    @property
    def detail(self) -> Mapping[str, Any]:
        """What else is known, free of values."""
        ...


class Readings(Protocol):
    """What the sink wrote. Every call raises ``Unavailable`` when the database is down."""

    async def status(self, tenant: str, document_id: str) -> StatusRow | None:
        """Return how far a document is, None where the sink knows nothing of it."""
        ...

    async def events(self, tenant: str, document_id: str, after: int) -> Sequence[Event]:
        """Return a document's events with a sequence above ``after``, in order."""
        ...

    def listen(self) -> AsyncIterator[str]:
        """Yield the id of each document about which something was written, from now on."""
        ...

    async def check(self) -> None:
        """Raise ``Unavailable`` when the database does not answer."""
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...


class Keys(Protocol):
    """The table of API keys."""

    async def find(self, key_id: str) -> ApiKey | None:
        """Return a key by its id, however long it is over.

        Raises:
            Unavailable: when the database is down.
        """
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...
