"""Connections to PostgreSQL, and what its errors mean for us."""

import contextlib
from collections.abc import Iterator

import psycopg

from schemas.errors import Misconfigured, Unavailable

CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_S = 30
# A process that was stopped inside a transaction must not hold its locks for ever.
IDLE_IN_TRANSACTION_TIMEOUT_S = 10
TCP_TIMEOUT_S = 10
MESSAGE_LENGTH_MAX = 300
OFFSETS_MOVED = "BQ001"
"""SQLSTATE of ``advance_offsets`` where another consumer was quicker."""

_LIMITS = (
    f"SET statement_timeout = '{STATEMENT_TIMEOUT_S}s';"
    f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_TIMEOUT_S}s'"
)


def connect(dsn: str, name: str) -> psycopg.Connection:
    """Return a connection in autocommit mode whose statements and transactions are bounded.

    Raises:
        Misconfigured: when the connection string does not parse.
        Unavailable: when the database does not answer.
    """
    with mapped_errors():
        connection = psycopg.connect(bounded_dsn(dsn, name), autocommit=True)
        connection.execute(_LIMITS)
        return connection


def bounded_dsn(dsn: str, name: str) -> str:
    """Return the connection string with a name, and with ends to waits for a server that is gone.

    Raises:
        Misconfigured: when it is no connection string.
    """
    try:
        return psycopg.conninfo.make_conninfo(
            dsn,
            application_name=name,
            connect_timeout=CONNECT_TIMEOUT_S,
            keepalives_idle=TCP_TIMEOUT_S,
            keepalives_interval=3,
            keepalives_count=3,
            tcp_user_timeout=TCP_TIMEOUT_S * 1000,
        )
    except psycopg.ProgrammingError:
        # PostgreSQL's own message would repeat the string, password included.
        raise Misconfigured("BITAQA_POSTGRES_DSN is not a connection string") from None


@contextlib.contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn what the driver says about an unreachable or unfinished database into ours."""
    try:
        yield
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction):
        raise Unavailable("postgres", "a table is missing: run `bitaqa migrate`") from None
    except psycopg.Error as error:
        raise Unavailable("postgres", _explained(error)) from None


def is_refusal(error: psycopg.Error) -> bool:
    """Say whether PostgreSQL refused the data itself, so that it would refuse it again.

    Classes 21 (cardinality), 22 (data), 23 (constraints) and 54 (limits); all else may pass.
    """
    return (error.sqlstate or "")[:2] in {"21", "22", "23", "54"}


def _explained(error: psycopg.Error) -> str:
    if error.sqlstate:
        # The server's own text can quote values; the state names the cause without them.
        return f"SQLSTATE {error.sqlstate}"
    return " ".join(str(error).split())[:MESSAGE_LENGTH_MAX] or "no connection"
