"""Copies of pictures that the browser may load; all of them can be made anew."""

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

from .. import PentimentoError
from ..agent.pictures import DAMAGED, encode
from ..memory.images import check_hash
from ..memory.store import SessionStore
from .compose import make_folder
from .files import write_whole

THUMBNAIL_SIDE = 192


class ViewFiles:
    """A folder of pictures by their hash: the full PNG as stored, and a thumbnail.

    In the place of a picture that is damaged or missing stands one that says so.
    """

    def __init__(self, folder: Path, store: SessionStore) -> None:
        """Take the folder (made when it is needed) and the store behind it."""
        self.folder = folder
        self._store = store

    def picture(self, image_hash: str) -> str:
        """Return the path of a picture's bytes, exactly as stored."""
        return self._copy(image_hash, f"pentimento-{image_hash[:8]}.png", bytes)

    def thumbnail(self, image_hash: str) -> str:
        """Return the path of a small copy of a picture."""
        return self._copy(image_hash, "thumbnail.png", _thumbnail)

    def _copy(self, image_hash: str, name: str, make: Callable[[bytes], bytes]) -> str:
        try:
            path = self.folder / check_hash(image_hash) / name
            if path.exists():
                return str(path)
            data = make(self._store.images.get(image_hash))
        except (PentimentoError, *DAMAGED):
            path, data = self.folder / "unreadable.png", _unreadable()
        make_folder(path.parent)
        write_whole(path, data)
        return str(path)


def _thumbnail(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
        return encode(picture)


def _unreadable() -> bytes:
    picture = Image.new("RGB", (THUMBNAIL_SIDE, THUMBNAIL_SIDE), "#d8d4cf")
    ImageDraw.Draw(picture).text((20, 76), "This picture is\ndamaged or missing.", "#5a544d")
    return encode(picture)
