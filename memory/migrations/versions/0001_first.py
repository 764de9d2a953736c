"""The first schema: session, image, turn, step, candidate, check."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "session",
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("head_turn_id", sa.Text),
        sa.Column("redo", sa.JSON, nullable=False),
        sa.Column("turn_count", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_session"),
    )
    op.create_index("ix_session_updated_at", "session", ["updated_at"])
    op.create_table(
        "image",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("mime", sa.Text, nullable=False),
        sa.Column("caption", sa.Text),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_image"),
    )
    op.create_table(
        "turn",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Text),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("route", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("mask_hash", sa.Text),
        sa.Column("brief", sa.JSON),
        sa.Column("plan", sa.JSON),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("version", sa.Text),
        sa.Column("seed", sa.BigInteger),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("timings", sa.JSON, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("question", sa.Text),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.PrimaryKeyConstraint("turn_id", name="pk_turn"),
        sa.UniqueConstraint("session_id", "number", name="uq_turn_session_id_number"),
        _key("turn", "session_id", "session", "session_id"),
        _key("turn", "parent_id", "turn", "turn_id"),
        _key("turn", "mask_hash", "image", "hash"),
        _key("turn", "version", "image", "hash"),
    )
    for column in ("status", "parent_id", "version", "mask_hash"):
        op.create_index(f"ix_turn_{column}", "turn", [column])
    with op.batch_alter_table("session") as batch:
        batch.create_foreign_key(
            "fk_session_head_turn_id_turn", "turn", ["head_turn_id"], ["turn_id"]
        )
    op.create_table(
        "turn_image",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("image_hash", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "position", name="pk_turn_image"),
        _key("turn_image", "turn_id", "turn", "turn_id"),
        _key("turn_image", "image_hash", "image", "hash"),
    )
    op.create_index("ix_turn_image_image_hash", "turn_image", ["image_hash"])
    op.create_table(
        "step",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("index", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("node", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("input", sa.JSON, nullable=False),
        sa.Column("output", sa.JSON, nullable=False),
        sa.Column("ms", sa.Double, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "index", name="pk_step"),
        _key("step", "turn_id", "turn", "turn_id"),
    )
    op.create_table(
        "candidate",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("round", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("index", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("image_hash", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("critique", sa.JSON, nullable=False),
        sa.Column("chosen", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "round", "index", name="pk_candidate"),
        _key("candidate", "turn_id", "turn", "turn_id"),
        _key("candidate", "image_hash", "image", "hash"),
    )
    op.create_index("ix_candidate_image_hash", "candidate", ["image_hash"])
    op.create_table(
        "check",
        sa.Column("turn_id", sa.Text, nullable=False),
        sa.Column("index", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("expected", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("is_kept", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", "index", name="pk_check"),
        _key("check", "turn_id", "turn", "turn_id"),
    )


def _key(table: str, column: str, other: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{other}"
    return sa.ForeignKeyConstraint([column], [f"{other}.{target}"], name=name)
