"""Endpoints over HTTP, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from streams.api_keys import Scope
from streams.audit import read_lines, verify
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.settings import WebhookSettings
from streams.webhook_targets import networks_of
from tests.ingest.service import Backing, running, secured
from tests.support.passes import document_id, publish, read, uploaded
from tests.support.receivers import Receiver
from tests.support.sinks import Rows, RunningSink
from tests.support.webhooks import RunningWorker

pytestmark = [pytest.mark.anyio, pytest.mark.postgres]

HOOK = "https://hooks.example.com/in"


@asynccontextmanager
async def owner(dsn: str, **webhooks: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Backing]]:
    """Yield a client of tenant ``default`` that may do everything."""
    backing = Backing()
    settings = replace(secured(), postgres_dsn=dsn, webhooks=replace(WebhookSettings(), **webhooks))
    async with running(backing.app(settings), backing) as service:
        service.client.headers.update(backing.key("default"))
        yield service.client, backing


@pytest.fixture
async def client(dsn: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield the client alone."""
    migrate(dsn)
    async with owner(dsn) as (one, _):
        yield one


async def test_an_endpoint_shows_its_secret_once(client: httpx.AsyncClient) -> None:
    """Made, listed, read, changed, deleted; only the first answer has the secret."""
    made = await client.post("/v1/webhooks", json={"url": HOOK})
    place = made.headers["location"]
    listed = await client.get("/v1/webhooks")
    changed = await client.patch(place, json={"events": ["document.review"], "enabled": False})
    one = await client.get(place)
    deleted = await client.delete(place)

    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert made.json()["events"] == [
        "document.accepted",
        "document.review",
        "document.rejected",
        "document.failed",
    ]
    assert [each["url"] for each in listed.json()["webhooks"]] == [HOOK]
    assert "secret" not in listed.text + one.text + changed.text
    assert changed.json() == one.json()
    assert one.json()["events"] == ["document.review"]
    assert one.json()["disabled_reason"] == "owner"
    assert deleted.status_code == 204
    assert (await client.get(place)).status_code == 404
    assert (await client.delete(place)).json()["code"] == "webhook.unknown"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://hooks.example.com"}, "webhook.url"),
        ({"url": "https://127.0.0.1/"}, "webhook.address"),
        ({"url": "https://[fd00::1]/"}, "webhook.address"),
        ({"url": "https://u:p@example.com/"}, "webhook.url"),
        ({"url": "https://example.com/\u0000"}, "webhook.url"),
        ({}, "parameter.invalid"),
        ({"url": HOOK, "events": []}, "parameter.invalid"),
        ({"url": HOOK, "events": ["document.other"]}, "parameter.invalid"),
        ({"url": HOOK, "payload": "fat"}, "parameter.invalid"),
        ({"url": HOOK, "secret": "mine"}, "parameter.invalid"),
    ],
    ids=str,
)
async def test_what_is_no_endpoint_is_refused(
    client: httpx.AsyncClient, body: dict[str, Any], code: str
) -> None:
    """With the reason, and without repeating what was sent."""
    answer = await client.post("/v1/webhooks", json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await client.get("/v1/webhooks")).json() == {"webhooks": []}


async def test_a_secret_is_rotated(client: httpx.AsyncClient) -> None:
    """The new one is shown once, and the time until which the former holds."""
    made = await client.post("/v1/webhooks", json={"url": HOOK})

    rotated = await client.post(f"{made.headers['location']}/secret")

    assert rotated.json()["secret"] != made.json()["secret"]
    assert rotated.json()["former_until"]
    assert rotated.headers["cache-control"] == "no-store"


