"""What the running service is made of; the routes find it in the application's state."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from starlette.requests import Request

from ingest.auth import Auth
from ingest.limits import UploadLimits
from ingest.owners import Owners
from ingest.ports import Objects, Readings
from ingest.problems import Problem
from ingest.rates import Rates
from ingest.uploads import Uploads
from ingest.waiting import Waiting
from streams.log import Publisher
from workers.documents.document_type import DocumentType

T = TypeVar("T")


class Places:
    """A bound on how many do something at once; who comes too many is told to come again."""

    def __init__(self, places_max: int, code: str, detail: str) -> None:
        self._left = places_max
        self._code = code
        self._detail = detail

    def __enter__(self) -> None:
        """Take a place.

        Raises:
            Problem: 429 when there is none.
        """
        if self._left <= 0:
            raise Problem(429, self._code, self._detail, headers={"Retry-After": "1"})
        self._left -= 1

    def __exit__(self, *_exc: object) -> None:
        """Give the place back."""
        self._left += 1


@dataclass(frozen=True, slots=True)
class Parts:
    """Built once for each application.

    Args:
        store: the object store.
        publisher: the log.
        readings: what the sink wrote.
        uploads: accepts documents.
        waiting: tells when something was written about a document.
        threads: run blocking calls.
        spool: folder for bodies that are arriving.
        bounds: bounds of one upload.
        upload_places: bound on uploads in progress.
        stream_places: bound on event streams and long waits.
        wait_max_s: longest wait.
        document_types: the registry.
        secret: signs links.
        auth: says who is calling.
        owners: what an owner changes; see ``ingest/owners.py``.
        rates: counts callers' requests; None where there is no limit.
        heartbeat_s: an event stream is never silent for longer.
        stopping: set when the service is told to end, so that long answers end.
    """

    store: Objects
    publisher: Publisher
    readings: Readings
    uploads: Uploads
    waiting: Waiting
    threads: Executor
    spool: Path
    bounds: UploadLimits
    upload_places: Places
    stream_places: Places
    wait_max_s: float
    document_types: Mapping[str, DocumentType]
    secret: str = field(repr=False)
    auth: Auth = field(repr=False)
    owners: Owners
    rates: Rates | None = None
    heartbeat_s: float = 15.0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def in_thread(self, call: Callable[..., T], *arguments: Any) -> T:
        """Return what a blocking call returns."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, call, *arguments)


def parts_of(request: Request) -> Parts:
    """Return the parts of the application that a request came to."""
    parts: Parts = request.app.state.parts
    return parts


async def wait_for(event: asyncio.Event, timeout_s: float) -> None:
    """Wait until an event is set, at most so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
