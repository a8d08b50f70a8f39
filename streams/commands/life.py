"""``bitaqa audit`` and ``bitaqa retention``: what was done to documents, how long they stay."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table

from streams.commands.screen import errors, printable, screen
from streams.settings import load_settings, required

DAYS_MAX = 36_500


def register(app: typer.Typer) -> None:
    """Add the commands."""
    log = typer.Typer(help="The audit log: who did what to which document or setting.")
    log.command("verify")(audit_verify)
    log.command("show")(audit_show)
    app.add_typer(log, name="audit")
    kept = typer.Typer(help="For how long documents are kept, by tenant and type.")
    kept.command("list")(retention_list)
    kept.command("set")(retention_set)
    kept.command("unset")(retention_unset)
    app.add_typer(kept, name="retention")


def audit_verify(
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's log.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Compute every chain again; exit 1 where a line was changed, removed or put in.

    Keep the printed ends elsewhere: whoever can write the whole database can write a whole
    chain anew, and then its end is another.
    """
    from streams.audit import verify

    found = verify(_dsn(), tenant)
    for one in found:
        if as_json:
            print(json.dumps(asdict(one)))
        else:
            verdict = one.fault or "whole"
            screen().print(
                f"{printable(one.tenant)}: {one.lines} lines, {verdict}, ends with {one.head}",
                soft_wrap=True,
            )
    faults = sum(one.fault is not None for one in found)
    errors().print(f"{len(found)} logs verified, {faults} at fault")
    raise typer.Exit(1 if faults else 0)


def audit_show(
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's log.")] = None,
    about: Annotated[
        str | None, typer.Option("--object", help="Only lines about this document or setting.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the log, oldest first."""
    from streams.audit import read_lines

    table = Table("tenant", "number", "at", "who", "what", "to what", "detail")
    for line in read_lines(_dsn(), tenant, about):
        if as_json:
            print(json.dumps(asdict(line) | {"detail": json.loads(line.detail)}))
            continue
        cells = (line.tenant, str(line.number), line.at, line.actor, line.action, line.object)
        table.add_row(*map(printable, (*cells, line.detail)))
    if not as_json:
        screen().print(table)


def retention_list(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List the rules; what has none is kept as BITAQA_RETENTION_DAYS says."""
    from streams.retention import rules

    table = Table("tenant", "type", "days")
    for rule in rules(_dsn()):
        if as_json:
            print(json.dumps(asdict(rule)))
        table.add_row(printable(rule.tenant), printable(rule.document_type), str(rule.days))
    if not as_json:
        screen().print(table)


def retention_set(
    tenant: Annotated[str, typer.Argument(help="Whose documents.")],
    days: Annotated[int, typer.Argument(min=1, max=DAYS_MAX, help="After their upload.")],
    code: Annotated[
        str, typer.Option("--type", help="Code of the type; * is all without a rule.")
    ] = "*",
) -> None:
    """Have documents erased so many days after their upload.

    Example: [bold]bitaqa retention set acme 90 --type passport[/bold]
    """
    from streams.retention import EVERY_TYPE, Rule, set_rule
    from workers.documents.registry import document_types

    if code != EVERY_TYPE and code not in document_types():
        raise typer.BadParameter("no such type: see `bitaqa read --help`, or *")
    set_rule(_dsn(), Rule(tenant, code, days))
    errors().print("set; housekeeping goes by it from now on")


def retention_unset(
    tenant: Annotated[str, typer.Argument(help="Whose documents.")],
    code: Annotated[str, typer.Option("--type", help="Code of the type, or *.")] = "*",
) -> None:
    """Remove a rule; exit 1 where there is none."""
    from streams.retention import unset_rule

    if not unset_rule(_dsn(), tenant, code):
        errors().print("there is no such rule")
        raise typer.Exit(1)


def _dsn() -> str:
    return required(load_settings().postgres_dsn, "POSTGRES_DSN")
