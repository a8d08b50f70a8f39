"""What operators do: topics, schemas, migrations, dead letters, reading again."""

import json
from collections.abc import Iterable
from typing import Annotated

import typer
from rich.table import Table

from schemas.errors import Misconfigured
from streams.commands.screen import errors, screen
from streams.settings import load_settings, required
from streams.topics import Change


def register(app: typer.Typer) -> None:
    """Add the commands."""
    topics = typer.Typer(help="The topics of the chain on the broker.")
    topics.command("apply")(topics_apply)
    topics.command("diff")(topics_diff)
    app.add_typer(topics, name="topics")
    schemas = typer.Typer(help="The Avro schemas of the chain.")
    schemas.command("check")(schemas_check)
    schemas.command("publish")(schemas_publish)
    app.add_typer(schemas, name="schemas")
    failed = typer.Typer(help="Dead letters: documents that a stage gave up on.")
    failed.command("list")(failed_list)
    failed.command("show")(failed_show)
    failed.command("redrive")(failed_redrive)
    app.add_typer(failed, name="failed")
    app.command()(migrate)
    app.command()(replay)


def topics_apply() -> None:
    """Make the topics that are missing and set their configuration. Repeat it freely."""
    from streams.kafka.admin import KafkaCluster
    from streams.topics import apply
    from streams.topology import topology

    settings = load_settings()
    cluster = KafkaCluster(settings.kafka)
    done = apply(cluster, topology(settings.retry_delays_s), settings.kafka)
    _show_changes(done)
    errors().print("topics are as they should be" if not done else f"{len(done)} changes made")


def topics_diff() -> None:
    """Say what `topics apply` would do; exit 1 where there is something to do."""
    from streams.kafka.admin import KafkaCluster
    from streams.topics import diff
    from streams.topology import topology

    settings = load_settings()
    cluster = KafkaCluster(settings.kafka)
    changes = diff(cluster, topology(settings.retry_delays_s), settings.kafka)
    _show_changes(changes)
    raise typer.Exit(1 if changes else 0)


def _show_changes(changes: Iterable[Change]) -> None:
    for one in changes:
        screen().print(f"{one.kind.value} {one.topic}: {one.detail}", soft_wrap=True)


def schemas_check() -> None:
    """Hold the schemas against every released version (FULL_TRANSITIVE); exit 1 on a break."""
    from schemas.codec import RECORDS, current_text
    from schemas.evolution import breaks, undocumented

    found: list[str] = []
    for record in sorted(RECORDS):
        found += breaks(record)
        found += [
            f"{record}.{name} carries no doc"
            for name in undocumented(json.loads(current_text(record)))
        ]
    for line in found:
        screen().print(line)
    errors().print(f"{len(RECORDS)} records checked, {len(found)} breaks")
    raise typer.Exit(1 if found else 0)


def schemas_publish() -> None:
    """Register the schemas under every topic's subject in BITAQA_SCHEMA_REGISTRY_URL."""
    from streams.registry import RegistryIds
    from streams.topology import topology

    settings = load_settings()
    url = required(settings.schema_registry_url, "SCHEMA_REGISTRY_URL")
    registry = RegistryIds(url, topology(settings.retry_delays_s))
    for subject, schema_id in sorted(registry.publish().items()):
        screen().print(f"{subject}: {schema_id}")


def migrate() -> None:
    """Bring the database in BITAQA_POSTGRES_DSN to this version. Repeat it freely."""
    from streams.migrate import migrate as migrate_database

    migrate_database(required(load_settings().postgres_dsn, "POSTGRES_DSN"))
    errors().print("the database is at this version")


def failed_list(
    stage: Annotated[str | None, typer.Option(help="Only this stage's.")] = None,
    reason: Annotated[str | None, typer.Option(help="Only this reason code.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, newest first.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List dead letters with stage, reason and attempts."""
    from streams.dead_letters import list_failed

    letters = list_failed(load_settings(), stage=stage, reason=reason, limit=limit)
    table = Table("document", "stage", "reason", "attempts", "failed at")
    for one in letters:
        row = (one.document_id, one.stage, one.reason, one.attempts, one.failed_at.isoformat())
        if as_json:
            names = ("document_id", "stage", "reason", "attempts", "failed_at")
            print(json.dumps(dict(zip(names, row, strict=True))))
        table.add_row(*map(str, row))
    if not as_json:
        screen().print(table)


def failed_show(document_id: Annotated[str, typer.Argument(help="Id of the document.")]) -> None:
    """Show one document's dead letters in full, without document values."""
    from schemas.records import to_json
    from streams.dead_letters import list_failed

    letters = [
        one for one in list_failed(load_settings(), limit=None) if one.document_id == document_id
    ]
    for one in letters:
        record = to_json(one)
        record["original"] = f"{len(one.original)} bytes"
        screen().print_json(data=record)
    if not letters:
        errors().print("no dead letter of that document")
        raise typer.Exit(1)


def failed_redrive(
    document_ids: Annotated[list[str] | None, typer.Argument(help="Ids of documents.")] = None,
    stage: Annotated[str | None, typer.Option(help="All of this stage's.")] = None,
    reason: Annotated[str | None, typer.Option(help="All with this reason code.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All there are.")] = False,
) -> None:
    """Send dead letters back to where they failed, once their cause is mended.

    Example: [bold]bitaqa failed redrive --reason slot.timeout[/bold]
    """
    from streams.dead_letters import list_failed, redrive

    if not (document_ids or stage or reason or everything):
        raise typer.BadParameter("say which: ids, --stage, --reason or --all")
    settings = load_settings()
    letters = list_failed(settings, stage=stage, reason=reason, limit=None)
    if document_ids:
        letters = [one for one in letters if one.document_id in document_ids]
    count = redrive(settings, letters)
    errors().print(f"{count} documents sent back")


def replay(
    document_ids: Annotated[list[str], typer.Argument(help="Ids of documents.")],
) -> None:
    """Read documents again with this version; each result is a new revision on the result topic."""
    from schemas.codec import Codec
    from streams.kafka import KafkaLog
    from streams.registry import open_ids
    from streams.replays import replay_documents

    settings = load_settings()
    try:
        codec = Codec(open_ids(settings))
        count = replay_documents(KafkaLog(settings.kafka), document_ids, codec)
    except KeyError as error:
        raise Misconfigured(f"no upload of {error.args[0]} is in the log any more") from None
    errors().print(f"{count} documents sent to be read again")
