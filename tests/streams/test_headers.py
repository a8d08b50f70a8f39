"""Headers: CloudEvents, trace context, and the past of a record that is tried again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import Codec
from schemas.messages import DocumentFailed, Origin
from streams.headers import (
    Tries,
    child_trace,
    event_headers,
    event_of,
    fresh_headers,
    outgoing,
    retry_headers,
    tries_of,
)
from streams.log import Incoming
from streams.runner_attempts import Failure, FailureKind
from streams.runner_ledger import Entry
from streams.runner_outcomes import dead_letter
from streams.slots import Job, perform
from streams.topology import topology
from tests.faults.works import upload

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_a_record_carries_the_attributes_of_cloudevents() -> None:
    """The required attributes, the subject, and an id that a repetition keeps."""
    headers = event_headers(event_of(upload("abc")), "ingest", NOW, PARENT)

    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_id"] == "abc/1/DocumentUploaded"
    assert headers["ce_type"] == "io.bitaqa.v1.DocumentUploaded"
    assert headers["ce_source"] == "/bitaqa/ingest"
    assert headers["ce_time"] == "2026-01-02T03:04:05.000+00:00"
    assert headers["content-type"] == "application/avro"
    assert headers["bitaqa_tenant"] == "tenant"


def test_a_trace_goes_on_under_a_span_of_its_own() -> None:
    """Same trace, same flags, another span."""
    version, trace, span, flags = child_trace(PARENT).split("-")

    assert (version, trace, flags) == ("00", "4bf92f3577b34da6a3ce929d0e0e4736", "01")
    assert span != "00f067aa0ba902b7"
    assert len(span) == 16


@pytest.mark.parametrize(
    "broken", [None, "", "00-xyz", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", PARENT + "\n"]
)
def test_a_broken_trace_begins_anew(broken: str | None) -> None:
    """What a client sends as traceparent is never passed on unchecked."""
    assert child_trace(child_trace(broken)) != broken
    assert len(child_trace(broken)) == len(PARENT)


def test_a_message_goes_to_its_topic_under_its_key() -> None:
    """The key is the document's id."""
    record = outgoing(upload("abc"), Codec(), "ingest")

    assert (record.topic, record.key) == ("documents.uploaded.v1", "abc")
    assert Codec().decode(record.value or b"") == upload("abc")


@given(st.integers(0, 99), st.integers(0, 9), st.integers(0, 2**40))
def test_the_past_of_a_record_survives_a_retry_topic(
    attempts: int, rounds: int, offset: int
) -> None:
    """Attempts, rounds and the first origin come back as they were."""
    tries = Tries(attempts, rounds, Origin("documents.uploaded.v1", 3, offset))
    record = Incoming("documents.uploaded.v1", 1, 7, "k", b"v", {"ce_id": "x"})

    headers = retry_headers(record, tries, 1_000)

    waiting = Incoming("documents.retry.prepare.1m.v1", 0, 0, "k", b"v", headers)
    assert tries_of(waiting) == tries
    assert fresh_headers(headers) == {"ce_id": "x"}


@pytest.mark.parametrize("value", ["", "many", "-", "1.5", "-1", "9" * 30, "9" * 5000])
def test_a_past_that_does_not_parse_counts_as_none(value: str) -> None:
    """A foreign producer's headers cannot stop the loop."""
    headers = {
        "bitaqa_attempts": value,
        "bitaqa_round": "0",
        "bitaqa_origin_topic": "t",
        "bitaqa_origin_partition": "0",
        "bitaqa_origin_offset": "0",
    }

    assert tries_of(Incoming("here", 2, 9, "k", b"v", headers)) == Tries(0, 0, Origin("here", 2, 9))


def test_the_origin_of_a_past_is_a_topic_that_can_be() -> None:
    """A name of megabytes would make a dead letter that no topic takes."""
    record = Incoming("here", 2, 9, "k", b"v", {})
    forged = retry_headers(record, Tries(1, 1, Origin("t" * 250, 0, 0)), 1_000)

    assert tries_of(replace(record, headers=forged)).origin == Origin("here", 2, 9)


def test_a_record_that_names_itself_in_megabytes_is_a_dead_letter_of_bounded_size() -> None:
    """What no topic takes would be tried for ever, and stop its partition."""
    long = "x" * 4_000_000
    record = Incoming("documents.uploaded.v1", 2, 9, long, b"no record", {"bitaqa_tenant": long})
    failure = Failure(FailureKind.UNPROCESSABLE, "message.malformed", "no record")

    letter = dead_letter(topology().stage("prepare"), Entry.of(1, record, 0.0), failure, Codec())

    size = len(letter.key) + len(letter.value or b"") + sum(map(len, letter.headers.values()))
    assert size < 5_000
    assert isinstance(Codec().decode(letter.value or b""), DocumentFailed)


def test_a_document_whose_id_no_topic_could_carry_is_malformed() -> None:
    """The id stands in the key and in three headers of every record about it."""
    value = Codec().encode(upload("x" * 2_000_000))
    record = Incoming("documents.uploaded.v1", 2, 9, "x", value)

    done = perform(Job(1, value), lambda message: (message,), Codec())
    assert done.failure is not None
    assert done.failure.reason == "message.malformed"

    spec = topology().stage("prepare")
    letter = dead_letter(spec, Entry.of(1, record, 0.0), done.failure, Codec())
    assert sum(map(len, letter.headers.values())) < 5_000
    assert len(letter.value or b"") < len(value) + 5_000
