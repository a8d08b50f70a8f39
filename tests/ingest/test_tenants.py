"""One tenant cannot see, change or learn of another's documents, on any route there is.

The routes come from the application. A new one that needs more than the ids below to be answered
with a 2xx says so in ``REQUESTS``: here each is called by a stranger first, then by the owner.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from ingest.access import Open, access_of
from ingest.app import create_app
from streams.api_keys import ApiKeys, Grant, Scope, new_key, store_key
from streams.embedded import EmbeddedPostgres
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.reading import Readings
from streams.store import MemoryStore
from streams.topology import UPLOADED
from tests.ingest.service import PNG, Backing, secured
from tests.support import passes
from tests.support.sinks import Rows, RunningSink, wait_until

pytestmark = pytest.mark.postgres

OWNER, STRANGER = "owner-tenant", "stranger-tenant"
PICTURE = {"file": ("a.png", PNG)}
VALUE, REFERENCE, SUBJECT = "L898902C3XQ", "reference-of-owner", "subject-of-owner"
# What else a request needs, by method and path.
REQUESTS: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/documents"): {
        "files": PICTURE,
        "data": {"reference": REFERENCE, "subject": SUBJECT},
    },
    ("POST", "/upload"): {"files": PICTURE},
    ("POST", "/upload-image/"): {"files": PICTURE},
    ("POST", "/upload-image-sync/"): {"files": PICTURE},
    ("POST", "/api/v1/upload-and-extract/"): {"files": PICTURE, "data": {"country_code": "TN"}},
}


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
        key = f"pages/{OWNER}/{document_id}/1.png"
        self.store.put(key, PNG, "image/png")
        result = passes.read(1)
        name, field = next(iter(result.fields.items()))
        page = replace(result.pages[0], number=1, image_key=key)
        result = replace(
            result,
            document_id=document_id,
            tenant=OWNER,
            request=replace(result.request, reference=REFERENCE, subject=SUBJECT),
            fields={name: replace(field, value=VALUE, raw=VALUE)},
            pages=(page,),
        )
        passes.publish(self.log, [result])
        self.rows.wait(
            f"SELECT count(*) FROM readings WHERE document_id = '{document_id}'",
            1,
        )
        ids = ("document_id", "task_id", "media_id", "image_path")
        return Document(document_id, dict.fromkeys(ids, document_id) | {"number": "1"})

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


@pytest.fixture(scope="module")
def world(postgres: EmbeddedPostgres) -> Iterator[World]:
    """Yield the service with a sink behind it."""
    postgres.start()
    dsn = postgres.create_database("tenants")
    migrate(dsn)
    keys = {}
    for tenant in (OWNER, STRANGER):
        text, kept = new_key(Grant(tenant, "a test", frozenset(Scope)), datetime.now(UTC))
        store_key(dsn, kept)
        keys[tenant] = {"Authorization": f"Bearer {text}"}
    log, store = MemoryLog(), MemoryStore()
    app = create_app(
        secured(wait_max_s=1),
        store=store,
        publisher=log.publisher(),
        readings=Readings(dsn),
        keys=ApiKeys(dsn),
    )
    with RunningSink(log, dsn), TestClient(app) as client:
        yield World(client, log, store, Rows(dsn), keys[OWNER], keys[STRANGER])
    postgres.drop_database("tenants")


def _routes() -> list[Any]:
    """Return method and path of each route that only callers with a key may use."""
    return [
        pytest.param(method, str(route.path), id=f"{method} {route.path}")
        for route in iter_route_contexts(Backing().app(secured()).routes)
        if isinstance(route.original_route, APIRoute)
        and not any(isinstance(one, Open) for one in access_of(route))
        for method in sorted(route.methods or ())
    ]


def _address(path: str, names: dict[str, str]) -> str:
    unknown = set(re.findall(r"{(\w+)", path)) - set(names)
    assert not unknown, f"say in World.document what of the owner's {unknown} names"
    return re.sub(r"{(\w+)(:\w+)?}", lambda found: names[found[1]], path)


@pytest.mark.parametrize(("method", "path"), _routes())
def test_a_stranger_reaches_nothing(world: World, method: str, path: str) -> None:
    """The stranger is told nothing and changes nothing; the owner's same request is answered."""
    document = world.document(f"{method} {path}")
    address = _address(path, document.names)
    request = REQUESTS.get((method, path), {})
    before = world.state(document.document_id)

    foreign = world.client.request(method, address, headers=world.stranger, **request)
    after = world.state(document.document_id)
    own = world.client.request(method, address, headers=world.owner, **request)

    assert own.is_success, f"{own.status_code} {own.text}: say in REQUESTS what it needs"
    told = foreign.text + str(foreign.headers)
    assert not [one for one in (VALUE, REFERENCE, SUBJECT, OWNER) if one in told]
    if "{" in path:
        assert foreign.status_code == 404
    else:
        assert document.document_id not in told
    assert after == before


def test_what_a_tenant_hands_in_is_marked_as_its_own(world: World) -> None:
    """Topic headers, object keys and rows all carry the tenant of the key."""
    document = world.document("marked")

    record = next(one for one in world.log.scan([UPLOADED]) if one.key == document.document_id)
    wait_until(
        lambda: bool(world.rows.all("SELECT 1 FROM documents WHERE reference IS NOT NULL")), "row"
    )

    assert record.headers["bitaqa_tenant"] == OWNER
    keys = [key for key in world.store.keys("") if document.document_id in key]
    assert keys
    assert all(key.split("/")[1] == OWNER for key in keys)
    assert world.rows.one(
        "SELECT tenant FROM documents WHERE document_id = %s", document.document_id
    ) == (OWNER)


def test_the_same_picture_of_two_tenants_is_two_documents(world: World) -> None:
    """No answer tells that somebody else has handed in the same file."""
    picture = {"file": ("a.png", PNG + b"of both")}
    own = world.client.post("/v1/documents", files=picture, headers=world.owner)
    foreign = world.client.post("/v1/documents", files=picture, headers=world.stranger)

    assert own.json()["document_id"] != foreign.json()["document_id"]
    assert "bitaqa-repeated" not in foreign.headers
