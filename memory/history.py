"""The tree of turns: where the head stands, and how undo, redo and go-to move it.

Nothing is lost by a move. Undo goes to the turn before the last picture and remembers the head it
left; redo goes back to it. A move towards the root is remembered the same way, a move elsewhere
and a new turn forget what redo would do; the turns themselves stay in the tree, within reach.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session, selectinload

from .. import InputError
from .tables import SessionRow, TurnRow


def get_session(db: Session, session_id: str, *, is_locked: bool = False) -> SessionRow:
    """Return the row, alone in its hands if locked."""
    row = db.get(SessionRow, session_id, with_for_update=is_locked, populate_existing=is_locked)
    if row is None:
        raise InputError(
            f"There is no session {session_id!r}. The sessions that exist are listed by "
            "`pentimento session list`."
        )
    return row


def get_turn(db: Session, turn_id: str, *, is_locked: bool = False) -> TurnRow:
    """Return the row, alone in its hands if locked."""
    row = db.get(TurnRow, turn_id, with_for_update=is_locked, populate_existing=is_locked)
    if row is None:
        raise InputError(f"There is no turn {turn_id!r}.")
    return row


def lock_turn(db: Session | Connection, turn_id: str) -> str:
    """Return the status of a turn that is now alone in our hands, without the rest of it."""
    found = select(TurnRow.status).filter_by(turn_id=turn_id).with_for_update()
    status = db.scalar(found)
    if status is None:
        raise InputError(f"There is no turn {turn_id!r}.")
    return status


def walk(db: Session, turn_id: str | None) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield (turn_id, parent_id, version) from a turn up to the root."""
    while turn_id is not None:
        found = db.execute(
            select(TurnRow.turn_id, TurnRow.parent_id, TurnRow.version).where(
                TurnRow.turn_id == turn_id
            )
        ).one()
        yield found[0], found[1], found[2]
        turn_id = found[1]


def path(db: Session, turn_id: str | None) -> list[TurnRow]:
    """Return the turns from the root to this one, in one query."""
    above = (
        select(TurnRow.turn_id, TurnRow.parent_id)
        .where(TurnRow.turn_id == turn_id)
        .cte("above", recursive=True)
    )
    above = above.union_all(
        select(TurnRow.turn_id, TurnRow.parent_id).join(above, TurnRow.turn_id == above.c.parent_id)
    )
    statement = select(TurnRow).join(above, TurnRow.turn_id == above.c.turn_id)
    statement = statement.order_by(TurnRow.number).options(selectinload(TurnRow.images))
    return list(db.scalars(statement))


def version_at(db: Session, turn_id: str | None) -> str | None:
    """Return the nearest version on the path from the turn to the root."""
    return next((version for _, _, version in walk(db, turn_id) if version), None)


def undo_target(db: Session, session: SessionRow) -> str | None:
    """Return the head that undo would give: the parent of the nearest turn with a version."""
    for _, parent_id, version in walk(db, session.head_turn_id):
        if version:
            return parent_id
    raise InputError("There is nothing to undo.")


def redo_target(session: SessionRow) -> str | None:
    """Return the head that redo would give."""
    if not session.redo:
        raise InputError("There is nothing to redo.")
    return session.redo[-1]


def undo(db: Session, session: SessionRow) -> None:
    """Move the head before its last picture."""
    target = undo_target(db, session)
    session.redo = [*session.redo, session.head_turn_id]
    session.head_turn_id = target


def redo(session: SessionRow) -> None:
    """Move the head to where the last undo left from."""
    target = redo_target(session)
    session.redo = session.redo[:-1]
    session.head_turn_id = target


def go_to(db: Session, session: SessionRow, turn_id: str | None) -> None:
    """Move the head to a finished turn of its session, or before the first (None)."""
    if turn_id is not None:
        turn = get_turn(db, turn_id)
        if turn.session_id != session.session_id:
            raise InputError(f"The turn {turn_id!r} belongs to another session.")
        if turn.status != "done":
            raise InputError(
                f"The turn {turn_id!r} is {turn.status}; the head stands on done ones."
            )
    if turn_id == session.head_turn_id:
        return
    is_towards_root = turn_id is None or any(
        turn_id == above for above, _, _ in walk(db, session.head_turn_id)
    )
    session.redo = [*session.redo, session.head_turn_id] if is_towards_root else []
    session.head_turn_id = turn_id
