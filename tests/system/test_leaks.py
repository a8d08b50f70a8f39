"""Nothing leaks: documents of every registered type through everything, at debug level.

Then their values are looked for in logs, metrics, headers, dead letters, problem details, event
rows and reprs. Types come from the registry, so a new one is looked after from its first day.
"""

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import cv2
import httpx
import pytest
from prometheus_client import generate_latest

from schemas.codec import Codec
from schemas.messages import DocumentFailed, DocumentRead, FieldsExtracted, Message
from streams.embedded import EmbeddedPostgres
from streams.logs import formatter_of
from streams.mail import mail_of
from streams.memory import run_topology_once
from streams.metrics import REGISTRY
from streams.topology import EXTRACTED, FAILED, topology
from streams.webhook_messages import Delivery, Payload, body_of
from tests.ingest.world import OWNER, World, a_world
from tests.support import passes
from workers.documents.document_type import Level, Specimen
from workers.documents.registry import document_types
from workers.engines.engine_set import reading_tools
from workers.extract import extract
from workers.ports import Tools
from workers.prepare import prepare
from workers.validate import validate

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

VALUE_LENGTH_MIN = 5
FIGURES_MIN = 7
"""Shorter ones, such as M or TUN, stand everywhere by chance."""
TABLES = (
    "audit_log",
    "document_events",
    "erasures",
    "failures",
    "findings",
    "jobs",
    "sink_rejects",
    "webhook_deliveries",
)
HOOK = "https://hooks.example/bitaqa"
Works = dict[str, Callable[[Any], tuple[Message, ...]]]


@pytest.fixture(scope="module")
def world(postgres: EmbeddedPostgres) -> Iterator[World]:
    """Yield the service with the sink and a real database."""
    with a_world(postgres, "leaks") as one:
        # Deliveries become due: thin ones, as is the default.
        made = one.client.post("/v1/webhooks", json={"url": HOOK}, headers=one.owner)
        assert made.status_code == 201
        yield one


