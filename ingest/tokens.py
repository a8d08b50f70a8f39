"""Tokens of callers (JWT, RFC 7519): HS256 under a shared secret, RS256 and ES256 under keys.

The key decides the algorithm, never the token: a public key is no HMAC secret. What a token
says of where its key lies (``jku``, ``x5u``) is not read.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

from schemas.errors import Misconfigured, Unavailable
from streams.api_keys import TENANT, Scope
from streams.settings import TokenSettings

ALGORITHMS = frozenset({"RS256", "ES256"})
SECRET_LENGTH_MIN = 32
FRESH_S = 300.0
"""How long keys are used before they are fetched again."""
PATIENCE_S = 30.0
"""No sooner are they fetched again, whatever strangers send."""
RETRY_S = 3.0
"""The same, where there are none yet."""
FETCH_TIMEOUT_S = 5.0
JWKS_MAX_BYTES = 256 * 1024
SUBJECT_LENGTH_MAX = 200
SCOPE_PREFIX = "bitaqa:"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
log = logging.getLogger("bitaqa.ingest")


class TokenError(Exception):
    """A token that opens nothing; ``code`` says why, as far as a stranger may know."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says of its bearer."""

    tenant: str
    scopes: frozenset[Scope]
    subject: str


class Tokens:
    """Verifies tokens.

    Raises:
        Misconfigured: when the settings do not say enough to verify a token.
    """

    def __init__(self, settings: TokenSettings) -> None:
        self._settings = settings
        self._secret = settings.secret
        self._keys = KeySet(_fetcher(settings.keys)) if settings.keys else None
        if not (settings.issuer and settings.audience):
            raise Misconfigured("tokens need BITAQA_JWT_ISSUER and BITAQA_JWT_AUDIENCE")
        if self._secret is not None and len(self._secret) < SECRET_LENGTH_MIN:
            raise Misconfigured(
                f"BITAQA_JWT_SECRET must have {SECRET_LENGTH_MIN} characters or more"
            )

    async def verify(self, token: str) -> Claims:
        """Return what a token says.

        Raises:
            TokenError: when it is not genuine, not for us, or over.
            Unavailable: when its key cannot be had.
        """
        try:
            key, algorithm = await self._key_of(jwt.get_unverified_header(token))
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._settings.issuer,
                audience=self._settings.audience,
                leeway=timedelta(seconds=self._settings.leeway_s),
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise TokenError("credential.expired") from None
        except (jwt.PyJWTError, ValueError, TypeError):
            raise TokenError("credential.refused") from None
        return self._claims(claims)

    async def _key_of(self, header: Mapping[str, Any]) -> tuple[Any, str]:
        algorithm = header.get("alg")
        if algorithm == "HS256" and self._secret is not None:
            return self._secret, "HS256"
        if self._keys is None or algorithm not in ALGORITHMS:
            raise TokenError("credential.refused")
        key = await self._keys.find(header.get("kid"))
        if key is None or key.algorithm_name != algorithm:
            raise TokenError("credential.refused")
        return key.key, key.algorithm_name

    def _claims(self, claims: Mapping[str, Any]) -> Claims:
        tenant = claims.get(self._settings.tenant_claim)
        subject = claims["sub"]
        if not (isinstance(tenant, str) and TENANT.fullmatch(tenant)):
            raise TokenError("credential.tenant")
        if not (subject.isprintable() and 0 < len(subject) <= SUBJECT_LENGTH_MAX):
            raise TokenError("credential.refused")
        scopes = _scopes(claims.get(self._settings.scope_claim))
        return Claims(tenant, scopes, subject)


class KeySet:
    """Public keys by their id, fetched when first needed, when old, and for an unknown id.

    Args:
        fetch: returns a JWKS (RFC 7517) or a public key in PEM.
        clock: the time, in seconds.
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[bytes]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched_s: float | None = None
        self._tried_s: float | None = None

    async def find(self, key_id: Any) -> jwt.PyJWK | None:
        """Return a key by its id; the only one there is, where a token names none.

        Raises:
            Unavailable: when no keys were ever fetched.
        """
        if self._is_older(self._fetched_s, FRESH_S) or self._lookup(key_id) is None:
            await self._refresh()
        if self._fetched_s is None:
            raise Unavailable("jwks", "the keys of tokens cannot be fetched")
        return self._lookup(key_id)

    def _lookup(self, key_id: Any) -> jwt.PyJWK | None:
        if key_id is None or None in self._keys:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(key_id) if isinstance(key_id, str) else None

    async def _refresh(self) -> None:
        async with self._lock:
            patience_s = RETRY_S if self._fetched_s is None else PATIENCE_S
            if not self._is_older(self._tried_s, patience_s):
                return
            self._tried_s = self._clock()
            try:
                keys = _parsed(await self._fetch())
            except (OSError, httpx.HTTPError, ValueError, TypeError, jwt.PyJWTError) as error:
                # The old ones go on being good: who signs keeps them while he rotates.
                log.warning("no keys of tokens", extra={"cause": type(error).__name__})
                return
            self._keys = keys
            self._fetched_s = self._clock()

    def _is_older(self, moment_s: float | None, age_s: float) -> bool:
        return moment_s is None or self._clock() - moment_s >= age_s


def _parsed(data: bytes) -> dict[str | None, jwt.PyJWK]:
    if data.lstrip().startswith(b"-----BEGIN PUBLIC KEY"):
        return {None: _from_pem(data)}
    keys = jwt.PyJWKSet.from_dict(json.loads(data)).keys
    return {
        one.key_id: one
        for one in keys
        if one.key_id and one.public_key_use in {None, "sig"} and one.algorithm_name in ALGORITHMS
    }


def _from_pem(data: bytes) -> jwt.PyJWK:
    for name in ("RS256", "ES256"):
        algorithm: Any = jwt.get_algorithm_by_name(name)
        try:
            return jwt.PyJWK(algorithm.to_jwk(algorithm.prepare_key(data), as_dict=True), name)
        except (jwt.InvalidKeyError, TypeError, ValueError):
            continue
    raise ValueError("neither an RSA nor an elliptic-curve key")


def _scopes(said: Any) -> frozenset[Scope]:
    words: Iterable[Any] = said.split() if isinstance(said, str) else said
    if not isinstance(words, list):
        return frozenset()
    known = {one.value: one for one in Scope}
    names = (str(word).removeprefix(SCOPE_PREFIX) for word in words)
    return frozenset(known[name] for name in names if name in known)


def _fetcher(place: str) -> Callable[[], Awaitable[bytes]]:
    parts = urlsplit(place)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return lambda: _from_url(place)
    if parts.scheme:
        raise Misconfigured("BITAQA_JWT_KEYS must be an https:// address or a file's path")
    path = Path(place)
    try:
        _parsed(path.read_bytes())
    except (OSError, ValueError, TypeError, jwt.PyJWTError) as error:
        raise Misconfigured(
            f"the file of BITAQA_JWT_KEYS holds no keys: {type(error).__name__}"
        ) from None
    return lambda: asyncio.to_thread(path.read_bytes)


async def _from_url(url: str) -> bytes:
    # Redirects are not followed: the address in the settings is the one that is trusted.
    async with (
        asyncio.timeout(FETCH_TIMEOUT_S),
        httpx.AsyncClient(timeout=FETCH_TIMEOUT_S) as client,
        client.stream("GET", url) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise ValueError("the answer is no key set")
        data = b""
        async for chunk in answer.aiter_bytes():
            data += chunk
            if len(data) > JWKS_MAX_BYTES:
                raise ValueError("the key set is too large")
        return data
