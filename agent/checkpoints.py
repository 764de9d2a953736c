"""Where the state of turns in the making is kept, so that a killed process can take them up."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite import SqliteSaver


class OpenCheckpointer(NamedTuple):
    """A checkpointer and the function that closes it."""

    saver: BaseCheckpointSaver[str]
    close: Callable[[], None]


def open_checkpointer(url: str | Path) -> OpenCheckpointer:
    """Return the checkpointer at a path, a sqlite:/// URL, or a postgresql:// URL."""
    text = str(url)
    if text.startswith("postgresql"):
        return _open_postgres(text)
    path = text.removeprefix("sqlite:///")
    if path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=10, check_same_thread=False)
    # A power cut may cost the last checkpoint, which costs the last node's work, no more; a fsync
    # at every node would cost several milliseconds each.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    saver = SqliteSaver(connection)
    saver.setup()
    return OpenCheckpointer(saver, connection.close)


def _open_postgres(url: str) -> OpenCheckpointer:
    # An extra: pip install pentimento[postgres].
    from langgraph.checkpoint.postgres import PostgresSaver  # type: ignore[import-not-found]
    from psycopg import Connection
    from psycopg.rows import dict_row

    plain = "postgresql" + url[url.index("://") :]  # without SQLAlchemy's "+psycopg"
    connection = Connection.connect(
        plain, autocommit=True, prepare_threshold=0, row_factory=dict_row
    )
    saver = PostgresSaver(connection)
    saver.setup()
    return OpenCheckpointer(saver, connection.close)
