"""Leases, so that one process at a time runs an unfinished turn; labels, to name a turn."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add three columns to `turn`; turns of old have no lease and no label."""
    with op.batch_alter_table("turn") as batch:
        batch.add_column(sa.Column("label", sa.Text))
        batch.add_column(sa.Column("lease_owner", sa.Text))
        batch.add_column(sa.Column("lease_until", sa.DateTime(timezone=True)))
