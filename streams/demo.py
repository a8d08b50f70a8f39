"""The demonstration: drawn documents in over HTTP, readings out of Kafka and PostgreSQL."""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import cv2
import httpx
from rich.live import Live
from rich.table import Table

from schemas.codec import Codec
from schemas.documents import Status
from schemas.messages import DocumentRead
from streams.commands.clients import send
from streams.commands.screen import COLOURS, errors, screen
from streams.kafka import KafkaLog
from streams.reading import read_rows
from streams.scan import scan_messages
from streams.settings import KafkaSettings
from streams.stack import Options, Stack
from streams.topology import READ
from workers.accuracy import is_same
from workers.boxes import draw_boxes
from workers.documents.document_type import Level, Specimen
from workers.documents.registry import document_types
from workers.imaging.encode import load_page
from workers.result import result_object

WAIT_S = 180.0
JPEG_QUALITY = 92


@dataclass(slots=True)
class Item:
    """One document on its way through the demonstration."""

    name: str
    specimen: Specimen
    paths: tuple[Path, ...]
    document_id: str = ""
    way: list[str] = field(default_factory=list)
    sent_at: float = 0.0
    seconds: float = 0.0
    from_topic: DocumentRead | None = None
    from_rows: Mapping[str, Any] | None = None

    @property
    def doubted(self) -> list[str]:
        """Return the fields that are not as drawn and that nobody is asked to believe.

        Their document goes to a person, or they were not read at all.
        """
        if self.from_topic is None:
            return []
        sent_on = self.from_topic.status is not Status.ACCEPTED
        return [name for name in self._differing() if sent_on or name not in self.from_topic.fields]

    @property
    def wrong(self) -> list[str]:
        """Return what breaks a promise; empty when nothing does."""
        if self.from_topic is None or self.from_rows is None:
            return ["no result in the topic" if self.from_topic is None else "no rows"]
        read = {name: one.value for name, one in self.from_topic.fields.items()}
        doubted = self.doubted
        found = [name for name in self._differing() if name not in doubted]
        if self.from_topic.document_type != self.specimen.document_type:
            found.append("document_type")
        if self.from_rows["fields"] != read or self.from_rows["status"] != self.from_topic.status:
            found.append("rows differ from the topic")
        return found

    def _differing(self) -> list[str]:
        read = self.from_topic.fields if self.from_topic else {}
        return [
            name
            for name, value in self.specimen.fields.items()
            if name not in read or not is_same(name, value, read[name].value)
        ]


def run_demo(out: Path, count: int, seed: int) -> bool:
    """Run it all, show it, stop it all; say whether everything was read as drawn."""
    pictures = out / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    items = list(_draw(pictures, count, seed))
    errors().print(f"[dim]drew {len(items)} documents of invented people into {pictures}[/dim]")
    data_dir = Path(tempfile.mkdtemp(prefix="bitaqa-demo-"))
    stack = Stack(Options(data_dir), lambda step: errors().print(f"[dim]{step}[/dim]"))
    try:
        with stack:
            _send_and_watch(stack.ingest_url, items)
            _read_back(stack, items)
            _draw_boxes(data_dir / "objects", items, out / "read")
    finally:
        stack.discard()
    _write_results(items, out / "results.jsonl")
    screen().print(_summary(items))
    good = all(not item.wrong for item in items)
    _what_next(out, good=good)
    return good


