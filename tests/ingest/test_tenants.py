"""One tenant cannot see, change or learn of another's documents, on any route there is.

The routes come from the application. A new one that needs more than the ids below to be answered
with a 2xx says so in ``REQUESTS``: here each is called by a stranger first, then by the owner.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from ingest.access import Open, access_of
from streams.embedded import EmbeddedPostgres
from streams.topology import UPLOADED
from tests.ingest.service import PNG, Backing, secured
from tests.ingest.world import HOOK, OWNER, REFERENCE, SUBJECT, VALUE, World, a_world
from tests.support.sinks import wait_until

pytestmark = pytest.mark.postgres

PICTURE = {"file": ("a.png", PNG)}
TIE = {"subject_type": "order", "subject_id": "20417"}
# What else a request needs, by method and path.
REQUESTS: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/v1/documents"): {
        "files": PICTURE,
        "data": {"reference": "of whoever asks", "subject": "the same"},
    },
    ("PATCH", "/v1/documents/{document_id}"): {"json": {"fields": {"surname": "ANY"}}},
    ("POST", "/v1/documents/{document_id}/pages"): {"files": PICTURE},
    ("GET", "/v1/exports"): {"params": {"since": "2000-01-01T00:00:00Z"}},
    ("GET", "/v1/attachments"): {"params": TIE},
    ("POST", "/v1/documents/{document_id}/attachments"): {"json": TIE},
    ("DELETE", "/v1/documents/{document_id}/attachments"): {"params": TIE},
    ("POST", "/v1/batches"): {"files": PICTURE},
    ("POST", "/upload"): {"files": PICTURE},
    ("POST", "/upload-image/"): {"files": PICTURE},
    ("POST", "/upload-image-sync/"): {"files": PICTURE},
    ("POST", "/api/v1/upload-and-extract/"): {"files": PICTURE, "data": {"country_code": "TN"}},
    ("POST", "/v1/webhooks"): {"json": {"url": HOOK}},
    ("PATCH", "/v1/webhooks/{endpoint_id}"): {"json": {"enabled": False}},
    ("POST", "/v1/webhooks/{endpoint_id}/replay"): {"json": {}},
}
# What the owner does first.
FIRST = {
    ("GET", "/v1/documents/{document_id}/erasure"): ("POST", "/v1/documents/{document_id}/erase")
}


@pytest.fixture(scope="module")
def world(postgres: EmbeddedPostgres) -> Iterator[World]:
    """Yield the service and two tenants."""
    with a_world(postgres, "tenants", wait_max_s=1) as one:
        yield one


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
    if (method, path) in FIRST:
        first, place = FIRST[method, path]
        world.client.request(first, _address(place, document.names), headers=world.owner)
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
