"""How a process logs: events with fields, never values of a document.

The text of a foreign exception can quote what it choked on, so a trace shows places and types;
only our own errors, whose messages are free of values, are told in full.
"""

import logging
import sys
import traceback
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

from schemas.errors import BitaqaError
from streams.settings import Settings

_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_JSON = "%(asctime)s %(levelname)s %(name)s %(message)s %(process)d"
_CAUSES_MAX = 10

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def set_up_logging(settings: Settings) -> None:
    """Send every log event to standard error, as JSON lines or as text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter_of(settings.log_format))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)


def formatter_of(log_format: str) -> logging.Formatter:
    """Return the formatter for ``json`` or ``text``."""
    if log_format == "json":
        return _Json(_JSON, rename_fields={"asctime": "at", "levelname": "level"})
    return _Text(_TEXT)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # Another handler's formatter may have left its own form of the trace here.
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - logging's own name
        return _trace(ei[1])


class _Json(JsonFormatter):
    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the same
        return _trace(ei[1])


def _trace(error: BaseException | None) -> str:
    """Return the places of an error and of its causes, the first cause first."""
    told: list[str] = []
    while error is not None and len(told) < _CAUSES_MAX:
        message = f": {error}" if isinstance(error, BitaqaError) else ""
        frames = "".join(traceback.format_tb(error.__traceback__))
        told.insert(0, f"{frames}{type(error).__qualname__}{message}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(told)
