"""Builds the stages for a slot: plain functions from a message to messages."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from schemas.errors import Unprocessable
from schemas.messages import DocumentUploaded, FieldsExtracted, Message, PagesPrepared
from streams.corrections import carried
from streams.settings import Settings
from streams.store import open_store
from streams.tally import note_call
from workers.engines.engine_set import mistral_reader, reading_tools
from workers.extract import extract
from workers.ports import Tools
from workers.prepare import prepare
from workers.validate import validate

Work = Callable[[Message], tuple[Message, ...]]
"""A stage: raises ``Unprocessable`` or ``Unavailable``; anything else is a bug."""


def build_tools(settings: Settings) -> Tools:
    """Return the engines and the store that the stages of this process work with."""
    return reading_tools(open_store(settings), mistral_reader(settings.mistral, note_call))


def prepare_stage(settings: Settings) -> Work:
    """Return the stage that turns uploads into pages."""
    tools = build_tools(settings)

    def work(message: Message) -> tuple[Message, ...]:
        if not isinstance(message, DocumentUploaded):
            raise _unexpected(message)
        return (prepare(message, tools),)

    return work


def extract_stage(settings: Settings) -> Work:
    """Return the stage that turns pages into fields."""
    tools = build_tools(settings)

    def work(message: Message) -> tuple[Message, ...]:
        if not isinstance(message, PagesPrepared):
            raise _unexpected(message)
        return (extract(message, tools),)

    return work


def validate_stage(settings: Settings) -> Work:
    """Return the stage that turns fields into a verdict; what persons corrected stays so."""
    # Only a document that is read again needs the store.
    store = cache(lambda: open_store(settings))

    def work(message: Message) -> tuple[Message, ...]:
        if not isinstance(message, FieldsExtracted):
            raise _unexpected(message)
        now = datetime.now(UTC)
        return (carried(validate(message, now.date(), now), store),)

    return work


def _unexpected(message: Message) -> Unprocessable:
    return Unprocessable(
        "message.unexpected", f"a {type(message).__name__} stands in this stage's topic"
    )
