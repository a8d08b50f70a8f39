"""The service on a real PostgreSQL, with a sink that writes what a test wants read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx

from schemas.codec import Codec
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.reading import Readings
from tests.ingest.service import Backing, Service, running, secured
from tests.support.passes import publish, read
from tests.support.sinks import Rows, RunningSink


@dataclass
class House:
    """A service on a real database, with what its sink reads."""

    dsn: str
    service: Service
    backing: Backing
    log: MemoryLog

    @property
    def client(self) -> httpx.AsyncClient:
        """The caller."""
        return self.service.client

    async def read_one(self, *files: bytes, **fields: str) -> str:
        """Hand a document in and have the sink write its result; return its id."""
        answer = await self.service.upload(*files, headers=None, **fields)
        document_id = str(answer.json()["document_id"])
        message = self.service.publisher.uploaded()[-1]
        result = replace(
            read(1),
            document_id=document_id,
            tenant=message.tenant,
            request=message.request,
            uploaded_at=message.uploaded_at,
        )
        publish(self.log, [message, result])
        with RunningSink(self.log, self.dsn):
            Rows(self.dsn).wait(
                f"SELECT count(*) FROM readings WHERE document_id = '{document_id}'",
                1,
            )
        return document_id


@asynccontextmanager
async def house(dsn: str) -> AsyncIterator[House]:
    """Run one."""
    migrate(dsn)
    backing = Backing()
    backing.readings = Readings(dsn, Codec())  # type: ignore[assignment] # the real one
    app = backing.app(replace(secured(), postgres_dsn=dsn))
    async with running(app, backing) as service:
        service.client.headers.update(backing.key("acme"))
        yield House(dsn, service, backing, MemoryLog())
