"""Web pages of other origins, bodies without bounds, headers that protect: around every route."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.routing import APIRoute, iter_route_contexts

from ingest.limits import BODY_MAX_BYTES, body_max_bytes, takes_files
from ingest.middleware import Around
from ingest.problems import add_problem_handlers
from schemas.errors import Misconfigured
from streams.settings import load_settings
from tests.ingest.service import PNG, Backing, running, secured, service

pytestmark = pytest.mark.anyio
HOME = "https://app.example"


def _preflight(origin: str) -> dict[str, str]:
    return {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,idempotency-key",
    }


async def test_a_page_of_an_allowed_origin_may_call() -> None:
    """The browser's question needs no key; the answer's headers can be read by the page."""
    backing = Backing()
    key = backing.key("acme")
    async with running(backing.app(secured(cors_origins=(HOME,))), backing) as ingest:
        asked = await ingest.client.options("/v1/documents", headers=_preflight(HOME))
        answer = await ingest.upload(PNG, headers={"Origin": HOME} | key)
        refused = await ingest.upload(PNG, headers={"Origin": HOME})

    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == HOME
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert answer.status_code == 202
    assert answer.headers["access-control-allow-origin"] == HOME
    assert "Location" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == HOME


@pytest.mark.parametrize("origins", [(HOME,), ()])
async def test_a_page_of_another_origin_may_not(origins: tuple[str, ...]) -> None:
    """Nothing tells the browser that it may; unset, no page anywhere may."""
    async with service(cors_origins=origins) as ingest:
        asked = await ingest.client.options(
            "/v1/documents", headers=_preflight("https://evil.example")
        )
        answer = await ingest.upload(PNG, headers={"Origin": "https://evil.example"})

    assert asked.status_code >= 400
    for one in (asked, answer):
        assert "access-control-allow-origin" not in one.headers


@pytest.mark.parametrize("origins", ["app.example", "https://a.example/path", "null", "*.example"])
def test_origins_that_no_browser_sends_stop_the_start(origins: str) -> None:
    """A setting that can never match is a mistake."""
    with pytest.raises(Misconfigured):
        load_settings({"BITAQA_CORS_ORIGINS": origins})


def test_origins_are_read() -> None:
    """Several, with commas and spaces between."""
    settings = load_settings({"BITAQA_CORS_ORIGINS": f"{HOME}, http://localhost:3000"})

    assert settings.http.cors_origins == (HOME, "http://localhost:3000")


def test_only_routes_that_take_files_bound_their_bodies_themselves() -> None:
    """Every other body ends at a megabyte, whatever a route does with it."""
    app = Backing().app()
    routes = [
        one for one in iter_route_contexts(app.routes) if isinstance(one.original_route, APIRoute)
    ]
    multipart = {
        path
        for path, operations in app.openapi()["paths"].items()
        if "multipart/form-data" in str(operations.get("post", {}).get("requestBody"))
    }

    own = {one.path for one in routes if body_max_bytes(one.endpoint) > BODY_MAX_BYTES}

    assert own
    assert own == multipart


def _app() -> Around:
    """Return an application with a route that reads whatever comes, and one that takes files."""
    app = FastAPI()
    add_problem_handlers(app)

    @app.post("/text")
    async def text(body: dict[str, Any]) -> int:
        return len(body)

    @app.post("/files")
    @takes_files
    async def files(request: Request) -> int:
        return len(await request.body())

    return Around(app)


async def _chunks() -> Any:
    for _ in range(2 * BODY_MAX_BYTES // 65536):
        yield b" " * 65536


@pytest.mark.parametrize("body", [lambda: b" " * (BODY_MAX_BYTES + 1), _chunks])
async def test_a_large_body_is_refused_where_no_files_are_taken(body: Any) -> None:
    """Announced or not, with problem details; where files are taken the route decides."""
    transport = httpx.ASGITransport(_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        headers = {"Content-Type": "application/json"}
        refused = await client.post("/text", content=body(), headers=headers)
        taken = await client.post("/files", content=body())

    assert refused.status_code == 413
    assert refused.json()["code"] == "body.too_large"
    assert taken.json() > BODY_MAX_BYTES


async def test_every_answer_carries_headers_that_protect() -> None:
    """No sniffing, no frames, no referrer; errors and pages included."""
    async with service() as ingest:
        answers = [
            await ingest.client.get(path)
            for path in ("/health", "/nothing", "/docs", "/openapi.json", "/v1/documents/x")
        ]

    for one in answers:
        assert one.headers["x-content-type-options"] == "nosniff"
        assert one.headers["x-frame-options"] == "DENY"
        assert one.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in one.headers["content-security-policy"]


async def test_a_body_that_is_no_text_is_told_so() -> None:
    """Bytes that are no UTF-8 where JSON is expected are a 400 in the form of all errors."""
    transport = httpx.ASGITransport(_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        headers = {"Content-Type": "application/json"}
        answer = await client.post("/text", content=b"3\xff\xfe", headers=headers)

    assert answer.status_code == 400
    assert answer.json()["code"] == "body.malformed"
