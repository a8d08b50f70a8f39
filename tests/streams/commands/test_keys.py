"""``bitaqa keys``: made, listed and taken back on a real database."""

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from streams.cli import app
from streams.migrate import migrate

pytestmark = pytest.mark.postgres
Bitaqa = Callable[..., Result]


@pytest.fixture
def bitaqa(dsn: str) -> Bitaqa:
    """Return a way to run the command line on a database that is ready."""
    migrate(dsn)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, ["keys", *words], env={"BITAQA_POSTGRES_DSN": dsn})


def test_a_key_is_shown_once_and_listed_without_its_secret(bitaqa: Bitaqa) -> None:
    """Standard output of ``create`` is the key alone, so that a script can take it."""
    made = bitaqa("create", "--tenant", "acme", "--name", "a scanner", "--days", "30")
    listed = bitaqa("list", "--json")

    key = made.stdout.strip()
    (row,) = [json.loads(line) for line in listed.stdout.splitlines()]
    assert made.exit_code == listed.exit_code == 0
    assert key.startswith(f"bitaqa_{row['key_id']}_")
    assert key.rsplit("_", 1)[1] not in listed.stdout
    assert (row["tenant"], row["scopes"]) == ("acme", ["read", "submit"])
    assert row["expires_at"] is not None


def test_a_key_is_taken_back(bitaqa: Bitaqa) -> None:
    """The list says when; a key that does not exist is told by the exit code."""
    made = bitaqa("create", "--tenant", "acme", "--name", "one", "--scope", "admin", "--json")
    key_id = json.loads(made.stdout)["key_id"]

    revoked = bitaqa("revoke", key_id)
    unknown = bitaqa("revoke", key_id, "nobody")
    listed = bitaqa("list", "--tenant", "acme")

    assert revoked.exit_code == 0
    assert unknown.exit_code == 1
    assert "nobody: no such key" in unknown.stdout
    assert key_id in listed.stdout
    assert json.loads(bitaqa("list", "--json").stdout)["revoked_at"] is not None


@pytest.mark.parametrize("tenant", ["Acme", "a/b", "..", "-a", "a" * 64, ""])
def test_a_tenant_that_is_no_path_is_refused(bitaqa: Bitaqa, tenant: str) -> None:
    """A tenant's name stands in object keys and headers: nothing else gets in."""
    made = bitaqa("create", "--tenant", tenant, "--name", "one")

    assert made.exit_code != 0
    assert not bitaqa("list", "--json").stdout
