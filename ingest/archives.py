"""Files in a ZIP archive, one at a time, within bounds; what cannot be taken is told for each."""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.multipart import ReceivedFile
from workers.imaging.media_type import HEAD_BYTES, sniff

ENTRIES_MAX = 1000
TOTAL_BYTES_MAX = 2 * 1024**3
CHUNK_BYTES = 1024 * 1024
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not taken; ``code`` says why."""

    code: str


TOO_LARGE = Refused("upload.file_too_large")


def is_archive(path: Path) -> bool:
    """Say whether a file begins as a ZIP archive does."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def files_of_archive(
    archive: Path, into: Path, file_max_bytes: int
) -> Iterator[ReceivedFile | Refused]:
    """Yield an archive's files in their order, each unpacked to ``into``, over the one before.

    The sizes that an archive claims are not believed: what is unpacked is counted.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            yield from _files(opened, into, file_max_bytes)
    except _BROKEN:
        yield Refused("archive.malformed")


def _files(
    opened: zipfile.ZipFile, into: Path, file_max_bytes: int
) -> Iterator[ReceivedFile | Refused]:
    entries = [one for one in opened.infolist() if _is_meant(one)]
    left = TOTAL_BYTES_MAX
    for number, entry in enumerate(entries):
        if number >= ENTRIES_MAX:
            yield Refused("archive.too_many_files")
            return
        if entry.flag_bits & _ENCRYPTED:
            yield Refused("archive.encrypted")
            continue
        try:
            file = _unpack(opened, entry, into, min(left, file_max_bytes))
        except _BROKEN:
            yield Refused("archive.malformed")
            continue
        if isinstance(file, ReceivedFile):
            left -= file.size_bytes
        elif file == TOO_LARGE and left < file_max_bytes:
            yield Refused("archive.too_large")
            return
        yield file


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
