"""Where a person's sessions and pictures live on disk."""

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "PENTIMENTO_HOME"


@dataclass(frozen=True)
class Home:
    """The folder of one person's data, and the names of what lies in it."""

    path: Path

    @property
    def database_url(self) -> str:
        """Return the URL of the session database."""
        return f"sqlite:///{self.path / 'pentimento.db'}"

    @property
    def images_url(self) -> str:
        """Return the folder of the content-addressed pictures."""
        return str(self.path / "images")

    @property
    def checkpoint_url(self) -> str:
        """Return the path of the database that holds the state of turns in the making."""
        return str(self.path / "turns.db")

    @property
    def views_path(self) -> Path:
        """Return the folder of what the browser may see; all of it can be made anew."""
        return self.path / "views"

    @property
    def exports_path(self) -> Path:
        """Return the folder of the zips that the browser is given; all can be made anew."""
        return self.views_path / "exports"


def find_home() -> Home:
    """Return `$PENTIMENTO_HOME`, or `pentimento` in the user's data folder; it need not exist."""
    given = os.environ.get(HOME_VARIABLE)
    if given:
        return Home(Path(given).expanduser().absolute())
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Home(Path(data).expanduser() / "pentimento")
