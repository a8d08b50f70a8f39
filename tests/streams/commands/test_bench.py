"""``bitaqa bench``: every figure has a command, and the name alone means all of them."""

import pytest
import typer

from streams.commands import bench


def test_bench_alone_is_no_bad_usage() -> None:
    """Where nothing is named the group itself measures; a figure's name is left to its command."""
    app = typer.Typer()
    bench.register(app)

    family = app.registered_groups[0].typer_instance
    assert family is not None
    assert family.registered_callback is not None
    assert family.registered_callback.invoke_without_command
    assert family.registered_callback.callback is bench.everything


@pytest.mark.parametrize("name", ["ingest", "log", "read", "pipeline", "mrz"])
def test_every_figure_has_its_command(name: str) -> None:
    """Each can be measured by itself."""
    app = typer.Typer()
    bench.register(app)

    family = app.registered_groups[0].typer_instance
    assert family is not None
    assert name in [command.name for command in family.registered_commands]
