"""Reads a multipart body as it arrives: files to disk, hashed on the way; fields to memory.

Nothing here is larger than one network chunk at a time, whatever the caller sends.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from ingest import limits, parameters
from ingest.limits import UploadLimits
from ingest.problems import Problem
from ingest.spool import Drawer
from workers.imaging.media_type import HEAD_BYTES, sniff

FILENAME_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class Form:
    """Which fields a form may have.

    Args:
        files: names of its files.
        fields: names of its other fields.
        ignores_others: pass over what is not known, instead of refusing it.
        files_max: how many files it may have.
        takes_anything: keep files of no known type, whose media type is then empty.
    """

    files: tuple[str, ...] = ("file", "files")
    fields: tuple[str, ...] = parameters.NAMES
    ignores_others: bool = False
    files_max: int = limits.FILES_MAX
    takes_anything: bool = False


UPLOAD = Form()


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """An uploaded file on disk, its type as sniffed from its bytes.

    Args:
        path: where it lies while the request lasts.
        sha256: of its bytes, as hexadecimal text.
        size_bytes: its size.
        media_type: by its content.
        filename: what the caller called it, without folders and control characters; it may name
            a person, and no path is ever made of it.
        origin: key of the client's object that it is a copy of, where it was not sent.
    """

    path: Path
    sha256: str
    size_bytes: int
    media_type: str
    filename: str = field(default="", repr=False)
    origin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """A whole body: one file or more in their order, and the form's fields."""

    files: tuple[ReceivedFile, ...]
    fields: dict[str, str] = field(repr=False)


