"""Errors as answers: problem details of RFC 9457 with a stable ``code``.

A detail names the cause and the cure, never a value, a file's name or a secret.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from schemas.errors import BitaqaError, Unavailable, Unprocessable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
CLIENT_GONE = 499  # As nginx has it.
NO_HEADERS: Mapping[str, str] = {}

_CODES = {
    HTTPStatus.BAD_REQUEST: ("body.malformed", "The body is not in its form."),
    HTTPStatus.NOT_FOUND: ("route.unknown", "There is nothing under this address."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body.too_large", "The body is too large."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method.not_allowed", "This address takes other methods."),
}
log = logging.getLogger("bitaqa.ingest")


@dataclass(frozen=True, slots=True)
class ProblemDetails:
    """What a problem says: the parts that differ from one to another."""

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def response(self, instance: str) -> Response:
        """Return the answer to a request for the path ``instance``."""
        content = {
            "type": f"urn:bitaqa:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            **self.extra,
        }
        headers = {"Cache-Control": "no-store", **self.headers}
        return JSONResponse(content, self.status, headers, MEDIA_TYPE)


class Problem(BitaqaError):  # noqa: N818 - the name of RFC 9457
    """An error that is the answer to the request."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] = NO_HEADERS,
        **extra: Any,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.details = ProblemDetails(status, code, detail, headers, extra)


def add_problem_handlers(app: FastAPI) -> None:
    """Make every error of an application answer with problem details."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(Unavailable, _on_unavailable)
    app.add_exception_handler(Unprocessable, _on_unprocessable)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_bug)


def unavailable(error: Unavailable) -> ProblemDetails:
    """Return the 503 for a dependency that is down; it is logged, the details stay here."""
    log.warning("dependency down", extra={"dependency": error.dependency, "cause": error.message})
    retry_after_s = round(error.retry_after_s or RETRY_AFTER_S)
    return ProblemDetails(
        503,
        f"{error.dependency}.unavailable",
        f"{error.dependency} does not answer. Try the same request again later.",
        {"Retry-After": str(max(1, retry_after_s))},
        {"dependency": error.dependency},
    )


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.details.response(request.scope["path"])


async def _on_unavailable(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unavailable)
    return unavailable(error).response(request.scope["path"])


async def _on_unprocessable(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unprocessable)
    if error.reason == "object.missing":
        missing = ProblemDetails(404, error.reason, "There is no such object.")
        return missing.response(request.scope["path"])
    return ProblemDetails(422, error.reason, error.message).response(request.scope["path"])


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code, detail = _CODES.get(status, (f"http.{status.value}", status.phrase))
    return ProblemDetails(status, code, detail, error.headers or {}).response(request.scope["path"])


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # Where and what, without the input itself.
    errors = [
        {"where": ".".join(str(part) for part in one["loc"]), "message": one["msg"]}
        for one in error.errors()
    ]
    return ProblemDetails(
        422, "parameter.invalid", "A parameter is not in its form.", extra={"errors": errors}
    ).response(request.scope["path"])


async def _on_disconnect(_request: Request, _error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)  # Nobody reads it; it is counted.


async def _on_bug(request: Request, _error: Exception) -> Response:
    return ProblemDetails(
        500, "internal", "The service made an error; the log has its cause."
    ).response(request.scope["path"])
