"""What the OpenAPI document says of keys and scopes, taken from what the routes need."""

from collections.abc import Iterable
from typing import Any

from fastapi.routing import APIRoute, RouteContext

from ingest.access import Needs, access_of
from ingest.openapi import UNAVAILABLE, problem

SCHEMES: dict[str, Any] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key of `bitaqa keys create`, or a token of your identity provider.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "An API key, for clients that cannot send the other header.",
    },
}
_UNAUTHORIZED = problem(
    401, "Unauthorized", "credential.missing", "Send an API key or a token."
) | {"headers": {"WWW-Authenticate": {"schema": {"type": "string"}}}}
_FORBIDDEN = problem(
    403, "Forbidden", "scope.missing", "This needs a key or token with the scope read."
)
_MALFORMED = problem(400, "Bad Request", "body.malformed", "The body is not in its form.")
_TOO_LARGE = problem(413, "Content Too Large", "body.too_large", "The body is too large.")
_RATE = problem(
    429,
    "Too Many Requests",
    "rate.exceeded",
    "This key or token may make 6000 requests a minute.",
) | {
    "headers": {
        "Retry-After": {"schema": {"type": "integer"}, "description": "seconds"},
        "RateLimit": {"schema": {"type": "string"}, "description": "what is left, and until when"},
        "RateLimit-Policy": {"schema": {"type": "string"}, "description": "how many a minute"},
    }
}


def with_access(document: dict[str, Any], routes: Iterable[RouteContext]) -> dict[str, Any]:
    """Say of each operation which scopes it needs, and how it refuses a caller."""
    document.setdefault("components", {})["securitySchemes"] = SCHEMES
    for route in routes:
        if not (
            isinstance(route.original_route, APIRoute) and route.original_route.include_in_schema
        ):
            continue
        for needs in access_of(route):
            if isinstance(needs, Needs):
                for method in route.methods or ():
                    _tell(document["paths"][route.path_format][method.lower()], needs)
    return document


def _tell(operation: dict[str, Any], needs: Needs) -> None:
    scopes = [scope.value for scope in needs.scopes]
    operation["security"] = [{name: scopes} for name in SCHEMES]
    if needs.is_legacy:
        operation["security"].append({})
    refusals = {"401": _UNAUTHORIZED, "403": _FORBIDDEN, "429": _RATE, "503": UNAVAILABLE}
    if "requestBody" in operation:
        refusals |= {"400": _MALFORMED, "413": _TOO_LARGE}
    for status, answer in refusals.items():
        operation["responses"].setdefault(status, answer)
