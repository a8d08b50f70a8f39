"""The audit log: who did what to which document or setting, each line chained to the one before.

Lines are written by ``append_audit`` in the transaction of what they tell. Here they are read,
and the chain is computed again, by other code than wrote it.
"""

import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from streams.database import connect, mapped_errors

ACTOR = "operator"
"""Who changes something from the command line."""
FETCH_MAX = 1000
# As text, so that what was hashed is compared, not what a driver makes of it.
_LINES = """
SELECT tenant, number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor,
    action, object, detail::text, previous, hash
FROM audit_log
WHERE (%(tenant)s::text IS NULL OR tenant = %(tenant)s)
    AND (%(object)s::text IS NULL OR object = %(object)s)
    AND (tenant, number) > (%(after)s, %(number)s)
ORDER BY tenant, number LIMIT %(limit)s
"""
_HEADS = """
SELECT tenant, number, hash FROM audit_heads
WHERE %(tenant)s::text IS NULL OR tenant = %(tenant)s ORDER BY tenant
"""
_LOGS = """
SELECT DISTINCT tenant FROM audit_log WHERE %(tenant)s::text IS NULL OR tenant = %(tenant)s
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log, its time in UTC and its detail as JSON text."""

    tenant: str
    number: int
    at: str
    actor: str
    action: str
    object: str
    detail: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Chain:
    """A tenant's log as it was found.

    Args:
        tenant: whose.
        lines: how many there are.
        head: hash of the last; kept elsewhere, it tells whether the log was written anew.
        fault: what is wrong first, None where all is well.
    """

    tenant: str
    lines: int
    head: str
    fault: str | None


def read_lines(dsn: str, tenant: str | None = None, about: str | None = None) -> Iterator[Line]:
    """Yield lines by tenant, oldest first.

    Args:
        dsn: connection string.
        tenant: only this one's.
        about: only lines about this document or setting.
    """
    after, number = "", 0
    with contextlib.closing(connect(dsn, "bitaqa.audit")) as connection, mapped_errors():
        while True:
            values = {"tenant": tenant, "object": about, "after": after, "number": number}
            rows = connection.execute(_LINES, values | {"limit": FETCH_MAX}).fetchall()
            yield from (Line(*row) for row in rows)
            if len(rows) < FETCH_MAX:
                return
            after, number = rows[-1][:2]


def verify(dsn: str, tenant: str | None = None) -> list[Chain]:
    """Return each tenant's log with the first line that was changed, removed or put in."""
    with contextlib.closing(connect(dsn, "bitaqa.audit")) as connection, mapped_errors():
        heads = {row[0]: (row[1], row[2]) for row in connection.execute(_HEADS, {"tenant": tenant})}
        with_lines = {row[0] for row in connection.execute(_LOGS, {"tenant": tenant})}
    return [_chain(dsn, one, heads.get(one)) for one in sorted(with_lines | set(heads))]


def _chain(dsn: str, tenant: str, head: tuple[int, str] | None) -> Chain:
    number, previous, fault = 0, "", None
    for line in read_lines(dsn, tenant):
        if fault is None:
            fault = _fault(line, number, previous)
        number += 1
        previous = line.hash
        # Lines may have been added since the head was read.
        if head is not None and line.number == head[0] and fault is None and line.hash != head[1]:
            fault = f"line {line.number} is not the one that the log's end names"
    if fault is None and head is None:
        fault = "the log's end is gone"
    if fault is None and head is not None and number < head[0]:
        fault = f"lines {number + 1} to {head[0]} are gone"
    return Chain(tenant, number, previous, fault)


def _fault(line: Line, number: int, previous: str) -> str | None:
    if line.number != number + 1:
        return f"line {number + 1} is gone"
    if line.previous != previous:
        return f"line {line.number} does not follow the one before"
    if _hash(line) != line.hash:
        return f"line {line.number} was changed"
    return None


def _hash(line: Line) -> str:
    parts = (line.tenant, str(line.number), line.at, line.actor, line.action, line.object)
    text = "\n".join((*parts, line.detail, line.previous))
    return hashlib.sha256(text.encode()).hexdigest()
