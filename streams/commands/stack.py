"""``bitaqa up`` and ``bitaqa demo``: the whole product on this machine."""

import os
from pathlib import Path
from typing import Annotated

import typer

from streams.commands.screen import errors, screen
from streams.signals import stop_on_signals

TEND_EVERY_S = 0.5


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(up)
    app.command()(demo)


def up(
    data_dir: Annotated[
        Path | None,
        typer.Option(help="Where everything is kept; your data folder's `bitaqa` if unset."),
    ] = None,
    slots: Annotated[int, typer.Option(min=1, max=64, help="Reading processes a worker.")] = 1,
    port: Annotated[int, typer.Option(help="Port of the ingest service; 0 is free choice.")] = 0,
) -> None:
    """Run Kafka, PostgreSQL, the ingest service and all workers here until Ctrl-C.

    No Docker, no accounts, no authentication: for trying and developing, on this machine only.
    Writes `stack.json` with all addresses into the data folder. What was read stays there.
    """
    from streams.stack import Options, Stack

    stop = stop_on_signals()
    options = Options(data_dir or _data_dir(), slots, port)
    with Stack(options, lambda step: errors().print(f"[dim]{step}[/dim]")) as stack:
        _addresses(stack.info(), options.data_dir)
        while not stop.wait(TEND_EVERY_S):
            stack.tend()
        errors().print("[dim]stopping[/dim]")


def demo(
    out: Annotated[
        Path, typer.Option(help="Folder for pictures and results; made when missing.")
    ] = Path("demo"),
    count: Annotated[int, typer.Option(min=1, max=50, help="Documents of each type.")] = 2,
    seed: Annotated[int, typer.Option(help="Draws other people and layouts.")] = 7,
) -> None:
    """Show the whole pipeline on real parts in a minute or two; leave nothing running.

    Draws specimens, starts the stack, sends them over HTTP, reads the results back from the
    result topic and from PostgreSQL, and draws what was read. Exit code 0 only if all is as drawn.
    """
    from streams.demo import run_demo

    raise typer.Exit(0 if run_demo(out, count, seed) else 1)


def _data_dir() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("HOME")
    if not base:
        return Path("bitaqa-data")
    inside = Path(base) if os.environ.get("XDG_DATA_HOME") else Path(base) / ".local" / "share"
    return inside / "bitaqa"


def _addresses(info: dict[str, object], data_dir: Path) -> None:
    url = info["ingest_url"]
    screen().print("[bold green]bitaqa is up[/bold green], without authentication, on this machine")
    for name, value in (
        ("send documents", f"bitaqa submit FILE --url {url} --wait"),
        ("HTTP", f"{url}/docs"),
        ("Kafka", info["bootstrap_servers"]),
        ("PostgreSQL", info["postgres_dsn"]),
        ("schema registry", info["registry_url"]),
        ("everything", data_dir / "stack.json"),
        ("logs", data_dir / "logs"),
    ):
        screen().print(f"  {name:16} {value}", soft_wrap=True, markup=False)
    screen().print("Ctrl-C stops all of it; what was read stays.")
