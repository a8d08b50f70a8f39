"""Generated requests, good and bad, to every operation of the OpenAPI document: no 500.

``make fuzz`` sends twenty thousand; Hypothesis prints how to repeat a failure.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from schemathesis.transport.requests import REQUESTS_TRANSPORT

from streams.embedded import EmbeddedPostgres
from tests.ingest.service import Backing, secured
from tests.ingest.world import Document, World, a_world

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

BASE = "http://testserver"
SENT: list[str] = []
SPARE = 2
"""Operations without parameters are soon exhausted; the others make up for them."""
REQUESTS = int(os.environ.get("BITAQA_FUZZ_REQUESTS", "600"))
load_all_checks()
HELD = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)
SCHEMA = schemathesis.openapi.from_dict(Backing().app(secured()).openapi())
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)]


@pytest.fixture(scope="module")
def world(postgres: EmbeddedPostgres) -> Iterator[World]:
    """Yield the service on a real database: it refuses what a fake would take."""
    with a_world(postgres, "fuzz") as one:
        yield one


@pytest.fixture
def document(world: World, request: pytest.FixtureRequest) -> Document:
    """Return a document that is there, so that requests get past the first door."""
    world.forget_endpoints()
    return world.document(request.node.name)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_no_request_is_a_500(operation: Any, world: World, document: Document) -> None:
    """Whatever is sent, the answer is one that the document describes."""
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])

    @given(case=cases, is_known=st.booleans())
    @settings(
        max_examples=max(1, SPARE * REQUESTS // len(OPERATIONS)),
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Any, *, is_known: bool) -> None:
        if is_known and case.path_parameters:
            case.path_parameters.update(
                {
                    name: document.names[name]
                    for name in case.path_parameters
                    if name in document.names
                }
            )
        kwargs = REQUESTS_TRANSPORT.serialize_case(case, base_url=BASE)
        asked: Any = requests.Request(**kwargs).prepare()
        SENT.append(operation.label)
        answer = world.client.request(
            asked.method,
            asked.path_url,
            content=asked.body or b"",
            headers=_on_the_wire({**asked.headers, **world.owner}),
        )
        case.validate_response(answer, checks=HELD)

    send()


def _on_the_wire(headers: dict[str, Any]) -> list[tuple[bytes, bytes]]:
    # Any byte may stand in a header; the client by itself sends ASCII alone.
    return [
        (name.encode(), value if isinstance(value, bytes) else value.encode("latin-1"))
        for name, value in headers.items()
    ]


def test_enough_was_sent() -> None:
    """The number that was asked for, where all of this file ran; told with ``-s``."""
    counts = {one: SENT.count(one) for one in sorted(set(SENT))}
    if len(counts) < len(OPERATIONS):
        pytest.skip("only a part was run")

    print(f"\n{len(SENT)} requests to {len(counts)} operations: {counts}")  # noqa: T201 - asked for

    assert len(SENT) >= REQUESTS
