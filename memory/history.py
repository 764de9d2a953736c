"""The tree of turns: where the head stands, and how undo, redo and go-to move it.

Nothing is lost by a move. Undo goes to the turn before the last picture and remembers the head it
left; redo goes back to it. A move towards the root is remembered the same way, a move to where
redos would lead counts as those redos, a move elsewhere and a new turn forget what redo would do;
the turns themselves stay in the tree, within reach.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from .. import InputError
from .records import SessionRecord, TurnRecord
from .tables import SESSION, TURN, TURN_IMAGE, TURNS, read_turns

SESSION_FIELDS = [field.name for field in fields(SessionRecord)]
# Statements of every turn are built once: building one costs as much as running it.
ONE_SESSION = select(SESSION).where(SESSION.c.session_id == bindparam("session_id"))
CHANGE_SESSION = update(SESSION).where(SESSION.c.session_id == bindparam("this"))
IS_THIS_TURN = TURN.c.turn_id == bindparam("turn_id")
ONE_TURN = TURNS.where(IS_THIS_TURN).order_by(TURN_IMAGE.c.position)
STATE: Select[Any] = select(
    TURN.c.turn_id,
    TURN.c.session_id,
    TURN.c.parent_id,
    TURN.c.status,
    TURN.c.lease_owner,
    TURN.c.lease_until,
).where(IS_THIS_TURN)
LOCKED_SESSION, LOCKED_STATE = ONE_SESSION.with_for_update(), STATE.with_for_update()

_FIRST = select(TURN.c.turn_id, TURN.c.parent_id, TURN.c.version).where(IS_THIS_TURN)
_ABOVE = _FIRST.cte("above", recursive=True)
ABOVE = _ABOVE.union_all(
    select(TURN.c.turn_id, TURN.c.parent_id, TURN.c.version).join(
        _ABOVE, TURN.c.turn_id == _ABOVE.c.parent_id
    )
)
PATH = TURNS.join(ABOVE, TURN.c.turn_id == ABOVE.c.turn_id).order_by(
    TURN.c.number, TURN_IMAGE.c.position
)
_PLAIN = _FIRST.cte("plain", recursive=True)  # ends with the first version
PLAIN = _PLAIN.union_all(
    select(TURN.c.turn_id, TURN.c.parent_id, TURN.c.version)
    .join(_PLAIN, TURN.c.turn_id == _PLAIN.c.parent_id)
    .where(_PLAIN.c.version.is_(None))
)
NEAREST = select(PLAIN.c.parent_id, PLAIN.c.version).where(PLAIN.c.version.is_not(None))


def get_session(db: Connection, session_id: str, *, is_locked: bool = False) -> Row[Any]:
    """Return the row, alone in our hands if locked."""
    statement = LOCKED_SESSION if is_locked else ONE_SESSION
    row = db.execute(statement, {"session_id": session_id}).one_or_none()
    if row is None:
        raise InputError(
            f"There is no session {session_id!r}. The sessions that exist are listed by "
            "`pentimento session list`."
        )
    return row


def session_record(row: Row[Any]) -> SessionRecord:
    """Return what others may know of a session's row."""
    return SessionRecord(**{name: row._mapping[name] for name in SESSION_FIELDS})


def get_turn(db: Connection, turn_id: str) -> TurnRecord:
    """Return the whole turn."""
    found = read_turns(db, ONE_TURN, turn_id=turn_id)
    if not found:
        raise InputError(f"There is no turn {turn_id!r}.")
    return found[0]


def turn_state(db: Connection, turn_id: str, *, is_locked: bool = False) -> Row[Any]:
    """Return where a turn stands and who has it, alone in our hands if locked."""
    row = db.execute(LOCKED_STATE if is_locked else STATE, {"turn_id": turn_id}).one_or_none()
    if row is None:
        raise InputError(f"There is no turn {turn_id!r}.")
    return row


def path(db: Connection, turn_id: str) -> list[TurnRecord]:
    """Return the turns from the root to this one, in one query."""
    found = read_turns(db, PATH, turn_id=turn_id)
    if not found:
        raise InputError(f"There is no turn {turn_id!r}.")
    return found


def version_at(db: Connection, turn_id: str | None) -> str | None:
    """Return the nearest version on the path from the turn to the root."""
    found = db.execute(NEAREST, {"turn_id": turn_id}).one_or_none()
    return found.version if found else None


def undo_target(db: Connection, session: Row[Any]) -> str | None:
    """Return the head that undo would give: the parent of the nearest turn with a version."""
    found = db.execute(NEAREST, {"turn_id": session.head_turn_id}).one_or_none()
    if found is None:
        raise InputError("There is nothing to undo.")
    parent_id: str | None = found.parent_id
    return parent_id


def redo_target(session: Row[Any], steps: int = 1) -> str | None:
    """Return the head that so many redos would give, or as many as there are."""
    if not session.redo:
        raise InputError("There is nothing to redo.")
    head: str | None = session.redo[-min(steps, len(session.redo))]
    return head


def undo(db: Connection, session: Row[Any], now: datetime) -> str | None:
    """Move the head before its last picture; return it."""
    target = undo_target(db, session)
    set_head(db, session, target, [*session.redo, session.head_turn_id], now)
    return target


def redo(db: Connection, session: Row[Any], now: datetime) -> str | None:
    """Move the head to where the last undo left from; return it."""
    target = redo_target(session)
    set_head(db, session, target, session.redo[:-1], now)
    return target


def go_to(db: Connection, session: Row[Any], turn_id: str | None, now: datetime) -> None:
    """Move the head to a finished turn of its session, or before the first (None)."""
    if turn_id is not None:
        turn = turn_state(db, turn_id)
        if turn.session_id != session.session_id:
            raise InputError(f"The turn {turn_id!r} belongs to another session.")
        if turn.status != "done":
            raise InputError(
                f"The turn {turn_id!r} is {turn.status}; the head stands on done ones."
            )
    redo = session.redo
    if turn_id in redo:  # as far as several redos would go
        redo = redo[: redo.index(turn_id)]
    elif turn_id != session.head_turn_id:
        above = db.scalars(select(ABOVE.c.turn_id), {"turn_id": session.head_turn_id}).all()
        is_towards_root = turn_id is None or turn_id in above
        redo = [*redo, session.head_turn_id] if is_towards_root else []
    set_head(db, session, turn_id, redo, now)


def set_head(
    db: Connection,
    session: Row[Any],
    turn_id: str | None,
    redo: list[str | None],
    now: datetime,
) -> None:
    """Put the head of a session there, with what redo would do from now on."""
    change_session(db, session.session_id, head_turn_id=turn_id, redo=redo, updated_at=now)


def change_session(db: Connection, session_id: str, **values: Any) -> None:  # Any: every column
    """Give columns of a session new values."""
    db.execute(CHANGE_SESSION, {"this": session_id, **values})
