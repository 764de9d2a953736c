"""The contract of the store, on SQLite and on PostgreSQL."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pentimento import InputError
from pentimento.memory.errors import StoreError
from pentimento.memory.records import CheckRecord, TurnRecord
from pentimento.memory.store import SessionStore

OpenStore = Callable[..., SessionStore]


def put(store: SessionStore, name: str, role: str = "version") -> str:
    return store.put_image(name.encode(), "image/png", 1, 1, role).hash


def run_turn(
    store: SessionStore, session_id: str, text: str, *, paints: bool = True, **options: Any
) -> TurnRecord:
    turn = store.begin_turn(session_id, text)
    version = put(store, f"{text} {turn.turn_id}") if paints else None
    return store.commit_turn(
        turn.turn_id,
        route="draw" if paints else "answer",
        reply=f"did: {text}",
        version=version,
        **options,
    )


# Sessions


def test_everything_is_there_after_a_restart(store: SessionStore, open_store: OpenStore) -> None:
    session_id = store.create_session("Cats").session_id
    brief = {"prompt": "meadow, day; cat red small top left.", "seed": 7, "ünï": ["ж", None, 1.5]}
    turn = store.begin_turn(session_id, "draw a cat 🐈", [put(store, "upload", "upload")])
    step = store.add_step(turn.turn_id, node="plan", ms=1.5, started_at=turn.created_at)
    version = put(store, "cat")
    candidate = store.add_candidate(
        turn.turn_id, round=0, index=1, image_hash=version, seed=2**63 - 1
    )
    check = CheckRecord(turn.turn_id, "cat red", "yes", "unsure", "too dark", True)
    done = store.commit_turn(
        turn.turn_id,
        route="draw",
        reply="Here is a cat.",
        version=version,
        brief=brief,
        plan={"wishes": []},
        seed=7,
        model="storybook",
        timings={"paint": 12.25},
        checks=[check],
    )
    store.close()
    again = open_store()
    assert again.turn(turn.turn_id) == done
    assert again.turns(session_id) == [done]
    assert done.brief == brief and done.timings == {"paint": 12.25} and done.is_finished
    assert again.steps(turn.turn_id) == [step]
    assert [kept.image_hash for kept in again.candidates(turn.turn_id)] == [candidate.image_hash]
    assert again.checks(turn.turn_id) == [check]
    assert again.session(session_id).head_turn_id == turn.turn_id
    assert again.session(session_id).title == "Cats"
    assert again.images.get(version) == b"cat"
    assert again.image(version).size_bytes == 3


def test_what_does_not_exist_is_named(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    with pytest.raises(InputError, match="no session 'nowhere'"):
        store.session("nowhere")
    with pytest.raises(InputError, match="no session 'nowhere'"):
        store.begin_turn("nowhere", "hello")
    with pytest.raises(InputError, match="no session"):
        store.turns("nowhere")
    for ask in (store.turn, store.path, store.steps, store.checks):
        with pytest.raises(InputError, match="no turn 'never'"):
            ask("never")
    with pytest.raises(InputError, match="no picture"):
        store.image("0" * 64)
    with pytest.raises(InputError, match="no picture"):
        store.begin_turn(session_id, "look", ["0" * 64])
    with pytest.raises(InputError, match="no picture's hash"):
        store.begin_turn(session_id, "look", ["../../etc/passwd"])
    assert store.turns(session_id) == []


def test_sessions_are_listed_the_last_touched_first(store: SessionStore) -> None:
    first, second = store.create_session("Кошка"), store.create_session("100% dogs")
    run_turn(store, first.session_id, "draw a Straße", paints=False)
    assert [found.session_id for found in store.sessions()] == [first.session_id, second.session_id]
    store.rename_session(second.session_id, "50% Dogs")
    assert [found.title for found in store.sessions()] == ["50% Dogs", "Кошка"]
    assert [found.title for found in store.sessions("кОШКА")] == ["Кошка"]
    assert [found.title for found in store.sessions("straße")] == ["Кошка"]
    assert [found.title for found in store.sessions("50% d")] == ["50% Dogs"]
    assert store.sessions("5_% d") == []
    assert len(store.sessions(limit=1)) == 1


# Turns


def test_turns_count_up_and_hang_on_the_head(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    first = run_turn(store, session_id, "one")
    second = run_turn(store, session_id, "two")
    branch = store.begin_turn(session_id, "other two", parent_id=first.turn_id)
    root = store.begin_turn(session_id, "afresh", parent_id=None)
    assert (first.parent_id, second.parent_id) == (None, first.turn_id)
    assert (branch.parent_id, root.parent_id) == (first.turn_id, None)
    assert [turn.number for turn in store.turns(session_id)] == [1, 2, 3, 4]
    assert store.session(session_id).turn_count == 4
    untold = store.create_session().session_id
    assert store.first_texts([session_id, untold]) == {session_id: "one"}
    elsewhere = store.create_session().session_id
    with pytest.raises(InputError, match="another session"):
        store.begin_turn(elsewhere, "x", parent_id=first.turn_id)


def test_beginning_a_turn_twice_begins_it_once(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    once = store.begin_turn(session_id, "draw", turn_id="f" * 32)
    assert store.begin_turn(session_id, "draw", turn_id="f" * 32) == once
    assert store.session(session_id).turn_count == 1
    with pytest.raises(InputError, match="another session"):
        store.begin_turn(store.create_session().session_id, "draw", turn_id="f" * 32)


def test_committing_twice_changes_nothing(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    turn = run_turn(store, session_id, "draw", checks=[CheckRecord("", "cat", "yes", "yes")])
    later = run_turn(store, session_id, "and then", paints=False)
    again = store.commit_turn(
        turn.turn_id,
        route="edit",
        reply="something else",
        checks=[CheckRecord(turn.turn_id, "dog", "yes", "no")],
    )
    assert again == turn
    assert [check.text for check in store.checks(turn.turn_id)] == ["cat"]
    assert store.checks(turn.turn_id)[0].turn_id == turn.turn_id
    assert store.session(session_id).head_turn_id == later.turn_id


def test_a_commit_that_is_refused_leaves_nothing(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    turn = store.begin_turn(session_id, "draw")
    good: dict[str, Any] = {
        "route": "draw",
        "reply": "ok",
        "checks": [CheckRecord("", "dog", "yes", "yes")],
    }
    mistakes: tuple[dict[str, Any], ...] = (
        {"version": "0" * 64},
        {"timings": {"paint": math.nan}},
        {"seed": 2**63},
        {"reply": "a\x00b"},
        {"brief": {"prompt": object()}},
        {"checks": [CheckRecord("", "cat", "yes", "maybe")]},  # type: ignore[arg-type]
        {"checks": [CheckRecord("", "cat \ud800", "yes", "yes")]},
        {"head": "undo"},
        {"head": "no such turn"},
    )
    for broken in mistakes:
        with pytest.raises((InputError, StoreError)):
            store.commit_turn(turn.turn_id, **{**good, **broken})
        assert store.turn(turn.turn_id) == turn, broken
        assert store.checks(turn.turn_id) == []
        assert store.session(session_id).head_turn_id is None
    assert store.commit_turn(turn.turn_id, **good).status == "done"


def test_a_turn_ends_once(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    done = run_turn(store, session_id, "draw")
    assert store.fail_turn(done.turn_id, "too late") == done
    cancelled = store.begin_turn(session_id, "draw more")
    cancelled = store.fail_turn(cancelled.turn_id, "The user stopped it.", "cancelled")
    assert (cancelled.status, cancelled.error) == ("cancelled", "The user stopped it.")
    assert cancelled.finished_at is not None
    with pytest.raises(StoreError, match="cancelled"):
        store.commit_turn(cancelled.turn_id, route="draw", reply="painted after all")
    with pytest.raises(InputError, match="'done'"):
        store.fail_turn(cancelled.turn_id, "x", "done")  # type: ignore[arg-type]
    assert store.session(session_id).head_turn_id == done.turn_id


def test_a_question_waits_through_a_restart(store: SessionStore, open_store: OpenStore) -> None:
    session_id = store.create_session().session_id
    turn = store.begin_turn(session_id, "make it blue")
    running = store.begin_turn(session_id, "another")
    store.wait_turn(turn.turn_id, "Which one, the cat or the dog?")
    again = open_store()
    waiting, other = again.unfinished_turns()
    assert (waiting.status, waiting.question) == ("waiting", "Which one, the cat or the dog?")
    assert (waiting.turn_id, other) == (turn.turn_id, running)
    assert again.resume_turn(turn.turn_id).status == "running"
    again.commit_turn(turn.turn_id, route="edit", reply="The cat is blue.")
    assert [left.turn_id for left in again.unfinished_turns()] == [running.turn_id]
    with pytest.raises(StoreError, match="done already"):
        again.wait_turn(turn.turn_id, "Really?")


def test_steps_stand_in_the_order_they_came(store: SessionStore) -> None:
    turn = store.begin_turn(store.create_session().session_id, "draw")
    for node in ("perceive", "route", "plan"):
        store.add_step(
            turn.turn_id, node=node, ms=1, started_at=turn.created_at, output={"saw": node}
        )
    store.add_step(turn.turn_id, node="paint", ms=2, started_at=turn.created_at, index=7)
    once = store.add_step(turn.turn_id, node="again", ms=2, started_at=turn.created_at, index=7)
    assert once.node == "paint"
    store.add_step(turn.turn_id, node="commit", ms=2, started_at=turn.created_at, status="failed")
    steps = store.steps(turn.turn_id)
    assert [step.index for step in steps] == [0, 1, 2, 7, 8]
    assert steps[2].output == {"saw": "plan"} and steps[4].status == "failed"


def test_a_candidate_is_kept_as_last_told_until_the_turn_ends(store: SessionStore) -> None:
    turn = store.begin_turn(store.create_session().session_id, "draw")
    worse, better = put(store, "worse"), put(store, "better")
    for index, image_hash in enumerate((worse, better)):
        store.add_candidate(turn.turn_id, round=0, index=index, image_hash=image_hash, seed=index)
    store.add_candidate(
        turn.turn_id, round=0, index=1, image_hash=better, seed=1, critique={"score": 0.9}
    )
    store.commit_turn(turn.turn_id, route="draw", reply="", version=better)
    late = store.add_candidate(turn.turn_id, round=0, index=1, image_hash=worse, seed=5)
    first, second = store.candidates(turn.turn_id)
    assert late == second
    assert (first.chosen, second.chosen) == (False, True)
    assert second.critique == {"score": 0.9} and second.image_hash == better


def test_search_finds_words_in_any_alphabet(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    drawn = run_turn(store, session_id, "Нарисуй КОТА")
    asked = run_turn(store, session_id, "how many?", paints=False)
    assert drawn.version is not None
    assert store.set_caption(drawn.version, "meadow, day; cat red.").caption
    store.label_turn(asked.turn_id, "Before the hat")
    assert [turn.turn_id for turn in store.search("кота")] == [drawn.turn_id]
    assert [turn.turn_id for turn in store.search("CAT RED")] == [drawn.turn_id]
    assert [turn.label for turn in store.search("the hat")] == ["Before the hat"]
    assert [turn.number for turn in store.search("did:")] == [2, 1]
    assert store.search("%") == []
    assert store.search("did:", session_id="elsewhere") == []
    assert [one.session_id for one in store.sessions("the hat")] == [drawn.session_id]
    assert store.label_turn(asked.turn_id, None).label is None


def test_texts_that_could_not_be_given_back_are_refused(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    with pytest.raises(InputError, match="NUL"):
        store.begin_turn(session_id, "a\x00b")
    with pytest.raises(InputError, match="surrogate"):
        store.begin_turn(session_id, "a\udc80b")
    with pytest.raises(InputError, match="NUL"):
        store.create_session("\x00")
    with pytest.raises(InputError, match="image/svg"):
        store.put_image(b"<svg/>", "image/svg+xml", 1, 1, "upload")
    assert store.turns(session_id) == []


def test_times_are_utc_whatever_the_clock_says(open_store: OpenStore) -> None:
    moment = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    store = open_store(clock=lambda: moment)
    session = store.create_session()
    read = store.session(session.session_id).created_at
    assert read == moment and read.tzinfo is UTC and read.hour == 22
    with pytest.raises(StoreError, match="no zone"):
        open_store(clock=lambda: datetime(2026, 1, 1)).create_session()  # noqa: DTZ001


# The tree


def test_undo_goes_before_the_last_picture_and_redo_comes_back(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    first = run_turn(store, session_id, "draw")
    second = run_turn(store, session_id, "edit")
    question = run_turn(store, session_id, "what is it?", paints=False)
    assert store.head_version(session_id) == second.version
    assert store.undo_target(session_id) == first.turn_id
    assert store.undo(session_id) == first.turn_id
    assert store.head_version(session_id) == first.version
    assert store.undo(session_id) is None
    assert store.head_version(session_id) is None
    with pytest.raises(InputError, match="nothing to undo"):
        store.undo(session_id)
    assert store.redo_target(session_id) == first.turn_id
    assert store.redo(session_id) == first.turn_id
    assert store.redo(session_id) == question.turn_id
    assert store.head_version(session_id) == second.version
    with pytest.raises(InputError, match="nothing to redo"):
        store.redo(session_id)


def test_undo_keeps_the_later_branch(store: SessionStore, open_store: OpenStore) -> None:
    session_id = store.create_session().session_id
    first = run_turn(store, session_id, "draw")
    second = run_turn(store, session_id, "edit")
    store.undo(session_id)
    failed = store.begin_turn(session_id, "crashes")
    store.fail_turn(failed.turn_id, "no luck")
    assert open_store().redo_target(session_id) == second.turn_id  # a failed turn forgets nothing
    other = run_turn(store, session_id, "edit otherwise")
    assert other.parent_id == first.turn_id
    with pytest.raises(InputError, match="nothing to redo"):
        store.redo(session_id)
    assert store.version_at(second.turn_id) == second.version
    assert store.move_head(session_id, second.turn_id).head_turn_id == second.turn_id
    assert [turn.turn_id for turn in store.path(second.turn_id)] == [first.turn_id, second.turn_id]
    assert store.images.exists(str(other.version)) and store.images.exists(str(second.version))


def test_a_history_turn_moves_the_head_exactly_once(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    first, second, third = (run_turn(store, session_id, str(n)) for n in range(3))
    asked = store.begin_turn(session_id, "undo")
    for _ in range(2):  # killed after the commit, it runs again
        store.commit_turn(asked.turn_id, route="history", reply="Undone.", head="undo")
    assert store.session(session_id).head_turn_id == second.turn_id
    again = store.begin_turn(session_id, "undo again")
    store.commit_turn(again.turn_id, route="history", reply="Undone.", head="undo")
    assert store.head_version(session_id) == first.version
    asked = store.begin_turn(session_id, "redo")
    store.commit_turn(asked.turn_id, route="history", reply="Redone.", head="redo")
    assert store.head_version(session_id) == second.version
    asked = store.begin_turn(session_id, "back to the last one")
    store.commit_turn(asked.turn_id, route="history", reply="Here.", head=third.turn_id)
    assert store.head_version(session_id) == third.version
    asked = store.begin_turn(session_id, "compare")
    store.commit_turn(asked.turn_id, route="history", reply="Look.", head="stay")
    assert store.session(session_id).head_turn_id == third.turn_id


def test_going_back_can_be_redone_and_going_elsewhere_forgets(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    first, second, third = (run_turn(store, session_id, str(n)) for n in range(3))
    store.move_head(session_id, first.turn_id)
    store.move_head(session_id, first.turn_id)
    store.move_head(session_id, None)
    assert store.redo(session_id) == first.turn_id
    assert store.redo(session_id) == third.turn_id
    store.undo(session_id)
    store.move_head(session_id, third.turn_id)
    with pytest.raises(InputError, match="nothing to redo"):
        store.redo(session_id)


def test_several_redos_are_one_move(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    first, second, third = (run_turn(store, session_id, str(n)) for n in range(3))
    for _ in range(3):
        store.undo(session_id)
    assert store.redo_target(session_id, 2) == second.turn_id
    assert store.redo_target(session_id, 9) == third.turn_id
    store.move_head(session_id, second.turn_id)
    assert store.redo(session_id) == third.turn_id
    with pytest.raises(InputError, match="nothing to redo"):
        store.redo_target(session_id, 2)


def test_the_head_stands_on_done_turns_of_its_own_session(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    elsewhere = run_turn(store, store.create_session().session_id, "draw")
    running = store.begin_turn(session_id, "draw")
    with pytest.raises(InputError, match="running"):
        store.move_head(session_id, running.turn_id)
    with pytest.raises(InputError, match="another session"):
        store.move_head(session_id, elsewhere.turn_id)


def test_a_long_path_is_read_in_order(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    first = run_turn(store, session_id, "draw")
    turns = [first] + [run_turn(store, session_id, f"ask {n}", paints=False) for n in range(30)]
    assert store.path(turns[-1].turn_id) == turns
    assert store.head_version(session_id) == first.version


# Leases


def test_one_owner_at_a_time_runs_a_turn(open_store: OpenStore) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    store = open_store(clock=lambda: now)
    session_id = store.create_session().session_id
    turn_id = store.begin_turn(session_id, "draw", owner="host|a").turn_id
    assert store.claim_turn(turn_id, "host|a")
    assert not store.claim_turn(turn_id, "host|b")
    now += timedelta(seconds=59)
    assert not store.claim_turn(turn_id, "host|b")
    assert store.renew_turn(turn_id, "host|a")
    now += timedelta(seconds=59)
    assert not store.claim_turn(turn_id, "host|b")
    now += timedelta(seconds=2)
    assert store.claim_turn(turn_id, "host|b")
    assert not store.renew_turn(turn_id, "host|a")
    store.release_turn(turn_id, "host|a")  # not his to release
    assert not store.claim_turn(turn_id, "host|a")
    store.release_turn(turn_id, "host|b")
    assert not store.renew_turn(turn_id, "host|a")
    assert store.claim_turn(turn_id, "host|a")
    store.wait_turn(turn_id, "Which?")
    assert store.claim_turn(turn_id, "host|c")
    store.commit_turn(turn_id, route="draw", reply="")
    assert not store.claim_turn(turn_id, "host|c")


# Purge


def test_purge_takes_what_was_painted_and_never_judged(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    turn, painted = store.begin_turn(session_id, "draw"), put(store, "painted")
    store.add_step(
        turn.turn_id,
        node="paint",
        ms=0,
        started_at=turn.created_at,
        output={"candidates": [{"image_hash": painted}]},
    )
    store.fail_turn(turn.turn_id, "Cancelled.", "cancelled")
    assert store.purge_session(session_id) == 1
    assert not store.images.exists(painted)


def test_purge_takes_a_session_and_only_its_own_pictures(store: SessionStore) -> None:
    kept_id, purged_id = store.create_session("kept").session_id, store.create_session().session_id
    shared, mask, upload = put(store, "shared"), put(store, "mask"), put(store, "upload")
    kept = store.begin_turn(kept_id, "keep", [shared])
    store.commit_turn(kept.turn_id, route="answer", reply="")
    first = run_turn(store, purged_id, "draw", checks=[CheckRecord("", "cat", "yes", "yes")])
    turn = store.begin_turn(purged_id, "secret words", [upload, shared, shared], mask)
    candidate = put(store, "candidate")
    store.add_candidate(turn.turn_id, round=0, index=0, image_hash=candidate, seed=0)
    store.add_step(turn.turn_id, node="plan", ms=0, started_at=turn.created_at)
    assert store.purge_session(purged_id) == 4
    for image_hash in (mask, upload, candidate, str(first.version)):
        assert not store.images.exists(image_hash)
        with pytest.raises(InputError, match="no picture"):
            store.image(image_hash)
    assert store.images.get(shared) == b"shared"
    assert store.turns(kept_id)[0].image_hashes == (shared,)
    with pytest.raises(InputError, match="no turn"):
        store.turn(turn.turn_id)
    with pytest.raises(InputError, match="no session"):
        store.purge_session(purged_id)
