"""How many requests a caller may make, and how that is told."""

import pytest

from ingest.auth import Caller
from ingest.problems import Problem
from ingest.rates import CALLERS_MAX, Rates
from streams.api_keys import Scope
from tests.ingest.service import Backing, running, secured, settings_of

pytestmark = pytest.mark.anyio


class Clock:
    """Time that moves when told."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


def _caller(name: str = "key:one", tenant: str = "acme", own: int | None = None) -> Caller:
    return Caller(tenant, frozenset(), name, own)


def test_a_bucket_empties_and_fills_again() -> None:
    """After its last request a caller waits for the next one, not for the whole minute."""
    clock = Clock()
    rates = Rates(60, clock)

    told = [rates.take(_caller())["RateLimit-Remaining"] for _ in range(60)]
    with pytest.raises(Problem) as caught:
        rates.take(_caller())
    clock.now_s += 1
    again = rates.take(_caller())

    assert told == [str(n) for n in range(59, -1, -1)]
    assert caught.value.details.status == 429
    assert caught.value.details.headers["Retry-After"] == "1"
    assert again["RateLimit"] == '"minute";r=0;t=60'


def test_a_bucket_is_never_fuller_than_full() -> None:
    """A day of silence is worth a minute's requests."""
    clock = Clock()
    rates = Rates(10, clock)
    rates.take(_caller())
    clock.now_s += 86_400

    assert rates.take(_caller())["RateLimit-Remaining"] == "9"


def test_callers_have_buckets_of_their_own() -> None:
    """One name in two tenants is two callers; a key's own limit goes before the service's."""
    rates = Rates(1, Clock())
    rates.take(_caller())

    rates.take(_caller(tenant="other"))
    own = [rates.take(_caller("key:two", own=3))["RateLimit-Limit"] for _ in range(3)]

    assert own == ["3"] * 3
    with pytest.raises(Problem):
        rates.take(_caller("key:two", own=3))
    with pytest.raises(Problem):
        rates.take(_caller())


def test_strangers_without_number_take_no_memory_without_bound() -> None:
    """The bucket that was touched longest ago makes room."""
    rates = Rates(60, Clock())

    for number in range(CALLERS_MAX + 10):
        rates.take(_caller(f"token:{number}"))

    assert len(rates._buckets) == CALLERS_MAX


async def test_answers_tell_what_is_left() -> None:
    """Good answers and refusals alike carry the headers; 429 says when to come again."""
    backing = Backing()
    key = backing.key("acme", Scope.READ, requests_per_minute=3)
    async with running(backing.app(secured()), backing) as ingest:
        good = await ingest.client.get("/v1/document-types", headers=key)
        missing = await ingest.client.get(f"/v1/documents/doc_{'a' * 32}", headers=key)
        await ingest.client.get("/v1/document-types", headers=key)
        over = await ingest.client.get("/v1/document-types", headers=key)
        elsewhere = await ingest.client.get("/health")

    assert (good.status_code, missing.status_code, over.status_code) == (200, 404, 429)
    assert good.headers["ratelimit-policy"] == '"minute";q=3;w=60'
    assert [one.headers["ratelimit-remaining"] for one in (good, missing, over)] == ["2", "1", "0"]
    assert over.json()["code"] == "rate.exceeded"
    assert int(over.headers["retry-after"]) == 20
    assert "ratelimit" not in elsewhere.headers


async def test_one_machine_has_no_limit() -> None:
    """Where authentication is off nobody is counted."""
    backing = Backing()
    async with running(backing.app(settings_of()), backing) as ingest:
        answer = await ingest.client.get("/v1/document-types")

    assert "ratelimit" not in answer.headers
