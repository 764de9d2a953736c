"""What becomes of a turn inside one transaction: begin, wait, commit, fail, trace, lease."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from .. import InputError
from . import history, pictures
from .errors import StoreError
from .leases import LEASE, is_dead
from .records import HEAD, CandidateRecord, CheckRecord, StepRecord
from .tables import (
    Base,
    CandidateRow,
    CheckRow,
    SessionRow,
    StepRow,
    TurnImageRow,
    TurnRow,
)

UNFINISHED = ("running", "waiting")


def begin(
    db: Session,
    now: datetime,
    turn_id: str,
    session_id: str,
    text: str,
    image_hashes: Sequence[str],
    mask_hash: str | None,
    parent_id: str | None,
    owner: str | None,
) -> TurnRow:
    """Return the new turn, or the one that already began under this id."""
    session = history.get_session(db, session_id, is_locked=True)
    known = db.get(TurnRow, turn_id)
    if known is not None:
        if known.session_id != session_id:
            raise InputError(f"The turn {turn_id!r} belongs to another session.")
        return known
    if parent_id == HEAD:
        parent_id = session.head_turn_id
    elif parent_id is not None and history.get_turn(db, parent_id).session_id != session_id:
        raise InputError(f"The turn {parent_id!r} belongs to another session.")
    for image_hash in sorted({*image_hashes, *([mask_hash] if mask_hash else [])}):
        pictures.get_image(db, image_hash, is_used=True)
    session.turn_count += 1
    session.updated_at = now
    turn = TurnRow(
        turn_id=turn_id,
        session_id=session_id,
        parent_id=parent_id,
        number=session.turn_count,
        status="running",
        text=text,
        mask_hash=mask_hash,
        reply="",
        model="",
        timings={},
        lease_owner=owner,
        lease_until=now + LEASE if owner else None,
        created_at=now,
        images=[
            TurnImageRow(position=position, image_hash=image_hash)
            for position, image_hash in enumerate(image_hashes)
        ],
    )
    db.add(turn)
    db.flush()
    return turn


def lock(db: Session, turn_id: str) -> tuple[SessionRow, TurnRow]:
    """Return a turn and its session, both alone in our hands, always in this order."""
    session_id = db.scalar(select(TurnRow.session_id).filter_by(turn_id=turn_id))
    if session_id is None:
        raise InputError(f"There is no turn {turn_id!r}.")
    session = history.get_session(db, session_id, is_locked=True)
    return session, history.get_turn(db, turn_id, is_locked=True)


def commit(
    db: Session,
    now: datetime,
    turn_id: str,
    values: dict[str, Any],
    checks: Sequence[CheckRecord],
    head: str | None,
) -> TurnRow:
    """Return the turn, done now or before; checks, version and head come with it or not at all."""
    session, turn = lock(db, turn_id)
    if turn.status == "done":
        return turn
    if turn.status not in UNFINISHED:
        raise StoreError(f"The turn {turn_id} was {turn.status} and cannot be committed any more.")
    if values["version"] is not None:
        pictures.get_image(db, values["version"], is_used=True)
        chosen = db.scalars(
            select(CandidateRow).filter_by(turn_id=turn_id, image_hash=values["version"])
        ).all()
        if chosen and not _chosen(db, turn_id):
            chosen[-1].chosen = True
    for name, value in values.items():
        setattr(turn, name, value)
    for index, check in enumerate(checks):
        db.add(_check_row(turn_id, index, check))
    _finish(turn, "done", now)
    session.updated_at = now
    db.flush()
    if head == "turn":
        session.head_turn_id, session.redo = turn_id, []
    elif head == "undo":
        history.undo(db, session)
    elif head == "redo":
        history.redo(session)
    elif head != "stay":
        history.go_to(db, session, head)
    return turn


def fail(
    db: Session, now: datetime, turn_id: str, error: str, status: Literal["failed", "cancelled"]
) -> TurnRow:
    """Return the turn, ended without a version, unless it had ended before."""
    if status not in ("failed", "cancelled"):
        raise InputError(f"A turn ends as 'failed' or 'cancelled', not {status!r}.")
    session, turn = lock(db, turn_id)
    if turn.status in UNFINISHED:
        turn.error = error
        _finish(turn, status, now)
        session.updated_at = now
    return turn


def wait(db: Session, turn_id: str, question: str) -> TurnRow:
    """Return the turn, waiting for the user; its lease is free for whoever brings the answer."""
    turn = _unfinished(db, turn_id)
    turn.status, turn.question = "waiting", question
    turn.lease_owner = turn.lease_until = None
    return turn


def resume(db: Session, turn_id: str) -> TurnRow:
    """Return the turn, running again after its question was answered."""
    turn = _unfinished(db, turn_id)
    turn.status = "running"
    return turn


def claim(db: Session, now: datetime, turn_id: str, owner: str, *, is_new: bool) -> bool:
    """Return whether the turn is the owner's to run for the next LEASE_SECONDS.

    A renewal (not `is_new`) needs a lease that the owner still holds.
    """
    turn = history.get_turn(db, turn_id, is_locked=True)
    if turn.status not in UNFINISHED:
        return False
    is_own = turn.lease_owner == owner
    is_free = (
        turn.lease_owner is None
        or turn.lease_until is None
        or turn.lease_until <= now
        or is_dead(turn.lease_owner)
    )
    if not (is_own or (is_new and is_free)):
        return False
    turn.lease_owner, turn.lease_until = owner, now + LEASE
    return True


def release(db: Session, turn_id: str, owner: str) -> None:
    """Free the turn if the owner holds it."""
    turn = history.get_turn(db, turn_id, is_locked=True)
    if turn.lease_owner == owner:
        turn.lease_owner = turn.lease_until = None


def add_step(db: Session, step: StepRecord) -> StepRecord:
    """Return the step, written under its index, or under the next one if that is negative.

    The most frequent write of a turn: columns and a plain insert, no mapped rows.
    """
    history.lock_turn(db, step.turn_id)
    index = step.index
    if index < 0:
        last = db.scalar(select(func.max(StepRow.index)).filter_by(turn_id=step.turn_id))
        index = 0 if last is None else last + 1
    elif known := db.get(StepRow, (step.turn_id, index)):
        return known.record()
    written = replace(step, index=index)
    db.execute(insert(Base.metadata.tables["step"]), [vars(written)])
    return written


def add_candidate(db: Session, candidate: CandidateRecord) -> CandidateRow:
    """Return the candidate as last told; once the turn has ended, as it was then."""
    status = history.lock_turn(db, candidate.turn_id)
    pictures.get_image(db, candidate.image_hash, is_used=True)
    key = (candidate.turn_id, candidate.round, candidate.index)
    row = db.get(CandidateRow, key)
    if row is None:
        row = CandidateRow(**vars(candidate))
        db.add(row)
    elif status in UNFINISHED:
        for name in ("image_hash", "seed", "critique", "chosen"):
            setattr(row, name, getattr(candidate, name))
    return row


def _unfinished(db: Session, turn_id: str) -> TurnRow:
    turn = history.get_turn(db, turn_id, is_locked=True)
    if turn.status not in UNFINISHED:
        raise StoreError(f"The turn {turn_id} is {turn.status} already.")
    return turn


def _finish(turn: TurnRow, status: str, now: datetime) -> None:
    turn.status, turn.finished_at = status, now
    turn.lease_owner = turn.lease_until = None


def _chosen(db: Session, turn_id: str) -> CandidateRow | None:
    return db.scalars(select(CandidateRow).filter_by(turn_id=turn_id, chosen=True)).first()


def _check_row(turn_id: str, index: int, check: CheckRecord) -> CheckRow:
    if check.verdict not in ("yes", "no", "unsure"):
        raise InputError(f"A verdict is yes, no or unsure, not {check.verdict!r}.")
    return CheckRow(**{**vars(check), "turn_id": turn_id, "index": index})
