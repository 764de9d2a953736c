"""Deleting a session for good: the only place of the memory that deletes."""

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from . import history, pictures
from .engine import Database
from .images import ImageStore
from .tables import CandidateRow, CheckRow, ImageRow, StepRow, TurnImageRow, TurnRow, WishRow


def purge_session(database: Database, images: ImageStore, session_id: str) -> int:
    """Delete the rows, then the files that nobody uses any more; return how many files went.

    The rows go first: a kill in between leaves a file too many, never a row without its file.
    """
    with database.write(is_durable=True) as db:
        database.lock_all(db.connection())
        session = history.get_session(db, session_id, is_locked=True)
        ids = select(TurnRow.turn_id).filter_by(session_id=session_id)
        used = _hashes(db, TurnRow.session_id == session_id)
        session.head_turn_id = None
        db.flush()
        db.execute(delete(WishRow).where(WishRow.session_id == session_id))
        for table in (CheckRow, CandidateRow, StepRow, TurnImageRow):
            db.execute(delete(table).where(table.turn_id.in_(ids)))
        db.execute(delete(TurnRow).where(TurnRow.session_id == session_id))
        db.delete(session)
        db.flush()
        # Whoever is just putting one of them to use is waited for, then counted.
        mine = select(ImageRow.hash).where(ImageRow.hash.in_(used)).order_by(ImageRow.hash)
        used = set(db.scalars(mine.with_for_update()))
        orphans = used - _hashes(db, TurnRow.session_id != session_id)
        for image_hash in orphans:
            db.execute(delete(ImageRow).where(ImageRow.hash == image_hash))
    for image_hash in orphans:
        with database.write() as db:  # nobody can put it again while we look
            database.lock_all(db.connection())
            if db.get(ImageRow, image_hash) is None:
                images.delete(image_hash)
    return len(orphans)


def _hashes(db: Session, where: ColumnElement[bool]) -> set[str]:
    """Return every picture that the turns chosen by `where` point at."""
    found: set[str | None] = set()
    found.update(db.scalars(select(TurnRow.version).where(where)))
    found.update(db.scalars(select(TurnRow.mask_hash).where(where)))
    found.update(db.scalars(select(TurnImageRow.image_hash).join(TurnRow).where(where)))
    found.update(db.scalars(select(CandidateRow.image_hash).join(TurnRow).where(where)))
    for value in db.scalars(select(TurnRow.plan).where(where)):
        found |= pictures.named_in(value)
    for value in db.scalars(select(CandidateRow.critique).join(TurnRow).where(where)):
        found |= pictures.named_in(value)
    return {image_hash for image_hash in found if image_hash}