def boundary_of(content_type: str | None) -> bytes:
    """Return the boundary in a Content-Type.

    Raises:
        Problem: 415 when it is no multipart form, 400 when it has no boundary.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data":
        raise Problem(415, "body.not_multipart", "The body must be multipart/form-data.")
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= 70:  # RFC 2046, section 5.1.1
        raise Problem(400, "multipart.malformed", "The Content-Type must name a boundary.")
    return boundary


async def receive_upload(
    chunks: AsyncIterator[bytes],
    boundary: bytes,
    drawer: Drawer,
    bounds: UploadLimits,
    form: Form = UPLOAD,
) -> Received:
    """Read a body into the drawer's files and return what was in it.

    Raises:
        Problem: 400, 408, 413, 415 or 422.
        OSError: when the disk does not take it.
    """
    with ExitStack() as opened:
        reader = _Reader(boundary, drawer, bounds, opened, form)
        try:
            async with asyncio.timeout(bounds.total_s):
                await _feed(reader, chunks, bounds.idle_s)
        except TimeoutError:
            raise Problem(408, "upload.slow", "The body took too long to arrive.") from None
        except FormParserError:
            raise Problem(
                400, "multipart.malformed", "The body is no well-formed multipart form."
            ) from None
        return reader.received()


async def _feed(reader: "_Reader", chunks: AsyncIterator[bytes], idle_s: float) -> None:
    while True:
        async with asyncio.timeout(idle_s):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        reader.write(chunk)
        del chunk  # Many wait here at once, and slow ones for long.


class _Reader:
    """The parser's callbacks, one part after the other."""

    def __init__(
        self,
        boundary: bytes,
        drawer: Drawer,
        bounds: UploadLimits,
        opened: ExitStack,
        form: Form,
    ) -> None:
        self._form = form
        self._drawer = drawer
        self._bounds = bounds
        self._opened = opened
        self._body_bytes = 0
        self._parts = 0
        self._ended = False
        self._header = bytearray(), bytearray()
        self._disposition: str | None = None
        self._part: _FilePart | _FieldPart | _IgnoredPart | None = None
        self._files: list[ReceivedFile] = []
        self._fields: dict[str, str] = {}
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": self._on_header_field,
                "on_header_value": self._on_header_value,
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
            max_header_count=limits.PART_HEADERS_MAX,
            max_header_size=limits.PART_HEADER_MAX_BYTES,
        )

    def write(self, chunk: bytes) -> None:
        self._body_bytes += len(chunk)
        if self._body_bytes > self._bounds.body_max_bytes:
            raise body_too_large(self._bounds)
        if not self._ended:  # An epilogue behind the last boundary means nothing.
            self._parser.write(chunk)

    def received(self) -> Received:
        if not self._ended:
            raise Problem(400, "multipart.truncated", "The body ends before its last boundary.")
        if not self._files:
            raise Problem(422, "upload.no_file", "The form needs a field named file.")
        return Received(tuple(self._files), self._fields)

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > limits.PARTS_MAX + self._form.files_max:
            raise Problem(422, "upload.too_many_parts", "The form has too many parts.")
        self._disposition = None

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _on_header_end(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = value.decode("latin-1")
        self._header = bytearray(), bytearray()

    def _on_headers_finished(self) -> None:
        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or b"name" not in options:
            raise Problem(400, "multipart.malformed", "A part of the form has no name.")
        name = options[b"name"].decode("latin-1")
        if name in self._form.files:
            self._part = self._file_part(_filename(options.get(b"filename", b"")))
        elif self._form.ignores_others and name not in self._form.fields:
            self._part = _IgnoredPart()
        else:
            self._part = self._field_part(name)

    def _file_part(self, filename: str) -> "_FilePart":
        number = len(self._files) + 1
        if number > self._form.files_max:
            raise Problem(
                422,
                "upload.too_many_files",
                f"The form may have {self._form.files_max} files at most.",
            )
        path = self._drawer.new_path()
        part = _FilePart(path, number, self._bounds, self._opened, filename)
        part.takes_anything = self._form.takes_anything
        return part

    def _field_part(self, name: str) -> "_FieldPart":
        if name not in self._form.fields:
            known = ", ".join((*self._form.files, *self._form.fields))
            raise Problem(422, "parameter.unknown", f"The form may have these fields: {known}.")
        if name in self._fields:
            raise Problem(
                422, "parameter.repeated", f"The field {name} is there twice.", field=name
            )
        return _FieldPart(name)

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        assert self._part is not None
        self._part.write(memoryview(data)[start:end])

    def _on_part_end(self) -> None:
        part, self._part = self._part, None
        if isinstance(part, _FilePart):
            self._files.append(part.finished())
        elif isinstance(part, _FieldPart):
            self._fields[part.name] = part.finished()

    def _on_end(self) -> None:
        self._ended = True


class _FilePart:
    def __init__(
        self, path: Path, number: int, bounds: UploadLimits, opened: ExitStack, filename: str = ""
    ) -> None:
        self.takes_anything = False
        self._filename = filename
        self._path = path
        self._number = number
        self._bounds = bounds
        self._hash = hashlib.sha256()
        self._size_bytes = 0
        self._head = b""
        self._file: BinaryIO = opened.enter_context(path.open("xb", buffering=0))

    def write(self, data: memoryview) -> None:
        self._size_bytes += len(data)
        if self._size_bytes > self._bounds.file_max_bytes:
            raise Problem(
                413,
                "upload.file_too_large",
                f"A file may have {self._bounds.file_max_bytes} bytes.",
                limit_bytes=self._bounds.file_max_bytes,
                file=self._number,
            )
        if len(self._head) < HEAD_BYTES:
            self._sniff_further(data)
        self._hash.update(data)
        while data:
            # An unbuffered file may take a part, on a disk that is nearly full.
            data = data[self._file.write(data) :]

    def finished(self) -> ReceivedFile:
        self._file.close()
        if not self._size_bytes and not self.takes_anything:
            raise Problem(422, "upload.empty_file", "A file has no bytes.", file=self._number)
        media_type = sniff(self._head)
        if media_type is None and not self.takes_anything:
            raise _unknown_format(self._number)
        return ReceivedFile(
            self._path,
            self._hash.hexdigest(),
            self._size_bytes,
            media_type.value if media_type else "",
            self._filename,
        )

    def _sniff_further(self, data: memoryview) -> None:
        # A wrong format is refused at its first bytes, not after the last.
        self._head += bytes(data[: HEAD_BYTES - len(self._head)])
        known = self.takes_anything or sniff(self._head) is not None
        if len(self._head) == HEAD_BYTES and not known:
            raise _unknown_format(self._number)


class _IgnoredPart:
    def write(self, data: memoryview) -> None:
        """Let it pass: the bound of the whole body holds for it too."""


class _FieldPart:
    def __init__(self, name: str) -> None:
        self.name = name
        self._text = bytearray()

    def write(self, data: memoryview) -> None:
        self._text.extend(data)
        if len(self._text) > limits.FIELD_MAX_BYTES:
            raise Problem(
                422,
                f"parameter.{self.name}",
                f"The field {self.name} is too long.",
                field=self.name,
            )

    def finished(self) -> str:
        try:
            return self._text.decode()
        except UnicodeDecodeError:
            raise Problem(
                422,
                f"parameter.{self.name}",
                f"The field {self.name} is not UTF-8.",
                field=self.name,
            ) from None


def body_too_large(bounds: UploadLimits) -> Problem:
    """Return the refusal of a body, before it is read or in its middle."""
    return Problem(
        413,
        "upload.body_too_large",
        f"A body may have {bounds.body_max_bytes} bytes.",
        limit_bytes=bounds.body_max_bytes,
    )


def _unknown_format(number: int) -> Problem:
    return Problem(
        415,
        "media_type.unsupported",
        "A file is neither JPEG, PNG, WebP, TIFF, HEIC nor PDF, as its first bytes tell.",
        file=number,
    )


def _filename(raw: bytes) -> str:
    name = raw.decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in name if one.isprintable())[:FILENAME_LENGTH_MAX]
