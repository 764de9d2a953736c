"""Deleting a session for good: the only place of the memory that deletes."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarResult, Select, delete, select

from . import history, pictures
from .engine import Database
from .images import ImageStore
from .tables import CANDIDATE, CHECK, IMAGE, SESSION, STEP, TURN, TURN_IMAGE, WISH


def purge_session(database: Database, images: ImageStore, session_id: str) -> int:
    """Delete the rows, then the files that nobody uses any more; return how many files went.

    The rows go first: a kill in between leaves a file too many, never a row without its file.
    """
    with database.write(is_durable=True) as db:
        database.lock_all(db)
        history.get_session(db, session_id, is_locked=True)
        ids = select(TURN.c.turn_id).where(TURN.c.session_id == session_id)
        used = _hashes(db, TURN.c.session_id == session_id)
        history.change_session(db, session_id, head_turn_id=None)
        db.execute(delete(WISH).where(WISH.c.session_id == session_id))
        for table in (CHECK, CANDIDATE, STEP, TURN_IMAGE):
            db.execute(delete(table).where(table.c.turn_id.in_(ids)))
        db.execute(delete(TURN).where(TURN.c.session_id == session_id))
        db.execute(delete(SESSION).where(SESSION.c.session_id == session_id))
        # Whoever is just putting one of them to use is waited for, then counted.
        mine = select(IMAGE.c.hash).where(IMAGE.c.hash.in_(used)).order_by(IMAGE.c.hash)
        used = set(db.scalars(mine.with_for_update()))
        orphans = used - _hashes(db, TURN.c.session_id != session_id)
        for image_hash in orphans:
            db.execute(delete(IMAGE).where(IMAGE.c.hash == image_hash))
    for image_hash in orphans:
        with database.write() as db:  # nobody can put it again while we look
            database.lock_all(db)
            if pictures.find_image(db, image_hash) is None:
                images.delete(image_hash)
    return len(orphans)


def _hashes(db: Connection, where: ColumnElement[bool]) -> set[str]:
    """Return every picture that the turns chosen by `where` point at."""

    def of(statement: Select[tuple[Any]]) -> ScalarResult[Any]:
        return db.scalars(statement.where(where))

    found: set[str | None] = {*of(select(TURN.c.version)), *of(select(TURN.c.mask_hash))}
    found.update(of(select(TURN_IMAGE.c.image_hash).join(TURN)))
    found.update(of(select(CANDIDATE.c.image_hash).join(TURN)))
    named = (
        select(TURN.c.plan),
        select(CANDIDATE.c.critique).join(TURN),
        select(STEP.c.output).join(TURN),  # painted, and cancelled before it was judged
    )
    for statement in named:
        found |= pictures.named_in(*of(statement))
    return {image_hash for image_hash in found if image_hash}
