"""Whether the service lives, whether it can work, and what it counts."""

import asyncio
import functools
from collections.abc import Awaitable

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ingest.access import anyone
from ingest.parts import Parts, parts_of
from schemas.errors import Unavailable
from streams.metrics import REGISTRY

CHECK_TIMEOUT_S = 3.0
router = APIRouter(
    tags=["operation"],
    dependencies=[anyone("orchestrators and Prometheus ask from inside; a proxy keeps others out")],
)


@router.get("/health")
async def health() -> Response:
    """Say that the process answers; restart it when this fails."""
    return JSONResponse({"status": "ok"})


@router.get("/ready", responses={503: {"description": "A part is down; the body says which."}})
async def ready(request: Request) -> Response:
    """Say whether Kafka, the store and PostgreSQL answer; send no work while this fails."""
    parts = parts_of(request)
    names = ("kafka", "store", "postgres")
    states = await asyncio.gather(
        _state(_kafka(parts)),
        _state(parts.in_thread(parts.store.check)),
        _state(parts.readings.check()),
    )
    down = [name for name, state in zip(names, states, strict=True) if state != "ok"]
    body = {
        "status": "down" if down else "ok",
        "parts": dict(zip(names, states, strict=True)),
    }
    return JSONResponse(body, 503 if down else 200, {"Cache-Control": "no-store"})


@router.get(
    "/metrics",
    responses={200: {"content": {"text/plain": {"example": "bitaqa_uploads_total{...} 7.0"}}}},
    response_class=PlainTextResponse,
)
async def metrics() -> Response:
    """Return every metric in Prometheus' text form."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def _kafka(parts: Parts) -> None:
    is_up = await parts.in_thread(functools.partial(parts.publisher.ready, timeout_s=1.0))
    if not is_up:
        raise Unavailable("kafka", "the brokers do not answer")


async def _state(check: Awaitable[None]) -> str:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await check
    except (Unavailable, TimeoutError):
        return "down"
    return "ok"
