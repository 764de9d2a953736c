"""The rows of stored pictures."""

import json
import re
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import InputError
from .images import ImageStore, check_hash
from .records import Json
from .tables import ImageRow

HASH = re.compile(r'"([0-9a-f]{64})"')
SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}


def named_in(*values: Json | None) -> set[str]:
    """Return the hashes of pictures that plans and critiques name: maps, comparisons."""
    return {found for value in values if value for found in HASH.findall(json.dumps(value))}


def get_image(db: Session, image_hash: str, *, is_used: bool = False) -> ImageRow:
    """Return the row of a picture; one that is about to be used is safe from a purge meanwhile."""
    share = {"read": True, "key_share": True} if is_used else False
    row = db.get(ImageRow, check_hash(image_hash), with_for_update=share)
    if row is None:
        raise InputError(f"There is no picture {image_hash} in the store; put it there first.")
    return row


def check_mime(mime: str) -> str:
    """Return the kind of picture, or refuse one that no face would show."""
    if mime not in SUFFIXES:
        raise InputError(f"A picture is of kind {', '.join(SUFFIXES)}, not {mime!r}.")
    return mime


def add_image(
    db: Session, images: ImageStore, row: ImageRow, read: Callable[[], bytes]
) -> ImageRow:
    """Return the row of a picture whose file was just put; a row that is there already stays.

    `read` gives the bytes once more if they are needed. The caller holds the lock of
    `Database.lock_all`, so that no purge can step in any more.
    """
    known = db.scalars(select(ImageRow).filter_by(hash=row.hash)).one_or_none()
    if known is None:
        db.add(row)
        db.flush()
    if not images.exists(row.hash):  # a purge took the file before we held the lock
        images.put(read())
    return known or row
