"""What comes after a document was read, on the whole stack: pushed, deleted, erased."""

import os
import signal
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from streams.audit import verify
from streams.stack import Stack
from streams.topology import topology
from tests.support.receivers import Receiver
from tests.system.observer import Observer
from tests.system.test_pipeline import draw, files_of

pytestmark = [pytest.mark.broker, pytest.mark.postgres, pytest.mark.xdist_group("system")]


@pytest.fixture(scope="module")
def seen(stack: Stack) -> Observer:
    """Return an observer of the stack."""
    return Observer(stack)


def test_every_result_is_pushed_though_the_worker_is_killed(seen: Observer) -> None:
    """Kill -9 while deliveries are under way: each arrives, under one id for all attempts."""
    url = f"{seen.stack.ingest_url}/v1/webhooks"
    with Receiver(reply=lambda number: (500 if number == 0 else 200, {})) as receiver:
        made = httpx.post(url, json={"url": receiver.url}, timeout=30).json()
        sent = [
            seen.post(files_of(draw("visa", "pushed")), {"reference": str(number)})
            for number in range(6)
        ]
        document_ids = {one.json()["document_id"] for one in sent}

        def told() -> set[str]:
            found = [
                Webhook(made["secret"]).verify(one.body, dict(one.headers))
                for one in receiver.requests
            ]
            return {str(one["data"]["document_id"]) for one in found}

        seen.wait(lambda: bool(receiver.requests), 120)
        os.kill(seen.stack.pids()["webhooks"], signal.SIGKILL)
        seen.wait(lambda: told() == document_ids, 240)

        def delivered() -> int:
            log = httpx.get(f"{url}/{made['id']}/deliveries", timeout=30).json()["deliveries"]
            return sum(one["state"] == "delivered" for one in log)

        seen.wait(lambda: delivered() == len(document_ids), 240)

    ids = {one.headers["webhook-id"] for one in receiver.requests}
    assert len(ids) == len(document_ids) == 6
    assert httpx.delete(f"{url}/{made['id']}", timeout=30).status_code == 204


def test_an_erased_document_leaves_rows_store_and_topics(seen: Observer) -> None:
    """The first pass comes within seconds; the log says who did it, and is whole."""
    answer = seen.post(files_of(draw("passport", "erased")))
    document_id = answer.json()["document_id"]
    assert seen.result(document_id)["status"] == "accepted"
    place = f"{seen.stack.ingest_url}/v1/documents/{document_id}"
    objects = Path(seen.stack.environment["BITAQA_STORE_URL"].removeprefix("file://"))
    assert [one for one in objects.rglob("*") if document_id in str(one)]

    erased = httpx.post(f"{place}/erase", timeout=30)

    def buried() -> bool:
        last = {}
        for topic in (one.name for one in topology((1, 2)).topics):
            for record in seen.messages(topic):
                if record.key == document_id:
                    last[topic] = record.value
        return len(last) > 6 and set(last.values()) == {None}

    seen.wait(buried, 60)
    assert erased.json()["status"] == "erasing"
    assert seen.get(f"/v1/documents/{document_id}").status_code == 404
    left = [one for one in objects.rglob("*") if document_id in str(one) and one.is_file()]
    assert [one.parent.parent.name for one in left] == ["manifests"]
    again = seen.post(files_of(draw("passport", "erased"))).json()["document_id"]
    assert again != document_id
    assert seen.result(again)["status"] == "accepted"
    assert [one.fault for one in verify(seen.stack.postgres_dsn)] == [None]
