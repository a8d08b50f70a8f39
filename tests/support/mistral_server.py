"""A server that speaks Mistral's API over HTTP, for tests: it answers as it is told.

Requests are held to the SDK's own models, and so are its answers, so that neither drifts from
the real API. Two endpoints: ``/v1/ocr`` and ``/v1/chat/completions``.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from mistralai.client import models

KEY = "test-key"
PROMPT_TOKENS, COMPLETION_TOKENS = 1200, 90


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers to one request.

    Args:
        fields: what the model says it read; None for an answer without any.
        text: what it says instead, JSON or not.
        status: of HTTP.
        headers: more of them.
        body: the raw body instead of the API's shape.
        pieces: the body goes out byte by byte, so many, then the server waits for its end.
    """

    fields: Mapping[str, Any] | None = None
    text: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    pieces: int | None = None


class MistralServer:
    """Answers requests from a list, the last answer again and again, and remembers them all."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = deque(answers or (Answer(),))
        self._ended = threading.Event()
        self.requests: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._serve))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def prompts(self) -> list[str]:
        """What the model was told, request by request."""
        return [_prompt(one) for one in self.requests]

    def answer(self, *answers: Answer) -> None:
        """Answer otherwise from now on."""
        self._answers = deque(answers)

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it; what it was asked must have been in the API's shape."""
        self._ended.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if kind is None:
            assert self.problems == []

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length", 0))
        asked = json.loads(handler.rfile.read(length))
        if handler.headers.get("authorization") != f"Bearer {KEY}":
            _send(handler, 401, {}, b'{"detail": "Unauthorized"}')
            return
        self.requests.append(asked)
        answer = self._answers[0] if len(self._answers) == 1 else self._answers.popleft()
        try:
            body = answer.body if answer.body is not None else _body(handler.path, asked, answer)
        except ValueError as error:
            self.problems.append(f"{handler.path}: {error}")
            _send(handler, 422, {}, b'{"detail": []}')
            return
        if answer.pieces is None:
            _send(handler, answer.status, answer.headers, body)
            return
        handler.send_response(answer.status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        for place in range(answer.pieces):
            handler.wfile.write(body[place : place + 1])
            handler.wfile.flush()
            if self._ended.wait(0.05):
                return
        self._ended.wait()


def _handler(
    serve: Callable[[BaseHTTPRequestHandler], None],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            try:
                serve(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def _send(
    handler: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    handler.send_response(status)
    for name, value in {"content-type": "application/json", **headers}.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _body(path: str, asked: dict[str, Any], answer: Answer) -> bytes:
    """Return an answer in the API's shape; raise ``ValueError`` where the request has another."""
    said = answer.text
    if said is None and answer.fields is not None:
        said = json.dumps(answer.fields, ensure_ascii=False)
    if path == "/v1/ocr":
        models.OCRRequest.model_validate(asked)
        return _ocr(asked, said)
    if path == "/v1/chat/completions":
        models.ChatCompletionRequest.model_validate(asked)
        return _chat(asked, said)
    raise ValueError("there is no such endpoint")


def _ocr(asked: dict[str, Any], said: str | None) -> bytes:
    dimensions = {"dpi": 200, "height": 640, "width": 1010}
    page = {"index": 0, "markdown": said or "", "images": [], "dimensions": dimensions}
    answer = {
        "pages": [page],
        "model": asked["model"],
        "usage_info": {"pages_processed": 1, "doc_size_bytes": 1000},
        "document_annotation": said,
    }
    models.OCRResponse.model_validate(answer)
    return json.dumps(answer).encode()


def _chat(asked: dict[str, Any], said: str | None) -> bytes:
    usage = {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": COMPLETION_TOKENS,
        "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
    }
    message = {"role": "assistant", "content": said}
    answer = {
        "id": "cmpl-1",
        "object": "chat.completion",
        "model": asked["model"],
        "created": 1_760_000_000,
        "usage": usage,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }
    models.ChatCompletionResponse.model_validate(answer)
    return json.dumps(answer).encode()


def _prompt(asked: dict[str, Any]) -> str:
    if "messages" in asked:
        return str(asked["messages"][0]["content"])
    return str(asked.get("document_annotation_prompt", ""))
