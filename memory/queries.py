"""What reads many rows: lists and searches."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, bindparam, or_, select, true

from . import history
from .records import SessionRecord, TurnRecord
from .tables import CHECK, IMAGE, SESSION, SESSIONS, TURN, TURN_IMAGE, TURNS, read, read_turns
from .turns import UNFINISHED

UNFINISHED_TURNS = TURNS.where(TURN.c.status.in_(UNFINISHED)).order_by(
    TURN.c.created_at, TURN.c.number, TURN.c.turn_id, TURN_IMAGE.c.position
)
UNFINISHED_HERE = UNFINISHED_TURNS.where(TURN.c.session_id == bindparam("session_id"))


def sessions(db: Connection, query: str | None, limit: int) -> list[SessionRecord]:
    """Return sessions, the last touched first; `query` looks in titles and in all turns."""
    statement = SESSIONS.order_by(SESSION.c.updated_at.desc(), SESSION.c.session_id)
    if query:
        said = select(TURN.c.session_id).where(_speaks_of(query))
        statement = statement.where(
            SESSION.c.title.icontains(query, autoescape=True) | SESSION.c.session_id.in_(said)
        )
    return read(db, SessionRecord, statement.limit(limit))


def first_texts(db: Connection, session_ids: Iterable[str]) -> dict[str, str]:
    """Return by session what was said in its first turn; one without turns is left out."""
    is_first = TURN.c.session_id.in_(list(session_ids)) & (TURN.c.number == 1)
    found = db.execute(select(TURN.c.session_id, TURN.c.text).where(is_first))
    return {session_id: text for session_id, text in found}


def turns(db: Connection, session_id: str) -> list[TurnRecord]:
    """Return all turns of a session, in the order they began."""
    history.get_session(db, session_id)
    statement = TURNS.where(TURN.c.session_id == session_id)
    return read_turns(db, statement.order_by(TURN.c.number, TURN_IMAGE.c.position))


def unfinished(db: Connection, session_id: str | None) -> list[TurnRecord]:
    """Return the turns of one or all sessions that are running or waiting, oldest first."""
    if session_id is None:
        return read_turns(db, UNFINISHED_TURNS)
    history.get_session(db, session_id)
    return read_turns(db, UNFINISHED_HERE, session_id=session_id)


def search(db: Connection, words: str, session_id: str | None, limit: int) -> list[TurnRecord]:
    """Return turns with the words in what was said, label, caption or checks, the newest first."""
    order = (TURN.c.created_at.desc(), TURN.c.number.desc(), TURN.c.turn_id)
    is_here = true() if session_id is None else TURN.c.session_id == session_id
    found = select(TURN.c.turn_id).where(_speaks_of(words), is_here)
    newest = found.order_by(*order).limit(limit).subquery()
    statement = TURNS.where(TURN.c.turn_id.in_(select(newest.c.turn_id)))
    return read_turns(db, statement.order_by(*order, TURN_IMAGE.c.position))


def _speaks_of(words: str) -> ColumnElement[bool]:
    """Return the condition of a turn that says, shows or checks the words, or bears them."""
    checked = select(CHECK.c.turn_id).where(CHECK.c.text.icontains(words, autoescape=True))
    pictures = select(IMAGE.c.hash).where(IMAGE.c.caption.icontains(words, autoescape=True))
    said = (TURN.c[name].icontains(words, autoescape=True) for name in ("text", "reply", "label"))
    return or_(*said, TURN.c.version.in_(pictures), TURN.c.turn_id.in_(checked))
