"""The one door to the memory: sessions, turns, pictures; one transaction a method."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from sqlalchemy import insert

from . import archive, history, pictures, purge, queries, turns, wishes
from .engine import Database
from .images import ImageStore
from .records import (
    HEAD,
    CandidateRecord,
    CheckRecord,
    ImageRecord,
    Json,
    SessionRecord,
    StepRecord,
    TurnRecord,
    WishRecord,
)
from .schema import open_schema
from .tables import SESSION


class SessionStore:
    """Sessions and their trees of turns, safe to share between threads and processes.

    Every public method is one transaction: it happens wholly or not at all. What does not exist
    raises InputError; what the machine refuses (disk, database, damage) raises StoreError.
    """

    def __init__(
        self,
        url: str,
        images: ImageStore,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open the database, and bring it to the newest schema."""
        self.images = images
        self._clock = clock
        self._database = Database(url)
        try:
            open_schema(self._database)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def __enter__(self) -> "SessionStore":
        """Return the store, closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    # Sessions

    def create_session(self, title: str = "") -> SessionRecord:
        """Return a new, empty session."""
        now = self._clock()
        session = SessionRecord(uuid.uuid4().hex, title, None, now, now, turn_count=0)
        with self._database.write() as db:
            db.execute(insert(SESSION), {**vars(session), "redo": []})
        return session

    def session(self, session_id: str) -> SessionRecord:
        """Return one session."""
        with self._database.read() as db:
            return history.session_record(history.get_session(db, session_id))

    def sessions(self, query: str | None = None, limit: int = 50) -> list[SessionRecord]:
        """Return sessions, the last touched first; `query` looks in titles and in all turns."""
        with self._database.read() as db:
            return queries.sessions(db, query, limit)

    def first_texts(self, session_ids: Iterable[str]) -> dict[str, str]:
        """Return by session what was said in its first turn; one without turns is left out."""
        with self._database.read() as db:
            return queries.first_texts(db, session_ids)

    def rename_session(self, session_id: str, title: str) -> SessionRecord:
        """Return the session under its new title."""
        with self._database.write() as db:
            history.get_session(db, session_id, is_locked=True)
            history.change_session(db, session_id, title=title, updated_at=self._clock())
            return history.session_record(history.get_session(db, session_id))

    # Turns

    def begin_turn(
        self,
        session_id: str,
        text: str,
        image_hashes: Sequence[str] = (),
        mask_hash: str | None = None,
        parent_id: str | None = HEAD,
        turn_id: str | None = None,
        owner: str | None = None,
        given: Json | None = None,
    ) -> TurnRecord:
        """Return a running turn under the head (or another parent; None: a new root).

        Calling it again with the same `turn_id` returns the turn as it stands. With an `owner` the
        turn is claimed in the same breath (see `claim_turn`); what was `given` to it (options, a
        seed) is the first step of its trace.
        """
        with self._database.write() as db:
            return turns.begin(
                db,
                self._clock(),
                turn_id or uuid.uuid4().hex,
                session_id,
                text,
                image_hashes,
                mask_hash,
                parent_id,
                owner,
                given,
            )

    def turn(self, turn_id: str) -> TurnRecord:
        """Return one turn."""
        with self._database.read() as db:
            return history.get_turn(db, turn_id)

    def turns(self, session_id: str) -> list[TurnRecord]:
        """Return all turns of a session, over all branches, in the order they began."""
        with self._database.read() as db:
            return queries.turns(db, session_id)

    def path(self, turn_id: str) -> list[TurnRecord]:
        """Return the turns from the root to this one."""
        with self._database.read() as db:
            return history.path(db, turn_id)

    def commit_turn(
        self,
        turn_id: str,
        *,
        route: str,
        reply: str,
        version: str | None = None,
        brief: Json | None = None,
        plan: Json | None = None,
        seed: int | None = None,
        model: str = "",
        timings: Mapping[str, float] | None = None,
        checks: Sequence[CheckRecord] = (),
        head: str | None = "turn",
        parent_id: str | None = HEAD,
    ) -> TurnRecord:
        """Return the turn, done: version, checks and head become visible together or not at all.

        With a `parent_id` the turn hangs there from now on (None: a root): an edit of an older
        version begins a branch, and only the words tell which version that is.

        Committing a done turn again changes nothing, whoever else commits it at the same time.
        `head` says where the head goes: "turn" (here), "stay", "undo", "redo", the id of another
        turn, or None (before the first). A history turn ("undo", "go back to ...") moves the head
        with its own commit, so that it happens exactly once, and is itself never the head.
        """
        values: dict[str, Any] = {
            "route": route,
            "reply": reply,
            "version": version,
            "brief": brief,
            "plan": plan,
            "seed": seed,
            "model": model,
            "timings": dict(timings or {}),
        }
        if parent_id != HEAD:
            values["parent_id"] = parent_id
        with self._database.write(is_durable=True) as db:
            turn = turns.commit(db, self._clock(), turn_id, values, checks, head)
            self.images.settle(turns.picture_hashes(db, turn))
            return turn

    def fail_turn(
        self, turn_id: str, error: str, status: Literal["failed", "cancelled"] = "failed"
    ) -> TurnRecord:
        """Return the turn, ended without a version; one that has ended before stays as it is."""
        with self._database.write(is_durable=True) as db:
            return turns.fail(db, self._clock(), turn_id, error, status)

    def wait_turn(self, turn_id: str, question: str) -> TurnRecord:
        """Return the turn, waiting for the user's answer; its lease is free meanwhile."""
        with self._database.write(is_durable=True) as db:
            return turns.wait(db, turn_id, question)

    def resume_turn(self, turn_id: str) -> TurnRecord:
        """Return the turn, running again after its question was answered."""
        with self._database.write() as db:
            return turns.resume(db, turn_id)

    def label_turn(self, turn_id: str, label: str | None) -> TurnRecord:
        """Return the turn under a name of its own ("before the hat"); None takes it away."""
        with self._database.write() as db:
            return turns.label(db, turn_id, label)

    def unfinished_turns(self, session_id: str | None = None) -> list[TurnRecord]:
        """Return the turns of one or all sessions that are running or waiting, oldest first."""
        with self._database.read() as db:
            return queries.unfinished(db, session_id)

    def search(self, text: str, limit: int = 50, session_id: str | None = None) -> list[TurnRecord]:
        """Return turns with the text in words, label, caption or checks, the newest first."""
        with self._database.read() as db:
            return queries.search(db, text, session_id, limit)

    # Leases: who runs an unfinished turn

    def claim_turn(self, turn_id: str, owner: str) -> bool:
        """Return whether the turn is now this owner's to run (`leases.new_owner()` names one).

        The lease lasts LEASE_SECONDS and is renewed by claiming again. It can be taken when it has
        run out, or at once when its owner was a process of this machine that is gone. A turn that
        has ended cannot be claimed.
        """
        with self._database.write() as db:
            return turns.claim(db, self._clock(), turn_id, owner, is_new=True)

    def renew_turn(self, turn_id: str, owner: str) -> bool:
        """Return whether the owner still holds the turn, its lease begun afresh (the heartbeat)."""
        with self._database.write() as db:
            return turns.claim(db, self._clock(), turn_id, owner, is_new=False)

    def release_turn(self, turn_id: str, owner: str) -> None:
        """Let go of a turn that somebody else may run."""
        with self._database.write() as db:
            turns.release(db, turn_id, owner)

    # The trace of a turn

    def add_step(
        self,
        turn_id: str,
        *,
        node: str,
        ms: float,
        started_at: datetime,
        status: str = "done",
        input: Json | None = None,
        output: Json | None = None,
        index: int | None = None,
    ) -> StepRecord:
        """Return one node's run, written as the next step, or once under the given index."""
        step = StepRecord(
            turn_id=turn_id,
            index=-1 if index is None else index,
            node=node,
            status=status,
            input=input or {},
            output=output or {},
            ms=ms,
            started_at=started_at,
        )
        with self._database.write() as db:
            return turns.add_step(db, step)

    def steps(self, turn_id: str) -> list[StepRecord]:
        """Return the trace of a turn, in order."""
        with self._database.read() as db:
            return turns.of_turn(db, StepRecord, turns.TURN_STEPS, turn_id)

    def add_candidate(
        self,
        turn_id: str,
        *,
        round: int,
        index: int,
        image_hash: str,
        seed: int,
        critique: Json | None = None,
        chosen: bool = False,
    ) -> CandidateRecord:
        """Return the candidate; telling it again (with its critique, say) replaces what was told.

        Once its turn has ended, it stays as it was.
        """
        candidate = CandidateRecord(turn_id, round, index, image_hash, seed, critique or {}, chosen)
        with self._database.write() as db:
            return turns.add_candidate(db, candidate)

    def candidates(self, turn_id: str) -> list[CandidateRecord]:
        """Return the candidates of a turn by round and index."""
        with self._database.read() as db:
            return turns.of_turn(db, CandidateRecord, turns.TURN_CANDIDATES, turn_id)

    def checks(self, turn_id: str) -> list[CheckRecord]:
        """Return the checklist of a turn with its verdicts."""
        with self._database.read() as db:
            return turns.of_turn(db, CheckRecord, turns.TURN_CHECKS, turn_id)

    def path_checks(self, turn_id: str) -> dict[str, list[CheckRecord]]:
        """Return by turn the checklists of all turns from the root to this one."""
        with self._database.read() as db:
            found: dict[str, list[CheckRecord]] = {}
            for check in turns.of_turn(db, CheckRecord, turns.PATH_CHECKS, turn_id):
                found.setdefault(check.turn_id, []).append(check)
            return found

    def overrule_checks(self, turn_id: str) -> list[CheckRecord]:
        """Return the checklist of a turn, its failed checks overruled by the user."""
        with self._database.write(is_durable=True) as db:
            return turns.overrule(db, turn_id)

    # Standing wishes

    def add_wish(
        self, session_id: str, text: str, rules: Json, turn_id: str | None = None
    ) -> WishRecord:
        """Return the standing wish; telling it again in the same turn, or while it holds, adds
        none."""
        with self._database.write(is_durable=True) as db:
            return wishes.add(db, self._clock(), session_id, text, rules, turn_id)

    def wishes(self, session_id: str, *, with_revoked: bool = False) -> list[WishRecord]:
        """Return the standing wishes of a session in the order they were made."""
        with self._database.read() as db:
            return wishes.wishes(db, session_id, with_revoked=with_revoked)

    def revoke_wish(self, session_id: str, number: int) -> WishRecord:
        """Return the wish, which does not hold any more; the record of it stays."""
        with self._database.write(is_durable=True) as db:
            return wishes.revoke(db, self._clock(), session_id, number)

    # The head

    def head_version(self, session_id: str) -> str | None:
        """Return the picture the user sees: the nearest version from the head to the root."""
        with self._database.read() as db:
            return history.version_at(db, history.get_session(db, session_id).head_turn_id)

    def version_at(self, turn_id: str) -> str | None:
        """Return the nearest version on the path from this turn to the root."""
        with self._database.read() as db:
            version = history.version_at(db, turn_id)
            if version is None:  # of an unknown turn, perhaps
                history.turn_state(db, turn_id)
            return version

    def move_head(self, session_id: str, turn_id: str | None) -> SessionRecord:
        """Return the session with its head on a done turn, or before the first one (None)."""
        with self._database.write(is_durable=True) as db:
            session = history.get_session(db, session_id, is_locked=True)
            history.go_to(db, session, turn_id, self._clock())
            return history.session_record(history.get_session(db, session_id))

    def undo(self, session_id: str) -> str | None:
        """Return the new head: the parent of the nearest turn with a picture of its own."""
        with self._database.write(is_durable=True) as db:
            session = history.get_session(db, session_id, is_locked=True)
            return history.undo(db, session, self._clock())

    def redo(self, session_id: str) -> str | None:
        """Return the new head: where the last undo left from."""
        with self._database.write(is_durable=True) as db:
            session = history.get_session(db, session_id, is_locked=True)
            return history.redo(db, session, self._clock())

    def undo_target(self, session_id: str) -> str | None:
        """Return the head that `undo` would give, moving nothing."""
        with self._database.read() as db:
            return history.undo_target(db, history.get_session(db, session_id))

    def redo_target(self, session_id: str, steps: int = 1) -> str | None:
        """Return the head that `redo` would give (so many times, or as often as it can)."""
        with self._database.read() as db:
            return history.redo_target(history.get_session(db, session_id), steps)

    # Pictures

    def put_image(
        self,
        data: bytes,
        mime: str,
        width: int,
        height: int,
        role: str,
        caption: str | None = None,
    ) -> ImageRecord:
        """Return the stored picture; one that is known already stays as it is.

        It is safe from the purge of another session once a turn of its own points at it.
        """
        pictures.check_mime(mime)
        image_hash = self.images.put(data)
        image = ImageRecord(image_hash, width, height, len(data), mime, caption, role)
        with self._database.write() as db:
            self._database.lock_all(db)
            return pictures.add_image(db, self.images, image, self._clock(), lambda: data)

    def image(self, image_hash: str) -> ImageRecord:
        """Return what is known of a picture; its bytes are `images.get(hash)`."""
        with self._database.read() as db:
            return pictures.get_image(db, image_hash)

    def set_caption(self, image_hash: str, caption: str) -> ImageRecord:
        """Return the picture with what the model saw in it."""
        with self._database.write() as db:
            return pictures.set_caption(db, image_hash, caption)

    # Whole sessions

    def purge_session(self, session_id: str) -> int:
        """Delete a session for good; return how many pictures went with it.

        Pictures that another session uses stay. Nothing else in the memory ever deletes.
        """
        return purge.purge_session(self._database, self.images, session_id)

    def export_session(
        self,
        session_id: str,
        path: str | Path,
        on_lost: Callable[[str], object] = lambda sentence: None,
    ) -> Path:
        """Write a session to one zip file (JSON, pictures, a readable page); return its path.

        A picture that is damaged or missing is left out; `on_lost` hears the sentence on it.
        """
        with self._database.read() as db:
            return archive.export_session(db, self.images, session_id, Path(path), on_lost)

    def import_session(self, path: str | Path) -> SessionRecord:
        """Return the session read from such a file; it gets new ids where they are taken."""
        return archive.import_session(self._database, self.images, Path(path), self._clock())
