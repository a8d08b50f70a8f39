"""Finds files that are a picture to one program and something else to another.

Only re-encoded copies of a picture go on, so nothing hidden travels; a file that was made to
be two things is still refused. Cameras do append data of their own (MPF pictures, Samsung
trailers, motion photos): those are accepted.
"""

import re
import struct

from schemas.errors import Unprocessable
from workers.imaging.media_type import MediaType

_PDF_HEAD_BYTES = 1024  # PDF readers accept the header anywhere in here
_ZIP_TAIL_BYTES = 22 + 65_535  # end of central directory with its longest comment
_EXECUTABLE_STARTS = (b"MZ", b"\x7fELF", b"#!/", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_ARCHIVE_STARTS = (b"PK\x03\x04", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00", b"\xd0\xcf\x11\xe0")
_FOREIGN = re.compile(
    rb"%PDF-\d|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|<!doctype\s+html|<html[\s>]|<script[\s>]|<\?php\s",
    re.IGNORECASE,
)
_METADATA_FOREIGN = re.compile(
    rb"%PDF-\d|<!doctype\s+html|<html[\s>]|<script[\s>]|<\?php\s", re.IGNORECASE
)


def refuse_polyglot(data: bytes, media_type: MediaType) -> None:
    """Pass a file that is one thing only.

    Raises:
        Unprocessable: ``media.polyglot``.
    """
    if _is_polyglot(data, media_type):
        raise Unprocessable(
            "media.polyglot",
            "the file hides a document, an archive or a program beside its picture; "
            "send the picture alone, as the camera or the scanner wrote it",
        )


def _is_polyglot(data: bytes, media_type: MediaType) -> bool:
    if _ends_as_zip(data):
        return True
    if media_type is not MediaType.PDF and b"%PDF-" in data[:_PDF_HEAD_BYTES]:
        return True
    metadata, trailer = _parts(data, media_type)
    if any(_METADATA_FOREIGN.search(part) for part in metadata):
        return True
    plain = trailer.lstrip(b"\x00\t\r\n ")
    return plain.startswith(_EXECUTABLE_STARTS + _ARCHIVE_STARTS) or bool(_FOREIGN.search(plain))


def _ends_as_zip(data: bytes) -> bool:
    # APPNOTE.TXT 4.3.16: readers look for the record from the end; its comment runs to the end.
    tail = data[-_ZIP_TAIL_BYTES:]
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if len(tail) - at >= 22:
            comment = struct.unpack_from("<H", tail, at + 20)[0]
            entries = struct.unpack_from("<H", tail, at + 10)[0]
            if at + 22 + comment <= len(tail) and (entries == 0 or b"PK\x01\x02" in data):
                return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


def _parts(data: bytes, media_type: MediaType) -> tuple[list[bytes], bytes]:
    match media_type:
        case MediaType.JPEG:
            return _jpeg_parts(data)
        case MediaType.PNG:
            return _png_parts(data)
        case MediaType.WEBP:
            end = 8 + int.from_bytes(data[4:8], "little")
            return [], data[end:]
        case MediaType.PDF:
            end = data.rfind(b"%%EOF")
            return [], data[end + 5 :] if end >= 0 else b""
        case _:
            return [], b""


def _jpeg_parts(data: bytes) -> tuple[list[bytes], bytes]:
    metadata: list[bytes] = []
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xD9:
            return metadata, data[at + 2 :]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            metadata.append(data[at + 4 : at + 2 + length])
        at += 2 + max(length, 2)
        if marker == 0xDA:
            at = _end_of_scan(data, at)
    return metadata, b""


def _end_of_scan(data: bytes, at: int) -> int:
    # ITU-T T.81 B.1.1.5: inside a scan 0xFF is followed by zero or a restart marker.
    while (at := data.find(b"\xff", at)) >= 0:
        following = data[at + 1 : at + 2]
        if following and following != b"\x00" and not 0xD0 <= following[0] <= 0xD7:
            return at
        at += 2
    return len(data)


def _png_parts(data: bytes) -> tuple[list[bytes], bytes]:
    metadata: list[bytes] = []
    at = 8
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return metadata, data[at:]
        if kind in {b"tEXt", b"iTXt", b"eXIf"}:
            metadata.append(data[at - 4 - length : at - 4])
    return metadata, b""
