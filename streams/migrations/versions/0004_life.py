"""Deletion, erasure, retention, and the audit log."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables and functions."""
    script = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(script, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Remove them, the audit log included."""
    op.execute("DROP FUNCTION erase_document(text, text, text, text)")
    op.execute("DROP FUNCTION forget_document(text, text)")
    op.execute("DROP FUNCTION append_audit(text, text, text, text, jsonb)")
    op.execute("DROP TABLE retention_rules, erasures, audit_log, audit_heads")
    op.execute("DROP FUNCTION refuse_audit_change()")
    op.execute("ALTER TABLE documents DROP COLUMN deleted_at")
    op.execute("DROP INDEX documents_by_age")
