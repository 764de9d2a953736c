"""What becomes of a turn inside one transaction: begin, wait, commit, fail, trace, lease."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.orm import Session

from .. import InputError
from . import history, pictures
from .errors import StoreError
from .leases import LEASE, is_dead
from .records import BEGIN_NODE, HEAD, CandidateRecord, CheckRecord, Json, StepRecord
from .tables import (
    CandidateRow,
    CheckRow,
    SessionRow,
    StepRow,
    TurnImageRow,
    TurnRow,
)

UNFINISHED = ("running", "waiting")

STEPS = StepRow.metadata.tables["step"]
STEP_VALUES = {name: bindparam(name, type_=column.type) for name, column in STEPS.c.items()}
NEXT_STEP = (
    select(func.coalesce(func.max(STEPS.c.index) + 1, 0))
    .where(STEPS.c.turn_id == STEP_VALUES["turn_id"])
    .scalar_subquery()
)
# The most frequent write of a turn: one statement, built once. It writes nothing without the turn.
APPEND_STEP = (
    insert(STEPS)
    .from_select(
        STEPS.c.keys(),
        select(*{**STEP_VALUES, "index": NEXT_STEP}.values()).where(
            TurnRow.turn_id == STEP_VALUES["turn_id"]
        ),
    )
    .returning(STEPS.c.index)
)


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
    given: Json | None,
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
    if given:
        step = StepRecord(turn_id, 0, BEGIN_NODE, "done", given, {}, 0.0, now)
        db.execute(insert(STEPS), vars(step))
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
    parent_id = values.get("parent_id")
    if parent_id is not None and parent_id != turn.parent_id:
        parent = history.get_turn(db, parent_id)
        if parent.session_id != turn.session_id or parent.status != "done":
            raise InputError(f"A turn cannot continue the turn {parent_id!r}.")
    if values["version"] is not None:
        pictures.get_image(db, values["version"], is_used=True)
        _choose(db, turn_id, values["version"])
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


def picture_hashes(db: Session, turn: TurnRow) -> set[str]:
    """Return the hashes of all pictures that a turn got, painted and ended with."""
    painted = db.scalars(select(CandidateRow.image_hash).filter_by(turn_id=turn.turn_id))
    others = (turn.mask_hash, turn.version)
    return {*turn.image_hashes, *painted, *(key for key in others if key)}


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


def add_step(db: Connection, step: StepRecord) -> StepRecord:
    """Return the step, written under its index, or under the next one if that is negative."""
    if step.index >= 0 or db.dialect.name != "sqlite":  # a SQLite writer is alone anyway
        history.lock_turn(db, step.turn_id)
    if step.index < 0:
        index = db.execute(APPEND_STEP, vars(step)).scalar_one_or_none()
        if index is None:
            raise InputError(f"There is no turn {step.turn_id!r}.")
        return replace(step, index=index)
    known = db.execute(select(STEPS).filter_by(turn_id=step.turn_id, index=step.index)).first()
    if known is not None:
        return StepRecord(**known._mapping)
    db.execute(insert(STEPS), vars(step))
    return step


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


def _choose(db: Session, turn_id: str, version: str) -> None:
    """Mark the candidate that became the version, unless the caller marked one before."""
    found = select(CandidateRow).where(
        CandidateRow.turn_id == turn_id,
        (CandidateRow.image_hash == version) | CandidateRow.chosen,
    )
    candidates = db.scalars(found.order_by(CandidateRow.round, CandidateRow.index)).all()
    if candidates and not any(candidate.chosen for candidate in candidates):
        candidates[-1].chosen = True


def _check_row(turn_id: str, index: int, check: CheckRecord) -> CheckRow:
    if check.verdict not in ("yes", "no", "unsure"):
        raise InputError(f"A verdict is yes, no or unsure, not {check.verdict!r}.")
    return CheckRow(**{**vars(check), "turn_id": turn_id, "index": index})
