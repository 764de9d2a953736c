"""What reads many rows: lists, paths, searches."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from . import history
from .tables import CheckRow, ImageRow, SessionRow, TurnRow
from .turns import UNFINISHED

WHOLE = select(TurnRow).options(selectinload(TurnRow.images))


def sessions(db: Session, query: str | None, limit: int) -> Sequence[SessionRow]:
    """Return sessions, the last touched first; `query` looks in titles and in all turns."""
    statement = select(SessionRow).order_by(SessionRow.updated_at.desc(), SessionRow.session_id)
    if query:
        said = select(TurnRow.session_id).where(_speaks_of(query))
        statement = statement.where(
            SessionRow.title.icontains(query, autoescape=True) | SessionRow.session_id.in_(said)
        )
    return db.scalars(statement.limit(limit)).all()


def turns(db: Session, session_id: str) -> Sequence[TurnRow]:
    """Return all turns of a session, in the order they began."""
    history.get_session(db, session_id)
    statement = WHOLE.filter_by(session_id=session_id).order_by(TurnRow.number)
    return db.scalars(statement).all()


def children(db: Session, turn_id: str) -> Sequence[TurnRow]:
    """Return the turns that continue from this one, oldest first."""
    history.get_turn(db, turn_id)
    return db.scalars(WHOLE.filter_by(parent_id=turn_id).order_by(TurnRow.number)).all()


def unfinished(db: Session) -> Sequence[TurnRow]:
    """Return the turns of all sessions that are running or waiting, oldest first."""
    statement = WHOLE.where(TurnRow.status.in_(UNFINISHED))
    return db.scalars(statement.order_by(TurnRow.created_at, TurnRow.number)).all()


def search(db: Session, words: str, session_id: str | None, limit: int) -> Sequence[TurnRow]:
    """Return turns with the words in what was said, label, caption or checks, the newest first."""
    statement = WHOLE.where(_speaks_of(words))
    if session_id is not None:
        statement = statement.filter_by(session_id=session_id)
    statement = statement.order_by(TurnRow.created_at.desc(), TurnRow.number.desc())
    return db.scalars(statement.limit(limit)).all()


def _speaks_of(words: str) -> ColumnElement[bool]:
    """Return the condition of a turn that says, shows or checks the words, or bears them."""
    checked = select(CheckRow.turn_id).where(CheckRow.text.icontains(words, autoescape=True))
    pictures = select(ImageRow.hash).where(ImageRow.caption.icontains(words, autoescape=True))
    return (
        TurnRow.text.icontains(words, autoescape=True)
        | TurnRow.reply.icontains(words, autoescape=True)
        | TurnRow.label.icontains(words, autoescape=True)
        | TurnRow.version.in_(pictures)
        | TurnRow.turn_id.in_(checked)
    )
