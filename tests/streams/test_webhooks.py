"""The worker against real web servers on this machine, and a real PostgreSQL."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from standardwebhooks import Webhook

from schemas.documents import Status
from streams.memory import MemoryLog
from streams.migrate import migrate
from streams.webhook_endpoints import Change
from streams.webhook_http import HttpSender
from streams.webhook_targets import TargetRules
from tests.support.passes import document_id, failed, publish, read, uploaded, whole_pass
from tests.support.receivers import Receiver
from tests.support.sinks import Rows, RunningSink, wait_until
from tests.support.webhooks import (
    OWNER,
    TENANT,
    Owner,
    RunningWorker,
    new_endpoint,
    with_endpoints,
)

pytestmark = pytest.mark.postgres

STATES = "SELECT array_agg(state ORDER BY delivery_id) FROM webhook_deliveries"


@pytest.fixture
def rows(dsn: str) -> Rows:
    """Return a database with all tables and no rows."""
    migrate(dsn)
    return Rows(dsn)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Yield a receiver that takes everything."""
    with Receiver() as one:
        yield one


def land(dsn: str, *messages: object) -> None:
    """Have the sink write documents."""
    log = MemoryLog()
    publish(log, messages)  # type: ignore[arg-type]  # messages of any kind
    with RunningSink(log, dsn):
        Rows(dsn).wait(
            "SELECT coalesce(sum(next_offset), 0)::integer FROM consumer_offsets", len(messages)
        )
    Rows(dsn).do("DELETE FROM consumer_offsets")


def test_a_result_is_pushed_and_its_signature_holds(
    dsn: str, rows: Rows, receiver: Receiver
) -> None:
    """The receiver verifies it with the standard's own library; a thin payload has no value."""
    _, secret = new_endpoint(dsn, receiver.url)
    land(dsn, *whole_pass(1))

    with RunningWorker(dsn):
        rows.wait("SELECT state FROM webhook_deliveries", "delivered")

    (request,) = receiver.requests
    said = Webhook(secret).verify(request.body, dict(request.headers))
    assert said["type"] == "document.accepted"
    assert said["data"]["document_id"] == document_id(1)
    assert said["data"]["status"] == "accepted"
    message = read(1)
    for value in (one.value for one in message.fields.values() if len(one.value) > 3):
        assert value not in request.body.decode()
    assert rows.all("SELECT number, outcome, reason FROM webhook_attempts") == [
        (1, "delivered", "http.204")
    ]
    assert request.headers["webhook-id"] == rows.one("SELECT delivery_id FROM webhook_deliveries")


