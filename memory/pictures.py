"""The rows of stored pictures."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import InputError
from .images import ImageStore, check_hash
from .tables import ImageRow


def get_image(db: Session, image_hash: str) -> ImageRow:
    """Return the row of a picture."""
    row = db.get(ImageRow, check_hash(image_hash))
    if row is None:
        raise InputError(f"There is no picture {image_hash} in the store; put it there first.")
    return row


def add_image(db: Session, images: ImageStore, row: ImageRow, data: bytes) -> ImageRow:
    """Return the row of a picture whose file was just put; a row that is there already stays.

    The caller holds the lock of `Database.lock_all`, so that no purge can step in any more.
    """
    known = db.scalars(select(ImageRow).filter_by(hash=row.hash)).one_or_none()
    if known is None:
        db.add(row)
        db.flush()
    if not images.exists(row.hash):  # a purge took the file before we held the lock
        images.put(data)
    return known or row
