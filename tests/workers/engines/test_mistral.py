import base64
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from schemas.errors import Unavailable
from tests.support.mistral_server import (
    COMPLETION_TOKENS,
    KEY,
    PROMPT_TOKENS,
    Answer,
    MistralServer,
)
from workers.engines import mistral
from workers.engines.mistral import MistralReader
from workers.engines.mistral_options import AiCall, MistralOptions, Outcome, Prices, Way
from workers.engines.mistral_prompts import prompt
from workers.ports import AiQuestion, Image

QUESTION = AiQuestion(
    "tn_cin", "TUN", {"surname": "Surname", "number": "Number"}, "The number stands in the middle."
)
PAGE: Image = np.full((640, 1010, 3), 230, np.uint8)


@pytest.fixture(params=[Way.OCR, Way.CHAT])
def way(request: pytest.FixtureRequest) -> Way:
    """Give each of the two endpoints."""
    chosen: Way = request.param
    return chosen


@pytest.fixture
def server() -> Iterator[MistralServer]:
    """Give a server that runs."""
    with MistralServer() as running:
        yield running


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a hundredth of the time between attempts."""
    monkeypatch.setattr(mistral, "WAIT_FIRST_S", 0.005)


class Told:
    """A reader, and what its meter was told."""

    def __init__(
        self, server: MistralServer, folder: Path, way: Way = Way.OCR, **more: Any
    ) -> None:
        self.calls: list[AiCall] = []
        options = MistralOptions(
            more.pop("api_key", KEY), folder / "budget.sqlite", server.url, way, **more
        )
        self.reader = MistralReader(options, self.calls.append)

    @property
    def outcomes(self) -> list[Outcome]:
        """How the calls ended."""
        return [call.outcome for call in self.calls]

    def read(self, *pages: Image) -> dict[str, tuple[str, int]]:
        """Return the answers as text and page."""
        answers = self.reader.read(pages or (PAGE,), QUESTION)
        return {name: (one.text, one.page) for name, one in answers.items()}


def test_the_fields_of_the_schema_are_read(server: MistralServer, way: Way, tmp_path: Path) -> None:
    """Both endpoints give texts as printed, with the page they stand on."""
    server.answer(Answer({"surname": "الجلاصي", "number": "01234567"}))
    told = Told(server, tmp_path, way)

    assert told.read() == {"surname": ("الجلاصي", 1), "number": ("01234567", 1)}
    assert told.outcomes == [Outcome.ANSWERED]


def test_the_request_carries_the_picture_the_prompt_and_the_schema(
    server: MistralServer, tmp_path: Path
) -> None:
    """The OCR endpoint is asked with an annotation format made from the type's fields."""
    server.answer(Answer({"surname": "x"}))
    Told(server, tmp_path).read()
    (asked,) = server.requests

    wanted = asked["document_annotation_format"]["json_schema"]["schema"]
    assert list(wanted["properties"]) == ["surname", "number"]
    assert wanted["additionalProperties"] is False
    assert "جانفي" in server.prompts[0]
    assert QUESTION.prompt in server.prompts[0]
    url = asked["document"]["image_url"]
    picture = base64.b64decode(url.partition(",")[2])
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    assert decoded.shape == PAGE.shape


def test_the_prompt_depends_on_the_country() -> None:
    """Each country has its own words; others share some."""
    french = AiQuestion("fr_carte_grise", "FRA", {})
    unknown = AiQuestion("id_card", None, {})

    assert len({prompt(one) for one in (QUESTION, french, unknown)}) == 3


