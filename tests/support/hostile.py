"""Draws files that mean harm, from a seed: what may come over HTTP from anyone.

Bombs are small files that would decode to gigabytes; the whole set stays in a few megabytes.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from tests.support.hostile_bombs import bombs
from tests.support.hostile_pdf import hostile_pdfs
from tests.support.valid_files import html, valid_files, zip_archive

Expected = Literal["refused", "any"]


@dataclass(frozen=True, slots=True)
class HostileFile:
    """One file.

    Args:
        name: says what is wrong with it, with the ending that it pretends to have.
        data: its bytes.
        expected: ``refused`` where no reading may come of it; ``any`` where it may decode.
    """

    name: str
    data: bytes = field(repr=False)
    expected: Expected


def hostile_files(seed: int = 0) -> list[HostileFile]:
    """Return at least 200 hostile files; the same ones for the same seed."""
    rng = random.Random(seed)
    valid = valid_files(seed)
    made: list[HostileFile] = []
    made += _empty_and_foreign(rng)
    made += _truncated(valid)
    made += _polyglots(valid)
    made += [HostileFile(name, data, "refused") for name, data in bombs()]
    made += [HostileFile(name, data, _of(must)) for name, data, must in hostile_pdfs()]
    made += _mutated(valid, rng)
    return made


def _of(must_be_refused: object) -> Expected:
    return "refused" if must_be_refused else "any"


def _empty_and_foreign(rng: random.Random) -> Iterator[HostileFile]:
    yield HostileFile("empty.jpg", b"", "refused")
    heads = {
        "gif": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;",
        "bmp": b"BM" + bytes(60),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "html": html(),
        "zip": zip_archive(),
        "exe": b"MZ" + bytes(200),
        "elf": b"\x7fELF" + bytes(200),
        "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00mif1avif" + bytes(80),
        "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + bytes(80),
        "psd": b"8BPS\x00\x01" + bytes(60),
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "ico": b"\x00\x00\x01\x00\x01\x00" + bytes(60),
        "jp2": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(60),
        "txt": b"a text that calls itself a picture\n" * 20,
        "xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
    }
    for kind, data in heads.items():
        yield HostileFile(f"{kind}-as.jpg", data, "refused")
    starts = (
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x40\x00\x00\x00WEBP",
        b"II*\x00",
        b"MM\x00*",
        b"\x00\x00\x00\x18ftypheic",
        b"%PDF-1.7\n",
    )
    for number, start in enumerate(starts):
        yield HostileFile(f"only-a-head-{number}.bin", start, "refused")
        yield HostileFile(f"head-and-zeros-{number}.bin", start + bytes(4000), "refused")
        yield HostileFile(f"head-and-noise-{number}.bin", start + rng.randbytes(4000), "refused")
    for number in range(10):
        noise = b"\x01" + rng.randbytes(rng.randrange(1, 5000))
        yield HostileFile(f"noise-{number}.jpg", noise, "refused")


def _truncated(valid: dict[str, bytes]) -> Iterator[HostileFile]:
    for name, data in valid.items():
        for percent in (3, 15, 40, 60, 80, 92):
            cut = data[: max(16, len(data) * percent // 100)]
            yield HostileFile(f"cut-at-{percent}-{name}", cut, "refused")


def _polyglots(valid: dict[str, bytes]) -> Iterator[HostileFile]:
    trailers = {
        "zip": zip_archive(),
        "pdf": b"\n%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n",
        "html": html(),
        "php": b"<?php system($_GET['c']); ?>",
        "exe": b"MZ\x90\x00" + bytes(300),
        "elf": b"\x7fELF\x02\x01\x01" + bytes(300),
        "rar": b"Rar!\x1a\x07\x01\x00" + bytes(100),
        "7z": b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(100),
    }
    for name in ("small.jpg", "small.png", "small.webp"):
        for kind, trailer in trailers.items():
            yield HostileFile(f"{kind}-behind-{name}", valid[name] + trailer, "refused")
    for name in ("small.tif", "small.pdf", "small.heic"):
        yield HostileFile(f"zip-behind-{name}", valid[name] + trailers["zip"], "refused")
    jpeg = valid["small.jpg"]
    for kind in ("pdf", "html", "php"):
        block = trailers[kind]
        comment = b"\xff\xfe" + (len(block) + 2).to_bytes(2, "big") + block
        yield HostileFile(f"{kind}-inside.jpg", jpeg[:2] + comment + jpeg[2:], "refused")
    for name, data in valid.items():
        yield HostileFile(f"padded-{name}", data + bytes(64), "any")


def _mutated(valid: dict[str, bytes], rng: random.Random) -> Iterator[HostileFile]:
    for name, data in valid.items():
        for number in range(8):
            bytes_changed = bytearray(data)
            for _ in range(1 << rng.randrange(7)):
                bytes_changed[rng.randrange(len(data))] = rng.randrange(256)
            yield HostileFile(f"mutated-{number}-{name}", bytes(bytes_changed), "any")
        for number in range(4):
            head = bytearray(data)
            for _ in range(6):
                head[rng.randrange(min(200, len(data)))] = rng.choice((0, 1, 127, 128, 255))
            yield HostileFile(f"mutated-head-{number}-{name}", bytes(head), "any")
