"""The SQL schema (SQLAlchemy Core), and how its rows become records; rows stay in this package."""

from dataclasses import fields
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    select,
)

from .limits import check_integer, check_text
from .records import (
    CandidateRecord,
    CheckRecord,
    ImageRecord,
    SessionRecord,
    StepRecord,
    TurnRecord,
    WishRecord,
)

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Record = TypeVar("Record")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone; SQLite keeps none, so it is stored as UTC and given back as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; a moment without zone is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The time {value} has no zone; use datetime.now(UTC).")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """A text that every database gives back unchanged; any other is refused."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text, checked."""
        return None if value is None else check_text(value)


class Integer64(TypeDecorator[int]):
    """An integer of 64 bits; a larger one is refused."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        """Return the number, checked."""
        return None if value is None else check_integer(value)


PLAIN_JSON = JSON(none_as_null=True)
METADATA = MetaData(naming_convention=NAMING)


def _key(name: str, kind: Any, *target: ForeignKey) -> Column[Any]:  # Any: a type or its class
    return Column(name, kind, *target, primary_key=True, autoincrement=False)


def _given(name: str, kind: Any, *target: ForeignKey, index: bool = False) -> Column[Any]:
    return Column(name, kind, *target, nullable=False, index=index)


# One conversation. `redo` are the heads that undo left, the nearest last.
SESSION = Table(
    "session",
    METADATA,
    _key("session_id", PlainText),
    _given("title", PlainText),
    # Session and turn point at each other: this half is added after both tables exist.
    Column("head_turn_id", PlainText, ForeignKey("turn.turn_id", use_alter=True)),
    _given("redo", PLAIN_JSON),
    _given("turn_count", Integer),
    _given("created_at", UtcDateTime),
    _given("updated_at", UtcDateTime, index=True),
)

# A picture; its bytes lie in the image store under its hash.
IMAGE = Table(
    "image",
    METADATA,
    _key("hash", PlainText),
    _given("width", Integer),
    _given("height", Integer),
    _given("size_bytes", Integer64),
    _given("mime", PlainText),
    Column("caption", PlainText),
    _given("role", PlainText),
    _given("created_at", UtcDateTime),
)

# One user message and what came of it.
TURN = Table(
    "turn",
    METADATA,
    _key("turn_id", PlainText),
    _given("session_id", PlainText, ForeignKey("session.session_id")),
    Column("parent_id", PlainText, ForeignKey("turn.turn_id")),
    _given("number", Integer),
    _given("status", PlainText),
    Column("route", PlainText),
    _given("text", PlainText),
    Column("mask_hash", PlainText, ForeignKey("image.hash")),
    Column("brief", PLAIN_JSON),
    Column("plan", PLAIN_JSON),
    _given("reply", PlainText),
    Column("version", PlainText, ForeignKey("image.hash")),
    Column("seed", Integer64),
    _given("model", PlainText),
    _given("timings", PLAIN_JSON),
    Column("error", PlainText),
    Column("question", PlainText),
    Column("label", PlainText),
    Column("lease_owner", PlainText),
    Column("lease_until", UtcDateTime),
    _given("created_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    UniqueConstraint("session_id", "number"),
    Index(None, "status"),
    Index(None, "parent_id"),
    Index(None, "version"),
    Index(None, "mask_hash"),
)

# A picture that came with a user message.
TURN_IMAGE = Table(
    "turn_image",
    METADATA,
    _key("turn_id", PlainText, ForeignKey("turn.turn_id")),
    _key("position", Integer),
    _given("image_hash", PlainText, ForeignKey("image.hash"), index=True),
)

# One node's run inside a turn.
STEP = Table(
    "step",
    METADATA,
    _key("turn_id", PlainText, ForeignKey("turn.turn_id")),
    _key("index", Integer),
    _given("node", PlainText),
    _given("status", PlainText),
    _given("input", PLAIN_JSON),
    _given("output", PLAIN_JSON),
    _given("ms", Double),
    _given("started_at", UtcDateTime),
)

# A picture painted inside a turn.
CANDIDATE = Table(
    "candidate",
    METADATA,
    _key("turn_id", PlainText, ForeignKey("turn.turn_id")),
    _key("round", Integer),
    _key("index", Integer),
    _given("image_hash", PlainText, ForeignKey("image.hash"), index=True),
    _given("seed", Integer64),
    _given("critique", PLAIN_JSON),
    _given("chosen", Boolean),
)

# One line of a checklist and its verdict.
CHECK = Table(
    "check",
    METADATA,
    _key("turn_id", PlainText, ForeignKey("turn.turn_id")),
    _key("index", Integer),
    _given("text", PlainText),
    _given("expected", PlainText),
    _given("verdict", PlainText),
    _given("reason", PlainText),
    _given("is_kept", Boolean),
    _given("is_overruled", Boolean),
)

# A standing wish of a session.
WISH = Table(
    "wish",
    METADATA,
    _key("session_id", PlainText, ForeignKey("session.session_id")),
    _key("number", Integer),
    Column("turn_id", PlainText, ForeignKey("turn.turn_id"), index=True),
    _given("text", PlainText),
    _given("rules", PLAIN_JSON),
    _given("created_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)


# From rows to records


def _columns(kind: type[Any], table: Table) -> list[Column[Any]]:
    return [table.c[field.name] for field in fields(kind)]


SESSIONS = select(*_columns(SessionRecord, SESSION))
IMAGES = select(*_columns(ImageRecord, IMAGE))
STEPS = select(*_columns(StepRecord, STEP)).order_by(STEP.c.index)
CANDIDATES = select(*_columns(CandidateRecord, CANDIDATE)).order_by(
    CANDIDATE.c.round, CANDIDATE.c.index
)
CHECKS = select(*_columns(CheckRecord, CHECK)).order_by(CHECK.c.index)
WISHES = select(*_columns(WishRecord, WISH)).order_by(WISH.c.number)

# A turn comes in one row for each of its pictures, or in one.
TURN_FIELDS = [field.name for field in fields(TurnRecord)]
PICTURE_AT = TURN_FIELDS.index("image_hashes")
TURNS = select(
    *(TURN_IMAGE.c.image_hash if name == "image_hashes" else TURN.c[name] for name in TURN_FIELDS)
).select_from(TURN.outerjoin(TURN_IMAGE))


def read(
    db: Connection, kind: type[Record], statement: Select[Any], **values: object
) -> list[Record]:
    """Return the records that a statement on `SESSIONS`, `IMAGES`, ... finds."""
    return [kind(*row) for row in db.execute(statement, values)]


def read_turns(db: Connection, statement: Select[Any], **values: object) -> list[TurnRecord]:
    """Return the turns that a statement on `TURNS` finds, which orders them, then by position."""
    turns = []
    for _, rows in groupby(db.execute(statement, values), key=itemgetter(0)):
        first, *others = rows
        hashes = (row[PICTURE_AT] for row in (first, *others))
        columns: list[Any] = [*first]  # Any: of every kind
        columns[PICTURE_AT] = tuple(one for one in hashes if one is not None)
        turns.append(TurnRecord(*columns))
    return turns
