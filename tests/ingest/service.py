"""The application with its fakes, and what a caller sends to it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from ingest.app import create_app
from ingest.limits import UploadLimits
from schemas.documents import FieldValue, Source, Status
from schemas.messages import DocumentFailed, DocumentRead, Origin, Request
from streams.api_keys import Grant, Scope, new_key
from streams.settings import AuthSettings, HttpSettings, Settings, load_settings
from tests.ingest.fakes import FakeKeys, FakePublisher, FakeReadings, FaultyStore

SECRET = "not a secret: it only keys the ids of these tests"
NOW = datetime(2031, 4, 5, 12, 30, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
JPEG = b"\xff\xd8\xff\xe0" + b"\x01" * 100


def settings_of(**http: Any) -> Settings:
    """Return settings for a test, with these HTTP bounds."""
    settings = load_settings({"BITAQA_SECRET": SECRET, "BITAQA_AUTH": "off"})
    return replace(settings, http=replace(HttpSettings(port=0, wait_max_s=5), **http))


def secured(auth: AuthSettings | None = None, **http: Any) -> Settings:
    """Return settings under which callers need keys."""
    return replace(settings_of(**http), auth=auth or AuthSettings())


@dataclass
class Service:
    """A running application and what stands behind it."""

    app: FastAPI
    client: httpx.AsyncClient
    store: FaultyStore
    publisher: FakePublisher
    readings: FakeReadings

    async def upload(
        self, *files: bytes, headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        """Hand in files, named so that a leak of their names would show."""
        parts = [("file", (f"secret-name-{n}.png", one)) for n, one in enumerate(files or (PNG,))]
        return await self.client.post("/v1/documents", files=parts, data=fields, headers=headers)


@dataclass
class Backing:
    """What an application stands on; two can share one."""

    store: FaultyStore = field(default_factory=FaultyStore)
    publisher: FakePublisher = field(default_factory=FakePublisher)
    readings: FakeReadings = field(default_factory=FakeReadings)
    keys: FakeKeys = field(default_factory=FakeKeys)

    def key(self, tenant: str, *scopes: Scope, **more: Any) -> dict[str, str]:
        """Give a tenant a new key, all scopes if none is named; return the header that holds it."""
        grant = Grant(tenant, "a test", frozenset(scopes or Scope), **more)
        text, kept = new_key(grant, NOW)
        self.keys.store(kept)
        return {"Authorization": f"Bearer {text}"}

    def app(
        self,
        settings: Settings | None = None,
        *,
        bounds: UploadLimits | None = None,
        now: Callable[[], datetime] = lambda: NOW,
    ) -> FastAPI:
        """Return an application on it."""
        return create_app(
            settings or settings_of(),
            store=self.store,
            publisher=self.publisher,
            readings=self.readings,
            keys=self.keys,
            bounds=bounds,
            now=now,
        )


@asynccontextmanager
async def running(app: FastAPI, backing: Backing) -> AsyncIterator[Service]:
    """Run an application in this process, without a network."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://ingest") as client,
    ):
        yield Service(app, client, backing.store, backing.publisher, backing.readings)


@asynccontextmanager
async def service(**http: Any) -> AsyncIterator[Service]:
    """Run an application on fakes of its own."""
    backing = Backing()
    async with running(backing.app(settings_of(**http)), backing) as one:
        yield one


def a_reading(document_id: str, tenant: str = "default") -> DocumentRead:
    """Return a result about an invented person."""
    value = FieldValue("L898902C3", "L898902C3", 0.99, Source.MRZ, "bitaqa-mrz/1", 1)
    return DocumentRead(
        document_id=document_id,
        tenant=tenant,
        revision=1,
        request=Request(),
        uploaded_at=NOW,
        read_at=NOW,
        document_type="passport",
        country="UTO",
        status=Status.ACCEPTED,
        confidence=0.99,
        fields={"document_number": value},
    )


def a_failure(document_id: str, tenant: str = "default") -> DocumentFailed:
    """Return a dead letter."""
    return DocumentFailed(
        document_id=document_id,
        tenant=tenant,
        revision=1,
        stage="prepare",
        reason="image.truncated",
        message="the picture ends before its last row",
        attempts=1,
        failed_at=NOW,
        origin=Origin("documents.uploaded.v1", 0, 7),
        original=b"",
    )
