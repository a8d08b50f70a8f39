"""``bitaqa read``: the whole reading in this process, without Kafka."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer

from schemas.documents import Finding, Severity, Status
from schemas.errors import Misconfigured, Unprocessable
from schemas.messages import DocumentRead, Request
from schemas.records import to_json
from streams.commands.options import EngineName, country_option, languages_option
from streams.commands.screen import errors, json_line, reading_panel
from workers.ports import Blobs, Tools

FILE_BYTES_MAX = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Job:
    """One argument of the command line: its text, its files, and how to read them."""

    argument: str
    paths: tuple[Path, ...]
    request: Request
    draw_dir: Path | None = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(read)


def read(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Pictures or PDFs. `front.jpg+back.jpg` joins the sides of one document.",
        ),
    ],
    document_type: Annotated[
        str | None, typer.Option("--type", help="Code of the type, such as passport or text.")
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="TN, FR, or any ISO code of two or three letters.")
    ] = None,
    engine: Annotated[EngineName, typer.Option(help="Which engine reads.")] = EngineName.AUTO,
    languages: Annotated[str | None, typer.Option(help="For plain text, such as ara+fra.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line on standard output.")
    ] = False,
    draw: Annotated[
        Path | None, typer.Option(help="Folder for pictures with the fields drawn on them.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes that read at once.")] = 1,
) -> None:
    """Read documents here and now, without Kafka; one result for each argument, in order.

    Example: [bold]bitaqa read passport.jpg --json[/bold]
    """
    request = Request(
        document_type, country_option(country), languages_option(languages), engine.value
    )
    work = [Job(one, _paths(one), request, draw) for one in files]
    if draw is not None:
        draw.mkdir(parents=True, exist_ok=True)
    failed = False
    for result, unreadable in _results(work, jobs):
        failed = failed or unreadable
        if as_json:
            print(json_line(result), flush=True)
        else:
            reading_panel(result)
    raise typer.Exit(1 if failed else 0)


def _paths(argument: str) -> tuple[Path, ...]:
    # A file may carry a plus in its name: what exists as a file is that file.
    if Path(argument).exists() or "+" not in argument:
        return (Path(argument),)
    return tuple(Path(part) for part in argument.split("+"))


def _results(work: Sequence[Job], jobs: int) -> Iterator[tuple[dict[str, Any], bool]]:
    if jobs == 1 or len(work) == 1:
        yield from map(read_job, work)
        return
    # A picture that kills its process costs itself alone: the pool is made again for the rest.
    done = 0
    while done < len(work):
        with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
            futures: list[Future[tuple[dict[str, Any], bool]]] = [
                pool.submit(read_job, job) for job in work[done:]
            ]
            try:
                for future in futures:
                    yield future.result()
                    done += 1
            except BrokenProcessPool:
                errors().print("a reading process died; the rest goes on one at a time")
                yield _alone(work[done])
                done += 1


def _alone(job: Job) -> tuple[dict[str, Any], bool]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            return pool.submit(read_job, job).result()
        except BrokenProcessPool:
            refusal = Unprocessable("reader.crashed", "the process that read it died")
            return _rejected(job, refusal), True


def read_job(job: Job) -> tuple[dict[str, Any], bool]:
    """Return the result object of one argument, and whether it could not be processed."""
    from workers.blobs import MemoryBlobs
    from workers.read import read_with_pages
    from workers.result import result_object

    blobs = MemoryBlobs()
    try:
        contents = [_content(path) for path in job.paths]
        reading = read_with_pages(contents, job.request, _tools(), blobs)
        if job.draw_dir is not None:
            _draw(job, reading, blobs)
    except Unprocessable as refusal:
        return _rejected(job, refusal), True
    except Misconfigured:
        raise
    except Exception as error:  # noqa: BLE001 - one document's bug leaves the others theirs
        # Its text could carry the document's values.
        bug = Unprocessable("reader.bug", f"reading it failed: {type(error).__name__}")
        return _rejected(job, bug), True
    return {"file": job.argument} | result_object(reading), False


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Unprocessable("file.too_large", f"more than {FILE_BYTES_MAX} bytes")
        return path.read_bytes()
    except FileNotFoundError:
        raise Unprocessable("file.missing", "there is no such file") from None
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or "not a path"
        raise Unprocessable("file.unreadable", cause) from None


def _rejected(job: Job, refusal: Unprocessable) -> dict[str, Any]:
    """Return the result object of what could not be read, with the reason as its finding."""
    finding = Finding(refusal.reason, Severity.ERROR, (), refusal.message)
    return {
        "file": job.argument,
        "document_id": None,
        "document_type": "unknown",
        "country": None,
        "status": Status.REJECTED.value,
        "confidence": 0.0,
        "fields": {},
        "mrz": None,
        "findings": [to_json(finding)],
        "text": None,
        "pages": [],
        "also_found": [],
        "timings_ms": {},
        "versions": {},
    }


@cache
def _tools() -> Tools:
    from streams.settings import load_settings
    from streams.tally import note_call
    from workers.engines.engine_set import mistral_reader
    from workers.read import local_tools

    return local_tools(ai=mistral_reader(load_settings().mistral, note_call))


def _draw(job: Job, reading: DocumentRead, blobs: Blobs) -> None:
    import cv2

    from workers.boxes import draw_boxes
    from workers.imaging.encode import load_page

    for page in reading.pages:
        picture = draw_boxes(load_page(blobs.get(page.image_key)), reading, page.number)
        name = f"{job.paths[0].stem}-{page.number}.png"
        cv2.imwrite(str((job.draw_dir or Path()) / name), picture)