async def test_deliveries_are_logged_and_sent_again(dsn: str) -> None:
    """From the upload to the receiver, through the sink and a worker; page by page."""
    migrate(dsn)
    log, rows = MemoryLog(), Rows(dsn)
    local = {"networks": networks_of(["127.0.0.1/32"]), "plain_http": True}
    with Receiver(reply=lambda number: (500 if number < 3 else 200, {})) as receiver:
        async with owner(dsn, **local) as (client, _):
            made = await client.post("/v1/webhooks", json={"url": receiver.url})
            place = made.headers["location"]
            publish(log, [uploaded(1), read(1)])
            with RunningSink(log, dsn), RunningWorker(dsn):
                rows.wait("SELECT count(*) FROM webhook_deliveries WHERE state = 'failed'", 1)
            failed = await client.get(f"{place}/deliveries", params={"state": "failed"})
            again = await client.post(f"{place}/replay", json={})
            publish(log, [uploaded(2), read(2), uploaded(3), read(3)])
            with RunningSink(log, dsn), RunningWorker(dsn):
                rows.wait("SELECT count(*) FROM webhook_deliveries WHERE state = 'delivered'", 3)
            first = await client.get(f"{place}/deliveries", params={"limit": 2})
            rest = await client.get(
                f"{place}/deliveries", params={"limit": 2, "cursor": first.json()["next_cursor"]}
            )
            delivery_id = rest.json()["deliveries"][0]["id"]
            once_more = await client.post(f"{place}/deliveries/{delivery_id}/replay")
            nobody = await client.post(f"{place}/deliveries/msg_0/replay")

    (told,) = failed.json()["deliveries"]
    assert [one["reason"] for one in told["attempts"]] == ["http.500"] * 3
    assert told["document_id"] == document_id(1)
    assert again.json() == once_more.json() == {"replayed": 1}
    assert len(first.json()["deliveries"]) == 2
    assert rest.json()["next_cursor"] is None
    assert delivery_id == told["id"]
    assert nobody.status_code == 404


@pytest.mark.parametrize("cursor", ["x", "bm90IGEgdGltZQ==", "MjAyNi0wMS0wMSBh", "é"])
async def test_a_cursor_of_somebody_else_s_making_is_refused(
    client: httpx.AsyncClient, cursor: str
) -> None:
    """With an answer, not an error of ours."""
    place = (await client.post("/v1/webhooks", json={"url": HOOK})).headers["location"]

    answer = await client.get(f"{place}/deliveries", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (422, "cursor.malformed")


async def test_tenants_see_nothing_of_each_other(dsn: str) -> None:
    """Whatever one tries with the other's endpoint, it is not there."""
    migrate(dsn)
    async with owner(dsn) as (client, backing):
        place = (await client.post("/v1/webhooks", json={"url": HOOK})).headers["location"]
        client.headers.update(backing.key("stranger"))
        tries = [
            await client.get(place),
            await client.patch(place, json={"enabled": False}),
            await client.delete(place),
            await client.post(f"{place}/secret"),
            await client.get(f"{place}/deliveries"),
            await client.post(f"{place}/replay", json={}),
            await client.post(f"{place}/deliveries/msg_1/replay"),
        ]

        assert {one.status_code for one in tries} == {404}
        assert (await client.get("/v1/webhooks")).json() == {"webhooks": []}


async def test_only_administrators_see_endpoints(dsn: str) -> None:
    """A key that may do everything else is refused."""
    migrate(dsn)
    async with owner(dsn) as (client, backing):
        client.headers.update(
            backing.key("default", Scope.SUBMIT, Scope.READ, Scope.CORRECT, Scope.ERASE)
        )

        answer = await client.get("/v1/webhooks")

    assert (answer.status_code, answer.json()["code"]) == (403, "scope.missing")


async def test_a_tenant_has_so_many_endpoints(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody fills the table."""
    monkeypatch.setattr("streams.webhook_endpoints.ENDPOINTS_MAX", 2)
    answers = [await client.post("/v1/webhooks", json={"url": HOOK}) for _ in range(3)]

    assert [one.status_code for one in answers] == [201, 201, 409]


async def test_changes_are_in_the_audit_log(dsn: str, client: httpx.AsyncClient) -> None:
    """Who did what to which endpoint; neither address nor secret is told."""
    made = await client.post("/v1/webhooks", json={"url": HOOK})
    place = made.headers["location"]
    await client.patch(place, json={"payload": "full"})
    await client.post(f"{place}/secret")
    await client.delete(place)

    lines = list(read_lines(dsn, "default"))

    assert [one.action for one in lines] == [
        "webhook.created",
        "webhook.changed",
        "webhook.secret_rotated",
        "webhook.deleted",
    ]
    assert {one.object for one in lines} == {made.json()["id"]}
    assert all(one.actor.startswith("key:") for one in lines)
    assert not any(HOOK in one.detail for one in lines)
    assert [one.fault for one in verify(dsn)] == [None]
