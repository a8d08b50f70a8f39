"""``bitaqa audit`` and ``bitaqa retention`` on a real database."""

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from streams.cli import app
from streams.migrate import migrate
from tests.support.sinks import Rows

pytestmark = pytest.mark.postgres
Bitaqa = Callable[..., Result]


@pytest.fixture
def bitaqa(dsn: str) -> Bitaqa:
    """Return a way to run the command line on a database that is ready."""
    migrate(dsn)
    runner = CliRunner()
    return lambda *words: runner.invoke(app, list(words), env={"BITAQA_POSTGRES_DSN": dsn})


def test_rules_are_set_listed_and_removed(bitaqa: Bitaqa) -> None:
    """A second one for the same type takes the place of the first."""
    assert bitaqa("retention", "set", "acme", "90", "--type", "passport").exit_code == 0
    assert bitaqa("retention", "set", "acme", "30", "--type", "passport").exit_code == 0
    assert bitaqa("retention", "set", "acme", "365").exit_code == 0
    assert bitaqa("retention", "set", "acme", "1", "--type", "nothing").exit_code == 2
    assert bitaqa("retention", "set", "acme", "0").exit_code == 2

    listed = [
        json.loads(line) for line in bitaqa("retention", "list", "--json").stdout.split("\n")[:-1]
    ]

    assert listed == [
        {"tenant": "acme", "document_type": "*", "days": 365},
        {"tenant": "acme", "document_type": "passport", "days": 30},
    ]
    assert bitaqa("retention", "unset", "acme").exit_code == 0
    assert bitaqa("retention", "unset", "acme").exit_code == 1


def test_the_log_is_shown_and_verified(bitaqa: Bitaqa, dsn: str) -> None:
    """The exit code tells whether it is whole; the ends are printed to be kept elsewhere."""
    bitaqa("retention", "set", "acme", "90", "--type", "passport")
    bitaqa("retention", "unset", "acme", "--type", "passport")

    shown = bitaqa("audit", "show", "--tenant", "acme", "--json")
    whole = bitaqa("audit", "verify", "--json")

    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [(one["actor"], one["action"], one["object"]) for one in lines] == [
        ("operator", "retention.set", "passport"),
        ("operator", "retention.unset", "passport"),
    ]
    assert lines[0]["detail"] == {"days": 90}
    assert json.loads(whole.stdout) == {
        "tenant": "acme",
        "lines": 2,
        "head": lines[-1]["hash"],
        "fault": None,
    }
    assert whole.exit_code == 0
    rows = Rows(dsn)
    rows.do("ALTER TABLE audit_log DISABLE TRIGGER audit_log_is_final")
    rows.do("UPDATE audit_log SET actor = 'nobody' WHERE number = 1")
    broken = bitaqa("audit", "verify")
    assert broken.exit_code == 1
    assert "line 1 was changed" in broken.stdout
