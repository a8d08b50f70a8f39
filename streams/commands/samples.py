"""``bitaqa samples draw`` and ``bitaqa accuracy``: drawn documents and what is read of them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress, TaskID
from rich.table import Table

from schemas.messages import Request
from streams.commands.read import Job, read_job
from streams.commands.screen import errors, progress, screen
from workers.accuracy import Score, Truth, read_truth, score, summarise
from workers.reliability import Claim, by_field, claims, reliability


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="Draw documents of invented people, with the truth beside them.")
    family.command("draw")(draw)
    app.add_typer(family, name="samples")
    app.command()(accuracy)


def draw(
    document_type: Annotated[
        str, typer.Option("--type", help="Code of the type, several with commas, or `all`.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the pictures and truth.jsonl.")],
    count: Annotated[int, typer.Option(min=1, help="How many of each type.")] = 10,
    seed: Annotated[int, typer.Option(help="The same seed draws the same pictures.")] = 1,
    level: Annotated[str, typer.Option(help="clean, photo or hard.")] = "clean",
) -> None:
    """Draw specimens and write `truth.jsonl` beside them.

    Example: [bold]bitaqa samples draw --type passport --count 20 --out samples[/bold]
    """
    from workers.documents.document_type import Level
    from workers.documents.registry import document_types
    from workers.drawing.write import write_samples

    kinds = document_types()
    codes = list(kinds) if document_type == "all" else document_type.split(",")
    if unknown := [code for code in codes if code not in kinds]:
        raise typer.BadParameter(f"no type {unknown[0]}: there are {', '.join(kinds)}")
    if level not in list(Level):
        raise typer.BadParameter(f"levels are {', '.join(Level)}")
    with progress() as bar:
        for code in codes:
            task = bar.add_task(f"drawing {code}", total=count)
            write_samples(code, count, seed, out, Level(level), partial(_advance, bar, task))
    errors().print(f"{count * len(codes)} documents in {out}")


def accuracy(
    folder: Annotated[Path, typer.Argument(help="A folder with truth.jsonl.")],
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Processes that read at once.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="The table as one JSON object.")] = False,
    hints: Annotated[
        bool, typer.Option(help="Tell the reader the type, as a caller would who knows it.")
    ] = False,
) -> None:
    """Read every picture that `truth.jsonl` names and hold the reading against the truth.

    Beside the sums of each type and level: what each field gave, and what claimed confidences are
    worth (of the values that claim 0.97, 97 in 100 should be right).

    Example: [bold]bitaqa accuracy samples --jobs 2[/bold]
    """
    path = folder / "truth.jsonl"
    if not path.is_file():
        raise typer.BadParameter(f"{path} does not exist: `bitaqa samples draw` makes one")
    truth = read_truth(path)
    scores: list[Score] = []
    claimed: defaultdict[tuple[str, str], list[Claim]] = defaultdict(list)
    with progress() as bar:
        task = bar.add_task("reading", total=len(truth))
        work = [_job(folder, one, hints=hints) for one in truth]
        for one, (result, _failed) in zip(truth, _read_all(work, jobs), strict=True):
            scores.append(score(one, result))
            claimed[scores[-1].group] += claims(one, result)
            bar.advance(task)
    rows = [asdict(one) for one in summarise(scores)]
    if as_json:
        print(json.dumps([row | _claimed(claimed[_group(row)]) for row in rows]))
        return
    screen().print(_table(rows))
    for row in rows:
        _show_claims(row, claimed[_group(row)])


def _advance(bar: Progress, task: TaskID, _written: int) -> None:
    bar.advance(task)


def _job(folder: Path, truth: Truth, *, hints: bool) -> Job:
    paths = tuple(folder / name for name in truth.files)
    kind = truth.document_type or None
    request = Request(kind if hints else None, languages=truth.languages)
    return Job("+".join(truth.files), paths, request)


def _read_all(work: list[Job], jobs: int) -> Iterator[tuple[dict[str, Any], bool]]:
    if jobs == 1:
        yield from map(read_job, work)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        yield from pool.map(read_job, work)


def _group(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["document_type"], row["level"]


def _claimed(made: Sequence[Claim]) -> dict[str, Any]:
    return {
        "by_field": [asdict(one) for one in by_field(made)],
        "reliability": [asdict(one) for one in reliability(made)],
    }


def _show_claims(row: Mapping[str, Any], made: Sequence[Claim]) -> None:
    title = " ".join(filter(None, _group(row)))
    for name, records in _claimed(made).items():
        if not records:
            continue
        table = Table(title=f"{title}: {name.replace('_', ' ')}")
        for column in records[0]:
            table.add_column(column.replace("_", " "), justify="right")
        for record in records:
            table.add_row(*(str(value) for value in record.values()))
        screen().print(table)


def _table(rows: list[dict[str, Any]]) -> Table:
    """Turn the summaries around: a column for each type and level reads well on a screen."""
    table = Table("", title="readings against the truth")
    for row in rows:
        table.add_column(f"{row['document_type']}\n{row['level']}", justify="right")
    for name in rows[0] if rows else ():
        if name not in ("document_type", "level"):
            table.add_row(name.replace("_", " "), *(_cell(row[name]) for row in rows))
    return table


def _cell(value: Any) -> str:
    return f"{value:.0f}" if isinstance(value, float) else str(value)