def _draw(folder: Path, count: int, seed: int) -> Iterator[Item]:
    for code in document_types():
        for number in range(1, count + 1):
            specimen = document_types()[code].draw(Random(f"{seed}/{code}/{number}"), Level.CLEAN)
            paths = []
            for page, image in enumerate(specimen.images, 1):
                path = folder / f"{code}-{number}-{page}.jpg"
                cv2.imwrite(str(path), image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
                paths.append(path)
            yield Item(f"{code} {number}", specimen, tuple(paths))


def _send_and_watch(url: str, items: list[Item]) -> None:
    with (
        httpx.Client(base_url=url, timeout=httpx.Timeout(WAIT_S)) as client,
        Live(console=errors(), refresh_per_second=8) as live,
        ThreadPoolExecutor(len(items)) as pool,
    ):
        for item in items:
            item.sent_at = time.monotonic()
            languages = "+".join(item.specimen.languages)
            answer = send(client, item.paths, {"languages": languages} if languages else {})
            item.document_id = answer.get("document_id", "")
            item.way.append("uploaded" if item.document_id else f"refused: {answer.get('detail')}")
        waiting = [pool.submit(_watch, client, item) for item in items if item.document_id]
        while not all(one.done() for one in waiting):
            live.update(_ways(items))
            time.sleep(0.1)
        live.update(_ways(items))


def _watch(client: httpx.Client, item: Item) -> None:
    """Follow a document's server-sent events to its last one."""
    with client.stream("GET", f"/v1/documents/{item.document_id}/events") as answer:
        for line in answer.iter_lines():
            if not line.startswith("data:"):
                continue
            event = json.loads(line.removeprefix("data:"))
            step = str(event.get("event", event.get("stage", "")))
            if step and step not in item.way:
                item.way.append(step)
    item.seconds = time.monotonic() - item.sent_at


def _ways(items: list[Item]) -> Table:
    table = Table("document", "its way", box=None)
    for item in items:
        table.add_row(item.name, " > ".join(item.way))
    return table


def _read_back(stack: Stack, items: list[Item]) -> None:
    by_id = {item.document_id: item for item in items}
    log = KafkaLog(KafkaSettings(stack.environment["BITAQA_KAFKA_BOOTSTRAP_SERVERS"]))
    for message in scan_messages(log, (READ,), Codec()):
        if isinstance(message, DocumentRead) and message.document_id in by_id:
            by_id[message.document_id].from_topic = message
    for row in read_rows(stack.postgres_dsn, list(by_id)):
        by_id[row["document_id"]].from_rows = row


def _draw_boxes(objects: Path, items: list[Item], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for item in items:
        if item.from_topic is None:
            continue
        for page in item.from_topic.pages:
            image = load_page((objects / page.image_key).read_bytes())
            drawn = draw_boxes(image, item.from_topic, page.number)
            name = f"{item.name.replace(' ', '-')}-{page.number}.png"
            cv2.imwrite(str(folder / name), drawn)


def _write_results(items: list[Item], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for item in items:
            if item.from_topic is not None:
                result = result_object(item.from_topic)
                file.write(json.dumps(result, ensure_ascii=False) + "\n")


def _summary(items: list[Item]) -> Table:
    table = Table("document", "verdict", "key fields", "as drawn", "seconds")
    for item in items:
        status = item.from_topic.status if item.from_topic else "none"
        colour = COLOURS.get(status, "white")
        wrong = item.wrong
        table.add_row(
            item.name,
            f"[{colour}]{status}[/{colour}]",
            _key_fields(item.from_topic),
            _as_drawn(wrong, item.doubted),
            f"{item.seconds:.1f}",
        )
    return table


def _as_drawn(wrong: list[str], doubted: list[str]) -> str:
    if wrong:
        return f"[red]{', '.join(wrong)}[/red]"
    if doubted:
        return f"[yellow]left to a person: {', '.join(doubted)}[/yellow]"
    return "[green]right[/green]"


def _key_fields(reading: DocumentRead | None) -> str:
    names = ("surname", "given_names", "document_number", "text")
    values = [reading.fields[n].value for n in names if reading and n in reading.fields]
    shown = " ".join(" ".join(values).split())
    return shown if len(shown) <= 48 else shown[:45] + "..."


def _what_next(out: Path, *, good: bool) -> None:
    verdict = (
        "[bold green]Every document was read as drawn or left to a person[/bold green], "
        "from the result topic and from PostgreSQL."
        if good
        else "[bold red]Something was accepted that was not drawn so, or is missing.[/bold red]"
    )
    screen().print(verdict)
    screen().print(f"Fields drawn on the pictures: {out / 'read'}", soft_wrap=True)
    screen().print(f"Results as JSON lines: {out / 'results.jsonl'}", soft_wrap=True)
    screen().print("Next: `bitaqa up` keeps the stack running; `bitaqa submit FILE --wait` sends.")
