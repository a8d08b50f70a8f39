"""A small pool of connections for one event loop, whose every answer comes in bounded time."""

import asyncio
from collections.abc import Mapping
from typing import Any

from psycopg_pool import AsyncConnectionPool, PoolTimeout

from schemas.errors import Unavailable
from streams.database import bounded_dsn, mapped_errors

ANSWER_TIMEOUT_S = 5.0
CONNECTIONS_MAX = 8

Values = tuple[Any, ...] | Mapping[str, Any]
"""What stands in a statement's places, by order or by name."""


class Pool:
    """Opens at the first question.

    Args:
        dsn: connection string.
        name: what the database's administrators see of it.
        connections_max: questions at once; more wait.

    Raises:
        Misconfigured: when the connection string does not parse.
    """

    def __init__(self, dsn: str, name: str, connections_max: int = CONNECTIONS_MAX) -> None:
        self._dsn = bounded_dsn(dsn, name)
        self._connections_max = connections_max
        self._pool: AsyncConnectionPool | None = None

    async def ask(self, statement: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Return the rows of one statement, which is a transaction of its own.

        Raises:
            Unavailable: when the database does not answer in time.
        """
        try:
            with mapped_errors():
                async with (
                    asyncio.timeout(ANSWER_TIMEOUT_S),
                    (await self._opened()).connection(timeout=ANSWER_TIMEOUT_S) as connection,
                ):
                    cursor = await connection.execute(statement, values)
                    return await cursor.fetchall()
        except (TimeoutError, PoolTimeout):
            raise Unavailable("postgres", "no answer in time") from None

    async def close(self) -> None:
        """Let go of all connections."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def _opened(self) -> AsyncConnectionPool:
        if self._pool is None:
            self._pool = AsyncConnectionPool(
                self._dsn,
                min_size=1,
                max_size=self._connections_max,
                kwargs={"autocommit": True},
                # A connection that died with a restarted server is not handed out.
                check=AsyncConnectionPool.check_connection,
                reconnect_timeout=ANSWER_TIMEOUT_S,
                open=False,
            )
            await self._pool.open()
        return self._pool
