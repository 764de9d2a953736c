"""The rows of stored pictures."""

import json
import re
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, update

from .. import InputError
from .images import ImageStore, check_hash
from .records import ImageRecord, Json
from .tables import IMAGE, IMAGES, read

HASH = re.compile(r'"([0-9a-f]{64})"')
SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
ONE_IMAGE = IMAGES.where(IMAGE.c.hash == bindparam("hash"))
USED_IMAGE = ONE_IMAGE.with_for_update(read=True, key_share=True)

CAPTION = update(IMAGE).where(IMAGE.c.hash == bindparam("this")).returning(*IMAGES.selected_columns)


def named_in(*values: Json | None) -> set[str]:
    """Return the hashes of pictures that plans and critiques name: maps, comparisons."""
    return {found for value in values if value for found in HASH.findall(json.dumps(value))}


def find_image(db: Connection, image_hash: str, *, is_used: bool = False) -> ImageRecord | None:
    """Return what is known of a picture; one about to be used is safe from a purge meanwhile."""
    found = read(db, ImageRecord, USED_IMAGE if is_used else ONE_IMAGE, hash=check_hash(image_hash))
    return found[0] if found else None


def get_image(db: Connection, image_hash: str, *, is_used: bool = False) -> ImageRecord:
    """Return what is known of a picture that must be there."""
    return _there(image_hash, find_image(db, image_hash, is_used=is_used))


def set_caption(db: Connection, image_hash: str, caption: str) -> ImageRecord:
    """Return the picture with what the model saw in it."""
    values = {"this": check_hash(image_hash), "caption": caption}
    row = db.execute(CAPTION, values).one_or_none()
    return _there(image_hash, ImageRecord(*row) if row else None)


def _there(image_hash: str, image: ImageRecord | None) -> ImageRecord:
    if image is None:
        raise InputError(f"There is no picture {image_hash} in the store; put it there first.")
    return image


def check_mime(mime: str) -> str:
    """Return the kind of picture, or refuse one that no face would show."""
    if mime not in SUFFIXES:
        raise InputError(f"A picture is of kind {', '.join(SUFFIXES)}, not {mime!r}.")
    return mime


def add_image(
    db: Connection,
    images: ImageStore,
    image: ImageRecord,
    now: datetime,
    data: Callable[[], bytes],
) -> ImageRecord:
    """Return the record of a picture whose file was just put; one that is there already stays.

    `data` gives the bytes once more if they are needed. The caller holds the lock of
    `Database.lock_all`, so that no purge can step in any more.
    """
    kept = add_row(db, image, now)
    if not images.exists(image.hash):  # a purge took the file before we held the lock
        images.put(data())
    return kept


def add_row(db: Connection, image: ImageRecord, now: datetime) -> ImageRecord:
    """Return the record of a picture without regard to its file; one that is there stays."""
    known = find_image(db, image.hash)
    if known is None:
        db.execute(insert(IMAGE), {**vars(image), "created_at": now})
    return known or image
