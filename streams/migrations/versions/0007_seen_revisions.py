"""Revisions taken only of what was seen; batches without documents that were erased."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Replace the functions."""
    _run(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """Take the former ones."""
    _run(Path(__file__).with_name("0007_seen_revisions_down.sql"))


def _run(script: Path) -> None:
    text = script.read_text("utf-8")
    op.get_bind().exec_driver_sql(text, execution_options={"no_parameters": True})