def test_each_page_is_asked_and_the_first_to_show_a_field_gives_it(
    server: MistralServer, way: Way, tmp_path: Path
) -> None:
    """Two sides of one card make one answer."""
    server.answer(Answer({"surname": "A", "number": None}), Answer({"surname": "B", "number": "1"}))

    assert Told(server, tmp_path, way).read(PAGE, PAGE) == {"surname": ("A", 1), "number": ("1", 2)}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(text="I cannot help with that."),
        Answer(text="[1, 2]"),
        Answer(text='{"surname": "A"'),
        Answer(text="[" * 5000),
        Answer(body=b"<html>gateway</html>"),
        Answer(body=b"{}"),
        Answer(body=b""),
        Answer(status=302, headers={"location": "http://127.0.0.1:9/elsewhere"}, body=b""),
    ],
)
def test_a_malformed_answer_is_none(
    server: MistralServer, way: Way, tmp_path: Path, answer: Answer
) -> None:
    """What is no answer of the schema gives no field, is counted, and is not asked again."""
    server.answer(answer)
    told = Told(server, tmp_path, way)

    assert told.read() == {}
    assert told.outcomes == [Outcome.MALFORMED]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer", [Answer(), Answer(status=422, body=b'{"detail": []}'), Answer(status=413, body=b"{}")]
)
def test_a_refusal_is_no_fault(
    server: MistralServer, way: Way, tmp_path: Path, answer: Answer
) -> None:
    """A model that refuses, or an API that refuses this picture, gives no field."""
    server.answer(answer)
    told = Told(server, tmp_path, way)

    assert told.read() == {}
    assert told.outcomes == [Outcome.REFUSED]


def test_what_is_no_text_of_the_schema_is_left_out(server: MistralServer, tmp_path: Path) -> None:
    """Other names, other types, endless texts and control characters do not pass."""
    server.answer(
        Answer(
            {
                "surname": "A\u202eB\x00\nC",
                "number": {"value": "1"},
                "status": "accepted",
                "confidence": 1.0,
            }
        ),
        Answer({"surname": "A" * 5000, "number": 12}),
    )
    told = Told(server, tmp_path)

    assert told.read() == {"surname": ("AB C", 1)}
    assert told.read() == {}


def test_a_busy_server_is_asked_again_after_the_time_it_names(
    server: MistralServer, way: Way, tmp_path: Path
) -> None:
    """429 with Retry-After, then 500, then an answer: one reading."""
    server.answer(
        Answer(status=429, headers={"retry-after": "0.2"}, body=b"{}"),
        Answer(status=500, body=b"oops"),
        Answer({"surname": "A"}),
    )
    told = Told(server, tmp_path, way)
    began = time.monotonic()

    assert told.read() == {"surname": ("A", 1)}
    assert time.monotonic() - began >= 0.2
    assert len(server.requests) == 3
    assert told.outcomes == [Outcome.ANSWERED]


@pytest.mark.parametrize(
    ("status", "outcome"), [(429, Outcome.LIMITED), (500, Outcome.FAILED), (503, Outcome.FAILED)]
)
def test_a_server_that_stays_down_is_unavailable_and_opens_the_circuit(
    server: MistralServer, tmp_path: Path, status: int, outcome: Outcome
) -> None:
    """After three readings that failed nothing is asked for a while."""
    server.answer(Answer(status=status, body=b"{}"))
    told = Told(server, tmp_path, attempts_max=2)

    for _ in range(4):
        with pytest.raises(Unavailable):
            told.read()

    assert told.outcomes == [outcome] * 3 + [Outcome.CIRCUIT_OPEN]
    assert len(server.requests) == 6


