"""What other processes do to a store at the same time; imported by spawned processes."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from typing import Any

from pentimento import InputError
from pentimento.memory.images import ImageStore
from pentimento.memory.records import CheckRecord
from pentimento.memory.store import SessionStore

pool: ProcessPoolExecutor | None = None  # three processes; set by the fixture


def race(function: Callable[..., Any], *arguments: object) -> list[Any]:
    """Return what each of three processes got from `function(racer, *arguments)`, run at once."""
    assert pool is not None
    start = time.time() + 0.15
    futures = [pool.submit(_run, function, start, racer, *arguments) for racer in range(3)]
    return [future.result(timeout=60) for future in futures]


def _run(function: Callable[..., Any], start: float, racer: int, *arguments: object) -> Any:
    time.sleep(max(0.0, start - time.time()))
    return function(racer, *arguments)


def open_new(racer: int, url: str, images: str) -> str:
    """Open a database that nobody opened before, and write to it."""
    with SessionStore(url, ImageStore(images)) as store:
        return store.create_session(f"racer {racer}").session_id


def begin_many(racer: int, url: str, images: str, session_id: str, count: int) -> list[int]:
    """Begin turns in one session; return their numbers."""
    with SessionStore(url, ImageStore(images)) as store:
        return [store.begin_turn(session_id, f"{racer}.{n}").number for n in range(count)]


def commit(racer: int, url: str, images: str, turn_ids: list[str]) -> list[str]:
    """Commit turns that the others commit too; return the replies that won."""
    with SessionStore(url, ImageStore(images)) as store:
        replies = []
        for turn_id in turn_ids:
            data = f"painted by {racer} for {turn_id}".encode()
            image = store.put_image(data, "image/png", 1, 1, "version")
            check = CheckRecord(turn_id, f"by {racer}", "yes", "yes")
            turn = store.commit_turn(
                turn_id, route="draw", reply=f"by {racer}", version=image.hash, checks=[check]
            )
            replies.append(turn.reply)
        return replies


def begin_same(racer: int, url: str, images: str, session_id: str, turn_id: str) -> int:
    """Begin the very same turn as the others."""
    with SessionStore(url, ImageStore(images)) as store:
        return store.begin_turn(session_id, "the same", turn_id=turn_id).number


def claim(racer: int, url: str, images: str, turn_ids: list[str]) -> list[bool]:
    """Try to claim turns that the others want too."""
    with SessionStore(url, ImageStore(images)) as store:
        return [store.claim_turn(turn_id, f"somewhere|{racer}") for turn_id in turn_ids]


def put_and_purge(racer: int, url: str, images: str, count: int) -> int:
    """Store the same picture as the others, use it in a session, purge the session, again."""
    with SessionStore(url, ImageStore(images)) as store:
        for _ in range(count):
            session_id = store.create_session().session_id
            image = store.put_image(b"wanted by all", "image/png", 1, 1, "upload")
            try:
                store.begin_turn(session_id, "look", [image.hash])
                assert store.images.get(image.hash) == b"wanted by all"  # now it is ours too
            except InputError as error:  # the others purged it just before
                assert "no picture" in str(error), error
            store.purge_session(session_id)
    return count


def write_forever(url: str, images: str, session_id: str) -> None:
    """Run turns until killed; a line on stdout for each commit that returned."""
    with closing(SessionStore(url, ImageStore(images))) as store:
        print("ready", flush=True)
        while True:
            turn = store.begin_turn(session_id, "paint")
            data = b"picture of " + turn.turn_id.encode() * 2000
            image = store.put_image(data, "image/png", 1, 1, "candidate")
            store.add_candidate(turn.turn_id, round=0, index=0, image_hash=image.hash, seed=1)
            checks = [CheckRecord(turn.turn_id, str(n), "yes", "yes") for n in range(5)]
            store.commit_turn(
                turn.turn_id, route="draw", reply="done", version=image.hash, checks=checks
            )
            print(turn.turn_id, flush=True)


def put_then_wait(url: str, images: str, session_id: str) -> None:
    """Begin and claim a turn, store its picture, and hang before the commit."""
    from pentimento.memory.leases import new_owner

    with closing(SessionStore(url, ImageStore(images))) as store:
        turn = store.begin_turn(session_id, "paint", owner=new_owner())
        store.put_image(b"never committed", "image/png", 1, 1, "candidate")
        print(turn.turn_id, flush=True)
        time.sleep(60)


if __name__ == "__main__":
    {"write_forever": write_forever, "put_then_wait": put_then_wait}[sys.argv[1]](*sys.argv[2:])
