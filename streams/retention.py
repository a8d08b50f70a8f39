"""For how long a tenant's documents of a type are kept; housekeeping goes by it."""

import contextlib
from dataclasses import dataclass

from streams.audit import ACTOR
from streams.database import connect, mapped_errors

EVERY_TYPE = "*"
_NAME = "bitaqa.retention"
_SET = """
WITH done AS (
    INSERT INTO retention_rules AS r (tenant, document_type, days)
    VALUES (%(tenant)s, %(document_type)s, %(days)s)
    ON CONFLICT (tenant, document_type) DO UPDATE SET days = excluded.days
    RETURNING tenant, document_type, days
)
SELECT append_audit(tenant, %(actor)s, 'retention.set', document_type,
    jsonb_build_object('days', days)) FROM done
"""
_UNSET = """
WITH done AS (
    DELETE FROM retention_rules
    WHERE tenant = %(tenant)s AND document_type = %(document_type)s
    RETURNING tenant, document_type
)
SELECT append_audit(tenant, %(actor)s, 'retention.unset', document_type, '{}') FROM done
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """Documents of a tenant and a type (``*``: every other one) are kept for so many days."""

    tenant: str
    document_type: str
    days: int


def rules(dsn: str) -> list[Rule]:
    """Return all rules."""
    statement = "SELECT tenant, document_type, days FROM retention_rules ORDER BY 1, 2"
    with contextlib.closing(connect(dsn, _NAME)) as connection, mapped_errors():
        return [Rule(*row) for row in connection.execute(statement)]


def set_rule(dsn: str, rule: Rule) -> None:
    """Set a rule, in place of one that there is."""
    values = {"tenant": rule.tenant, "document_type": rule.document_type, "days": rule.days}
    with contextlib.closing(connect(dsn, _NAME)) as connection, mapped_errors():
        connection.execute(_SET, values | {"actor": ACTOR})


def unset_rule(dsn: str, tenant: str, document_type: str) -> bool:
    """Remove a rule; say whether it was there."""
    values = {"tenant": tenant, "document_type": document_type, "actor": ACTOR}
    with contextlib.closing(connect(dsn, _NAME)) as connection, mapped_errors():
        return connection.execute(_UNSET, values).rowcount > 0
