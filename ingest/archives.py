"""Files in a ZIP archive, one at a time, within bounds; what cannot be taken is told for each."""

import hashlib
import mmap
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from ingest.multipart import ReceivedFile
from workers.imaging.media_type import HEAD_BYTES, sniff

ENTRIES_MAX = 1000
TOTAL_BYTES_MAX = 2 * 1024**3
LISTED_MAX = 10_000
"""Lines of an archive's directory, folders and hidden files included: all are read at once."""
CHUNK_BYTES = 1024 * 1024
_LINE = re.compile(rb"PK\x01\x02")
_ENCRYPTED = 0x1
# zipfile unpacks the others without a bound: 400 bytes of bzip2 fill a gigabyte of memory.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken; ``code`` says why."""

    code: str


TOO_LARGE = Refused("upload.file_too_large")


@dataclass(slots=True)
class Room:
    """What all archives of a batch together may still unpack to."""

    files: int
    size_bytes: int


def room() -> Room:
    """Return the room of a batch."""
    return Room(ENTRIES_MAX, TOTAL_BYTES_MAX)


def is_archive(path: Path) -> bool:
    """Say whether a file begins as a ZIP archive does."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def files_of_archive(
    archive: Path, into: Path, file_max_bytes: int, left: Room
) -> Iterator[ReceivedFile | Refused]:
    """Yield an archive's files in their order, each unpacked to ``into``, over the one before.

    The sizes that an archive claims are not believed: what is unpacked is counted.
    """
    try:
        if _lists_too_many(archive):
            yield Refused("archive.too_many_files")
            return
        with zipfile.ZipFile(archive) as opened:
            yield from _files(opened, into, file_max_bytes, left)
    except _BROKEN:
        yield Refused("archive.malformed")


def _lists_too_many(archive: Path) -> bool:
    with (
        archive.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
    ):
        return any(True for _ in islice(_LINE.finditer(mapped), LISTED_MAX, None))


def _files(
    opened: zipfile.ZipFile, into: Path, file_max_bytes: int, left: Room
) -> Iterator[ReceivedFile | Refused]:
    for entry in filter(_is_meant, opened.infolist()):
        if not left.files:
            yield Refused("archive.too_many_files")
            return
        left.files -= 1
        refused = _refused(entry)
        if refused is not None:
            yield refused
            continue
        try:
            file = _unpack(opened, entry, into, min(left.size_bytes, file_max_bytes))
        except _BROKEN:
            yield Refused("archive.malformed")
            continue
        if isinstance(file, ReceivedFile):
            left.size_bytes -= file.size_bytes
        elif file == TOO_LARGE and left.size_bytes < file_max_bytes:
            yield Refused("archive.too_large")
            return
        yield file


def _refused(entry: zipfile.ZipInfo) -> Refused | None:
    if entry.flag_bits & _ENCRYPTED:
        return Refused("archive.encrypted")
    if entry.compress_type not in _METHODS:
        return Refused("archive.compression")
    return None


def _is_meant(entry: zipfile.ZipInfo) -> bool:
    # What systems add by themselves is no document.
    path = PurePosixPath(entry.filename)
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return not (entry.is_dir() or hidden)


def _unpack(
    opened: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path, size_max: int
) -> ReceivedFile | Refused:
    digest, size, head = hashlib.sha256(), 0, b""
    with opened.open(entry) as source, into.open("wb") as target:
        while chunk := source.read(CHUNK_BYTES):
            size += len(chunk)
            if size > size_max:
                return TOO_LARGE
            head = head or chunk[:HEAD_BYTES]
            digest.update(chunk)
            target.write(chunk)
    return received(into, digest.hexdigest(), size, head)


def received(path: Path, sha256: str, size: int, head: bytes) -> ReceivedFile | Refused:
    """Return a file on disk as one that was handed in, its type by its first bytes."""
    if not size:
        return Refused("upload.empty_file")
    media_type = sniff(head)
    if media_type is None:
        return Refused("media_type.unsupported")
    return ReceivedFile(path, sha256, size, media_type.value)
