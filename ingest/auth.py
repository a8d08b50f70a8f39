"""Who is calling, for which tenant, with which rights: the one place that decides.

A caller sends ``Authorization: Bearer`` with an API key or a token, or ``X-API-Key``.
What a route needs of its caller stands in ``ingest/access.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from ingest.known_keys import KnownKeys
from ingest.problems import Problem
from ingest.tokens import TokenError, Tokens
from streams.api_keys import ApiKey, Scope, split_key

DEFAULT_TENANT = "default"
EVERYTHING = frozenset(Scope)
LEGACY_SCOPES = frozenset({Scope.SUBMIT, Scope.READ, Scope.ERASE})
"""What callers without a key may do on the routes of the older systems."""


_REFUSALS = {
    "credential.refused": "The key or token opens nothing here: it is wrong, over or taken back.",
    "credential.expired": "The token is over; get another one.",
    "credential.tenant": "The token names no tenant, or one that is not in its form.",
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling.

    Args:
        tenant: whose documents are meant: lower-case letters, digits and dashes.
        scopes: what the caller may do.
        name: for logs and the audit log: ``key:ID``, ``token:SUBJECT``, ``legacy``, ``anyone``.
        requests_per_minute: the caller's own limit, None where the service's holds.
    """

    tenant: str
    scopes: frozenset[str]
    name: str
    requests_per_minute: int | None = None


class Auth:
    """Turns what a request carries into a caller.

    Args:
        keys: the table of keys; None where everybody may do everything, on one machine.
        tokens: verifies tokens; None where none are taken.
        legacy_tenant: tenant of callers without a key on the routes of older systems.
        now: the clock.
    """

    def __init__(
        self,
        keys: KnownKeys | None,
        tokens: Tokens | None,
        legacy_tenant: str | None,
        now: Callable[[], datetime],
    ) -> None:
        self._keys = keys
        self._tokens = tokens
        self._legacy_tenant = legacy_tenant
        self._now = now

    async def caller(self, request: Request) -> Caller:
        """Return who is calling.

        Raises:
            Problem: 401 without a key or token that opens something.
            Unavailable: when it cannot be found out.
        """
        if self._keys is None:
            return Caller(DEFAULT_TENANT, EVERYTHING, "anyone")
        credential = _credential(request)
        if credential is None:
            raise _unauthorized("credential.missing", "Send an API key or a token.")
        if self._tokens is not None and credential.count(".") == 2:
            return await _bearer(self._tokens, credential)
        split = split_key(credential)
        if split is None:
            raise _refused()
        key = await self._keys.find(split[0])
        if key is None or not key.opens(split[1], self._now()):
            raise _refused()
        return _caller_of(key)

    async def legacy_caller(self, request: Request) -> Caller:
        """Return who is calling a route of an older system, whose clients know no keys."""
        if self._legacy_tenant is not None and _credential(request) is None:
            return Caller(self._legacy_tenant, LEGACY_SCOPES, "legacy")
        return await self.caller(request)

    async def close(self) -> None:
        """Let go of what was given."""
        if self._keys is not None:
            await self._keys.close()


def _credential(request: Request) -> str | None:
    said = request.headers.get("authorization")
    if said is None:
        return request.headers.get("x-api-key")
    scheme, _, credential = said.partition(" ")
    return credential.strip() if scheme.lower() == "bearer" else ""


async def _bearer(tokens: Tokens, token: str) -> Caller:
    try:
        claims = await tokens.verify(token)
    except TokenError as error:
        raise _refused(error.code) from None
    return Caller(claims.tenant, claims.scopes, f"token:{claims.subject}")


def _caller_of(key: ApiKey) -> Caller:
    return Caller(key.tenant, key.scopes, f"key:{key.key_id}", key.requests_per_minute)


def _refused(code: str = "credential.refused") -> Problem:
    return _unauthorized(code, _REFUSALS[code], ', error="invalid_token"')


def _unauthorized(code: str, detail: str, error: str = "") -> Problem:
    challenge = f'Bearer realm="bitaqa"{error}'
    return Problem(401, code, detail, headers={"WWW-Authenticate": challenge})
