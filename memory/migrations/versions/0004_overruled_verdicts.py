"""Verdicts that the user overruled: "it's fine as it is"."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add a column to `check`; nobody overruled the checks of old."""
    with op.batch_alter_table("check") as batch:
        batch.add_column(
            sa.Column("is_overruled", sa.Boolean, nullable=False, server_default=sa.false())
        )
