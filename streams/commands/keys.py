"""``bitaqa keys``: who may call the ingest service."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from streams.api_keys import ApiKey, Grant, Scope
from streams.commands.screen import errors, printable, screen
from streams.settings import load_settings, required


def register(app: typer.Typer) -> None:
    """Add the commands."""
    family = typer.Typer(help="Keys of callers, each for one tenant and some scopes.")
    family.command("create")(create)
    family.command("list")(list_all)
    family.command("revoke")(revoke)
    app.add_typer(family, name="keys")


def create(
    tenant: Annotated[str, typer.Option(help="Whose documents it opens: a-z, 0-9 and dashes.")],
    name: Annotated[str, typer.Option(help="Who holds it, for your own list.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; repeat it. [submit and read]")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="It ends after so many.")] = None,
    per_minute: Annotated[
        int | None, typer.Option(min=1, help="Requests a minute; the service's limit if unset.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Make a key and show it, this once: nobody can show it again.

    Example: [bold]bitaqa keys create --tenant acme --name scanner-7 --scope submit[/bold]
    """
    from streams.api_keys import new_key, store_key

    now = datetime.now(UTC)
    scopes = frozenset(scope or (Scope.SUBMIT, Scope.READ))
    end = None if days is None else now + timedelta(days=days)
    text, kept = new_key(Grant(tenant, name, scopes, per_minute, end), now)
    store_key(_dsn(), kept)
    if as_json:
        print(json.dumps({"key": text, **_row(kept)}))
        return
    print(text)
    errors().print(f"Shown this once. Revoke it with: bitaqa keys revoke {kept.key_id}")


def list_all(
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List keys, revoked ones too, without their secrets."""
    from streams.api_keys import list_keys

    rows = [_row(one) for one in list_keys(_dsn(), tenant)]
    if as_json:
        for row in rows:
            print(json.dumps(row))
        return
    _show(rows)


def revoke(
    key_ids: Annotated[list[str], typer.Argument(help="Ids, as `list` shows.")],
) -> None:
    """Take keys back: within seconds they open nothing. Exit 1 where one does not exist."""
    from streams.api_keys import revoke_keys

    found = set(revoke_keys(_dsn(), key_ids))
    for one in key_ids:
        screen().print(f"{one}: {'revoked' if one in found else 'no such key'}", markup=False)
    raise typer.Exit(0 if found == set(key_ids) else 1)


def _dsn() -> str:
    return required(load_settings().postgres_dsn, "POSTGRES_DSN")


def _row(key: ApiKey) -> dict[str, Any]:
    return {
        "key_id": key.key_id,
        "tenant": key.tenant,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "requests_per_minute": key.requests_per_minute,
        "created_at": _time(key.created_at),
        "expires_at": _time(key.expires_at),
        "revoked_at": _time(key.revoked_at),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _show(rows: Sequence[dict[str, Any]]) -> None:
    table = Table(
        Column("key", no_wrap=True),
        "tenant",
        "name",
        "scopes",
        "a minute",
        "created",
        "ends",
        "revoked",
    )
    for row in rows:
        shown = row | {"scopes": " ".join(row["scopes"])}
        table.add_row(*(printable("" if one is None else str(one)) for one in shown.values()))
    screen().print(table)
