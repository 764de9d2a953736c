"""Several processes and threads at one store, and processes that are killed."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from pentimento.memory import leases
from pentimento.memory.engine import sqlite_url
from pentimento.memory.store import SessionStore

OpenStore = Callable[..., SessionStore]
SCRIPT = Path(__file__).parent / "racers.py"


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return sqlite_url(tmp_path / "store.db")


def test_three_processes_open_a_new_database_at_once(
    new_url: str, tmp_path: Path, racers: ModuleType
) -> None:
    images = str(tmp_path / "images")
    session_ids = racers.race(racers.open_new, new_url, images)
    with SessionStore(new_url, racers.ImageStore(images)) as store:
        assert {found.session_id for found in store.sessions()} == set(session_ids)


def test_three_processes_lose_no_turn(
    store: SessionStore, store_url: str, tmp_path: Path, racers: ModuleType
) -> None:
    images, session_id = str(tmp_path / "images"), store.create_session().session_id
    numbers = racers.race(racers.begin_many, store_url, images, session_id, 20)
    assert sorted(sum(numbers, [])) == list(range(1, 61))
    assert store.session(session_id).turn_count == 60


def test_three_processes_begin_and_commit_the_same_turns_once(
    store: SessionStore, store_url: str, tmp_path: Path, racers: ModuleType
) -> None:
    images, session_id = str(tmp_path / "images"), store.create_session().session_id
    same = racers.race(racers.begin_same, store_url, images, session_id, "a" * 32)
    assert same == [1, 1, 1]
    turn_ids = ["a" * 32, *(store.begin_turn(session_id, str(n)).turn_id for n in range(9))]
    replies = racers.race(racers.commit, store_url, images, turn_ids)
    assert replies[0] == replies[1] == replies[2]
    for turn_id, reply in zip(turn_ids, replies[0], strict=True):
        turn = store.turn(turn_id)
        (check,) = store.checks(turn_id)
        assert turn.reply == check.text == reply
        assert store.images.get(str(turn.version)).decode() == f"painted {reply} for {turn_id}"
    assert store.session(session_id).head_turn_id == turn_ids[-1]


def test_one_of_three_processes_gets_the_lease(
    store: SessionStore, store_url: str, tmp_path: Path, racers: ModuleType
) -> None:
    session_id = store.create_session().session_id
    turn_ids = [store.begin_turn(session_id, str(n)).turn_id for n in range(10)]
    won = racers.race(racers.claim, store_url, str(tmp_path / "images"), turn_ids)
    assert [sum(claims) for claims in zip(*won, strict=True)] == [1] * 10


def test_a_purge_never_takes_a_picture_that_was_just_put(
    store: SessionStore, store_url: str, tmp_path: Path, racers: ModuleType
) -> None:
    images, session_id = str(tmp_path / "images"), store.create_session().session_id
    kept = store.put_image(b"kept", "image/png", 1, 1, "upload").hash
    store.begin_turn(session_id, "keep", [kept])
    assert racers.race(racers.put_and_purge, store_url, images, 10) == [10] * 3
    assert store.images.get(kept) == b"kept"
    wanted = store.put_image(b"wanted by all", "image/png", 1, 1, "upload")
    assert store.images.get(wanted.hash) == b"wanted by all"
    assert [found.session_id for found in store.sessions()] == [session_id]


def test_threads_share_one_store(store: SessionStore) -> None:
    session_id = store.create_session().session_id
    errors: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for n in range(8):
                turn = store.begin_turn(session_id, f"{name}.{n}")
                store.add_step(turn.turn_id, node="x", ms=0, started_at=turn.created_at)
                store.commit_turn(turn.turn_id, route="answer", reply=str(name))
                store.sessions()
        except BaseException as error:  # told below: a thread's own error would be lost
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    turns = store.turns(session_id)
    assert [turn.number for turn in turns] == list(range(1, 33))
    assert all(turn.status == "done" for turn in turns)


# kill -9


def spawn(function: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(SCRIPT), function, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_turn_killed_before_its_commit_is_resumed_at_once_and_commits_once(
    store: SessionStore, store_url: str, tmp_path: Path
) -> None:
    session_id = store.create_session().session_id
    with spawn("put_then_wait", store_url, str(tmp_path / "images"), session_id) as writer:
        assert writer.stdout is not None
        turn_id = writer.stdout.readline().strip()
        owner = leases.new_owner()
        try:
            assert not store.claim_turn(turn_id, owner)  # it lives, and works on it
        finally:
            writer.kill()
    (left,) = store.unfinished_turns()
    assert (left.turn_id, left.status, left.version) == (turn_id, "running", None)
    assert store.session(session_id).head_turn_id is None
    image = store.put_image(b"never committed", "image/png", 1, 1, "version")
    assert store.claim_turn(turn_id, owner)  # no need to wait for a dead process
    done = store.commit_turn(turn_id, route="draw", reply="resumed", version=image.hash)
    assert store.turns(session_id) == [done] and store.unfinished_turns() == []


@pytest.mark.parametrize("attempt", range(2))
def test_a_kill_at_any_moment_leaves_only_whole_turns(
    store: SessionStore, store_url: str, tmp_path: Path, attempt: int
) -> None:
    session_id = store.create_session().session_id
    with spawn("write_forever", store_url, str(tmp_path / "images"), session_id) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        time.sleep(random.uniform(0.1, 0.4))
        os.kill(writer.pid, signal.SIGKILL)
        told = [line.strip() for line in writer.stdout if line.endswith("\n")]
    turns = store.turns(session_id)
    done = [turn for turn in turns if turn.status == "done"]
    assert [turn.turn_id for turn in done][: len(told)] == told  # nothing that was told is lost
    assert len(done) - len(told) in (0, 1) and len(turns) - len(done) in (0, 1)
    for turn in done:
        assert turn.version is not None and store.images.get(turn.version)
        assert len(store.checks(turn.turn_id)) == 5
    for turn in store.unfinished_turns():
        assert turn.version is None and store.checks(turn.turn_id) == []
        store.commit_turn(turn.turn_id, route="draw", reply="resumed")
    head = store.session(session_id).head_turn_id
    assert head == (turns[-1].turn_id if turns else None)


def test_an_owner_is_dead_only_when_its_process_is_gone() -> None:
    owner = leases.new_owner()
    assert not leases.is_dead(owner) and owner != leases.new_owner()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        machine, _, _, name = owner.split("|")
        other = "|".join((machine, str(child.pid), leases._started(child.pid), name))
        assert not leases.is_dead(other)
        reused = "|".join((machine, str(child.pid), "1", name))
        assert leases.is_dead(reused)
        child.kill()
    assert leases.is_dead(other)
    assert not leases.is_dead(other.replace(machine, "elsewhere"))
    assert not leases.is_dead("any words") and not leases.is_dead(f"{machine}|x|y|z")
