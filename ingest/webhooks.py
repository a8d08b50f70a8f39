"""The routes of webhooks: endpoints, their secrets, what was sent to them, sending it again."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from ingest import openapi
from ingest.access import Administrator
from ingest.parts import parts_of
from ingest.problems import Problem
from streams.webhook_endpoints import (
    DELIVERIES_MAX,
    ENDPOINTS_MAX,
    Change,
    Endpoint,
    LoggedDelivery,
)
from streams.webhook_messages import Event, Payload
from streams.webhook_targets import URL_LENGTH_MAX, TargetError, TargetRules, checked_url

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], responses=openapi.WEBHOOK_ERRORS)
Events = Annotated[list[Event], Field(min_length=1, max_length=len(Event))]
Url = Annotated[str, Field(max_length=URL_LENGTH_MAX, examples=["https://example.com/hook"])]


class NewEndpoint(BaseModel):
    """Who wants to hear of what."""

    model_config = ConfigDict(extra="forbid")
    url: Url
    events: Events = list(Event)
    payload: Payload = Payload.THIN


class EndpointChange(BaseModel):
    """What should become another; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    url: Url | None = None
    events: Events | None = None
    payload: Payload | None = None
    enabled: bool | None = None


class Replay(BaseModel):
    """From when on to send again what was given up."""

    model_config = ConfigDict(extra="forbid")
    since: AwareDatetime | None = None


@router.post("", status_code=201)
async def create_endpoint(wanted: NewEndpoint, request: Request, caller: Administrator) -> Response:
    """Name an address that hears of results and failures: https, or mailto for mail.

    The answer alone shows the secret that signs what is sent (Standard Webhooks 1.0.0).
    """
    owners = parts_of(request).owners
    url = _checked(wanted.url, owners.targets)
    made = await owners.endpoints.create(caller, url, wanted.events, wanted.payload)
    if made is None:
        raise Problem(
            409, "webhooks.too_many", f"A tenant has {ENDPOINTS_MAX} endpoints; delete one first."
        )
    endpoint, secret = made
    location = f"/v1/webhooks/{endpoint.endpoint_id}"
    return JSONResponse(
        _endpoint_object(endpoint) | {"secret": secret},
        201,
        {"Location": location, "Cache-Control": "no-store"},
    )


@router.get("")
async def list_endpoints(request: Request, caller: Administrator) -> Response:
    """Return all endpoints, without their secrets."""
    found = await parts_of(request).owners.endpoints.list(caller.tenant)
    return JSONResponse({"webhooks": [_endpoint_object(one) for one in found]})


@router.get("/{endpoint_id}")
async def read_endpoint(endpoint_id: str, request: Request, caller: Administrator) -> Response:
    """Return one endpoint."""
    found = await parts_of(request).owners.endpoints.find(caller.tenant, _id(endpoint_id))
    return JSONResponse(_endpoint_object(_there(found)))


@router.patch("/{endpoint_id}")
async def change_endpoint(
    endpoint_id: str, wanted: EndpointChange, request: Request, caller: Administrator
) -> Response:
    """Change an endpoint; `enabled: true` also brings back one that answered 410."""
    owners = parts_of(request).owners
    url = None if wanted.url is None else _checked(wanted.url, owners.targets)
    change = Change(url, wanted.events, wanted.payload, wanted.enabled)
    found = await owners.endpoints.change(caller, _id(endpoint_id), change)
    return JSONResponse(_endpoint_object(_there(found)))


@router.delete("/{endpoint_id}", status_code=204)
async def delete_endpoint(endpoint_id: str, request: Request, caller: Administrator) -> Response:
    """Forget an endpoint, its log, and what is still due to it."""
    if not await parts_of(request).owners.endpoints.delete(caller, _id(endpoint_id)):
        raise _unknown()
    return Response(status_code=204)


@router.post("/{endpoint_id}/secret")
async def rotate_secret(endpoint_id: str, request: Request, caller: Administrator) -> Response:
    """Return a new secret; the one before signs beside it until `former_until`."""
    rotated = await parts_of(request).owners.endpoints.rotate(caller, _id(endpoint_id))
    secret, until = _there(rotated)
    body = {"secret": secret, "former_until": _time(until)}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})


