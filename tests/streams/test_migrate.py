from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from schemas.errors import Misconfigured, Unavailable
from streams.migrate import migrate
from streams.migrations import versions

pytestmark = pytest.mark.postgres

LAST = max(path.stem[:4] for path in Path(versions.__file__).parent.glob("[0-9]*.py"))
_TABLES = {
    "api_keys",
    "documents",
    "jobs",
    "readings",
    "fields",
    "findings",
    "pages",
    "failures",
    "document_events",
    "sink_rejects",
    "consumer_offsets",
    "webhook_endpoints",
    "webhook_deliveries",
    "webhook_attempts",
    "audit_heads",
    "audit_log",
    "erasures",
    "retention_rules",
    "revisions",
    "attachments",
    "batches",
    "batch_items",
}


def _column(dsn: str, statement: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        # Statements are this file's own.
        rows = connection.execute(statement.encode()).fetchall()
    return {str(row[0]) for row in rows}


def test_an_empty_database_gets_every_table(dsn: str) -> None:
    """All tables are there afterwards, and a repeat changes nothing."""
    migrate(dsn)
    first = _column(
        dsn, "SELECT oid::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )

    migrate(dsn)

    tables = _column(dsn, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert tables == _TABLES | {"alembic_version"}
    again = _column(
        dsn, "SELECT oid::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    assert again == first


def test_replicas_that_migrate_at_once_do_not_disturb_each_other(dsn: str) -> None:
    """The first one works, the others wait and find it done."""
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(migrate, dsn) for _ in range(4)]:
            done.result(60)

    assert _column(dsn, "SELECT version_num FROM alembic_version") == {LAST}


def test_every_table_and_column_says_what_it_holds(dsn: str) -> None:
    """Comments stand on all of them, for whoever meets them in psql."""
    migrate(dsn)

    silent = _column(
        dsn,
        "SELECT c.relname || '.' || coalesce(a.attname, '') FROM pg_class c"
        " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND c.relname <> 'alembic_version'"
        " AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)",
    )

    assert not silent


def test_a_database_that_is_not_there_is_told(dsn: str) -> None:
    """The error says which one, and may pass later."""
    with pytest.raises(Unavailable, match="nowhere"):
        migrate(dsn.replace("/test_", "/nowhere_"))


def test_a_string_that_is_none_is_told_without_it() -> None:
    """A typing error in a secret does not put the secret on the screen."""
    with pytest.raises(Misconfigured) as caught:
        migrate("postgresql://user:hidden@host:port:more/x?nothing")

    assert "BITAQA_POSTGRES_DSN" in str(caught.value)
    assert "hidden" not in str(caught.value)
