"""Who may call which route: every route says it, and what it says holds."""

import re
from typing import Any

import pytest
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from ingest.access import Needs, Open, access_of
from streams.api_keys import Scope
from tests.ingest.service import Backing, running, secured

pytestmark = pytest.mark.anyio

# What is no route of FastAPI's: the API's description, and the files of Swagger UI.
OPEN_BY_NATURE = {"/openapi.json", "/docs/assets"}
# Whoever opens one more says here that it is meant.
OPEN = {
    "/",
    "/api/v1/health",
    "/docs",
    "/health",
    "/metrics",
    "/objects/{key:path}",
    "/ready",
}
APP = Backing().app(secured())


def _routes() -> list[RouteContext]:
    every = iter_route_contexts(APP.routes)
    return [one for one in every if isinstance(one.original_route, APIRoute)]


def _closed() -> list[Any]:
    """Return path, method and needs of each route that not everybody may call."""
    return [
        pytest.param(route.path, method, needs, id=f"{method} {route.path}")
        for route in _routes()
        for needs in access_of(route)
        if isinstance(needs, Needs)
        for method in sorted(route.methods or ())
    ]


def test_every_route_says_who_may_call_it() -> None:
    """A route that says nothing, or two things, is a hole: declare a caller, see ``access.py``."""
    silent = [route.path for route in _routes() if len(access_of(route)) != 1]
    others = {
        one.path
        for one in iter_route_contexts(APP.routes)
        if not isinstance(one.original_route, APIRoute)
    }

    assert not silent
    assert others == OPEN_BY_NATURE


def test_only_these_routes_are_open() -> None:
    """What anybody may call is listed twice, with its reason."""
    found = {
        route.path: access
        for route in _routes()
        for access in access_of(route)
        if isinstance(access, Open)
    }

    assert {one for one in found if not str(one).startswith("/schema-registry")} == OPEN
    assert all(len(one.reason) > 10 for one in found.values())


def _path(template: str) -> str:
    return re.sub(r"{\w+}", "1", template)


@pytest.mark.parametrize(("path", "method", "needs"), _closed())
async def test_a_stranger_is_sent_away(path: str, method: str, needs: Needs) -> None:
    """Without a key, and with one that nobody gave out, the answer is 401 before all else."""
    backing = Backing()
    wrong = backing.key("first")["Authorization"].removeprefix("Bearer ")
    backing.keys.rows.clear()
    async with running(backing.app(secured()), backing) as ingest:
        for headers in (
            {},
            {"Authorization": "Bearer "},
            {"Authorization": f"Bearer {wrong}"},
            {"Authorization": f"Basic {wrong}"},
            {"Authorization": "Bearer ü".encode("latin-1")},
            {"X-API-Key": wrong},
            {"X-API-Key": "bitaqa__"},
        ):
            answer = await ingest.client.request(
                method,
                _path(path),
                headers=headers,  # type: ignore[arg-type]  # bytes on purpose
            )

            assert answer.status_code == 401, headers
            assert answer.headers["www-authenticate"].startswith('Bearer realm="bitaqa"')
            assert answer.json()["code"].startswith("credential.")


@pytest.mark.parametrize(("path", "method", "needs"), _closed())
async def test_a_caller_without_the_scope_is_refused(path: str, method: str, needs: Needs) -> None:
    """A key with every other scope does not open a route; one with nothing but its own does."""
    if not needs.scopes:
        pytest.skip("any key opens it")
    backing = Backing()
    poor = backing.key("first", *(set(Scope) - set(needs.scopes)))
    right = backing.key("first", *needs.scopes)
    async with running(backing.app(secured()), backing) as ingest:
        refused = await ingest.client.request(method, _path(path), headers=poor)
        let_in = await ingest.client.request(method, _path(path), headers=right)

    assert refused.status_code == 403
    assert refused.json()["code"] == "scope.missing"
    assert 'error="insufficient_scope"' in refused.headers["www-authenticate"]
    assert let_in.status_code not in {401, 403}
