"""Where a person's sessions and pictures live on disk."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from .. import InputError

HOME_VARIABLE = "PENTIMENTO_HOME"


@dataclass(frozen=True)
class Home:
    """The folder of one person's data, and the names of what lies in it."""

    path: Path

    @property
    def database_url(self) -> str:
        """Return the URL of the session database."""
        from ..memory.engine import sqlite_url  # SQLAlchemy: not before a store is opened

        return sqlite_url(self.path / "pentimento.db")

    @property
    def images_url(self) -> str:
        """Return the folder of the content-addressed pictures."""
        return str(self.path / "images")

    @property
    def views_path(self) -> Path:
        """Return the folder of what the browser may see; all of it can be made anew."""
        return self.path / "views"

    @property
    def pictures_path(self) -> Path:
        """Return the folder of the copies of pictures that the browser may load."""
        return self.views_path / "pictures"

    @property
    def exports_path(self) -> Path:
        """Return the folder of the zips that the browser is given; all can be made anew."""
        return self.views_path / "exports"

    def export_path(self, session_id: str) -> Path:
        """Return the folder of a session's zip; a hash, whatever its id looks like."""
        return self.exports_path / hashlib.sha256(session_id.encode()).hexdigest()


def clear_pictures(home: Home) -> None:
    """Remove the copies of pictures and the exports that an earlier chat left."""
    for folder in (home.pictures_path, home.exports_path):
        shutil.rmtree(folder, ignore_errors=True)


def clear_views(home: Home) -> None:
    """Remove every copy of what was shown in a browser; InputError if one cannot be removed."""
    try:
        if home.views_path.exists():
            shutil.rmtree(home.views_path)
    except OSError as error:
        raise InputError(
            f"Copies of the pictures are left in {home.views_path}: {error.strerror or error}."
        ) from error


def find_home() -> Home:
    """Return `$PENTIMENTO_HOME`, or `pentimento` in the user's data folder; it need not exist."""
    given = os.environ.get(HOME_VARIABLE)
    if given:
        return Home(Path(given).expanduser().absolute())
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Home(Path(data).expanduser() / "pentimento")
