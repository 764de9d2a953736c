"""Pictures are written once, found by their hash, and verified when they are read."""

import errno
import hashlib
import os
import subprocess
import time
import uuid
from pathlib import Path

import pytest
from pentimento import InputError
from pentimento.memory.engine import sqlite_url
from pentimento.memory.errors import StoreError
from pentimento.memory.images import STALE_SECONDS, ImageStore
from pentimento.memory.store import SessionStore


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("place", ["folder", "memory"])
def test_a_picture_is_stored_once_and_given_back(place: str, tmp_path: Path) -> None:
    images = ImageStore(tmp_path / "new" if place == "folder" else f"memory://{uuid.uuid4().hex}")
    assert not images.exists("0" * 64)
    image_hash = images.put(b"pixels")
    assert image_hash == hashlib.sha256(b"pixels").hexdigest()
    assert images.put(b"pixels") == image_hash
    assert images.exists(image_hash) and images.get(image_hash) == b"pixels"
    images.delete(image_hash)
    images.delete(image_hash)
    with pytest.raises(StoreError, match=f"{image_hash} is missing"):
        images.get(image_hash)


def test_a_corrupt_picture_is_named_and_healed_by_putting_it_again(tmp_path: Path) -> None:
    images = ImageStore(tmp_path)
    image_hash = images.put(b"pixels")
    (path,) = files(tmp_path)
    path.write_bytes(b"pixelz")
    with pytest.raises(StoreError, match=f"{image_hash} is corrupt"):
        images.get(image_hash)
    images.put(b"pixels")
    assert images.get(image_hash) == b"pixels"
    assert files(tmp_path) == [path]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_hashes_become_paths(name: str, tmp_path: Path) -> None:
    images = ImageStore(tmp_path)
    for touch in (images.get, images.exists, images.delete):
        with pytest.raises(InputError, match="64 hex digits"):
            touch(name)


def test_a_full_disk_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = ImageStore(tmp_path)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="disk is full"):
            images.put(b"pixels")
    assert files(tmp_path) == []
    assert images.get(images.put(b"pixels")) == b"pixels"


def test_what_killed_writers_left_is_swept_when_it_is_old(tmp_path: Path) -> None:
    ImageStore(tmp_path).put(b"pixels")
    old, fresh = tmp_path / "tmp" / "old", tmp_path / "tmp" / "fresh"
    for left in (old, fresh):
        left.write_bytes(b"half")
    past = time.time() - STALE_SECONDS - 60
    os.utime(old, (past, past))
    ImageStore(tmp_path)
    assert not old.exists() and fresh.exists()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounting needs root")
def test_a_really_full_disk_is_told_and_forgotten_when_there_is_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with SessionStore(sqlite_url(disk / "a.db"), ImageStore(disk / "images")) as store:
            session_id = store.create_session().session_id
            done = store.begin_turn(session_id, "before")
            store.commit_turn(done.turn_id, route="answer", reply="ok")
            running = store.begin_turn(session_id, "while")
            with pytest.raises(StoreError, match="disk is full"):
                store.put_image(os.urandom(2 << 20), "image/png", 1, 1, "upload")
            ballast = disk / "ballast"
            with pytest.raises(OSError, match="No space"), open(ballast, "wb") as file:
                while True:
                    file.write(bytes(4096))
                    file.flush()
            with pytest.raises(StoreError, match="disk is full"):
                for _ in range(100):  # until the room inside the files is used up as well
                    store.begin_turn(session_id, "x" * 50_000)
            with pytest.raises(StoreError, match="disk is full"):
                store.commit_turn(running.turn_id, route="answer", reply="y" * 100_000)
            assert store.turn(running.turn_id) == running
            assert store.session(session_id).head_turn_id == done.turn_id
            ballast.unlink()
            store.commit_turn(running.turn_id, route="answer", reply="y" * 100_000)
            assert store.session(session_id).head_turn_id == running.turn_id
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_settling_takes_pictures_that_another_process_put(tmp_path: Path) -> None:
    key = ImageStore(tmp_path).put(b"here")
    again = ImageStore(tmp_path)
    again.settle([key, again.put(b"there")])
    again.settle([key])


def test_settling_what_is_gone_is_an_error(tmp_path: Path) -> None:
    store = ImageStore(tmp_path / "images")
    with pytest.raises(StoreError, match="keep the picture"):
        store.settle(["0" * 64])
