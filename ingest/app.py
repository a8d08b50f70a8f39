"""The HTTP application: its routes, around its parts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp

from ingest import (
    attachments,
    batches,
    catalogue,
    compat,
    documents,
    exports,
    health,
    life,
    lists,
    media,
    objects,
    revisions,
    schema_registry,
    webhooks,
)
from ingest.auth import Auth
from ingest.cors import allow_origins
from ingest.identity import Identity
from ingest.known_keys import KnownKeys
from ingest.limits import UploadLimits, upload_limits
from ingest.middleware import Around
from ingest.openapi import with_problems
from ingest.openapi_access import with_access
from ingest.openapi_examples import with_examples
from ingest.owners import Owners
from ingest.pages import add_docs
from ingest.parts import Parts, Places
from ingest.ports import Keys, Objects, Readings
from ingest.problems import add_problem_handlers
from ingest.rates import Rates
from ingest.spool import Spool, open_spool
from ingest.tokens import Tokens
from ingest.uploads import Uploads
from ingest.waiting import Waiting
from schemas.codec import Codec
from schemas.errors import Misconfigured
from streams.log import Publisher
from streams.registry import open_ids
from streams.settings import Settings, required
from workers.documents.document_type import DocumentType
from workers.documents.registry import document_types as registered_types

STORE_THREADS_MAX = 16
LONG_ANSWERS_MAX = 1000
"""Event streams and waits at once."""


def create_app(
    settings: Settings,
    *,
    store: Objects,
    publisher: Publisher,
    readings: Readings,
    keys: Keys | None = None,
    document_types: Mapping[str, DocumentType] | None = None,
    now: Callable[[], datetime] | None = None,
    bounds: UploadLimits | None = None,
) -> FastAPI:
    """Return the application. It closes what it was given when it ends.

    Args:
        settings: the secret, the HTTP bounds and the schema registry are used here.
        store: the object store.
        publisher: where references are published.
        readings: what the sink wrote.
        keys: the table of API keys; nobody asks it where authentication is off.
        document_types: the registry, where a test has its own.
        now: the clock.
        bounds: bounds of an upload, where a test has its own.

    Raises:
        Misconfigured: when the secret is missing or too short.
    """
    secret = required(settings.secret, "SECRET")
    identity = Identity(secret)
    threads = ThreadPoolExecutor(STORE_THREADS_MAX, thread_name_prefix="store")
    spool = open_spool()
    codec = Codec(open_ids(settings))
    parts = Parts(
        store=store,
        publisher=publisher,
        readings=readings,
        uploads=Uploads(store, publisher, identity, threads, codec, now or _now),
        waiting=Waiting(readings),
        threads=threads,
        spool=spool.path,
        bounds=bounds or upload_limits(settings.http),
        upload_places=Places(
            settings.http.uploads_max, "uploads.too_many", "Too many uploads are in progress."
        ),
        stream_places=Places(
            LONG_ANSWERS_MAX, "streams.too_many", "Too many callers wait for results."
        ),
        wait_max_s=settings.http.wait_max_s,
        document_types=registered_types() if document_types is None else document_types,
        secret=secret,
        auth=_auth(settings, keys, now or _now),
        rates=Rates(settings.auth.requests_per_minute) if settings.auth.is_on else None,
        owners=Owners(settings),
    )
    app = _application(parts, spool)
    allow_origins(app, settings.http.cors_origins)
    return app


class _Application(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        # Outside of what answers for bugs, which FastAPI's own middleware never is.
        return Around(super().build_middleware_stack())

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = with_examples(with_problems(super().openapi()))
            self.openapi_schema = with_access(document, iter_route_contexts(self.routes))
        return self.openapi_schema


def _application(parts: Parts, spool: Spool) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        listening = asyncio.create_task(parts.waiting.run())
        try:
            yield
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            await _close(parts)
            spool.close()

    app = _Application(
        title="bitaqa",
        summary="Reads identity and vehicle documents.",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        separate_input_output_schemas=False,
    )
    app.state.parts = parts
    routed = (
        lists,
        documents,
        revisions,
        media,
        exports,
        attachments,
        batches,
        life,
        webhooks,
        catalogue,
        health,
        objects,
        schema_registry,
        compat,
    )
    for module in routed:
        app.include_router(module.router)
    add_docs(app)
    add_problem_handlers(app)
    app.add_exception_handler(schema_registry.RegistryError, schema_registry.on_registry_error)
    return app


async def _close(parts: Parts) -> None:
    await parts.in_thread(parts.publisher.close)
    await parts.readings.close()
    await parts.auth.close()
    await parts.owners.close()
    parts.threads.shutdown(wait=False)


def _auth(settings: Settings, keys: Keys | None, now: Callable[[], datetime]) -> Auth:
    auth = settings.auth
    if not auth.is_on:
        return Auth(None, None, auth.legacy_tenant, now)
    if keys is None:
        raise Misconfigured("authentication is on, and there is no table of keys")
    tokens = Tokens(auth.tokens) if auth.tokens.are_taken else None
    return Auth(KnownKeys(keys), tokens, auth.legacy_tenant, now)


def _now() -> datetime:
    return datetime.now(UTC)
