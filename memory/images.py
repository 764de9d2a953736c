"""Pictures under the SHA-256 of their bytes: in a folder, or at any fsspec URL."""

import errno
import hashlib
import os
import re
import threading
import time
import uuid
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from .. import InputError
from .errors import StoreError

HASH = re.compile(r"[0-9a-f]{64}")
STALE_SECONDS = 24 * 3600  # a temporary file this old belongs to a writer that was killed
MAX_SETTLED = 4096  # pictures known to outlive a power cut


class ImageStore:
    """Bytes that are written once, found by their hash, and verified whenever they are read."""

    def __init__(self, url: str | Path) -> None:
        """Open the folder or fsspec URL; a folder is made when the first picture is put."""
        self._fs, self._root = fsspec.core.url_to_fs(str(url))
        self._is_local = isinstance(self._fs, LocalFileSystem)
        self._settling: dict[str, Future[None]] = {}  # by hash, the oldest first
        self._known_folders: set[Path] = set()  # that would be there after a power cut
        self._guard = threading.Lock()
        self._settler = ThreadPoolExecutor(1, thread_name_prefix="fsync")
        self._sweep()

    def put(self, data: bytes) -> str:
        """Store the bytes once and return their SHA-256 in hex.

        A file under its final name is always whole: temporary file, fsync, rename. A damaged file
        that lies under the name is replaced. That the *name* outlives a power cut is seen to
        meanwhile: `settle` waits for it.
        """
        image_hash = hashlib.sha256(data).hexdigest()
        if self._read(image_hash) == data:
            return image_hash
        temporary = f"{self._root}/tmp/{image_hash}.{uuid.uuid4().hex}"
        try:
            if self._is_local:
                self._write_local(Path(temporary), Path(self._path(image_hash)), data)
                self._settle_soon(image_hash)
            else:
                self._fs.makedirs(f"{self._root}/tmp", exist_ok=True)
                self._fs.makedirs(f"{self._root}/{image_hash[:2]}", exist_ok=True)
                self._fs.pipe_file(temporary, data)
                self._fs.mv(temporary, self._path(image_hash))
        except OSError as error:
            raise os_sentence(error, f"store a picture of {len(data)} bytes") from error
        return image_hash

    def settle(self, image_hashes: Iterable[str]) -> None:
        """Wait until these pictures would outlive a power cut, whoever put them."""
        if not self._is_local:
            return
        for image_hash in image_hashes:
            future = self._settling.get(image_hash) or self._settle_soon(image_hash)
            try:
                future.result()
            except OSError as error:
                self._forget(image_hash)
                raise os_sentence(error, f"keep the picture {image_hash}") from error

    def get(self, image_hash: str) -> bytes:
        """Return the verified bytes of a picture."""
        data = self._read(check_hash(image_hash))
        if data is None:
            raise StoreError(f"The picture {image_hash} is missing from the store.")
        if hashlib.sha256(data).hexdigest() != image_hash:
            raise StoreError(
                f"The picture {image_hash} is corrupt: its {len(data)} bytes do not match its name."
            )
        return data

    def exists(self, image_hash: str) -> bool:
        """Return whether a picture of this hash is stored (unread, hence unverified)."""
        path = self._path(check_hash(image_hash))
        return Path(path).exists() if self._is_local else bool(self._fs.exists(path))

    def delete(self, image_hash: str) -> None:
        """Remove a picture; only the purge of a session does this."""
        self._forget(image_hash)
        try:
            self._fs.rm_file(self._path(check_hash(image_hash)))
        except FileNotFoundError:
            return
        except OSError as error:
            raise os_sentence(error, f"delete the picture {image_hash}") from error

    def _path(self, image_hash: str) -> str:
        return f"{self._root}/{image_hash[:2]}/{image_hash}"

    def _read(self, image_hash: str) -> bytes | None:
        path = self._path(image_hash)
        try:
            return Path(path).read_bytes() if self._is_local else bytes(self._fs.cat_file(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise os_sentence(error, f"read the picture {image_hash}") from error

    def _settle_soon(self, image_hash: str) -> Future[None]:
        """Begin to make the name of a picture outlive a power cut; return when that is done."""
        future = self._settler.submit(self._settle, Path(self._path(image_hash)).parent)
        with self._guard:
            self._settling[image_hash] = future
            if len(self._settling) > MAX_SETTLED:  # asking again costs a fsync, no more
                del self._settling[next(iter(self._settling))]
        return future

    def _settle(self, folder: Path) -> None:
        """Make the names in a folder outlive a power cut, and once the folder's own."""
        _fsync_folder(folder)
        if folder not in self._known_folders:
            _fsync_folder(folder.parent)
            self._known_folders.add(folder)

    def _forget(self, image_hash: str) -> None:
        with self._guard:
            self._settling.pop(image_hash, None)

    def _write_local(self, temporary: Path, final: Path, data: bytes) -> None:
        temporary.parent.mkdir(parents=True, exist_ok=True)
        final.parent.mkdir(exist_ok=True)
        try:
            with open(temporary, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, final)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _sweep(self) -> None:
        """Remove what writers that were killed left half-written."""
        if not self._is_local:
            return
        for left in Path(self._root, "tmp").glob("*"):
            try:
                if time.time() - left.stat().st_mtime > STALE_SECONDS:
                    left.unlink(missing_ok=True)
            except OSError:
                continue  # another process swept it, or it is not ours to remove


def check_hash(image_hash: str) -> str:
    """Return the hash, or refuse what is none (it becomes a path)."""
    if not HASH.fullmatch(image_hash):
        raise InputError(f"{image_hash!r} is no picture's hash: 64 hex digits are expected.")
    return image_hash


def _fsync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def os_sentence(error: OSError, doing: str) -> StoreError:
    """Return what an error of the operating system means, as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(f"The disk is full: cannot {doing}. Free some space and try again.")
    return StoreError(f"Cannot {doing}: {error.strerror or error}.")