def test_a_full_payload_is_the_result(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """Who asked for it gets what the API gives."""
    new_endpoint(dsn, receiver.url, payload="full")
    land(dsn, *whole_pass(1))

    with RunningWorker(dsn):
        rows.wait("SELECT state FROM webhook_deliveries", "delivered")

    data = json.loads(receiver.requests[0].body)["data"]
    assert {name: one["value"] for name, one in data["fields"].items()} == {
        name: one.value for name, one in read(1).fields.items()
    }


def test_a_failure_is_pushed(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """With its stage and reason."""
    new_endpoint(dsn, receiver.url)
    land(dsn, uploaded(1), failed(1))

    with RunningWorker(dsn):
        rows.wait("SELECT state FROM webhook_deliveries", "delivered")

    said = json.loads(receiver.requests[0].body)
    assert said["type"] == "document.failed"
    assert said["data"]["failure"]["reason"] == failed(1).reason


def test_endpoints_hear_what_they_asked_for(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """Of their own tenant, of their events, not while disabled, and each event once."""
    new_endpoint(dsn, receiver.url, events=("document.review",))
    new_endpoint(dsn, receiver.url, tenant="somebody-else")
    off, _ = new_endpoint(dsn, receiver.url)
    with_endpoints(dsn, lambda one: one.change(OWNER, off.endpoint_id, Change(enabled=False)))

    land(dsn, *whole_pass(1), uploaded(2), read(2, status=Status.REVIEW))
    land(dsn, read(2, status=Status.REVIEW))

    assert rows.all("SELECT document_id, event FROM webhook_deliveries") == [
        (document_id(2), "document.review")
    ]


def test_a_failed_attempt_is_repeated_under_the_same_id(
    dsn: str, rows: Rows, receiver: Receiver
) -> None:
    """The receiver can tell a repetition; the log tells each attempt."""
    receiver.reply = lambda number: ((500, 302, 200)[number], {"location": "http://127.0.0.2/"})
    new_endpoint(dsn, receiver.url)
    land(dsn, *whole_pass(1))

    with RunningWorker(dsn):
        rows.wait("SELECT state FROM webhook_deliveries", "delivered")

    assert len({one.headers["webhook-id"] for one in receiver.requests}) == 1
    assert len({one.body for one in receiver.requests}) == 1
    assert rows.all("SELECT outcome, reason FROM webhook_attempts ORDER BY number") == [
        ("retried", "http.500"),
        ("retried", "http.302"),
        ("delivered", "http.200"),
    ]


def test_the_schedule_ends(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """A receiver that never takes it is given up after the last wait, and asked no more."""
    receiver.reply = lambda _number: (503, {})
    new_endpoint(dsn, receiver.url)
    land(dsn, *whole_pass(1))

    with RunningWorker(dsn):
        rows.wait("SELECT state FROM webhook_deliveries", "failed")

    assert len(receiver.requests) == 3
    assert rows.one("SELECT outcome FROM webhook_attempts WHERE number = 3") == "failed"


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(dsn: str, rows: Rows, receiver: Receiver, form: str) -> None:
    """In both of its forms: the next attempt waits for as long as was asked."""
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=3600), usegmt=True)
    receiver.reply = lambda _number: (503, {"retry-after": "3600" if form == "seconds" else at})
    new_endpoint(dsn, receiver.url)
    land(dsn, *whole_pass(1))

    with RunningWorker(dsn):
        rows.wait("SELECT count(*) FROM webhook_attempts", 1)

    wait_s = rows.one("SELECT extract(epoch FROM due_at - now())::float FROM webhook_deliveries")
    assert 3500 < wait_s < 3700


def test_an_endpoint_with_too_much_to_do_is_left_alone(
    dsn: str, rows: Rows, receiver: Receiver
) -> None:
    """429 silences all of its deliveries, not only the one."""
    receiver.reply = lambda _number: (429, {"retry-after": "600"})
    endpoint, _ = new_endpoint(dsn, receiver.url)
    land(dsn, *whole_pass(1))
    with RunningWorker(dsn):
        rows.wait("SELECT count(*) FROM webhook_attempts", 1)

    land(dsn, *whole_pass(2))
    with RunningWorker(dsn), Receiver() as other:
        new_endpoint(dsn, other.url)
        land(dsn, *whole_pass(3))
        wait_until(lambda: len(other.requests) == 1, "the other endpoint is served")

    assert len(receiver.requests) == 1
    left = rows.one(
        "SELECT extract(epoch FROM quiet_until - now())::float FROM webhook_endpoints"
        " WHERE endpoint_id = %s",
        endpoint.endpoint_id,
    )
    assert 500 < left <= 600


def test_an_endpoint_that_is_gone_is_disabled(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """410 ends it, with what was still due; enabled again it hears of what comes then."""
    receiver.reply = lambda _number: (410, {})
    endpoint, _ = new_endpoint(dsn, receiver.url)
    land(dsn, *(m for number in range(12) for m in (uploaded(number), read(number))))

    with RunningWorker(dsn):
        rows.wait("SELECT disabled_reason FROM webhook_endpoints", "gone")
        rows.wait("SELECT count(*) FROM webhook_deliveries WHERE state = 'due'", 0)
    land(dsn, uploaded(20), read(20))
    assert rows.one("SELECT count(*) FROM webhook_deliveries") == 12

    receiver.reply = lambda _number: (200, {})
    with_endpoints(dsn, lambda one: one.change(OWNER, endpoint.endpoint_id, Change(enabled=True)))
    land(dsn, uploaded(21), read(21))
    with RunningWorker(dsn):
        rows.wait(
            "SELECT count(*) FROM webhook_deliveries WHERE state = 'delivered'",
            1,
        )


def test_a_rotated_secret_signs_beside_the_new_one(
    dsn: str, rows: Rows, receiver: Receiver
) -> None:
    """A receiver that still holds the former one verifies; one that is over signs no more."""
    endpoint, former = new_endpoint(dsn, receiver.url)
    rotated = with_endpoints(dsn, lambda one: one.rotate(OWNER, endpoint.endpoint_id))
    assert rotated is not None
    land(dsn, *whole_pass(1))
    with RunningWorker(dsn):
        rows.wait("SELECT count(*) FROM webhook_attempts", 1)
        rows.do("UPDATE webhook_endpoints SET former_until = now()")
        land(dsn, *whole_pass(2))
        rows.wait("SELECT count(*) FROM webhook_attempts", 2)

    first, second = receiver.requests
    for secret in (former, rotated[0]):
        assert Webhook(secret).verify(first.body, dict(first.headers))
    assert len(second.headers["webhook-signature"].split()) == 1
    assert Webhook(rotated[0]).verify(second.body, dict(second.headers))


def test_a_worker_that_dies_loses_nothing(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """What it had taken is sent by another one once its lease is over, under the same id."""
    new_endpoint(dsn, receiver.url)
    land(dsn, *whole_pass(1))
    rows.do("UPDATE webhook_deliveries SET attempts = 1, due_at = now() + interval '1 second'")

    with RunningWorker(dsn):
        rows.wait("SELECT state FROM webhook_deliveries", "delivered")

    assert rows.all("SELECT number, outcome FROM webhook_attempts") == [(2, "delivered")]


def test_many_workers_send_each_delivery_once(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """Rows that one has taken are passed over by the others."""
    new_endpoint(dsn, receiver.url)
    land(dsn, *(m for number in range(60) for m in (uploaded(number), read(number))))

    with RunningWorker(dsn), RunningWorker(dsn), RunningWorker(dsn):
        rows.wait("SELECT count(*) FROM webhook_deliveries WHERE state = 'delivered'", 60)

    sent = [one.headers["webhook-id"] for one in receiver.requests]
    assert len(sent) == len(set(sent)) == 60


def test_a_replay_sends_again(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """One that was delivered by its id; all that were given up without one."""
    replies = iter([410])
    receiver.reply = lambda _number: (next(replies, 200), {})
    endpoint, _ = new_endpoint(dsn, receiver.url)
    land(dsn, *whole_pass(1))
    with RunningWorker(dsn):
        rows.wait("SELECT state FROM webhook_deliveries", "failed")
    delivery_id = rows.one("SELECT delivery_id FROM webhook_deliveries")

    with_endpoints(dsn, lambda one: one.change(OWNER, endpoint.endpoint_id, Change(enabled=True)))
    count = with_endpoints(dsn, lambda one: one.replay(OWNER, endpoint.endpoint_id))
    with RunningWorker(dsn):
        rows.wait("SELECT state FROM webhook_deliveries", "delivered")
        again = with_endpoints(
            dsn, lambda one: one.replay(OWNER, endpoint.endpoint_id, delivery_id=delivery_id)
        )
        wait_until(lambda: len(receiver.requests) == 3, "it is sent a third time")
        rows.wait("SELECT count(*) FROM webhook_attempts", 3)

    assert count == again == 1
    assert {one.headers["webhook-id"] for one in receiver.requests} == {delivery_id}
    (logged,) = with_endpoints(dsn, lambda one: one.deliveries(TENANT, endpoint.endpoint_id))
    assert [one["outcome"] for one in logged.log] == ["gone", "delivered", "delivered"]
    assert with_endpoints(dsn, lambda one: one.replay(Owner("other"), endpoint.endpoint_id)) == 0


def test_a_receiver_inside_is_never_asked(dsn: str, rows: Rows, receiver: Receiver) -> None:
    """Where no setting allows this machine, the connection is not even tried."""
    new_endpoint(dsn, receiver.url)
    land(dsn, *whole_pass(1))

    with RunningWorker(dsn, sender=lambda: HttpSender(TargetRules(plain_http=True))):
        rows.wait("SELECT state FROM webhook_deliveries", "failed")

    assert not receiver.requests
    assert rows.one("SELECT reason FROM webhook_attempts WHERE number = 1") == "webhook.address"
