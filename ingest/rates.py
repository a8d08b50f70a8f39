"""How many requests a caller may make: a bucket for each that fills as time goes by.

Told in the headers of draft-ietf-httpapi-ratelimit-headers, in their present form and in the
older one that more clients read. Each replica counts for itself.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ingest.auth import Caller
from ingest.problems import Problem

WINDOW_S = 60
CALLERS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class _Bucket:
    left: float
    at_s: float


class Rates:
    """Counts the requests of each caller.

    Args:
        per_minute: limit of callers that have none of their own.
        clock: the time, in seconds.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, caller: Caller) -> Mapping[str, str]:
        """Count a request; return the headers that tell what is left.

        Raises:
            Problem: 429 when nothing is, with the time until something will be.
        """
        most = caller.requests_per_minute or self._per_minute
        now_s = self._clock()
        name = (caller.tenant, caller.name)
        bucket = self._buckets.pop(name, _Bucket(most, now_s))
        left = min(float(most), bucket.left + (now_s - bucket.at_s) * most / WINDOW_S)
        is_over = left < 1
        if not is_over:
            left -= 1
        self._remember(name, _Bucket(left, now_s))
        headers = _headers(most, left)
        if is_over:
            wait_s = math.ceil((1 - left) * WINDOW_S / most)
            raise Problem(
                429,
                "rate.exceeded",
                f"This key or token may make {most} requests a minute.",
                headers={"Retry-After": str(wait_s), **headers},
            )
        return headers

    def _remember(self, name: tuple[str, str], bucket: _Bucket) -> None:
        if len(self._buckets) >= CALLERS_MAX:
            # Whoever was silent for the longest time has a full bucket by now, or nearly.
            del self._buckets[next(iter(self._buckets))]
        self._buckets[name] = bucket


def _headers(most: int, left: float) -> dict[str, str]:
    full_s = math.ceil((most - left) * WINDOW_S / most)
    return {
        "RateLimit-Policy": f'"minute";q={most};w={WINDOW_S}',
        "RateLimit": f'"minute";r={int(left)};t={full_s}',
        "RateLimit-Limit": str(most),
        "RateLimit-Remaining": str(int(left)),
        "RateLimit-Reset": str(full_s),
    }
