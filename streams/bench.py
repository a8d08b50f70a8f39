"""Figures of the whole, measured here and now: two runs on one machine, one after the other."""

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from random import Random

import cv2
import httpx
import psutil

from schemas.messages import DocumentUploaded, FieldsExtracted, FileRef, Request
from streams.commands.clients import send
from streams.kafka import KafkaLog
from streams.log import Reader
from streams.settings import KafkaSettings
from streams.stack import Options, Stack
from streams.store import DirectoryStore
from streams.topology import READ
from workers.documents.document_type import Level
from workers.documents.registry import document_types
from workers.extract import extract
from workers.ports import Tools
from workers.prepare import prepare
from workers.read import local_tools, read_document
from workers.validate import validate

WAIT_S = 600.0
ASK_EVERY_S = 0.1
WIDTH_PX = 1600
WARM_UP = 20
"""Documents that go before those that are measured, on either side: engines load on first use, and
the broker compiles."""
ENDS = 10
"""The first and the last tenth of a run are its filling and its draining."""


@dataclass(frozen=True, slots=True)
class RunFigures:
    """One run over the documents.

    Args:
        per_s: documents a second between filling and draining, see `steady_per_s`.
        seconds: the whole run, filling and draining included.
        cpu_s: of the whole run.
    """

    per_s: float
    seconds: float
    cpu_s: float


@dataclass(frozen=True, slots=True)
class PipelineFigures:
    """Documents a second through the pipeline against the same stages in plain processes.

    Args:
        cpu_s: CPU seconds of the pipeline's run by who spent them: ours, kafka, postgres.
    """

    documents: int
    slots: int
    pipeline: RunFigures
    plain: RunFigures
    cpu_s: dict[str, float]

    @property
    def ratio(self) -> float:
        """Return the pipeline's share of the plain speed between filling and draining."""
        return self.pipeline.per_s / self.plain.per_s

    @property
    def whole_ratio(self) -> float:
        """Return its share of the plain speed over the whole runs."""
        return self.plain.seconds / self.pipeline.seconds


@dataclass(frozen=True, slots=True)
class ReadFigures:
    """What reading costs in one process: CPU seconds a picture, and memory after many."""

    pictures: int
    cpu_median_s: float
    cpu_p90_s: float
    rss_mb: float


def pictures(count: int, seed: int, folder: Path) -> list[Path]:
    """Draw passports 1600 pixels wide."""
    kind = document_types()["passport"]
    paths = []
    for number in range(count):
        image = kind.draw(Random(f"{seed}/{number}"), Level.CLEAN).images[0]
        scale = WIDTH_PX / image.shape[1]
        path = folder / f"{number}.jpg"
        cv2.imwrite(str(path), cv2.resize(image, None, fx=scale, fy=scale))
        paths.append(path)
    return paths


