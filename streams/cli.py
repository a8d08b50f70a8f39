"""The command line: ``bitaqa --help``.

Exit codes: 0 done, whatever the verdicts; 1 something could not be processed; 2 bad usage or a
setting that is missing or wrong.
"""

import sys

import typer

from schemas.errors import BitaqaError, Misconfigured
from streams.commands import bench, clients, keys, life, operate, read, samples, stack, work
from streams.embedded.processes import EmbeddedError

app = typer.Typer(
    name="bitaqa",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="""Read identity and vehicle documents at high volume.

    Try [bold]bitaqa demo[/bold] for the whole pipeline on real parts, or
    [bold]bitaqa read photo.jpg[/bold] for one picture in this process, without Kafka.

    Exit codes: 0 done, whatever the verdicts; 1 a file could not be processed; 2 bad usage.
    """,
)
for family in (read, stack, work, clients, operate, keys, life, samples, bench):
    family.register(app)


def main() -> None:
    """Run the command line; end with a sentence, not a trace, where the cause is known."""
    try:
        app()
    except Misconfigured as error:
        sys.stderr.write(f"bitaqa: {error}\n")
        sys.exit(2)
    except (BitaqaError, EmbeddedError) as error:
        sys.stderr.write(f"bitaqa: {error}\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
