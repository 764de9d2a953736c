"""Standing wishes: what the user wants to hold for all later pictures of a session."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the table `wish`; sessions of old have none."""
    op.create_table(
        "wish",
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("turn_id", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("rules", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_wish")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.session_id"], name=op.f("fk_wish_session_id_session")
        ),
        sa.ForeignKeyConstraint(["turn_id"], ["turn.turn_id"], name=op.f("fk_wish_turn_id_turn")),
    )
    op.create_index(op.f("ix_wish_turn_id"), "wish", ["turn_id"])
