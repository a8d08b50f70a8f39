"""Which format a file is in, from its first bytes and nothing else. Imports no imaging library."""

from enum import StrEnum


class MediaType(StrEnum):
    """The formats that are read; the text is the IANA media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    TIFF = "image/tiff"
    HEIC = "image/heic"
    HEIF = "image/heif"
    PDF = "application/pdf"


HEAD_BYTES = 64
"""How many bytes ``sniff`` wants; fewer are fine."""

_STARTS = {
    b"\xff\xd8\xff": MediaType.JPEG,
    b"\x89PNG\r\n\x1a\n": MediaType.PNG,
    b"II*\x00": MediaType.TIFF,
    b"MM\x00*": MediaType.TIFF,
    b"%PDF-": MediaType.PDF,
    b"\xef\xbb\xbf%PDF-": MediaType.PDF,
}

# ISO/IEC 23008-12 (HEIF) section 10: brands of HEVC pictures, and of pictures of any codec.
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_HEIF_BRANDS = {b"mif1", b"msf1", b"mif2"}


def sniff(head: bytes) -> MediaType | None:
    """Return the format that the first bytes announce, None when it is none that is read."""
    for start, media_type in _STARTS.items():
        if head.startswith(start):
            return media_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    if head[4:8] == b"ftyp":
        return _of_brands(head[8:12], head[16:HEAD_BYTES])
    return None


def _of_brands(major: bytes, compatible: bytes) -> MediaType | None:
    if major in _HEIC_BRANDS:
        return MediaType.HEIC
    others = {compatible[at : at + 4] for at in range(0, len(compatible), 4)}
    if major in _HEIF_BRANDS and b"avif" not in others:
        return MediaType.HEIF
    return None
