"""Draws the pages of a PDF, in a process of their own with bounded memory and time.

pdfium is well kept, but a PDF is a program: forms that draw each other take for ever, and
filters on filters inflate to gigabytes. Neither may cost more than one document.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from schemas.errors import Unprocessable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workers.imaging.limits import Limits
    from workers.ports import Image

_CHILD = Path(__file__).with_name("pdf_child.py")
_HEAD = struct.Struct(">II")
_REASON_BYTES_MAX = 64
_EOF_TAIL_BYTES = 4096
_INFLATE_STEP_BYTES = 1 << 20
_STREAM = re.compile(rb"stream\r?\n")

_MESSAGES = {
    "pdf.encrypted": "the PDF asks for a password; send it without one",
    "pdf.malformed": "the PDF cannot be drawn; export it again",
    "pdf.page_too_large": "a page of the PDF has no sensible size; export it at its true size",
    "pdf.too_complex": "a page of the PDF takes too long or too much to draw; send a picture of it",
    "pdf.too_many_pages": "the PDF has too many pages; send fewer",
    "image.too_many_pixels": "a picture in the PDF is too large; export it with smaller ones",
}


def pdf_pages(data: bytes, limits: Limits) -> Iterator[Image]:
    """Yield each page as a BGR picture.

    Raises:
        Unprocessable: ``pdf.truncated``, ``pdf.too_many_bytes``, or a key of ``_MESSAGES``.
    """
    _refuse_truncated(data)
    _refuse_inflating(data, limits)
    command = [sys.executable, "-I", str(_CHILD), *(str(bound) for bound in _bounds(limits))]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        _send(data, child.stdin)
        yield from _received(child.stdout, limits)
        if child.wait() != 0:
            raise _refused("pdf.too_complex")
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _bounds(limits: Limits) -> tuple[int, ...]:
    return (
        limits.pdf_dpi,
        limits.page_side_px_max,
        limits.pdf_side_points_max,
        limits.pages_max,
        limits.pixels_max,
    )


def _send(data: bytes, stdin: IO[bytes]) -> None:
    try:
        stdin.write(data)
        stdin.close()
    except BrokenPipeError:
        return


def _received(stdout: IO[bytes], limits: Limits) -> Iterator[Image]:
    while head := stdout.read(_HEAD.size):
        if len(head) < _HEAD.size:
            raise _refused("pdf.too_complex")
        width, height = _HEAD.unpack(head)
        if width == 0:
            raise _refused(stdout.read(min(height, _REASON_BYTES_MAX)).decode("ascii", "replace"))
        if max(width, height) > limits.page_side_px_max:
            raise _refused("pdf.page_too_large")
        samples = stdout.read(width * height * 3)
        if len(samples) < width * height * 3:
            raise _refused("pdf.too_complex")
        yield np.frombuffer(samples, np.uint8).reshape(height, width, 3)


def _refused(reason: str) -> Unprocessable:
    known = reason if reason in _MESSAGES else "pdf.malformed"
    return Unprocessable(known, _MESSAGES[known])


def _refuse_truncated(data: bytes) -> None:
    if b"%%EOF" not in data[-_EOF_TAIL_BYTES:]:
        raise Unprocessable("pdf.truncated", "the PDF ends too early; send the whole file")


def _refuse_inflating(data: bytes, limits: Limits) -> None:
    left = limits.pdf_stream_bytes_max
    for match in _STREAM.finditer(data):
        left -= _inflated_bytes(data, match.end(), left)
        if left < 0:
            raise Unprocessable(
                "pdf.too_many_bytes",
                "the PDF's compressed parts inflate to more than "
                f"{limits.pdf_stream_bytes_max} bytes; export it again with smaller pictures",
            )


def _inflated_bytes(data: bytes, at: int, bound: int) -> int:
    """Return how many bytes the zlib stream at a place holds; little more than bound at most."""
    # RFC 1950: deflate with a window of 32 KiB or less, header a multiple of 31.
    if len(data) < at + 2 or data[at] & 0x8F != 0x08 or (data[at] << 8 | data[at + 1]) % 31:
        return 0
    inflater = zlib.decompressobj()
    count = 0
    try:
        while not inflater.eof and count <= bound:
            pending = inflater.unconsumed_tail
            if not pending:
                pending = data[at : at + _INFLATE_STEP_BYTES]
                at += len(pending)
            if not pending:
                break
            count += len(inflater.decompress(pending, _INFLATE_STEP_BYTES))
    except zlib.error:
        return count
    return count
