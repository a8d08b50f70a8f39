"""Brings a database to this version. Safe to repeat, and to run from several replicas at once."""

from contextlib import closing
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from schemas.errors import Unavailable
from streams.database import bounded_dsn, mapped_errors

# Any number that no other application of the same database uses.
LOCK_ID = 4_620_160_001
LOCK_TIMEOUT_S = 120


def migrate(dsn: str) -> None:
    """Apply every version that is missing, all in one transaction.

    Raises:
        Misconfigured: when the connection string does not parse.
        Unavailable: when the database does not answer, or another migration does not end.
    """
    place = str(Path(__file__).parent / "migrations")
    config = Config()
    config.set_main_option("script_location", place.replace("%", "%%"))
    with mapped_errors(), closing(_locked(dsn)) as locked:
        # SQLAlchemy never sees the connection string, so none of its messages can show it.
        engine = create_engine("postgresql+psycopg://", creator=lambda: locked, poolclass=NullPool)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _locked(dsn: str) -> psycopg.Connection:
    connection = psycopg.connect(bounded_dsn(dsn, "bitaqa.migrate"), autocommit=True)
    try:
        connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_S}s'")
        # Held until the connection closes.
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK_ID,))
    except psycopg.errors.LockNotAvailable:
        connection.close()
        raise Unavailable("postgres", "another migration holds its lock") from None
    connection.autocommit = False
    return connection
