"""Our MRZ reader beside PassportEye and fastmrz, on the same pictures in one run.

The peers are installed into an environment that is thrown away after the run: fastmrz is AGPL,
so it is run as a program of its own and nothing of it is shipped. Both read with Tesseract, as
it is installed; fastmrz wants a model ``mrz`` beside its languages (``TESSDATA_PREFIX`` names
another folder) and reads nothing without it.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import cv2
import numpy as np

from schemas.errors import Misconfigured
from workers.accuracy import Truth
from workers.engines.mrz_reader import MrzReader
from workers.text.mrz import MrzShapeError, parse

OURS = "bitaqa"
PEERS = ("passporteye", "fastmrz")
INSTALL_TIMEOUT_S = 600
READ_TIMEOUT_S = 120
_READER = Path(__file__).with_name("bench_mrz_peer.py")


@dataclass(frozen=True, slots=True)
class Figures:
    """What one reader made of the pictures.

    Args:
        exact: pictures all of whose lines are right.
        valid_but_wrong: lines that pass all check digits and are wrong; of ours, those with
            evidence of their own behind them.
        false_zones: pictures without a zone on which one was read.
        cpu_s: median CPU seconds a picture, of its children too; and the ninth tenth.
    """

    reader: str
    pictures: int
    exact: int
    valid_but_wrong: int
    false_zones: int
    cpu_s: float
    cpu_s_p90: float


@dataclass(frozen=True, slots=True)
class _Read:
    lines: tuple[str, ...]
    cpu_s: float
    promised: bool = True


def compare(
    truths: Sequence[tuple[Path, Truth]], scratch: Path, on_step: Callable[[str], None]
) -> Iterator[Figures]:
    """Yield the figures of our reader, then of each peer; the zone is on a document's last side.

    Raises:
        Misconfigured: when the peers cannot be installed.
    """
    paths = [folder / truth.files[-1] for folder, truth in truths]
    on_step("reading with our own reader")
    yield _figures(OURS, truths, list(_ours(paths)))
    for peer in PEERS:
        on_step(f"installing {peer} into an environment of its own")
        python = _environment(scratch / peer, peer)
        on_step(f"reading with {peer}")
        yield _figures(peer, truths, list(_theirs(python, peer, paths)))


def _ours(paths: Sequence[Path]) -> Iterator[_Read]:
    reader = MrzReader()
    for path in paths:
        picture = cv2.imread(str(path))
        if picture is None:
            raise ValueError(f"{path} is no picture that OpenCV reads")
        started = time.process_time()
        found = reader.read(np.asarray(picture, np.uint8))
        spent = time.process_time() - started
        if found:
            yield _Read(found[0].lines, spent, promised=found[0].supported)
        else:
            yield _Read((), spent)


def _theirs(python: Path, peer: str, paths: Sequence[Path]) -> Iterator[_Read]:
    for path in paths:
        try:
            run = subprocess.run(
                [python, _READER, peer, path],
                capture_output=True,
                check=True,
                timeout=READ_TIMEOUT_S,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            # A reader that fails on a picture has read nothing on it.
            yield _Read((), 0.0)
            continue
        answer = json.loads(run.stdout.splitlines()[-1])
        yield _Read(tuple(answer["lines"]), answer["cpu_s"])


def _environment(folder: Path, package: str) -> Path:
    python = folder / "bin" / "python"
    uv = shutil.which("uv")
    steps: list[list[str | Path]] = [
        [sys.executable, "-m", "venv", folder],
        [python, "-m", "pip", "install", "-q", package],
    ]
    if uv is not None:
        steps = [
            [uv, "venv", "-q", "--python", sys.executable, folder],
            [uv, "pip", "install", "-q", "--python", python, package],
        ]
    try:
        for step in steps:
            subprocess.run(step, capture_output=True, check=True, timeout=INSTALL_TIMEOUT_S)
    except (OSError, subprocess.SubprocessError):
        raise Misconfigured(
            f"{package} could not be installed: the comparison needs a package index"
        ) from None
    return python


def _figures(reader: str, truths: Sequence[tuple[Path, Truth]], read: Sequence[_Read]) -> Figures:
    pairs = [(truth.mrz_lines, one) for (_, truth), one in zip(truths, read, strict=True)]
    wrong = [one for lines, one in pairs if lines and one.lines != lines and one.promised]
    times = [one.cpu_s for one in read]
    return Figures(
        reader=reader,
        pictures=len(pairs),
        exact=sum(bool(lines) and one.lines == lines for lines, one in pairs),
        valid_but_wrong=sum(_is_valid(one.lines) for one in wrong),
        false_zones=sum(not lines and bool(one.lines) for lines, one in pairs),
        cpu_s=round(median(times), 3),
        cpu_s_p90=round(quantiles(times, n=10, method="inclusive")[8], 3)
        if len(times) > 1
        else round(times[0], 3),
    )


def _is_valid(lines: tuple[str, ...]) -> bool:
    try:
        return parse(lines).valid
    except MrzShapeError:
        return False
