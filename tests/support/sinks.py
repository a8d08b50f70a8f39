"""A sink in a thread of this process, and what a database holds, for tests."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import psycopg

from schemas.codec import Codec
from streams.log import Log
from streams.sink import Sink
from streams.sink_writer import Writer
from streams.topology import SINK_GROUP, topology

WAIT_S = 30.0
POLL_S = 0.02


class RunningSink:
    """A sink at work while the block runs; leaving it is its SIGTERM."""

    def __init__(self, log: Log, dsn: str, writer: Writer | None = None) -> None:
        self._stop = threading.Event()
        self._writer = writer or Writer(dsn, SINK_GROUP)
        self.sink = Sink(topology(), log, self._writer, Codec(), self._stop)
        self._thread = threading.Thread(target=self._run)
        self.exit_code: int | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it and wait for its end."""
        self._stop.set()
        self._thread.join(WAIT_S)
        assert not self._thread.is_alive()

    def _run(self) -> None:
        self.exit_code = self.sink.run()
        self._writer.close()


class Rows:
    """Questions to a test's database."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    def all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a statement."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            return connection.execute(statement.encode(), values or None).fetchall()

    def one(self, statement: str, *values: Any) -> Any:
        """Return the only value of the only row."""
        ((value,),) = self.all(statement, *values)
        return value

    def do(self, statement: str, *values: Any) -> None:
        """Run a statement that answers nothing."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute(statement.encode(), values or None)

    def wait(self, statement: str, expected: object, wait_s: float = WAIT_S) -> None:
        """Wait until a statement's only value is as expected."""
        wait_until(lambda: self.one(statement) == expected, statement, wait_s)


def wait_until(condition: Callable[[], bool], what: str, wait_s: float = WAIT_S) -> None:
    """Return once a condition holds; fail with its description where it does not in time."""
    deadline = time.monotonic() + wait_s
    while not condition():
        assert time.monotonic() < deadline, f"not in time: {what}"
        threading.Event().wait(POLL_S)
