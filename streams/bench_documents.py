"""Reads the same pictures with bitaqa, with plain Tesseract and with plain RapidOCR, in one run."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import cv2
import numpy as np

from schemas.messages import Request
from workers.accuracy import Score, Truth, read_truth, score
from workers.comparison import fields_in
from workers.documents.document_type import Level
from workers.documents.registry import document_types
from workers.drawing.write import write_samples
from workers.engines.rapid_plain import PlainRapid
from workers.ports import Image, Tools
from workers.read import local_tools, read_document
from workers.result import result_object

LANGUAGES = ("ara", "fra")
"""What plain Tesseract is told to read: the languages of all documents here."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One type and level: what each way of reading makes of the same pictures.

    Args:
        exact: share of the fields that bitaqa read and named right.
        tesseract_found: share of them that stand somewhere in plain Tesseract's text.
        rapidocr_found: the same for RapidOCR.
        cpu_s: median CPU seconds a document, by engine, and the ninth tenth for bitaqa.
    """

    document_type: str
    level: str
    documents: int
    fields: int
    type_right: float
    exact: float
    tesseract_found: float
    rapidocr_found: float
    accepted: float
    wrongly_accepted: int
    cpu_s: float
    cpu_s_p90: float
    tesseract_cpu_s: float
    rapidocr_cpu_s: float


@dataclass(slots=True)
class _Sums:
    scores: list[Score] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=lambda: {"tesseract": 0, "rapidocr": 0})
    spent_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def compare(truths: Sequence[tuple[Path, Truth]], on_step: Callable[[], None]) -> Iterator[Figures]:
    """Yield the figures of each type and level; each truth comes with its folder."""
    tools, rapid = local_tools(), PlainRapid()
    plain: Mapping[str, Callable[[Image], str]] = {
        "tesseract": lambda image: _tesseract(tools, image),
        "rapidocr": rapid.text,
    }
    sums: defaultdict[tuple[str, str], _Sums] = defaultdict(_Sums)
    for folder, truth in truths:
        mine = sums[truth.document_type, truth.level]
        paths = [folder / name for name in truth.files]
        started = time.process_time()
        read = read_document([path.read_bytes() for path in paths], Request(), tools)
        mine.spent_s["bitaqa"].append(time.process_time() - started)
        mine.scores.append(score(truth, result_object(read)))
        for name, text_of in plain.items():
            images = [_picture(path) for path in paths]
            started = time.process_time()
            text = "\n".join(text_of(image) for image in images)
            mine.spent_s[name].append(time.process_time() - started)
            mine.found[name] += fields_in(text, truth)
        on_step()
    for (document_type, level), mine in sorted(sums.items()):
        yield _figures(document_type, level, mine)


def given(folders: Sequence[Path]) -> list[tuple[Path, Truth]]:
    """Return the truths of folders that have a ``truth.jsonl``, each with its folder."""
    return [(one, truth) for one in folders for truth in read_truth(one / "truth.jsonl")]


def drawn(document_type: str, count: int, seed: int, folder: Path) -> list[tuple[Path, Truth]]:
    """Draw specimens of each type and level that is no plain text; return their truths."""
    kinds = document_types()
    codes = [code for code in kinds if code != "text"]
    codes = codes if document_type == "all" else document_type.split(",")
    for code in codes:
        for level in Level:
            write_samples(code, count, seed, folder / level.value, level, lambda _: None)
    return given(sorted(path.parent for path in folder.glob("*/truth.jsonl")))


def _tesseract(tools: Tools, image: Image) -> str:
    return "\n".join(line.text for line in tools.text.read(image, LANGUAGES))


def _picture(path: Path) -> Image:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f"{path} is no picture that OpenCV reads")
    return np.asarray(image, np.uint8)


def _figures(document_type: str, level: str, sums: _Sums) -> Figures:
    count, scores = len(sums.scores), sums.scores
    fields = sum(one.fields for one in scores)
    times = sums.spent_s["bitaqa"]
    return Figures(
        document_type=document_type,
        level=level,
        documents=count,
        fields=fields,
        type_right=_share(sum(one.type_right for one in scores), count),
        exact=_share(sum(one.fields_exact for one in scores), fields),
        tesseract_found=_share(sums.found["tesseract"], fields),
        rapidocr_found=_share(sums.found["rapidocr"], fields),
        accepted=_share(sum(one.status == "accepted" for one in scores), count),
        wrongly_accepted=sum(one.wrongly_accepted for one in scores),
        cpu_s=round(median(times), 3),
        cpu_s_p90=round(quantiles(times, n=10, method="inclusive")[8], 3)
        if count > 1
        else round(times[0], 3),
        tesseract_cpu_s=round(median(sums.spent_s["tesseract"]), 3),
        rapidocr_cpu_s=round(median(sums.spent_s["rapidocr"]), 3),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
