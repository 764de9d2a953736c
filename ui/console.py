"""What the command line prints: JSON or lines on stdout, the state of long work on stderr."""

import json
import sys
import time
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import typer

BAR_WIDTH = 24
PLAIN_EVERY = 60.0  # seconds between two lines where there is no terminal


def print_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    typer.echo(json.dumps(to_plain(value), ensure_ascii=False, indent=2))


def to_plain(value: Any) -> Any:
    """Return records, times and paths as plain JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return to_plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [to_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


class StatusLine:
    """One line on a terminal that is written over and over, and wiped at the end."""

    def __init__(self, stream: TextIO | None = None, *, is_long: bool = False) -> None:
        """Take the stream. Where it is no terminal nothing is shown, and of work that takes long
        one whole line a minute."""
        self._stream = stream or sys.stderr
        self._is_shown, self._is_long = self._stream.isatty(), is_long
        self._told = time.monotonic()

    def __enter__(self) -> "StatusLine":
        """Return the line."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wipe the line."""
        self.show("")

    def show(self, text: str, done: int = 0, total: int = 0) -> None:
        """Show a text, with a bar if there is a total."""
        if not self._is_shown:
            if self._is_long and text and time.monotonic() - self._told > PLAIN_EVERY:
                self._told = time.monotonic()
                self._stream.write(f"{text}: {done}/{total}\n" if total else f"{text}\n")
                self._stream.flush()
            return
        bar = ""
        if total:
            filled = round(BAR_WIDTH * done / total)
            bar = f"  {'█' * filled}{'░' * (BAR_WIDTH - filled)}  {done}/{total}"
        self._stream.write(f"\r\x1b[2K{text}{bar}")
        self._stream.flush()
