"""Mistral AI through its official SDK: one page a call, an answer held to a schema.

The engine never sees what other readers read, and nothing it says is believed here: it answers
with texts as printed, which the caller parses and grounds. An answer that is no JSON object of
the schema's texts is none. Bodies of requests and answers reach no log and no exception.
"""

import asyncio
import base64
import json
import logging
import random
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import httpx2
from mistralai.client import Mistral, models
from mistralai.client.errors import MistralError, NoResponseError, ResponseValidationError
from mistralai.client.utils.logger import NoOpLogger

from schemas.errors import Unavailable
from workers.engines.ai_budget import Circuit, HourlyBudget
from workers.engines.mistral_options import AiCall, Meter, MistralOptions, Outcome, Way
from workers.engines.mistral_prompts import VALUE_LENGTH_MAX, prompt, schema
from workers.ports import AiAnswer, AiQuestion, Image
from workers.text.arabic import without_marks

log = logging.getLogger("bitaqa.mistral")

PAGES_MAX = 4
"""A document's sides; more pages are not shown."""

IMAGE_SIDE_PX_MAX = 2000
JPEG_QUALITY = 90
ANSWER_TOKENS_MAX = 2000
PROMPT_TOKENS_EXPECTED = 4000
"""What a call of the chat endpoint reserves of the budget before its true use is known."""

WAIT_FIRST_S = 0.5
WAIT_MAX_S = 8.0
CIRCUIT_FAILURES = 3
CIRCUIT_OPEN_S = 60.0
_DENIED = frozenset({401, 402, 403})
_AGAIN = frozenset({408, 425, 429})


