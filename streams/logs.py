"""How a process logs: events with fields, never values of a document."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

from streams.settings import Settings

_TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_JSON = "%(asctime)s %(levelname)s %(name)s %(message)s %(process)d"


def set_up_logging(settings: Settings) -> None:
    """Send every log event to standard error, as JSON lines or as text."""
    handler = logging.StreamHandler(sys.stderr)
    formatter: logging.Formatter = logging.Formatter(_TEXT)
    if settings.log_format == "json":
        formatter = JsonFormatter(_JSON, rename_fields={"asctime": "at", "levelname": "level"})
    handler.setFormatter(formatter)
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
