"""Standing wishes inside one transaction: add, list, revoke."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from .. import InputError
from . import history
from .records import Json, WishRecord
from .tables import WISH, WISHES, read

ALL_WISHES = WISHES.where(WISH.c.session_id == bindparam("session_id"))
HELD_WISHES = ALL_WISHES.where(WISH.c.revoked_at.is_(None))


def add(
    db: Connection, now: datetime, session_id: str, text: str, rules: Json, turn_id: str | None
) -> WishRecord:
    """Return the new wish; one that this turn told already, and one that still holds, stay."""
    history.get_session(db, session_id, is_locked=True)
    if turn_id is not None and history.turn_state(db, turn_id).session_id != session_id:
        raise InputError(f"The turn {turn_id!r} belongs to another session.")
    told = wishes(db, session_id, with_revoked=True)
    for known in told:
        is_told = turn_id is not None and known.turn_id == turn_id
        if known.text == text and (is_told or known.revoked_at is None):
            return known
    number = told[-1].number + 1 if told else 1
    wish = WishRecord(session_id, number, turn_id, text, rules, now)
    db.execute(insert(WISH), vars(wish))
    return wish


def wishes(db: Connection, session_id: str, *, with_revoked: bool) -> list[WishRecord]:
    """Return the wishes of a session in the order they were made."""
    statement = ALL_WISHES if with_revoked else HELD_WISHES
    found = read(db, WishRecord, statement, session_id=session_id)
    if not found:  # of an unknown session, perhaps
        history.get_session(db, session_id)
    return found


def revoke(db: Connection, now: datetime, session_id: str, number: int) -> WishRecord:
    """Return the wish, which does not hold any more."""
    history.get_session(db, session_id, is_locked=True)
    told = wishes(db, session_id, with_revoked=True)
    wish = next((one for one in told if one.number == number), None)
    if wish is None:
        raise InputError(f"There is no standing wish {number} in this session.")
    if wish.revoked_at is None:
        wish = replace(wish, revoked_at=now)
        this = (WISH.c.session_id == session_id) & (WISH.c.number == number)
        db.execute(update(WISH).where(this).values(revoked_at=now))
    return wish
