"""Standing wishes inside one transaction: add, list, revoke."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import InputError
from . import history
from .records import Json
from .tables import WishRow


def add(
    db: Session, now: datetime, session_id: str, text: str, rules: Json, turn_id: str | None
) -> WishRow:
    """Return the new wish; one that this turn told already, and one that still holds, stay."""
    history.get_session(db, session_id, is_locked=True)
    if turn_id is not None and history.get_turn(db, turn_id).session_id != session_id:
        raise InputError(f"The turn {turn_id!r} belongs to another session.")
    for known in wishes(db, session_id, with_revoked=True):
        is_told = turn_id is not None and known.turn_id == turn_id
        if known.text == text and (is_told or known.revoked_at is None):
            return known
    last = db.scalar(select(func.max(WishRow.number)).filter_by(session_id=session_id)) or 0
    row = WishRow(
        session_id=session_id,
        number=last + 1,
        turn_id=turn_id,
        text=text,
        rules=rules,
        created_at=now,
    )
    db.add(row)
    db.flush()
    return row


def wishes(db: Session, session_id: str, *, with_revoked: bool) -> Sequence[WishRow]:
    """Return the wishes of a session in the order they were made."""
    history.get_session(db, session_id)
    statement = select(WishRow).filter_by(session_id=session_id).order_by(WishRow.number)
    if not with_revoked:
        statement = statement.where(WishRow.revoked_at.is_(None))
    return db.scalars(statement).all()


def revoke(db: Session, now: datetime, session_id: str, number: int) -> WishRow:
    """Return the wish, which does not hold any more."""
    history.get_session(db, session_id, is_locked=True)
    row = db.get(WishRow, (session_id, number))
    if row is None:
        raise InputError(f"There is no standing wish {number} in this session.")
    if row.revoked_at is None:
        row.revoked_at = now
    return row
