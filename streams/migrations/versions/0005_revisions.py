"""Revisions that callers asked for, and what documents are attached to."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    script = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(script, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Remove it."""
    op.execute("DROP FUNCTION claim_revision(text, text, text, text)")
    op.execute("DROP TABLE attachments, revisions")
