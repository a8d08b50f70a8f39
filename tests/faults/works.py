"""Stages for tests of the runner; an upload's reference says how its work goes."""

import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from schemas.documents import Route
from schemas.errors import Misconfigured, Unavailable, Unprocessable
from schemas.messages import DocumentUploaded, Message, PagesPrepared, Request
from streams.settings import Settings
from streams.slots import Work

UPLOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
RUNAWAY_BYTES = 64 * 1024 * 1024


def upload(document_id: str, does: str = "", padding: int = 0) -> DocumentUploaded:
    """Return an upload whose work does what is said."""
    request = Request(reference=does, subject="x" * padding)
    return DocumentUploaded(document_id, "tenant", 1, request, UPLOADED_AT, ())


def prepared(message: DocumentUploaded) -> PagesPrepared:
    """Return what the stages here make of an upload."""
    return PagesPrepared(
        message.document_id,
        message.tenant,
        message.revision,
        message.request,
        message.uploaded_at,
        "text",
        None,
        Route.INTL,
    )


def obedient(_settings: Settings) -> Work:
    """Return a stage that hangs, dies, grows, raises, waits or works, as the upload says."""
    return obey


def obey(message: Message) -> tuple[Message, ...]:  # noqa: C901 - one line for each way to go
    """Do what the upload's reference says."""
    if not isinstance(message, DocumentUploaded):
        raise TypeError
    does, _, argument = (message.request.reference or "").partition(":")
    match does:
        case "hang":
            time.sleep(3600)
        case "crash":
            os.kill(os.getpid(), signal.SIGKILL)
        case "exit":
            sys.exit(3)
        case "grow":
            _grow()
        case "raise":
            raise ValueError("a value that nobody may see")
        case "bad":
            raise Unprocessable("image.truncated", "the picture ends too early")
        case "down":
            raise Unavailable("store", "the store does not answer")
        case "needs":
            if not Path(argument).exists():
                raise Unavailable("store", "the store does not answer")
        case "slow":
            time.sleep(float(argument))
        case "huge":
            message = upload(message.document_id, padding=int(argument))
    return (prepared(message),)


def broken(_settings: Settings) -> Work:
    """Fail to build, as a stage without its settings does."""
    raise Misconfigured("BITAQA_STORE_URL is not set: where objects lie")


def unbuildable(_settings: Settings) -> Work:
    """Fail to build by a bug."""
    raise KeyError("a value that nobody may see")


def _grow() -> None:
    hoard: list[bytearray] = []
    while True:
        hoard.append(bytearray(os.urandom(1) * RUNAWAY_BYTES))
        time.sleep(0.02)
