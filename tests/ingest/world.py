"""The service on a real database with a sink behind it, one tenant's documents, a stranger."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import cv2
import numpy as np
from starlette.testclient import TestClient

from ingest.app import create_app
from streams.api_keys import ApiKeys, Grant, Scope, new_key, store_key
from streams.embedded import EmbeddedPostgres
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.reading import Readings
from streams.store import MemoryStore
from tests.ingest.service import PNG, secured
from tests.support import passes
from tests.support.sinks import Rows, RunningSink

OWNER, STRANGER = "owner-tenant", "stranger-tenant"
VALUE, REFERENCE, SUBJECT = "L898902C3XQ", "reference-of-owner", "subject-of-owner"
HOOK = "https://hooks.example.com/"
UNLIMITED = 10**9


@dataclass(frozen=True)
class Document:
    """What the owner has: its id and how its parts are named in addresses."""

    document_id: str
    names: dict[str, str]


@dataclass(frozen=True)
class World:
    """The service on a real database, and the keys of two tenants."""

    client: TestClient
    log: MemoryLog
    store: MemoryStore
    rows: Rows
    owner: dict[str, str]
    stranger: dict[str, str]

    def document(self, mark: str) -> Document:
        """Have the owner hand a document in, and the chain read it."""
        picture = {"file": ("a.png", PNG + mark.encode())}
        fields = {"reference": REFERENCE, "subject": SUBJECT}
        answer = self.client.post("/v1/documents", files=picture, data=fields, headers=self.owner)
        document_id = answer.json()["document_id"]
        endpoint_id = self._endpoint()
        key = f"pages/{OWNER}/{document_id}/1.png"
        page = cv2.imencode(".png", np.zeros((8, 8, 3), np.uint8))[1].tobytes()
        self.store.put(key, page, "image/png")
        result = passes.read(1)
        name, field = next(iter(result.fields.items()))
        first = replace(result.pages[0], number=1, image_key=key)
        result = replace(
            result,
            document_id=document_id,
            tenant=OWNER,
            request=replace(result.request, reference=REFERENCE, subject=SUBJECT),
            fields={name: replace(field, value=VALUE, raw=VALUE)},
            pages=(first,),
        )
        passes.publish(self.log, [result])
        self.rows.wait(
            f"SELECT count(*) FROM readings WHERE document_id = '{document_id}'",
            1,
        )
        ids = ("document_id", "task_id", "media_id", "image_path")
        delivery_id = self.rows.one(
            "SELECT delivery_id FROM webhook_deliveries"
            " WHERE endpoint_id = %s AND document_id = %s",
            endpoint_id,
            document_id,
        )
        batch = self.client.post("/v1/batches", files=picture, data=fields, headers=self.owner)
        others = {
            "number": "1",
            "endpoint_id": endpoint_id,
            "delivery_id": delivery_id,
            "batch_id": batch.json()["batch_id"],
        }
        return Document(document_id, dict.fromkeys(ids, document_id) | others)

    def _endpoint(self) -> str:
        """Return an endpoint that hears of what comes next."""
        answer = self.client.post("/v1/webhooks", json={"url": HOOK}, headers=self.owner)
        return str(answer.json()["id"])

    def forget_endpoints(self) -> None:
        """Delete the owner's endpoints: a tenant may have a hundred."""
        found = self.client.get("/v1/webhooks", headers=self.owner).json()["webhooks"]
        for one in found:
            self.client.delete(f"/v1/webhooks/{one['id']}", headers=self.owner)

    def state(self, document_id: str) -> object:
        """Return everything that is kept of the owner."""
        tables = self.rows.all(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'document_id' ORDER BY 1"
        )
        return (
            [
                self.rows.all(
                    f"SELECT t::text FROM {table} t WHERE document_id = %s ORDER BY 1",
                    document_id,
                )
                for (table,) in tables
            ],
            {
                key: hashlib.sha256(self.store.get(key)).hexdigest()
                for key in self.store.keys("")
                if OWNER in key
            },
        )


@contextmanager
def a_world(postgres: EmbeddedPostgres, database: str, wait_max_s: float = 0) -> Iterator[World]:
    """Run the service with a sink behind it, on a database of its own."""
    postgres.start()
    dsn = postgres.create_database(database)
    migrate(dsn)
    keys = {}
    for tenant in (OWNER, STRANGER):
        grant = Grant(tenant, "a test", frozenset(Scope), UNLIMITED)
        text, kept = new_key(grant, datetime.now(UTC))
        store_key(dsn, kept)
        keys[tenant] = {"Authorization": f"Bearer {text}"}
    log, store = MemoryLog(), MemoryStore()
    app = create_app(
        replace(secured(wait_max_s=wait_max_s), postgres_dsn=dsn),
        store=store,
        publisher=log.publisher(),
        readings=Readings(dsn),
        keys=ApiKeys(dsn),
    )
    with RunningSink(log, dsn), TestClient(app, raise_server_exceptions=False) as client:
        yield World(client, log, store, Rows(dsn), keys[OWNER], keys[STRANGER])
    postgres.drop_database(database)
