"""Accepts an upload: store the bytes, publish the reference, write the manifest, in this order.

Whoever gets an :class:`Accepted` may rely on both: the bytes are durable and all in-sync
replicas have the reference.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from ingest.identity import Identity, original_key
from ingest.manifests import Claim, Trace, claim, trace_of, write_manifest
from ingest.multipart import Received
from ingest.ports import Objects
from ingest.problems import Problem
from schemas.codec import Codec
from schemas.errors import Unavailable
from schemas.messages import DocumentUploaded, FileRef, Message, Request
from streams.headers import outgoing
from streams.log import Publisher
from streams.origins import Origin

ERASED_MAX = 100
"""How often the same upload can be erased and handed in again."""
PUBLISH_TIMEOUT_S = 20.0
"""Beyond the producer's own limit: a publisher that breaks its promise holds nobody for ever."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A document that is stored and acknowledged; ``repeated`` says that it already was."""

    document_id: str
    repeated: bool


class Uploads:
    """Accepts uploads, the same one from several callers at once as one.

    Args:
        store: where the bytes go.
        publisher: where the reference goes.
        identity: makes the ids.
        threads: run what waits: the store, and a registry asked for a schema's id.
        codec: writes references.
        now: tells the time.
    """

    def __init__(
        self,
        store: Objects,
        publisher: Publisher,
        identity: Identity,
        threads: Executor,
        codec: Codec,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._identity = identity
        self._threads = threads
        self._now = now
        self._codec = codec
        self._locks = _KeyedLocks()

    async def accept(
        self,
        tenant: str,
        received: Received,
        request: Request,
        idempotency_key: str | None = None,
        traceparent: str | None = None,
    ) -> Accepted:
        """Store and publish a document, or find that this was done before.

        Raises:
            Problem: 422 when the Idempotency-Key belongs to another payload.
            Unavailable: when the store or the log is down; the same upload may be tried again.
        """
        # An id that was erased never comes back: what is under way of it is refused for ever.
        for erased in range(ERASED_MAX):
            uploaded = self._uploaded(tenant, received, request, erased)
            payload = self._uploaded(tenant, received, request).document_id
            key = None
            if idempotency_key is not None:
                name = self._identity.idempotency_key(tenant, idempotency_key)
                key = (name, Claim(payload))
            # The key's lock always before the document's: nobody waits in a circle.
            held = self._locks.held(key[0] if key else None)
            async with held, self._locks.held(uploaded.document_id):
                accepted = await self._accept(uploaded, received, key, traceparent)
            if accepted is not None:
                return accepted
        raise Problem(409, "document.erased", "This upload was erased too often.")

    async def publish(self, message: Message, traceparent: str | None = None) -> None:
        """Publish a message of the chain; return when all in-sync replicas have it.

        Raises:
            Unavailable: when the log does not acknowledge it in time.
        """
        loop = asyncio.get_running_loop()
        record = await loop.run_in_executor(
            self._threads, outgoing, message, self._codec, "ingest", traceparent
        )
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                await asyncio.wrap_future(self._publisher.publish(record))
        except TimeoutError:
            raise Unavailable("kafka", "the record was not acknowledged in time") from None

    async def _accept(
        self,
        uploaded: DocumentUploaded,
        received: Received,
        key: tuple[str, Claim] | None,
        traceparent: str | None,
    ) -> Accepted | None:
        loop = asyncio.get_running_loop()
        trace = await loop.run_in_executor(self._threads, self._store_once, uploaded, received, key)
        if trace is Trace.ERASED:
            return None
        if trace is Trace.NONE:
            await self.publish(uploaded, traceparent)
            await loop.run_in_executor(self._threads, write_manifest, self._store, uploaded)
        return Accepted(uploaded.document_id, repeated=trace is Trace.ACCEPTED)

    def _store_once(
        self, uploaded: DocumentUploaded, received: Received, key: tuple[str, Claim] | None
    ) -> Trace:
        """Store the files where that was not done; return what was found."""
        if key is not None:
            claim(self._store, *key)
        trace = trace_of(self._store, uploaded.tenant, uploaded.document_id)
        if trace is Trace.NONE:
            for reference, one in zip(uploaded.files, received.files, strict=True):
                self._store.put_file(reference.key, one.path, reference.media_type)
        if trace is not Trace.ERASED:
            self._note_origins(uploaded, received)
        return trace

    def _note_origins(self, uploaded: DocumentUploaded, received: Received) -> None:
        """Write down which objects of the client an erasure has to remove, too."""
        for one in received.files:
            if one.origin is not None:
                origin = Origin(one.origin, one.sha256, one.size_bytes)
                note_key = origin.note_key(uploaded.tenant, uploaded.document_id)
                self._store.put(note_key, origin.content(), "application/json")

    def _uploaded(
        self, tenant: str, received: Received, request: Request, erased: int = 0
    ) -> DocumentUploaded:
        digests = [one.sha256 for one in received.files]
        document_id = self._identity.document_id(tenant, digests, request, erased)
        files = tuple(
            FileRef(
                original_key(tenant, document_id, number, one.media_type),
                one.sha256,
                one.size_bytes,
                one.media_type,
            )
            for number, one in enumerate(received.files, start=1)
        )
        return DocumentUploaded(document_id, tenant, 1, request, self._now(), files)


class _KeyedLocks:
    """One lock for each name, kept only while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def held(self, name: str | None) -> AsyncIterator[None]:
        if name is None:
            yield
            return
        lock, users = self._locks.get(name, (asyncio.Lock(), 0))
        self._locks[name] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks.pop(name)
            if users > 1:
                self._locks[name] = (lock, users - 1)
