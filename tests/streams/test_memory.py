"""The pipeline in memory: the same topology object, run until nothing moves."""

from schemas.codec import Codec
from schemas.documents import Route
from schemas.errors import Unavailable
from schemas.messages import DocumentFailed, Message
from streams.headers import outgoing
from streams.memory import MemoryLog, run_topology_once
from streams.topology import FAILED, PREPARED, topology
from tests.faults.works import obey, prepared, upload


def put(log: MemoryLog, document_id: str, does: str = "") -> None:
    """Publish an upload."""
    log.publisher().publish(outgoing(upload(document_id, does), Codec(), "test")).result()


def test_good_documents_pass_and_bad_ones_end_as_dead_letters() -> None:
    """Every upload ends as one result or one dead letter."""
    log = MemoryLog()
    for number in range(20):
        put(log, f"good-{number}")
    put(log, "bad", "bad")
    put(log, "bug", "raise")

    run_topology_once(log, topology(), {"prepare": obey})

    assert len(list(log.scan([PREPARED[Route.INTL]]))) == 20
    letters = {one.document_id: one for one in failed(log)}
    assert letters["bad"].reason == "image.truncated"
    assert (letters["bug"].reason, letters["bug"].attempts) == ("stage.bug", 3)
    assert "nobody may see" not in repr(letters["bug"])


def test_a_need_that_comes_back_costs_a_document_no_dead_letter() -> None:
    """A document goes through every attempt and both retry topics before it is given up."""
    log = MemoryLog()
    put(log, "a")
    failures = [0]

    def work(message: Message) -> tuple[Message, ...]:
        failures[0] += 1
        if failures[0] <= 7:
            raise Unavailable("store", "down")
        return obey(message)

    run_topology_once(log, topology(), {"prepare": work})

    assert len(list(log.scan([PREPARED[Route.INTL]]))) == 1
    assert failed(log) == []


def test_a_need_that_stays_away_ends_in_one_dead_letter_with_all_attempts() -> None:
    """Three attempts in each of three stays, then the dead letter names its first origin."""
    log = MemoryLog()
    put(log, "a", "down")

    run_topology_once(log, topology(), {"prepare": obey})

    (letter,) = failed(log)
    assert (letter.reason, letter.attempts) == ("unavailable.store", 9)
    assert letter.origin.topic == "documents.uploaded.v1"
    assert letter.original == Codec().encode(upload("a", "down"))


def test_stages_that_are_not_given_do_not_run() -> None:
    """What stands before a stage that is left out stays there."""
    log = MemoryLog()
    put(log, "a")

    run_topology_once(log, topology(), {})

    assert list(log.scan([FAILED, *PREPARED.values()])) == []
    run_topology_once(log, topology(), {"prepare": obey})
    (record,) = log.scan([PREPARED[Route.INTL]])
    assert Codec().decode(record.value or b"") == prepared(upload("a"))


def failed(log: MemoryLog) -> list[DocumentFailed]:
    """Return the dead letters."""
    decoded = [Codec().decode(one.value or b"") for one in log.scan([FAILED])]
    return [one for one in decoded if isinstance(one, DocumentFailed)]
