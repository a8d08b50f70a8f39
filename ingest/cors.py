"""Which web pages may call from a browser, and what they may send and read."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

CORS_MAX_AGE_S = 600
METHODS_OF_PAGES = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADERS_OF_PAGES = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
    "X-API-Key",
    "traceparent",
)
HEADERS_FOR_PAGES = (
    "Bitaqa-Repeated",
    "Content-Disposition",
    "ETag",
    "Link",
    "Location",
    "Preference-Applied",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
)


def allow_origins(app: FastAPI, origins: tuple[str, ...]) -> None:
    """Let web pages of these origins call.

    No cookies: whoever calls sends a key, and no page can make a browser do so.
    """
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=METHODS_OF_PAGES,
            allow_headers=HEADERS_OF_PAGES,
            expose_headers=HEADERS_FOR_PAGES,
            max_age=CORS_MAX_AGE_S,
        )