@pytest.fixture(scope="module")
def tools(world: World) -> Tools:
    """Return the engines over the service's store."""
    return reading_tools(world.store)


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Collect what every logger says at debug level, as both of our formatters write it."""
    streams = [io.StringIO(), io.StringIO()]
    handlers = [logging.StreamHandler(one) for one in streams]
    root = logging.getLogger()
    before = root.level
    told: list[str] = []
    for handler, name in zip(handlers, ("json", "text"), strict=True):
        handler.setFormatter(formatter_of(name))
        # The test's own client tells what it asks for.
        handler.addFilter(lambda record: not record.name.startswith("httpx"))
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield told
    finally:
        root.setLevel(before)
        for handler in handlers:
            root.removeHandler(handler)
        told += [one.getvalue() for one in streams]


def _works(tools: Tools) -> Works:
    return {
        "prepare": lambda message: (prepare(message, tools),),
        **{
            f"extract.{route}": lambda message: (extract(message, tools),)
            for route in ("tn", "fr", "intl")
        },
        "validate": lambda message: (
            validate(message, message.uploaded_at.date(), message.uploaded_at),
        ),
    }


def _spoilt(values: list[str], stage: str, tools: Tools) -> Works:
    """Return the works with a bug in one stage whose exceptions quote the document."""

    def bug(message: Any) -> tuple[Message, ...]:
        error = KeyError(*values)
        raise ValueError(f"cannot work on {message!r} with {values}") from error

    return {role: bug if role.startswith(stage) else work for role, work in _works(tools).items()}


def _upload(world: World, specimen: Specimen, code: str, mark: str) -> httpx.Response:
    """Hand a specimen in as a careless caller does: with values in every name."""
    values = [one for one in specimen.fields.values() if one]
    first, last = (" ".join(one.split())[:100] for one in (values[0], values[-1]))
    files = []
    for image in specimen.images:
        data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
        files.append(("file", (f"{first[:60]}.jpg", data)))
    fields = {
        "document_type": code,
        "reference": f"{mark} {last}",
        "subject": first,
        "languages": "+".join(specimen.languages),
    }
    answer: httpx.Response = world.client.post(  # type: ignore[assignment]  # its own client's
        "/v1/documents",
        files=files,
        data={name: one for name, one in fields.items() if one},
        headers=world.owner,
    )
    assert answer.status_code == 202, answer.text
    return answer


def _publish_again(world: World, document_id: str) -> None:
    """Have what was read of a document validated under another id, without reading it again."""
    codec = Codec()
    for record in list(world.log.scan([EXTRACTED])):
        if record.key == document_id and record.value is not None:
            message = codec.decode(record.value)
            assert isinstance(message, FieldsExtracted)
            other = f"doc_{document_id[:3:-1]}"
            passes.publish(world.log, [replace(message, document_id=other)])


def _problems(world: World, document_id: str, values: list[str]) -> list[str]:
    """Ask for everything that is wrong, with values where a caller may put them by mistake."""
    value = " ".join(values[0].split()).encode("ascii", "replace").decode()[:80]
    picture = {"file": ("a.png", b"no picture " + value.encode())}
    client, key = world.client, world.owner
    own = f"/v1/documents/{document_id}"
    answers = [
        client.post("/v1/documents", files=picture, headers=key),
        *(
            client.post("/v1/documents", files=picture, data={name: value}, headers=key)
            for name in ("document_type", "country", "languages", "engine", value)
        ),
        client.post("/v1/documents", content=value, headers=key),
        client.get(f"{own}/pages/99", headers=key),
        client.get(f"{own}?{value}={value}", headers={"X-API-Key": value}),
        client.get(own, headers={"Authorization": f"Bearer {value}"}),
        client.get(f"{own}/events", headers=key | {"Last-Event-ID": value}),
        client.get(own, headers=world.stranger),
        client.get(f"/objects/originals/{OWNER}/{document_id}/1.jpg?signature={value}"),
        client.request(value.split()[0][:20].upper(), own, headers=key),
    ]
    assert any(one.status_code >= 400 for one in answers)
    return [f"{one.text} {one.headers}" for one in answers]


def _ended(world: World, document_id: str) -> list[str]:
    """Delete, restore and erase the document; return what is answered."""
    own = f"/v1/documents/{document_id}"
    return [
        world.client.request(method, address, headers=world.owner).text
        for method, address in (
            ("DELETE", own),
            ("GET", own),
            ("POST", f"{own}/restore"),
            ("POST", f"{own}/erase"),
            ("GET", own),
            ("GET", f"{own}/erasure"),
        )
    ]


def _said(world: World) -> list[str]:
    """Return what stands beside the values that are meant to be there."""
    headers, letters, shown = [], [], []
    codec = Codec()
    for topic in topology().topics:
        for record in world.log.scan([topic.name]):
            headers.append(f"{record.key} {dict(record.headers)}")
            shown.append(repr(record))
            if record.value is None:
                continue
            message = codec.decode(record.value)
            shown += [repr(message), str(message)]
            if isinstance(message, DocumentFailed):
                letters.append(f"{message.stage} {message.reason} {message.message}")
            if isinstance(message, DocumentRead):
                letters += _told(message)
    rows = [
        str(row) for table in TABLES for row in world.rows.all(f"SELECT t::text FROM {table} t")
    ]
    return [*headers, *letters, *shown, *rows, generate_latest(REGISTRY).decode()]


def _told(read: DocumentRead) -> list[str]:
    """Return what a thin webhook and a mail say of a result, and what the worker shows of it."""
    due = Delivery(
        "msg_1",
        "whe_1",
        1,
        0,
        read.document_id,
        read.revision,
        f"document.{read.status}",
        HOOK,
        Payload.THIN,
        (),
    )
    mail = mail_of(due, read, "a@hooks.example", "b@hooks.example")
    return [repr(due), body_of(due, read), mail.as_string()]


def _values(specimen: Specimen, result: dict[str, Any]) -> list[str]:
    """Return what was drawn and what was read, as far as it can be told from chance."""
    read = [
        one for field in result.get("fields", {}).values() for one in (field["value"], field["raw"])
    ]
    lines = (result.get("mrz") or {}).get("lines", [])
    every = [*specimen.fields.values(), *specimen.mrz_lines, *read, *lines]
    parts = {line.strip() for value in every for line in value.splitlines()}
    return sorted(one for one in parts if _is_telling(one))


def _is_telling(value: str) -> bool:
    """Say whether a value is no coincidence: postal codes are ports and counts elsewhere."""
    return len(value) >= (FIGURES_MIN if value.isdigit() else VALUE_LENGTH_MIN)


def _found(values: list[str], said: list[str]) -> list[str]:
    """Return the values that stand somewhere, in any case, with or without blanks."""
    haystack = "\n".join(said).casefold()
    return [
        value
        for value in values
        if value.casefold() in haystack or re.sub(r"\s", "", value).casefold() in haystack
    ]


@pytest.mark.parametrize("code", sorted(document_types()))
def test_no_value_of_a_document_leaks(code: str, world: World, tools: Tools) -> None:
    """Read once as it should be, then with a bug in a stage that quotes what it has."""
    specimen = document_types()[code].draw(Random(f"leaks/{code}"), Level.CLEAN)
    drawn = [one for one in specimen.fields.values() if _is_telling(one)]

    with _listening() as logged:
        document_id = _upload(world, specimen, code, "whole").json()["document_id"]
        run_topology_once(world.log, topology(), _works(tools))
        world.rows.wait(f"SELECT count(*) FROM readings WHERE document_id = '{document_id}'", 1)
        result = world.client.get(f"/v1/documents/{document_id}", headers=world.owner).json()
        events = world.client.get(f"/v1/documents/{document_id}/events", headers=world.owner).text
        _upload(world, specimen, code, "spoilt")
        run_topology_once(world.log, topology(), _spoilt(drawn, "prepare", tools))
        _publish_again(world, document_id)
        run_topology_once(world.log, topology(), _spoilt(drawn, "validate", tools))
        answers = _problems(world, document_id, drawn)
        answers += _ended(world, document_id)
    values = _values(specimen, result)

    assert values
    failed = {one.headers["ce_source"] for one in world.log.scan([FAILED])}
    assert {"/bitaqa/prepare", "/bitaqa/validate"} <= failed
    assert not _found(values, [*logged, events, *answers, *_said(world)])


def test_the_search_finds_what_is_there() -> None:
    """The test above can fail: other cases and lost blanks hide nothing."""
    assert _found(["ERIKSSON", "12 RUE X"], ["... eriksson ..."]) == ["ERIKSSON"]
    assert _found(["12 RUE X"], ["at 12ruex"]) == ["12 RUE X"]
    assert not _found(["ERIKSSON"], ["nobody"])


def _raise(error: Exception) -> None:
    raise error


def test_a_trace_in_the_log_shows_places_and_no_foreign_text() -> None:
    """Types and lines of an error and its causes; our own messages, which hold no values."""
    secret = "L898902C3XQ"
    with _listening() as logged:
        wrong = ValueError(f"wrong: {secret}")
        wrong.__cause__ = KeyError(secret)
        try:
            _raise(wrong)
        except ValueError:
            logging.getLogger("bitaqa.test").exception("a bug", extra={"document_id": "doc_1"})

    for text in logged:
        assert "ValueError" in text
        assert "KeyError" in text
        assert "test_leaks" in text
        assert secret not in text
