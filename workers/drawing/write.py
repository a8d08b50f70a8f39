"""Writes drawn specimens to a folder: the pictures and one line of truth for each document."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

import cv2

from schemas.errors import Misconfigured
from workers.documents.document_type import Level, Specimen
from workers.documents.registry import document_types

TRUTH = "truth.jsonl"

_SUFFIXES = {Level.CLEAN: ".png", Level.PHOTO: ".jpg", Level.HARD: ".jpg"}
_JPEG_QUALITY = 90


def draw_specimen(code: str, seed: int, level: Level) -> Specimen:
    """Return the specimen of a type that a seed stands for, the same on every machine.

    Raises:
        Misconfigured: when no type has the code, or a font is missing.
    """
    kind = document_types().get(code)
    if kind is None:
        raise Misconfigured(
            f"no document type is called {code}; known are {', '.join(document_types())}"
        )
    return kind.draw(Random(f"{code}/{level}/{seed}"), level)


def write_samples(
    code: str,
    count: int,
    seed: int,
    out: Path,
    level: Level = Level.CLEAN,
    progress: Callable[[int], None] = lambda _: None,
) -> Path:
    """Draw specimens into a folder and return the path of its truth file.

    Several calls may share a folder: truth is appended, a document drawn before is replaced.

    Args:
        code: of the document type.
        count: how many to draw.
        seed: of the first; the others follow it.
        out: folder, made where it is missing.
        level: how hard the pictures are to read.
        progress: called with the number of documents written, after each.
    """
    out.mkdir(parents=True, exist_ok=True)
    path = out / TRUTH
    rows = _rows_by_files(path)
    for number in range(count):
        specimen = draw_specimen(code, seed + number, level)
        files = _write_pictures(specimen, f"{code}-{level}-{seed + number:06d}", level, out)
        rows[tuple(files)] = _row(specimen, files, level)
        progress(number + 1)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows.values())
    path.write_text(text, "utf-8")
    return path


def _rows_by_files(path: Path) -> dict[tuple[str, ...], dict[str, object]]:
    if not path.exists():
        return {}
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip())
    return {tuple(row["files"]): row for row in rows}


def _row(specimen: Specimen, files: list[str], level: Level) -> dict[str, object]:
    row: dict[str, object] = {
        "files": files,
        "document_type": specimen.document_type,
        "country": specimen.country,
        "level": level.value,
        "fields": dict(specimen.fields),
        "mrz_lines": list(specimen.mrz_lines),
    }
    if specimen.optional:
        row["optional"] = dict(specimen.optional)
    if specimen.languages:
        row["languages"] = list(specimen.languages)
    return row


def _write_pictures(specimen: Specimen, stem: str, level: Level, out: Path) -> list[str]:
    names = []
    sides = ("",) if len(specimen.images) == 1 else ("-front", "-back", "-3", "-4")
    for image, side in zip(specimen.images, sides, strict=False):
        name = f"{stem}{side}{_SUFFIXES[level]}"
        options = [] if level is Level.CLEAN else [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
        encoded = cv2.imencode(_SUFFIXES[level], image, options)[1]
        (out / name).write_bytes(encoded.tobytes())
        names.append(name)
    return names