class MistralReader:
    """Reads pages by Mistral's OCR or chat endpoint.

    Args:
        options: how it is used.
        meter: told of each page, how it ended and what it cost.
        clock: seconds since the epoch, for the budget's hours.
    """

    name = "mistral"

    def __init__(
        self,
        options: MistralOptions,
        meter: Meter = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.version = options.ocr_model if options.way is Way.OCR else options.chat_model
        self._options = options
        self._meter = meter
        self._budget = HourlyBudget(options.budget_path, options.budget_micros, clock)
        self._circuit = Circuit(CIRCUIT_FAILURES, CIRCUIT_OPEN_S)

    def may_read(self, tenant: str, country: str | None) -> bool:
        """Say whether the switches let this tenant's and country's documents be shown.

        A document whose country is not known is shown only where every country's may be.
        """
        tenants, countries = self._options.tenants, self._options.countries
        return (not tenants or tenant in tenants) and (not countries or country in countries)

    def read(self, pages: Sequence[Image], question: AiQuestion) -> Mapping[str, AiAnswer]:
        """Return the fields found, each from the first page that shows it; none where it refuses.

        Raises:
            Unavailable: when it does not answer, the circuit is open or the budget is spent.
        """
        answers: dict[str, AiAnswer] = {}
        for number, page in enumerate(pages[:PAGES_MAX], start=1):
            for name, text in self._ask(page, question).items():
                answers.setdefault(name, AiAnswer(text, number))
        return answers

    def _ask(self, page: Image, question: AiQuestion) -> Mapping[str, str]:
        """Return the texts of one page, and tell the meter."""
        wait_s = self._circuit.wait_s()
        if wait_s:
            self._meter(AiCall(Outcome.CIRCUIT_OPEN))
            raise Unavailable("mistral", "the circuit is open", wait_s)
        reserved = self._expected_micros()
        if not self._budget.reserve(reserved):
            self._meter(AiCall(Outcome.OVER_BUDGET))
            wait_s = self._budget.renewed_in_s()
            raise Unavailable("mistral", "the budget of this hour is spent", wait_s)
        began = time.monotonic()
        reply = asyncio.run(self._bounded(_data_url(page), question))
        cost = self._cost_micros(reply)
        self._budget.settle(reserved, cost)
        texts = None if reply.content is None else _texts(reply.content, question)
        outcome = reply.outcome
        if outcome is Outcome.ANSWERED and texts is None:
            outcome = Outcome.MALFORMED
        seconds = time.monotonic() - began
        self._meter(AiCall(outcome, seconds, reply.prompt_tokens, reply.completion_tokens, cost))
        log.info("page asked", extra={"outcome": outcome.value, "seconds": round(seconds, 3)})
        if outcome in {Outcome.LIMITED, Outcome.FAILED, Outcome.TIMEOUT}:
            (self._circuit.refused if reply.denied else self._circuit.failed)()
            raise Unavailable("mistral", f"it did not answer: {outcome.value}")
        self._circuit.succeeded()
        return texts or {}

    async def _bounded(self, image: str, question: AiQuestion) -> "_Reply":
        """Return what came of all attempts, within the time for one page."""
        last = _Reply(Outcome.TIMEOUT)
        try:
            async with asyncio.timeout(self._options.timeout_s):
                async with httpx2.AsyncClient(
                    # A redirect would show the document to another server.
                    follow_redirects=False,
                    timeout=self._options.timeout_s,
                ) as http:
                    client = Mistral(
                        api_key=self._options.api_key,
                        server_url=self._options.server_url,
                        async_client=http,
                        # The SDK's own would print bodies where MISTRAL_DEBUG is set.
                        debug_logger=NoOpLogger(),
                    )
                    for attempt in range(self._options.attempts_max):
                        if attempt:
                            await asyncio.sleep(last.wait_s or _backoff_s(attempt))
                        last = await self._attempt(client, image, question)
                        if not last.again:
                            break
        except TimeoutError:
            # What was said before the time was up tells more than that it was up.
            return last
        return last

    async def _attempt(self, client: Mistral, image: str, question: AiQuestion) -> "_Reply":
        try:
            if self._options.way is Way.OCR:
                return await self._by_ocr(client, image, question)
            return await self._by_chat(client, image, question)
        except (MistralError, NoResponseError, httpx2.HTTPError, ValueError, TypeError) as error:
            return _reply_to(error)

    async def _by_ocr(self, client: Mistral, image: str, question: AiQuestion) -> "_Reply":
        response = await client.ocr.process_async(
            model=self._options.ocr_model,
            document={"type": "image_url", "image_url": image},
            document_annotation_format=_format(question),
            document_annotation_prompt=prompt(question),
            include_image_base64=False,
            include_blocks=False,
            timeout_ms=_ms(self._options.timeout_s),
        )
        content = response.document_annotation
        pages = max(1, response.usage_info.pages_processed)
        return _Reply(
            Outcome.ANSWERED if isinstance(content, str) else Outcome.REFUSED,
            content=content if isinstance(content, str) else None,
            pages=pages,
        )

    async def _by_chat(self, client: Mistral, image: str, question: AiQuestion) -> "_Reply":
        messages: list[models.ChatCompletionRequestMessage] = [
            models.SystemMessage(content=prompt(question)),
            models.UserMessage(content=[models.ImageURLChunk(image_url=image)]),
        ]
        response = await client.chat.complete_async(
            model=self._options.chat_model,
            messages=messages,
            response_format=_format(question),
            temperature=0.0,
            max_tokens=ANSWER_TOKENS_MAX,
            timeout_ms=_ms(self._options.timeout_s),
        )
        message = response.choices[0].message if response.choices else None
        content = None if message is None else message.content
        return _Reply(
            Outcome.ANSWERED if isinstance(content, str) else Outcome.REFUSED,
            content=content if isinstance(content, str) else None,
            prompt_tokens=response.usage.prompt_tokens or 0,
            completion_tokens=response.usage.completion_tokens or 0,
        )

    def _expected_micros(self) -> int:
        prices = self._options.prices
        if self._options.way is Way.OCR:
            return prices.page
        tokens = PROMPT_TOKENS_EXPECTED * prices.prompt + ANSWER_TOKENS_MAX * prices.completion
        return tokens // 1000

    def _cost_micros(self, reply: "_Reply") -> int:
        prices = self._options.prices
        prompt_cost = reply.prompt_tokens * prices.prompt
        tokens = prompt_cost + reply.completion_tokens * prices.completion
        return reply.pages * prices.page + -(-tokens // 1000)


@dataclass(frozen=True, slots=True)
class _Reply:
    """What came of one call.

    Args:
        content: what it said, as text; None where it said nothing.
        again: asking once more may help.
        wait_s: how long it asks to wait before.
        denied: the key is not good for it.
    """

    outcome: Outcome
    content: str | None = None
    pages: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    again: bool = False
    wait_s: float = 0.0
    denied: bool = False


def _reply_to(error: Exception) -> _Reply:
    """Return what an error of the SDK means; its text holds the answer's body and is left."""
    match error:
        case ResponseValidationError() | ValueError() | TypeError():
            # The last two: no JSON at all, the SDK lets its parser's error through.
            return _Reply(Outcome.MALFORMED)
        case MistralError():
            return _reply_of(error.status_code, error.headers.get("retry-after"))
        case httpx2.TimeoutException():
            return _Reply(Outcome.TIMEOUT, again=True)
        case _:
            return _Reply(Outcome.FAILED, again=True)


def _reply_of(status: int, retry_after: str | None) -> _Reply:
    """Return what a status of HTTP means."""
    if status in _DENIED:
        log.error("mistral denies the key", extra={"status": status})
        return _Reply(Outcome.FAILED, denied=True)
    if status in _AGAIN:
        return _Reply(Outcome.LIMITED, again=True, wait_s=_asked_wait_s(retry_after))
    if status >= 500:
        return _Reply(Outcome.FAILED, again=True, wait_s=_asked_wait_s(retry_after))
    if status < 400:
        return _Reply(Outcome.MALFORMED)
    return _Reply(Outcome.REFUSED)


def _asked_wait_s(retry_after: str | None) -> float:
    try:
        return min(WAIT_MAX_S, max(0.0, float(retry_after or 0)))
    except ValueError:
        return 0.0


def _backoff_s(attempt: int) -> float:
    return min(WAIT_MAX_S, WAIT_FIRST_S * 2.0 ** (attempt - 1)) * random.uniform(0.5, 1.0)


def _texts(content: str, question: AiQuestion) -> dict[str, str] | None:
    """Return the schema's texts in an answer, cleaned; None where it is no such answer."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    texts = {}
    for name in question.fields:
        value = answer.get(name)
        if isinstance(value, str) and (text := _clean(value)):
            texts[name] = text
    return texts


def _clean(value: str) -> str:
    """Return a text in NFC on one line, without control characters, bounded."""
    plain = "".join(" " if unicodedata.category(one) == "Cc" else one for one in value)
    text = " ".join(without_marks(plain).split())
    return text if len(text) <= VALUE_LENGTH_MAX else ""


def _format(question: AiQuestion) -> models.ResponseFormat:
    return models.ResponseFormat(
        type="json_schema",
        json_schema=models.JSONSchema.model_validate(
            {"name": question.document_type, "schema": schema(question), "strict": True}
        ),
    )


def _data_url(page: Image) -> str:
    """Return the page as the API takes pictures: a JPEG, no larger than it helps."""
    side = max(page.shape[:2])
    if side > IMAGE_SIDE_PX_MAX:
        share = IMAGE_SIDE_PX_MAX / side
        small: Any = cv2.resize(page, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    else:
        small = page
    _, packed = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return "data:image/jpeg;base64," + base64.b64encode(packed.tobytes()).decode("ascii")


def _ms(seconds: float) -> int:
    return max(1, round(1000 * seconds))
