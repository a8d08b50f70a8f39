"""``bitaqa serve`` and ``bitaqa run``: the long-running processes."""

import threading
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from schemas.errors import Misconfigured
from streams.commands.options import route_option
from streams.logs import set_up_logging
from streams.settings import Settings, load_settings
from streams.signals import stop_on_signals


class StageName(StrEnum):
    """What a worker can be."""

    PREPARE = "prepare"
    EXTRACT = "extract"
    VALIDATE = "validate"
    RETRY = "retry"
    SINK = "sink"
    WEBHOOKS = "webhooks"
    WATCH = "watch"
    HOUSEKEEPING = "housekeeping"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(serve)
    app.command()(run)


def serve() -> None:
    """Serve HTTP: take documents in, answer with results. Settings come from the environment.

    Stops gracefully on SIGTERM: requests in progress are answered first.
    """
    from ingest.server import serve as serve_http

    settings = load_settings()
    set_up_logging(settings)
    raise typer.Exit(serve_http(settings))


def run(
    stage: Annotated[StageName, typer.Argument(help="Which part of the pipeline.")],
    country: Annotated[
        str | None, typer.Option(help="For extract: TN, FR, or INTL for all others.")
    ] = None,
    slots: Annotated[
        int | None, typer.Option(min=1, max=256, help="Reading processes; BITAQA_SLOTS if unset.")
    ] = None,
) -> None:
    """Run one worker of the pipeline until SIGTERM; start more of them to go faster.

    Example: [bold]bitaqa run extract --country TN --slots 4[/bold]
    """
    settings = load_settings()
    if slots is not None:
        settings = replace(settings, slots=replace(settings.slots, count=slots))
    set_up_logging(settings)
    raise typer.Exit(_run(stage, country, settings, stop_on_signals()))


def _run(stage: StageName, country: str | None, settings: Settings, stop: threading.Event) -> int:
    from streams.topology import topology

    pipeline = topology(settings.retry_delays_s)
    if stage is StageName.RETRY:
        from streams.retries import run_retries

        return run_retries(settings, pipeline, stop)
    if stage is StageName.SINK:
        from streams.kafka import KafkaLog
        from streams.sink import run_sink

        return run_sink(settings, KafkaLog(settings.kafka, settings.instance), stop)
    if stage is StageName.WEBHOOKS:
        from streams.webhooks import run_webhooks

        return run_webhooks(settings, stop)
    if stage is StageName.WATCH:
        from streams.watch import run_watch

        return run_watch(settings, pipeline, stop)
    if stage is StageName.HOUSEKEEPING:
        from streams.housekeeping import run_housekeeping

        return run_housekeeping(settings, stop)
    from streams.runner import run_stage

    role = stage.value
    if stage is StageName.EXTRACT:
        if country is None:
            raise Misconfigured("extract needs --country: TN, FR, or INTL for all others")
        role = f"extract.{route_option(country).value}"
    return run_stage(pipeline.stage(role), settings, pipeline, stop)
