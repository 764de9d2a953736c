"""The SQL schema (SQLAlchemy 2); its rows never leave this package."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from .limits import check_integer, check_text
from .records import (
    CandidateRecord,
    CheckRecord,
    ImageRecord,
    Json,
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


Record = TypeVar(
    "Record",
    SessionRecord,
    ImageRecord,
    TurnRecord,
    StepRecord,
    CandidateRecord,
    CheckRecord,
    WishRecord,
)


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


class Base(DeclarativeBase):
    """Root of the tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: PlainText(),
        float: Double(),
        datetime: UtcDateTime(),
        Json: JSON(none_as_null=True),
        dict[str, float]: JSON(none_as_null=True),
        list[str | None]: JSON(none_as_null=True),
    }


class SessionRow(Base):
    """One conversation."""

    __tablename__ = "session"

    session_id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    head_turn_id: Mapped[str | None] = mapped_column(
        # Session and turn point at each other: this half is added after both tables exist.
        ForeignKey("turn.turn_id", use_alter=True)
    )
    redo: Mapped[list[str | None]]  # heads that undo left, the nearest last
    turn_count: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)

    def record(self) -> SessionRecord:
        """Return the row as a record."""
        return _fill(SessionRecord, self)


class ImageRow(Base):
    """A picture; its bytes lie in the image store under its hash."""

    __tablename__ = "image"

    hash: Mapped[str] = mapped_column(primary_key=True)
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int] = mapped_column(Integer64)
    mime: Mapped[str]
    caption: Mapped[str | None]
    role: Mapped[str]
    created_at: Mapped[datetime]

    def record(self) -> ImageRecord:
        """Return the row as a record."""
        return _fill(ImageRecord, self)


class TurnRow(Base):
    """One user message and what came of it."""

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        Index(None, "status"),
        Index(None, "parent_id"),
        Index(None, "version"),
        Index(None, "mask_hash"),
    )

    turn_id: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("session.session_id"))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("turn.turn_id"))
    number: Mapped[int]
    status: Mapped[str]
    route: Mapped[str | None]
    text: Mapped[str]
    mask_hash: Mapped[str | None] = mapped_column(ForeignKey("image.hash"))
    brief: Mapped[Json | None]
    plan: Mapped[Json | None]
    reply: Mapped[str]
    version: Mapped[str | None] = mapped_column(ForeignKey("image.hash"))
    seed: Mapped[int | None] = mapped_column(Integer64)
    model: Mapped[str]
    timings: Mapped[dict[str, float]]
    error: Mapped[str | None]
    question: Mapped[str | None]
    label: Mapped[str | None]
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    images: Mapped[list["TurnImageRow"]] = relationship(order_by="TurnImageRow.position")

    @property
    def image_hashes(self) -> tuple[str, ...]:
        """Return the pictures that came with the message, in order."""
        return tuple(image.image_hash for image in self.images)

    def record(self) -> TurnRecord:
        """Return the row as a record."""
        return _fill(TurnRecord, self)


class TurnImageRow(Base):
    """A picture that came with a user message."""

    __tablename__ = "turn_image"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turn.turn_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    image_hash: Mapped[str] = mapped_column(ForeignKey("image.hash"), index=True)


class StepRow(Base):
    """One node's run inside a turn."""

    __tablename__ = "step"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turn.turn_id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    node: Mapped[str]
    status: Mapped[str]
    input: Mapped[Json]
    output: Mapped[Json]
    ms: Mapped[float]
    started_at: Mapped[datetime]

    def record(self) -> StepRecord:
        """Return the row as a record."""
        return _fill(StepRecord, self)


class CandidateRow(Base):
    """A picture painted inside a turn."""

    __tablename__ = "candidate"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turn.turn_id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    image_hash: Mapped[str] = mapped_column(ForeignKey("image.hash"), index=True)
    seed: Mapped[int] = mapped_column(Integer64)
    critique: Mapped[Json]
    chosen: Mapped[bool]

    def record(self) -> CandidateRecord:
        """Return the row as a record."""
        return _fill(CandidateRecord, self)


class CheckRow(Base):
    """One line of a checklist and its verdict."""

    __tablename__ = "check"

    turn_id: Mapped[str] = mapped_column(ForeignKey("turn.turn_id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str]
    expected: Mapped[str]
    verdict: Mapped[str]
    reason: Mapped[str]
    is_kept: Mapped[bool]
    is_overruled: Mapped[bool] = mapped_column(default=False)

    def record(self) -> CheckRecord:
        """Return the row as a record."""
        return _fill(CheckRecord, self)


class WishRow(Base):
    """A standing wish of a session."""

    __tablename__ = "wish"

    session_id: Mapped[str] = mapped_column(ForeignKey("session.session_id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn_id: Mapped[str | None] = mapped_column(ForeignKey("turn.turn_id"), index=True)
    text: Mapped[str]
    rules: Mapped[Json]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    def record(self) -> WishRecord:
        """Return the row as a record."""
        return _fill(WishRecord, self)


def _fill(kind: type[Record], row: Base) -> Record:
    """Return the record whose fields are the row's columns of the same names."""
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})