@router.get("/{endpoint_id}/deliveries")
async def list_deliveries(
    endpoint_id: str,
    request: Request,
    caller: Administrator,
    state: Annotated[str | None, Query(pattern="^(due|delivered|failed|cancelled)$")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=DELIVERIES_MAX)] = 50,
) -> Response:
    """Return what was sent, newest first, each with the log of its attempts."""
    endpoints = parts_of(request).owners.endpoints
    _there(await endpoints.find(caller.tenant, _id(endpoint_id)))
    before = None if cursor is None else _place(cursor)
    found = await endpoints.deliveries(
        caller.tenant, endpoint_id, state=state, before=before, limit=limit
    )
    following = _cursor(found[-1]) if len(found) == limit else None
    body = {"deliveries": [_delivery_object(one) for one in found], "next_cursor": following}
    return JSONResponse(body)


@router.post("/{endpoint_id}/deliveries/{delivery_id}/replay", status_code=202)
async def replay_delivery(
    endpoint_id: str, delivery_id: str, request: Request, caller: Administrator
) -> Response:
    """Send a delivery again, under its id, whatever became of it."""
    count = await parts_of(request).owners.endpoints.replay(
        caller, _id(endpoint_id), delivery_id=_id(delivery_id)
    )
    if not count:
        raise Problem(404, "delivery.unknown", "There is no such delivery.")
    return JSONResponse({"replayed": count}, 202)


@router.post("/{endpoint_id}/replay", status_code=202)
async def replay_failed(
    endpoint_id: str, wanted: Replay, request: Request, caller: Administrator
) -> Response:
    """Send again all that was given up or cancelled, since a time or from the beginning."""
    endpoints = parts_of(request).owners.endpoints
    _there(await endpoints.find(caller.tenant, _id(endpoint_id)))
    count = await endpoints.replay(caller, endpoint_id, since=wanted.since)
    return JSONResponse({"replayed": count}, 202)


def _checked(url: str, rules: TargetRules) -> str:
    try:
        return checked_url(url, rules)
    except TargetError as error:
        raise Problem(422, error.reason, error.message) from None


def _there(found: Any) -> Any:
    if found is None:
        raise _unknown()
    return found


def _unknown() -> Problem:
    return Problem(404, "webhook.unknown", "There is no such endpoint.")


def _id(text: str) -> str:
    # What PostgreSQL cannot hold as text is nobody's id.
    if not text.isascii() or not text.isprintable():
        raise _unknown()
    return text


def _endpoint_object(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "id": endpoint.endpoint_id,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "payload": endpoint.payload,
        "created_at": _time(endpoint.created_at),
        "enabled": endpoint.disabled_at is None,
        "disabled_at": _time(endpoint.disabled_at),
        "disabled_reason": endpoint.disabled_reason,
    }


def _delivery_object(delivery: LoggedDelivery) -> dict[str, Any]:
    is_due = delivery.state == "due"
    return {
        "id": delivery.delivery_id,
        "document_id": delivery.document_id,
        "revision": delivery.revision,
        "event": delivery.event,
        "state": delivery.state,
        "next_attempt_at": _time(delivery.due_at) if is_due else None,
        "created_at": _time(delivery.created_at),
        "finished_at": _time(delivery.finished_at),
        "attempts": list(delivery.log),
    }


def _time(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")


def _cursor(last: LoggedDelivery) -> str:
    return urlsafe_b64encode(f"{last.created_at.isoformat()} {last.delivery_id}".encode()).decode()


def _place(cursor: str) -> tuple[datetime, str]:
    try:
        at, _, delivery_id = urlsafe_b64decode(cursor).decode("ascii").partition(" ")
        place = datetime.fromisoformat(at)
    except ValueError:
        place, delivery_id = None, ""
    if place is None or place.tzinfo is None or not delivery_id.isprintable():
        raise Problem(422, "cursor.malformed", "The cursor is none of ours.")
    return place, delivery_id
