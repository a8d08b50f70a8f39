"""``bitaqa bench``: figures measured here and now, each a ratio or a cost of one run."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from streams.commands.screen import errors, progress, screen


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(
        help="Figures measured here and now; other load on the machine spoils them."
    )
    family.callback(invoke_without_command=True)(everything)
    family.command("ingest")(ingest)
    family.command("log")(log)
    family.command("pipeline")(pipeline)
    family.command("read")(read)
    family.command("documents")(documents)
    family.command("mrz")(mrz)
    app.add_typer(family, name="bench")


def everything(context: typer.Context) -> None:
    """Measure everything where nothing is named."""
    if context.invoked_subcommand is None:
        ingest()
        log()
        read()
        documents(count=2)
        pipeline()


def ingest(
    uploads: Annotated[int, typer.Option(min=10, help="How many are handed in.")] = 400,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """CPU of the ingest service for an upload of 200 kB, and without Kafka and the store."""
    from ingest.bench import measure_ingest

    with tempfile.TemporaryDirectory(prefix="bitaqa-bench-") as folder:
        found = measure_ingest(Path(folder), uploads)
    _show("an upload", asdict(found) | {"ratio": found.ratio}, as_json=as_json)


def log(
    messages: Annotated[int, typer.Option(min=100, help="How many pass through.")] = 50_000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Messages a second of a stage that does nothing, exactly once, and what one hop costs."""
    from streams.bench_log import measure_log

    with tempfile.TemporaryDirectory(prefix="bitaqa-bench-") as folder:
        _show("the log", asdict(measure_log(Path(folder), messages)), as_json=as_json)


def pipeline(
    documents: Annotated[int, typer.Option(min=50, help="How many are read.")] = 300,
    slots: Annotated[int, typer.Option(min=1, max=64, help="Reading processes a stage.")] = 2,
    seed: Annotated[int, typer.Option(help="Draws other documents.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Documents a second through everything, against the same stages in plain processes.

    Same documents, slots, decoding and writes to the store; uploads are stored beforehand on both
    sides. The ratio is of the speed between filling and draining (the first and the last tenth of
    either run); `whole_ratio` counts both.
    """
    from streams.bench import measure_pipeline, pictures

    with tempfile.TemporaryDirectory(prefix="bitaqa-bench-") as folder:
        paths = pictures(documents, seed, Path(folder))
        found = measure_pipeline(paths, slots, _step)
    ratios = {"ratio": found.ratio, "whole_ratio": found.whole_ratio}
    _show("the pipeline", asdict(found) | ratios, as_json=as_json)


def read(
    documents: Annotated[int, typer.Option(min=1, help="How many readings.")] = 500,
    different: Annotated[int, typer.Option(min=1, help="Of how many pictures.")] = 20,
    seed: Annotated[int, typer.Option(help="Draws other documents.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """CPU of reading a passport picture 1600 px wide, and memory after many."""
    from streams.bench import measure_read, pictures

    with tempfile.TemporaryDirectory(prefix="bitaqa-bench-") as folder:
        found = measure_read(pictures(different, seed, Path(folder)), documents)
    _show("reading", asdict(found), as_json=as_json)


def documents(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders with truth.jsonl; without any, specimens are drawn."),
    ] = None,
    document_type: Annotated[
        str, typer.Option("--type", help="Types to draw, with commas, or `all`.")
    ] = "all",
    count: Annotated[int, typer.Option(min=1, help="How many of each type and level.")] = 5,
    seed: Annotated[int, typer.Option(help="Draws other documents.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Fields and CPU of bitaqa beside plain Tesseract and plain RapidOCR on the same pictures.

    Of the plain engines a field counts where its value stands anywhere in their text.
    """
    from streams.bench_documents import compare, drawn, given

    with tempfile.TemporaryDirectory(prefix="bitaqa-bench-") as scratch, progress() as bar:
        truths = given(folders) if folders else drawn(document_type, count, seed, Path(scratch))
        task = bar.add_task("reading", total=len(truths))
        rows = [asdict(one) for one in compare(truths, lambda: bar.advance(task))]
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        _show(f"{row['document_type']} {row['level']}", row, as_json=False)


def mrz(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders with truth.jsonl; without any, specimens are drawn."),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="How many of each type and level.")] = 5,
    seed: Annotated[int, typer.Option(help="Draws other documents.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list.")] = False,
) -> None:
    """Our MRZ reader beside PassportEye and fastmrz, which are installed for this run only.

    Needs a package index. The peers use Tesseract as it is installed here.
    """
    from streams.bench_documents import drawn, given
    from streams.bench_mrz import compare

    with tempfile.TemporaryDirectory(prefix="bitaqa-bench-") as scratch:
        here = Path(scratch)
        truths = given(folders) if folders else drawn("passport,id_card,visa", count, seed, here)
        rows = [asdict(one) for one in compare(truths, here, _step)]
    if as_json:
        print(json.dumps(rows))
        return
    for row in rows:
        _show(row["reader"], row, as_json=False)


def _step(text: str) -> None:
    errors().print(f"[dim]{text}[/dim]")


def _show(title: str, figures: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    table = Table("figure", "value", title=title)
    for name, value in _flat(figures):
        table.add_row(name, f"{value:,.3f}" if isinstance(value, float) else str(value))
    screen().print(table)


def _flat(figures: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = []
    for name, value in figures.items():
        rows += _flat(value, f"{name}.") if isinstance(value, dict) else [(prefix + name, value)]
    return rows
