"""Bounds of the HTTP side. Those that operators set come from the settings."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from streams.settings import HttpSettings

FILES_MAX = 10
PARTS_MAX = 32
FIELD_MAX_BYTES = 4096
PART_HEADER_MAX_BYTES = 2048
PART_HEADERS_MAX = 8
FRAMING_MAX_BYTES = 256 * 1024
"""What boundaries, headers and fields may add to the files of a body."""
BODY_MAX_BYTES = 1024 * 1024
"""Of every route that takes no files; see :func:`takes_files`."""

_TAKES_FILES = "bitaqa_takes_files"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def takes_files(endpoint: Endpoint) -> Endpoint:
    """Mark a route that reads its body itself, within an operator's bounds."""
    setattr(endpoint, _TAKES_FILES, True)
    return endpoint


def body_max_bytes(endpoint: Any) -> float:
    """Return how many bytes a route may read of a body."""
    return math.inf if getattr(endpoint, _TAKES_FILES, False) else BODY_MAX_BYTES


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """Bounds of one upload.

    Args:
        file_max_bytes: largest single file.
        body_max_bytes: largest body.
        idle_s: longest silence of a caller in the middle of a body.
        total_s: longest time that a body may take.
    """

    file_max_bytes: int
    body_max_bytes: int
    idle_s: float = 20.0
    total_s: float = 300.0


def upload_limits(http: HttpSettings) -> UploadLimits:
    """Return the bounds that follow from the settings."""
    file_max_bytes = http.upload_max_bytes
    return UploadLimits(file_max_bytes, FILES_MAX * file_max_bytes + FRAMING_MAX_BYTES)
