"""Documents, their readings and their way; offsets beside them."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first version."""
    script = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(script, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Remove them with all that is in them."""
    op.execute(
        "DROP TABLE fields, findings, pages, readings, failures, jobs, documents,"
        " document_events, sink_rejects, consumer_offsets"
    )
    op.execute("DROP FUNCTION advance_offsets(text, json)")
