from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from streams.audit import read_lines, verify
from streams.migrate import migrate
from tests.support.sinks import Rows

pytestmark = pytest.mark.postgres

APPEND = "SELECT append_audit(%s, %s, %s, %s, %s::jsonb)"


@pytest.fixture
def rows(dsn: str) -> Rows:
    """Return a database whose log has three lines of one tenant and one of another."""
    migrate(dsn)
    rows = Rows(dsn)
    for number in range(3):
        detail = '{"b": 1.50, "a": "é\\n\\u0001\\"/"}'
        rows.all(APPEND, "acme", "key:k\n1", "document.deleted", f"doc_{number}", detail)
    rows.all(APPEND, "other", "token:someone", "document.erased", "doc_9", "{}")
    return rows


def faults(dsn: str) -> dict[str, str | None]:
    """Return what is wrong with each tenant's log."""
    return {one.tenant: one.fault for one in verify(dsn)}


def tampered(rows: Rows, statement: str) -> None:
    """Do what only somebody who means harm does: go around the guard."""
    rows.do("ALTER TABLE audit_log DISABLE TRIGGER audit_log_is_final")
    rows.do(statement)
    rows.do("ALTER TABLE audit_log ENABLE TRIGGER audit_log_is_final")


def test_an_untouched_log_is_whole(dsn: str, rows: Rows) -> None:
    """Each tenant has a chain of its own; the hash of its end can be kept elsewhere."""
    found = verify(dsn)

    assert [(one.tenant, one.lines, one.fault) for one in found] == [
        ("acme", 3, None),
        ("other", 1, None),
    ]
    assert found[0].head == rows.one("SELECT hash FROM audit_log WHERE number = 3")
    assert [line.object for line in read_lines(dsn, "acme")] == ["doc_0", "doc_1", "doc_2"]
    assert [line.tenant for line in read_lines(dsn, about="doc_9")] == ["other"]


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'key:k2'",
        "action = 'document.restored'",
        "object = 'doc_7'",
        "at = at + interval '1 microsecond'",
        "detail = '{}'",
        "hash = previous",
        "previous = hash",
    ],
)
def test_a_changed_line_is_found(dsn: str, rows: Rows, change: str) -> None:
    """Whatever was changed in it; the other tenant's log is as it was."""
    tampered(rows, f"UPDATE audit_log SET {change} WHERE tenant = 'acme' AND number = 2")

    found = faults(dsn)

    assert found["acme"] is not None
    assert "2" in found["acme"] or "3" in found["acme"]
    assert found["other"] is None


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_removed_line_is_found(dsn: str, rows: Rows, number: int) -> None:
    """Also the last one, which nothing follows."""
    tampered(rows, f"DELETE FROM audit_log WHERE tenant = 'acme' AND number = {number}")

    assert f"{number}" in (faults(dsn)["acme"] or "")


def test_a_line_that_was_put_in_is_found(dsn: str, rows: Rows) -> None:
    """It is not the one that the log's end names."""
    tampered(
        rows,
        "INSERT INTO audit_log SELECT tenant, 4, at, actor, action, object, detail, hash, 'x'"
        " FROM audit_log WHERE tenant = 'acme' AND number = 3",
    )

    assert "4" in (faults(dsn)["acme"] or "")


def test_a_whole_log_that_is_gone_is_found(dsn: str, rows: Rows) -> None:
    """Its end is left and says how long it was; without the end, its lines are."""
    tampered(rows, "DELETE FROM audit_log WHERE tenant = 'acme'")
    rows.do("DELETE FROM audit_heads WHERE tenant = 'other'")

    assert faults(dsn) == {"acme": "lines 1 to 3 are gone", "other": "the log's end is gone"}


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"]
)
def test_lines_are_not_changed_by_mistake(rows: Rows, statement: str) -> None:
    """The database refuses."""
    with pytest.raises(psycopg.errors.RaiseException):
        rows.do(statement)


def test_lines_that_are_written_at_once_form_one_chain(dsn: str, rows: Rows) -> None:
    """Writers of one tenant wait for each other; a transaction that fails leaves no gap."""

    def write(number: int) -> None:
        with psycopg.connect(dsn) as connection:
            connection.execute(APPEND, ("acme", "many", "webhook.created", f"whe_{number}", "{}"))
            if number % 5 == 0:
                connection.rollback()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    assert rows.one("SELECT count(*) FROM audit_log WHERE tenant = 'acme'") == 3 + 32
    assert faults(dsn) == {"acme": None, "other": None}
