"""Copies of pictures that the browser may load; all of them can be made anew."""

import io
import os
import tempfile
from pathlib import Path

from PIL import Image

from ..memory.store import SessionStore

THUMBNAIL_SIDE = 192


class ViewFiles:
    """A folder of pictures by their hash: the full PNG as stored, and a thumbnail."""

    def __init__(self, folder: Path, store: SessionStore) -> None:
        """Take the folder (made when it is needed) and the store behind it."""
        self.folder = folder
        self._store = store

    def picture(self, image_hash: str) -> str:
        """Return the path of a picture's bytes, exactly as stored."""
        path = self.folder / image_hash / f"pentimento-{image_hash[:8]}.png"
        if not path.exists():
            _write(path, self._store.images.get(image_hash))
        return str(path)

    def thumbnail(self, image_hash: str) -> str:
        """Return the path of a small copy of a picture."""
        path = self.folder / image_hash / "thumbnail.png"
        if not path.exists():
            small = io.BytesIO()
            with Image.open(io.BytesIO(self._store.images.get(image_hash))) as picture:
                picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
                picture.save(small, "PNG")
            _write(path, small.getvalue())
        return str(path)


def _write(path: Path, data: bytes) -> None:
    """Write the file whole: two requests may make the same copy at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    os.replace(name, path)