def measure_read(paths: Sequence[Path], times: int) -> ReadFigures:
    """Read the pictures again and again in one fresh process."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_read_many, list(paths), times).result()


def _read_many(paths: Sequence[Path], times: int) -> ReadFigures:
    tools, spent = local_tools(), []
    for number in range(times):
        data = paths[number % len(paths)].read_bytes()
        started = time.process_time()
        read_document([data], Request(), tools)
        spent.append(time.process_time() - started)
    spent.sort()
    rss_mb = psutil.Process().memory_info().rss / 2**20
    return ReadFigures(times, spent[len(spent) // 2], spent[int(len(spent) * 0.9)], rss_mb)


def measure_pipeline(
    paths: Sequence[Path], slots: int, on_step: Callable[[str], None]
) -> PipelineFigures:
    """Time the pipeline with all uploads stored, then plain processes with the same slots."""
    data_dir = Path(tempfile.mkdtemp(prefix="bitaqa-bench-"))
    stack = Stack(Options(data_dir, slots), on_step)
    try:
        pipeline, cpu_s = _through_pipeline(paths, stack, on_step)
        on_step("the same stages in plain processes")
        plain = _through_plain(paths, slots, data_dir / "plain")
    finally:
        stack.discard()
    return PipelineFigures(len(paths), slots, pipeline, plain, cpu_s)


def steady_per_s(arrivals: Sequence[float]) -> float:
    """Return the results a second from within the second tenth to within the last but one.

    Results come by the transaction: both ends are put before the longest pause of their tenth,
    so that what lies between begins and ends with a whole one.
    """
    tenth = len(arrivals) // ENDS
    pauses = [after - before for before, after in pairwise(arrivals)]
    first, last = (
        max(range(begin, begin + tenth), key=lambda number: pauses[number])
        for begin in (tenth, len(arrivals) - 2 * tenth)
    )
    return (last - first) / (arrivals[last] - arrivals[first])


def _through_pipeline(
    paths: Sequence[Path], stack: Stack, on_step: Callable[[str], None]
) -> tuple[RunFigures, dict[str, float]]:
    with stack, httpx.Client(base_url=stack.ingest_url) as client:
        log = KafkaLog(KafkaSettings(stack.environment["BITAQA_KAFKA_BOOTSTRAP_SERVERS"]))
        results = log.follow((READ,))
        warm = [_sent(client, path, f"warm {n}") for n, path in enumerate(paths[:WARM_UP])]
        _arrivals(results, set(warm))
        prepare = next(one for one in stack.processes() if one.role.name == "prepare")
        prepare.child.pause()
        on_step(f"sending {len(paths)} documents")
        wanted = {_sent(client, path, str(number)) for number, path in enumerate(paths)}
        before, started = _cpu(stack), time.monotonic()
        prepare.child.resume()
        on_step("reading them through the pipeline")
        arrivals = _arrivals(results, wanted)
        cpu_s = {who: spent - before[who] for who, spent in _cpu(stack).items()}
        results.close()
        seconds = arrivals[-1] - started
        return RunFigures(steady_per_s(arrivals), seconds, sum(cpu_s.values())), cpu_s


def _sent(client: httpx.Client, path: Path, reference: str) -> str:
    return str(send(client, (path,), {"reference": reference})["document_id"])


def _arrivals(results: Reader, wanted: set[str]) -> list[float]:
    """Return when each result came."""
    deadline = time.monotonic() + WAIT_S
    missing, arrivals = set(wanted), list[float]()
    while missing and time.monotonic() < deadline:
        came = missing & {record.key for record in results.read(100, ASK_EVERY_S)}
        arrivals += [time.monotonic()] * len(came)
        missing -= came
    if missing:
        raise TimeoutError(f"{len(missing)} results did not come in {WAIT_S:.0f} s")
    return arrivals


def _cpu(stack: Stack) -> dict[str, float]:
    spent = {"ours": 0.0, "kafka": 0.0, "postgres": 0.0}
    for role, pid in stack.pids().items():
        who = role if role in spent else "ours"
        parent = psutil.Process(pid)
        spent[who] += sum(_cpu_of(one) for one in (parent, *parent.children(recursive=True)))
    return spent


def _cpu_of(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _through_plain(paths: Sequence[Path], slots: int, root: Path) -> RunFigures:
    # The pipeline has this many slots in each of two stages.
    workers = 2 * slots
    uploads = [_stored(root, path) for path in paths]
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin_plain, (root,)) as pool:
        read = [pool.submit(_read_plain, root, upload) for upload in uploads[:WARM_UP]]
        for one in read:
            one.result()
        started = time.monotonic()
        read = [pool.submit(_read_plain, root, upload) for upload in uploads]
        arrivals = [time.monotonic() for _ in as_completed(read)]
        cpu_s = sum(one.result() for one in read)
    return RunFigures(steady_per_s(arrivals), arrivals[-1] - started, cpu_s)


@cache
def _plain_tools(root: Path) -> Tools:
    return local_tools(DirectoryStore(root, "bench"))


def _begin_plain(root: Path) -> None:
    _plain_tools(root)


def _stored(root: Path, path: Path) -> DocumentUploaded:
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    key = f"originals/bench/{sha256}/1.jpg"
    DirectoryStore(root, "bench").put(key, data, "image/jpeg")
    file = FileRef(key, sha256, len(data), "image/jpeg")
    return DocumentUploaded(sha256, "bench", 1, Request(), datetime.now(UTC), (file,))


def _read_plain(root: Path, upload: DocumentUploaded) -> float:
    """Do what the pipeline does with a document, store writes included; return CPU seconds."""
    started, tools = time.process_time(), _plain_tools(root)
    extracted = extract(prepare(upload, tools), tools)
    if isinstance(extracted, FieldsExtracted):
        validate(extracted, upload.uploaded_at.date(), upload.uploaded_at)
    return time.process_time() - started
