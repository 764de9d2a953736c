"""What becomes of a turn inside one transaction: begin, wait, commit, fail, trace, lease."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    func,
    insert,
    select,
    update,
)

from .. import InputError
from . import history, pictures
from .errors import StoreError
from .leases import ELSEWHERE, LEASE, is_dead
from .records import (
    BEGIN_NODE,
    HEAD,
    CandidateRecord,
    CheckRecord,
    Json,
    StepRecord,
    TurnRecord,
)
from .tables import (
    CANDIDATE,
    CANDIDATES,
    CHECK,
    CHECKS,
    STEP,
    STEPS,
    TURN,
    TURN_IMAGE,
    Record,
    read,
    read_turns,
)

UNFINISHED = ("running", "waiting")

# Statements of every turn are built once: building one costs as much as running it.
STEP_VALUES = {name: bindparam(name, type_=column.type) for name, column in STEP.c.items()}
NEXT_STEP = (
    select(func.coalesce(func.max(STEP.c.index) + 1, 0))
    .where(STEP.c.turn_id == STEP_VALUES["turn_id"])
    .scalar_subquery()
)
# One statement for the most frequent write of a turn. It writes nothing without the turn.
APPEND_STEP = (
    insert(STEP)
    .from_select(
        STEP.c.keys(),
        select(*{**STEP_VALUES, "index": NEXT_STEP}.values()).where(
            TURN.c.turn_id == STEP_VALUES["turn_id"]
        ),
    )
    .returning(STEP.c.index)
)
CHANGE_TURN = update(TURN).where(TURN.c.turn_id == bindparam("this"))
CHANGE_CANDIDATE = update(CANDIDATE).where(
    CANDIDATE.c.turn_id == bindparam("this"),
    CANDIDATE.c.round == bindparam("this_round"),
    CANDIDATE.c.index == bindparam("this_index"),
)
TURN_STEPS = STEPS.where(STEP.c.turn_id == bindparam("turn_id"))
TURN_CANDIDATES = CANDIDATES.where(CANDIDATE.c.turn_id == bindparam("turn_id"))
TURN_CHECKS = CHECKS.where(CHECK.c.turn_id == bindparam("turn_id"))
PATH_CHECKS = CHECKS.join(history.ABOVE, CHECK.c.turn_id == history.ABOVE.c.turn_id)


def begin(
    db: Connection,
    now: datetime,
    turn_id: str,
    session_id: str,
    text: str,
    image_hashes: Sequence[str],
    mask_hash: str | None,
    parent_id: str | None,
    owner: str | None,
    given: Json | None,
) -> TurnRecord:
    """Return the new turn, or the one that already began under this id."""
    session = history.get_session(db, session_id, is_locked=True)
    known = read_turns(db, history.ONE_TURN, turn_id=turn_id)
    if known:
        if known[0].session_id != session_id:
            raise InputError(f"The turn {turn_id!r} belongs to another session.")
        return known[0]
    if owner and _is_held(db, now, session_id, owner):
        raise InputError(ELSEWHERE)
    if parent_id == HEAD:
        parent_id = session.head_turn_id
    elif parent_id is not None and history.turn_state(db, parent_id).session_id != session_id:
        raise InputError(f"The turn {parent_id!r} belongs to another session.")
    for image_hash in sorted({*image_hashes, *([mask_hash] if mask_hash else [])}):
        pictures.get_image(db, image_hash, is_used=True)
    number = session.turn_count + 1
    history.change_session(db, session_id, turn_count=number, updated_at=now)
    turn = {
        "turn_id": turn_id,
        "session_id": session_id,
        "parent_id": parent_id,
        "number": number,
        "status": "running",
        "text": text,
        "mask_hash": mask_hash,
        "reply": "",
        "model": "",
        "timings": {},
        "lease_owner": owner,
        "lease_until": now + LEASE if owner else None,
        "created_at": now,
    }
    db.execute(insert(TURN), turn)
    if image_hashes:
        shown = [
            {"turn_id": turn_id, "position": position, "image_hash": image_hash}
            for position, image_hash in enumerate(image_hashes)
        ]
        db.execute(insert(TURN_IMAGE), shown)
    if given:
        step = StepRecord(turn_id, 0, BEGIN_NODE, "done", given, {}, 0.0, now)
        db.execute(insert(STEP), vars(step))
    return history.get_turn(db, turn_id)


def _is_held(db: Connection, now: datetime, session_id: str, owner: str) -> bool:
    """Return whether a turn of the session is run by another owner that still lives."""
    running = select(TURN.c.lease_owner).where(
        TURN.c.session_id == session_id,
        TURN.c.status == "running",
        TURN.c.lease_owner.is_not(None),
        TURN.c.lease_owner != owner,
        TURN.c.lease_until > now,
    )
    return any(not is_dead(other) for other in db.execute(running).scalars())


def lock(db: Connection, turn_id: str) -> tuple[Row[Any], Row[Any]]:
    """Return a session and its turn, both alone in our hands, always in this order."""
    session_id = history.turn_state(db, turn_id).session_id
    session = history.get_session(db, session_id, is_locked=True)
    return session, history.turn_state(db, turn_id, is_locked=True)


def commit(
    db: Connection,
    now: datetime,
    turn_id: str,
    values: dict[str, Any],
    checks: Sequence[CheckRecord],
    head: str | None,
) -> TurnRecord:
    """Return the turn, done now or before; checks, version and head come with it or not at all."""
    session, turn = lock(db, turn_id)
    if turn.status == "done":
        return history.get_turn(db, turn_id)
    if turn.status not in UNFINISHED:
        raise StoreError(f"The turn {turn_id} was {turn.status} and cannot be committed any more.")
    parent_id = values.get("parent_id")
    if parent_id is not None and parent_id != turn.parent_id:
        parent = history.turn_state(db, parent_id)
        if parent.session_id != turn.session_id or parent.status != "done":
            raise InputError(f"A turn cannot continue the turn {parent_id!r}.")
    if values["version"] is not None:
        pictures.get_image(db, values["version"], is_used=True)
        _choose(db, turn_id, values["version"])
    if checks:
        rows = [_check_row(turn_id, index, check) for index, check in enumerate(checks)]
        db.execute(insert(CHECK), rows)
    _change(db, turn_id, **values, **_ended("done", now))
    if head == "turn":
        history.set_head(db, session, turn_id, [], now)
    elif head == "undo":
        history.undo(db, session, now)
    elif head == "redo":
        history.redo(db, session, now)
    elif head == "stay":
        history.set_head(db, session, session.head_turn_id, session.redo, now)
    else:
        history.go_to(db, session, head, now)
    return history.get_turn(db, turn_id)


def picture_hashes(db: Connection, turn: TurnRecord) -> set[str]:
    """Return the hashes of all pictures that a turn got, painted and ended with."""
    candidates = read(db, CandidateRecord, TURN_CANDIDATES, turn_id=turn.turn_id)
    others = (turn.mask_hash, turn.version)
    painted = (one.image_hash for one in candidates)
    return {*turn.image_hashes, *painted, *(key for key in others if key)}


def fail(
    db: Connection, now: datetime, turn_id: str, error: str, status: Literal["failed", "cancelled"]
) -> TurnRecord:
    """Return the turn, ended without a version, unless it had ended before."""
    if status not in ("failed", "cancelled"):
        raise InputError(f"A turn ends as 'failed' or 'cancelled', not {status!r}.")
    session, turn = lock(db, turn_id)
    if turn.status in UNFINISHED:
        _change(db, turn_id, error=error, **_ended(status, now))
        history.set_head(db, session, session.head_turn_id, session.redo, now)
    return history.get_turn(db, turn_id)


def wait(db: Connection, turn_id: str, question: str) -> TurnRecord:
    """Return the turn, waiting for the user; its lease is free for whoever brings the answer."""
    _check_unfinished(db, turn_id)
    _change(db, turn_id, status="waiting", question=question, **FREE)
    return history.get_turn(db, turn_id)


def resume(db: Connection, turn_id: str) -> TurnRecord:
    """Return the turn, running again after its question was answered."""
    _check_unfinished(db, turn_id)
    _change(db, turn_id, status="running")
    return history.get_turn(db, turn_id)


def label(db: Connection, turn_id: str, name: str | None) -> TurnRecord:
    """Return the turn under a name of its own."""
    history.turn_state(db, turn_id, is_locked=True)
    _change(db, turn_id, label=name)
    return history.get_turn(db, turn_id)


def claim(db: Connection, now: datetime, turn_id: str, owner: str, *, is_new: bool) -> bool:
    """Return whether the turn is the owner's to run for the next LEASE_SECONDS.

    A renewal (not `is_new`) needs a lease that the owner still holds.
    """
    turn = history.turn_state(db, turn_id, is_locked=True)
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
    _change(db, turn_id, lease_owner=owner, lease_until=now + LEASE)
    return True


def release(db: Connection, turn_id: str, owner: str) -> None:
    """Free the turn if the owner holds it."""
    if history.turn_state(db, turn_id, is_locked=True).lease_owner == owner:
        _change(db, turn_id, **FREE)


def add_step(db: Connection, step: StepRecord) -> StepRecord:
    """Return the step, written under its index, or under the next one if that is negative."""
    if step.index >= 0 or db.dialect.name != "sqlite":  # a SQLite writer is alone anyway
        history.turn_state(db, step.turn_id, is_locked=True)
    if step.index < 0:
        index = db.execute(APPEND_STEP, vars(step)).scalar_one_or_none()
        if index is None:
            raise InputError(f"There is no turn {step.turn_id!r}.")
        return replace(step, index=index)
    told = read(db, StepRecord, TURN_STEPS, turn_id=step.turn_id)
    known = next((one for one in told if one.index == step.index), None)
    if known is None:
        db.execute(insert(STEP), vars(step))
    return known or step


def add_candidate(db: Connection, candidate: CandidateRecord) -> CandidateRecord:
    """Return the candidate as last told; once the turn has ended, as it was then."""
    status = history.turn_state(db, candidate.turn_id, is_locked=True).status
    pictures.get_image(db, candidate.image_hash, is_used=True)
    told = read(db, CandidateRecord, TURN_CANDIDATES, turn_id=candidate.turn_id)
    place = (candidate.round, candidate.index)
    known = next((one for one in told if (one.round, one.index) == place), None)
    if known is None:
        db.execute(insert(CANDIDATE), vars(candidate))
    elif status in UNFINISHED:
        _change_candidate(db, candidate, **vars(candidate))
    else:
        return known
    return candidate


def of_turn(
    db: Connection, kind: type[Record], statement: Select[Any], turn_id: str
) -> list[Record]:
    """Return what belongs to a turn: `TURN_STEPS`, `TURN_CANDIDATES`, `TURN_CHECKS`, ..."""
    found = read(db, kind, statement, turn_id=turn_id)
    if not found:  # of an unknown turn, perhaps
        history.turn_state(db, turn_id)
    return found


def overrule(db: Connection, turn_id: str) -> list[CheckRecord]:
    """Return the checklist of a turn, its failed checks overruled."""
    history.turn_state(db, turn_id, is_locked=True)
    failed = (CHECK.c.turn_id == turn_id) & (CHECK.c.verdict == "no")
    db.execute(update(CHECK).where(failed).values(is_overruled=True))
    return read(db, CheckRecord, TURN_CHECKS, turn_id=turn_id)


FREE = {"lease_owner": None, "lease_until": None}


def _ended(status: str, now: datetime) -> dict[str, Any]:
    return {"status": status, "finished_at": now, **FREE}


def _change(db: Connection, turn_id: str, **values: Any) -> None:  # Any: of every column
    db.execute(CHANGE_TURN, {"this": turn_id, **values})


def _check_unfinished(db: Connection, turn_id: str) -> None:
    """Refuse a turn that has ended; one that has not is alone in our hands."""
    turn = history.turn_state(db, turn_id, is_locked=True)
    if turn.status not in UNFINISHED:
        raise StoreError(f"The turn {turn_id} is {turn.status} already.")


def _choose(db: Connection, turn_id: str, version: str) -> None:
    """Mark the candidate that became the version, unless the caller marked one before."""
    told = read(db, CandidateRecord, TURN_CANDIDATES, turn_id=turn_id)
    painted = [one for one in told if one.image_hash == version]
    if painted and not any(one.chosen for one in told):
        _change_candidate(db, painted[-1], chosen=True)


def _change_candidate(db: Connection, one: CandidateRecord, **values: Any) -> None:
    this = {"this": one.turn_id, "this_round": one.round, "this_index": one.index}
    db.execute(CHANGE_CANDIDATE, {**this, **values})


def _check_row(turn_id: str, index: int, check: CheckRecord) -> dict[str, Any]:
    if check.verdict not in ("yes", "no", "unsure"):
        raise InputError(f"A verdict is yes, no or unsure, not {check.verdict!r}.")
    return {**vars(check), "turn_id": turn_id, "index": index}
