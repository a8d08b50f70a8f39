"""Pictures of a few bytes that announce, or really hold, far too much."""

import struct
import zlib
from collections.abc import Iterator

from tests.support.valid_files import encoded, picture

_SIDES = ((100_000, 100_000), (50_001, 1_000), (2_000_000_000, 2_000_000_000), (20_000, 20_000))


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes; each must be refused."""
    for width, height in _SIDES:
        yield f"header-{width}x{height}.png", png_header(width, height)
    yield "inflates-to-50-megabytes.png", _inflating_png()
    yield "inflates-into-text.png", _inflating_text()
    yield "header-65535.jpg", _jpeg_with_size(65_535, 65_535)
    yield "header-65535-wide.jpg", _jpeg_with_size(65_535, 800)
    yield "header-16383.webp", _webp_with_size(16_383, 16_383)
    yield "header-animated.webp", _animated_webp(1 << 24, 1 << 24)
    for width, height in ((100_000, 100_000), (65_536, 65_536), (4_294_967_295, 2)):
        yield f"header-{width}x{height}.tif", tiff_header(width, height)
    yield "pages-400.tif", _tiff_pages(400)
    yield "one-pixel.png", encoded(picture(0, (1, 1)), "PNG")
    yield "one-row.png", encoded(picture(0, (4_000, 1)), "PNG")


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def png_header(width: int, height: int, *, depth: int = 8, colour: int = 2) -> bytes:
    """Return a PNG whose header announces a size and whose data does not hold it."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(bytes(1000)))
        + _chunk(b"IEND", b"")
    )


def _inflating_png() -> bytes:
    side = 20_000
    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(side // 8 + 1)) for _ in range(side)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head)
    return start + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _inflating_text() -> bytes:
    good = encoded(picture(), "PNG")
    text = b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9)
    return good[:33] + _chunk(b"zTXt", text) + good[33:]


def _jpeg_with_size(width: int, height: int) -> bytes:
    data = bytearray(encoded(picture(), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _webp_with_size(width: int, height: int) -> bytes:
    data = bytearray(encoded(picture(), "WEBP"))
    at = data.index(b"\x9d\x01\x2a")
    data[at + 3 : at + 7] = struct.pack("<HH", width, height)
    return bytes(data)


def _animated_webp(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\x00\x00\x00" + canvas
    body += b"ANIM" + struct.pack("<I", 6) + bytes(6)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff_header(width: int, height: int) -> bytes:
    """Return a TIFF whose tags announce a size and whose one strip is nearly empty."""
    entries = (
        (256, 4, width),
        (257, 4, height),
        (258, 3, 8),
        (259, 3, 1),
        (262, 3, 1),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, 100),
    )
    body = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    start = b"II*\x00" + struct.pack("<I", 108) + bytes(100)
    return start + struct.pack("<H", len(entries)) + body + bytes(4)


def _tiff_pages(count: int) -> bytes:
    page = picture(0, (20, 20)).convert("1")
    return encoded(page, "TIFF", save_all=True, append_images=[page] * (count - 1))
