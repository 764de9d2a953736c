"""One session in one zip file."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from .engine import Database
from .images import ImageStore
from .records import SessionRecord


def export_session(db: Session, images: ImageStore, session_id: str, path: Path) -> Path:
    """Return the path of the zip file."""
    raise NotImplementedError


def import_session(
    database: Database, images: ImageStore, path: Path, now: datetime
) -> SessionRecord:
    """Return the session read from the zip file."""
    raise NotImplementedError
