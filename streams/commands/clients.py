"""``bitaqa submit`` and ``bitaqa results``: documents in over HTTP, results out of Kafka."""

import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from streams.commands.screen import errors, json_line, printable, progress, reading_panel
from streams.settings import load_settings

URL = "http://127.0.0.1:8080"
UPLOADS_AT_ONCE = 4
ASK_EVERY_S = 0.25
HTTP_TIMEOUT_S = 30.0
TRIES_MAX = 8
FINAL = frozenset({"accepted", "review", "rejected", "failed"})
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif", ".pdf"})


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(submit)
    app.command()(results)


def submit(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files, folders, or front.jpg+back.jpg."),
    ],
    url: Annotated[str, typer.Option(envvar="BITAQA_URL", help="The ingest service.")] = URL,
    *,
    key: Annotated[
        str | None, typer.Option(envvar="BITAQA_KEY", help="API key, where the service wants one.")
    ] = None,
    document_type: Annotated[str | None, typer.Option("--type", help="Code of the type.")] = None,
    country: Annotated[str | None, typer.Option(help="TN, FR, or any ISO code.")] = None,
    languages: Annotated[str | None, typer.Option(help="Such as ara+fra.")] = None,
    wait: Annotated[bool, typer.Option(help="Wait for every result.")] = False,
    timeout_s: Annotated[float, typer.Option(help="How long to wait for all results.")] = 600.0,
    out: Annotated[
        Path | None, typer.Option(help="Write results there, one JSON object a line.")
    ] = None,
) -> None:
    """Send documents to a running ingest service.

    Example: [bold]bitaqa submit scans/ --wait --out results.jsonl[/bold]
    """
    documents = list(_documents(paths))
    if not documents:
        raise typer.BadParameter("no pictures or PDFs there")
    said = {"document_type": document_type, "country": country, "languages": languages}
    form = {name: value for name, value in said.items() if value}
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with (
        httpx.Client(base_url=url, timeout=HTTP_TIMEOUT_S, headers=headers) as client,
        progress() as bar,
    ):
        task = bar.add_task("sending", total=len(documents))
        with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
            answers = []
            for answer in pool.map(lambda one: send(client, one, form), documents):
                answers.append(answer)
                bar.advance(task)
        rows = list(_followed(client, answers, bar, timeout_s)) if wait or out else answers
    _deliver(rows, out)
    ended = FINAL - {"failed"} if wait or out else FINAL | {"pending"} - {"failed"}
    raise typer.Exit(0 if all(row["status"] in ended for row in rows) else 1)


def send(client: httpx.Client, paths: Iterable[Path], form: Mapping[str, str]) -> dict[str, Any]:
    """Send one document and return the service's answer, with ``file`` as given.

    Waits out 429 and 503 as often as the service says, a bounded number of times.
    """
    names = "+".join(str(path) for path in paths)
    for _ in range(TRIES_MAX):
        try:
            with ExitStack() as stack:
                files = [("files", stack.enter_context(path.open("rb"))) for path in paths]
                answer = client.post("/v1/documents", data=dict(form), files=files)
        except OSError as error:
            return _refused(names, error.strerror or "cannot be read")
        except httpx.HTTPError as error:
            return _refused(names, f"the service does not answer: {type(error).__name__}")
        if answer.status_code not in (429, 503):
            break
        time.sleep(_retry_after_s(answer))
    said = _object(answer)
    if answer.is_success and "document_id" in said:
        return {"file": names} | said
    return _refused(names, str(said.get("detail", answer.status_code)), said.get("code"))


def _retry_after_s(answer: httpx.Response) -> float:
    said = answer.headers.get("Retry-After", "")
    return min(float(said), 10.0) if said.isdigit() else 1.0


def _object(answer: httpx.Response) -> dict[str, Any]:
    """Return the JSON object in an answer; none where a proxy answers in its own words."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refused(names: str, detail: str, code: str | None = None) -> dict[str, Any]:
    return {"file": names, "status": "refused", "code": code, "detail": detail}


def _documents(paths: Iterable[str]) -> Iterator[tuple[Path, ...]]:
    for text in paths:
        path = Path(text)
        if path.is_dir():
            found = sorted(path.rglob("*"))
            yield from ((one,) for one in found if one.suffix.lower() in PICTURES)
        elif path.exists() or "+" not in text:
            yield (path,)
        else:
            yield tuple(Path(part) for part in text.split("+"))


def _followed(
    client: httpx.Client, answers: list[dict[str, Any]], bar: Any, timeout_s: float
) -> Iterator[dict[str, Any]]:
    task = bar.add_task("reading", total=len(answers))
    deadline = time.monotonic() + timeout_s
    for answer in answers:
        yield answer if answer["status"] == "refused" else followed(client, answer, deadline)
        bar.advance(task)


def followed(client: httpx.Client, answer: Mapping[str, Any], deadline: float) -> dict[str, Any]:
    """Return a document's final result, or its last state when the deadline passes first."""
    found = dict(answer)
    while found["status"] not in FINAL and time.monotonic() < deadline:
        wait_s = max(1, min(30, int(deadline - time.monotonic())))
        try:
            reply = client.get(
                f"/v1/documents/{answer['document_id']}",
                headers={"Prefer": f"wait={wait_s}"},
                timeout=wait_s + HTTP_TIMEOUT_S,
            )
            reply.raise_for_status()
            found = {"file": answer["file"]} | reply.json()
        except httpx.HTTPError:
            time.sleep(ASK_EVERY_S)
    return found


def _deliver(rows: list[dict[str, Any]], out: Path | None) -> None:
    if out is not None:
        with out.open("w", encoding="utf-8") as file:
            file.writelines(json_line(row) + "\n" for row in rows)
    states: dict[str, int] = {}
    for row in rows:
        states[row["status"]] = states.get(row["status"], 0) + 1
        if row["status"] == "refused":
            told = printable(f"{row['file']}: {row['detail']}")
            errors().print(f"[red]refused[/red] {told}")
        elif out is None:
            print(json_line(row))
    errors().print(", ".join(f"{count} {state}" for state, count in sorted(states.items())))


def results(
    follow: Annotated[bool, typer.Option(help="Keep waiting for new results.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show results from the result topic, oldest first; changes nothing there.

    Reads committed records only and reports each document and revision once.
    """
    from schemas.codec import Codec
    from schemas.messages import DocumentRead
    from streams.kafka import KafkaLog
    from streams.registry import open_ids
    from streams.scan import scan_messages
    from streams.topology import READ
    from workers.result import result_object

    shown = 0
    settings = load_settings()
    log, codec = KafkaLog(settings.kafka), Codec(open_ids(settings))
    try:
        for reading in scan_messages(log, (READ,), codec, follow=follow):
            if not isinstance(reading, DocumentRead):
                continue
            if as_json:
                print(json_line(result_object(reading)), flush=True)
            else:
                reading_panel(result_object(reading))
            shown += 1
            if shown == limit:
                return
    except KeyboardInterrupt:
        return