def test_the_circuit_closes_after_one_answer(
    server: MistralServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its time one call tries; its answer closes the circuit."""
    monkeypatch.setattr(mistral, "CIRCUIT_OPEN_S", 0.0)
    server.answer(Answer(status=500, body=b"{}"))
    told = Told(server, tmp_path, attempts_max=1)
    for _ in range(3):
        with pytest.raises(Unavailable):
            told.read()
    server.answer(Answer({"surname": "A"}))

    assert told.read() == {"surname": ("A", 1)}


def test_a_key_that_is_denied_opens_the_circuit_at_once(
    server: MistralServer, tmp_path: Path
) -> None:
    """Asking again with the same key helps nobody."""
    told = Told(server, tmp_path, api_key="wrong")

    for _ in range(2):
        with pytest.raises(Unavailable):
            told.read()

    assert told.outcomes == [Outcome.FAILED, Outcome.CIRCUIT_OPEN]


@pytest.mark.parametrize("pieces", [0, 200])
def test_a_slow_answer_ends_with_the_time_limit(
    server: MistralServer, way: Way, tmp_path: Path, pieces: int
) -> None:
    """Neither silence nor an answer that drips in byte by byte holds a slot."""
    server.answer(Answer({"surname": "A"}, pieces=pieces))
    told = Told(server, tmp_path, way, timeout_s=0.4)
    began = time.monotonic()

    with pytest.raises(Unavailable):
        told.read()

    assert time.monotonic() - began < 3
    assert told.outcomes == [Outcome.TIMEOUT]


def test_nothing_listening_is_unavailable(tmp_path: Path) -> None:
    """A closed port is a dependency that is down."""
    with MistralServer() as gone:
        told = Told(gone, tmp_path, attempts_max=2)

    with pytest.raises(Unavailable):
        told.read()
    assert told.outcomes == [Outcome.FAILED]


def test_tokens_pages_and_cost_are_counted(server: MistralServer, tmp_path: Path) -> None:
    """Each endpoint costs what its prices say."""
    server.answer(Answer({"surname": "A"}))
    prices = Prices(page=3000, prompt=400, completion=2000)
    ocr, chat = (Told(server, tmp_path, way, prices=prices) for way in Way)
    ocr.read()
    chat.read()

    assert ocr.calls[0].cost_micros == 3000
    assert chat.calls[0].prompt_tokens == PROMPT_TOKENS
    assert chat.calls[0].completion_tokens == COMPLETION_TOKENS
    assert chat.calls[0].cost_micros == (PROMPT_TOKENS * 400 + COMPLETION_TOKENS * 2000) // 1000


def test_the_budget_of_an_hour_is_shared_and_kept(server: MistralServer, tmp_path: Path) -> None:
    """Two processes with one ledger spend no more than one hour's money together."""
    server.answer(Answer({"surname": "A"}))
    first = Told(server, tmp_path, budget_micros=10_000, prices=Prices(page=4000))
    second = Told(server, tmp_path, budget_micros=10_000, prices=Prices(page=4000))

    assert first.read()
    assert second.read()
    with pytest.raises(Unavailable):
        first.read()

    assert first.outcomes == [Outcome.ANSWERED, Outcome.OVER_BUDGET]
    assert len(server.requests) == 2


def test_calls_that_failed_cost_nothing(server: MistralServer, tmp_path: Path) -> None:
    """Money is put back where nothing was read."""
    server.answer(Answer(status=500, body=b"{}"))
    told = Told(server, tmp_path, budget_micros=5000, attempts_max=1)
    for _ in range(2):
        with pytest.raises(Unavailable):
            told.read()
    server.answer(Answer({"surname": "A"}))

    assert told.read() == {"surname": ("A", 1)}


@pytest.mark.parametrize(
    ("switches", "tenant", "country", "may"),
    [
        ({}, "acme", "TUN", True),
        ({}, "acme", None, True),
        ({"countries": frozenset({"TUN"})}, "acme", "TUN", True),
        ({"countries": frozenset({"TUN"})}, "acme", "FRA", False),
        ({"countries": frozenset({"TUN"})}, "acme", None, False),
        ({"tenants": frozenset({"acme"})}, "acme", None, True),
        ({"tenants": frozenset({"acme"})}, "other", "TUN", False),
    ],
)
def test_switches_say_whose_documents_may_be_shown(
    server: MistralServer,
    tmp_path: Path,
    switches: dict[str, Any],
    tenant: str,
    country: str | None,
    may: bool,  # noqa: FBT001 - a parameter of the table above
) -> None:
    """A tenant or country that is not switched on is never shown, nor an unknown country."""
    assert Told(server, tmp_path, **switches).reader.may_read(tenant, country) is may


def test_no_value_and_no_key_reaches_a_log_or_an_error(
    server: MistralServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither what was read nor what the server says in an error is repeated anywhere."""
    monkeypatch.setenv("MISTRAL_DEBUG", "1")
    caplog.set_level(logging.DEBUG)
    server.answer(Answer({"surname": "Secretname"}))
    told = Told(server, tmp_path, attempts_max=1)
    answers = told.reader.read((PAGE,), QUESTION)
    server.answer(Answer(status=500, body=b"Secretname"))
    with pytest.raises(Unavailable) as failed:
        told.read()

    said = caplog.text + str(failed.value) + repr(failed.value) + repr(answers) + repr(told.calls)
    said += repr(told.reader._options)
    assert "Secretname" not in said
    assert KEY not in said
