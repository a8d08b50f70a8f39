"""Sends a webhook: one request to the very address that was looked at, no redirects."""

import asyncio
import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from streams.webhook_targets import TargetError, TargetRules, checked_addresses, checked_url

TIMEOUT_S = 15.0
RETRY_AFTER_MAX_S = 24 * 60 * 60.0
THROTTLED = frozenset({429, 502, 504})
"""The receiver is there and has too much to do: the whole endpoint is left alone for a while."""
GONE = 410

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Returns the addresses of a host; raises ``OSError`` where there are none."""
_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt ended.

    Args:
        reason: stable dotted code: ``http.200``, ``timeout``, ``webhook.address``.
        seconds: how long it took.
        delivered: the receiver has it.
        gone: the receiver will never want it again.
        final: trying again is of no use.
        throttled: the endpoint wants to be left alone.
        retry_after_s: for how long, where it says so.
    """

    reason: str
    seconds: float
    delivered: bool = False
    gone: bool = False
    final: bool = False
    throttled: bool = False
    retry_after_s: float | None = None


class HttpSender:
    """Opens a connection for each request: one that was checked for a host serves no other.

    Args:
        rules: where webhooks may go.
        resolve: asks for a host's addresses.
        trust: certificates, the usual ones if None.
        timeout_s: for all of it, name and certificate included.
    """

    def __init__(
        self,
        rules: TargetRules,
        resolve: Resolve | None = None,
        trust: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._rules = rules
        self._resolve = resolve or _resolved
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(
            verify=trust or httpx.create_ssl_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=timeout_s,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def post(self, url: str, headers: Mapping[str, str], body: str) -> Answer:
        """Return how a request ended; never raises for what the receiver does."""
        began_s = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._post(url, headers, body, began_s)
        except TargetError as error:
            reason = error.reason
        except (TimeoutError, httpx.TimeoutException):
            reason = "timeout"
        except (OSError, UnicodeError):
            reason = "webhook.dns"
        except httpx.InvalidURL:
            reason = "webhook.url"
        except httpx.HTTPError as error:
            reason = "tls" if "SSL" in str(error) else "connection"
        return Answer(reason, time.monotonic() - began_s)

    async def close(self) -> None:
        """Let go."""
        await self._client.aclose()

    async def _post(
        self, url: str, headers: Mapping[str, str], body: str, began_s: float
    ) -> Answer:
        # The rules may have changed since the address was given.
        target = httpx.URL(checked_url(url, self._rules))
        port = target.port or (443 if target.scheme == "https" else 80)
        found = await self._resolve(target.host, port)
        address = checked_addresses(found, self._rules)[0]
        request = self._client.build_request(
            "POST",
            target.copy_with(host=address),
            headers={**headers, "host": target.netloc.decode("ascii")},
            content=body.encode(),
            extensions={"sni_hostname": target.host},
        )
        answer = await self._client.send(request, stream=True)
        try:
            return _judged(answer, time.monotonic() - began_s)
        finally:
            # Whatever the receiver has to say besides is not read.
            await answer.aclose()


def _judged(answer: httpx.Response, seconds: float) -> Answer:
    status = answer.status_code
    return Answer(
        f"http.{status}",
        seconds,
        delivered=answer.is_success,
        gone=status == GONE,
        throttled=status in THROTTLED,
        retry_after_s=_retry_after_s(answer.headers.get("retry-after"), datetime.now(UTC)),
    )


def _retry_after_s(text: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After asks for, in either of its forms, a day at most."""
    if text is None:
        return None
    if _SECONDS.fullmatch(text.strip()):
        return min(float(text), RETRY_AFTER_MAX_S)
    try:
        at = parsedate_to_datetime(text)
        left_s = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, left_s), RETRY_AFTER_MAX_S)


async def _resolved(host: str, port: int) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [str(one[4][0]) for one in found]
