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
from ingest.manifests import Claim, claim, is_accepted, write_manifest
from ingest.multipart import Received
from ingest.ports import Objects
from schemas.codec import Codec
from schemas.errors import Unavailable
from schemas.messages import DocumentUploaded, FileRef, Request
from streams.headers import outgoing
from streams.log import Publisher

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
        uploaded = self._uploaded(tenant, received, request)
        key = None
        if idempotency_key is not None:
            key = self._identity.idempotency_key(tenant, idempotency_key)
        # The key's lock always before the document's: nobody waits in a circle.
        async with self._locks.held(key), self._locks.held(uploaded.document_id):
            return await self._accept(uploaded, received, key, traceparent)

    async def _accept(
        self,
        uploaded: DocumentUploaded,
        received: Received,
        key: str | None,
        traceparent: str | None,
    ) -> Accepted:
        loop = asyncio.get_running_loop()
        repeated = await loop.run_in_executor(
            self._threads, self._store_once, uploaded, received, key
        )
        if not repeated:
            await self._publish(uploaded, traceparent)
            await loop.run_in_executor(self._threads, write_manifest, self._store, uploaded)
        return Accepted(uploaded.document_id, repeated)

    def _store_once(self, uploaded: DocumentUploaded, received: Received, key: str | None) -> bool:
        if key is not None:
            claim(self._store, key, Claim(uploaded.document_id))
        if is_accepted(self._store, uploaded.tenant, uploaded.document_id):
            return True
        for reference, one in zip(uploaded.files, received.files, strict=True):
            self._store.put_file(reference.key, one.path, reference.media_type)
        return False

    async def _publish(self, uploaded: DocumentUploaded, traceparent: str | None) -> None:
        loop = asyncio.get_running_loop()
        record = await loop.run_in_executor(
            self._threads, outgoing, uploaded, self._codec, "ingest", traceparent
        )
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_S):
                await asyncio.wrap_future(self._publisher.publish(record))
        except TimeoutError:
            raise Unavailable("kafka", "the record was not acknowledged in time") from None

    def _uploaded(self, tenant: str, received: Received, request: Request) -> DocumentUploaded:
        digests = [one.sha256 for one in received.files]
        document_id = self._identity.document_id(tenant, digests, request)
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
