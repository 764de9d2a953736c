"""The `pentimento session` commands: what they read from the store and how they print it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import typer

from .. import InputError
from ..memory.records import SessionRecord, TurnRecord
from ..memory.store import SessionStore
from .console import print_json
from .files import check_folder_of
from .home import Home, clear_views
from .wording import check_line, drift_line, listed_titles, one_line

MANY = 100_000
EMPTY = "(empty)"
STATUS_NOTES = {"running": "running", "waiting": "waits for an answer", "cancelled": "cancelled"}


def find_session_id(store: SessionStore, given: str) -> str:
    """Return the id that `given` is the beginning of; InputError unless there is exactly one."""
    wanted = given.strip().lower()
    found = [s.session_id for s in store.sessions(limit=MANY) if s.session_id.startswith(wanted)]
    if not wanted or not found:
        raise InputError(
            f"There is no session {given!r}; `pentimento session list` shows those there are."
        )
    if len(found) > 1:
        raise InputError(f"{len(found)} sessions begin with {given!r}: give more of the id.")
    return found[0]


def list_sessions(store: SessionStore, search: str | None, limit: int, as_json: bool) -> None:
    """Print the sessions, the last touched first."""
    found = store.sessions(query=search, limit=limit)
    if as_json:
        print_json(found)
        return
    titles = listed_titles(store, found)
    for session in found:
        turns = f"{session.turn_count} turn{'' if session.turn_count == 1 else 's'}"
        when = session.updated_at.astimezone().strftime("%Y-%m-%d %H:%M")
        title = titles[session.session_id] or EMPTY
        typer.echo(f"{session.session_id[:8]}  {when}  {turns:>9}  {title}")
    if not found:
        typer.echo("No session matches." if search else "There are no sessions yet.", err=True)


def show(store: SessionStore, given: str, as_json: bool) -> None:
    """Print the turns from the root to the head."""
    session = store.session(find_session_id(store, given))
    path = store.path(session.head_turn_id) if session.head_turn_id else []
    if as_json:
        turns = [
            asdict(turn) | {"checks": [asdict(check) for check in store.checks(turn.turn_id)]}
            for turn in path
        ]
        version = store.head_version(session.session_id)
        print_json(asdict(session) | {"version": version, "turns": turns})
        return
    typer.echo(f"{_title(store, session)}  ({session.session_id})")
    for turn in path:
        typer.echo(f"\n{turn.number}. {one_line(turn.text)}")
        typer.echo(f"   {one_line(turn.reply)}")
        for check in store.checks(turn.turn_id):
            typer.echo(f"     {check_line(check)}")
        if line := drift_line((turn.plan or {}).get("drift") or {}):
            typer.echo(f"     drift: {line}")


def tree(store: SessionStore, given: str, as_json: bool) -> None:
    """Print every turn under its parent, the head marked."""
    session = store.session(find_session_id(store, given))
    turns = store.turns(session.session_id)
    if as_json:
        print_json({"session": asdict(session), "turns": [asdict(turn) for turn in turns]})
        return
    typer.echo(_title(store, session))
    for line in tree_lines(turns, session.head_turn_id):
        typer.echo(line)


def tree_lines(turns: Iterable[TurnRecord], head_turn_id: str | None) -> list[str]:
    """Return a line a turn; a turn that goes straight on stands under, a branch is indented."""
    children: dict[str | None, list[TurnRecord]] = {}
    for turn in turns:
        children.setdefault(turn.parent_id, []).append(turn)
    lines: list[str] = []
    waiting = [(turn, 0) for turn in reversed(children.get(None, []))]
    while waiting:
        turn, depth = waiting.pop()
        mark = "*" if turn.turn_id == head_turn_id else " "
        note = STATUS_NOTES.get(turn.status) or (turn.error if turn.status == "failed" else None)
        version = f"  [{turn.version[:8]}]" if turn.version else ""
        lines.append(
            f"{mark} {'  ' * depth}{turn.number}. {one_line(turn.text)}{version}"
            + (f"  ({one_line(note)})" if note else "")
        )
        below = children.get(turn.turn_id, [])
        waiting += [(child, depth + (len(below) > 1)) for child in reversed(below)]
    return lines


def rename(store: SessionStore, given: str, title: str, as_json: bool) -> None:
    """Give a session another title."""
    if not title.strip():
        raise InputError("The title is empty.")
    session = store.rename_session(find_session_id(store, given), title.strip())
    _print(session, as_json, lambda: f"{session.session_id[:8]}  {session.title}")


def move(store: SessionStore, given: str, way: Literal["undo", "redo"], as_json: bool) -> None:
    """Undo or redo, and say where the head stands now."""
    session_id = find_session_id(store, given)
    head = store.undo(session_id) if way == "undo" else store.redo(session_id)
    turn = store.turn(head) if head else None
    state = {
        "session_id": session_id,
        "head_turn_id": head,
        "version": store.head_version(session_id),
    }
    place = f"turn {turn.number}: {one_line(turn.text)}" if turn else "the beginning"
    _print(state, as_json, lambda: f"Now at {place}")


def export(store: SessionStore, given: str, out: Path, as_json: bool) -> None:
    """Write a session to a zip."""
    session_id = find_session_id(store, given)
    if out.suffix.lower() != ".zip":
        raise InputError(f"{out} must end in .zip.")
    check_folder_of(out)
    lost: list[str] = []
    path = store.export_session(session_id, out, lost.append)
    for sentence in lost:
        typer.echo(f"Left out: {sentence}", err=True)
    _print({"session_id": session_id, "out": path, "lost": lost}, as_json, lambda: str(path))


def import_archive(store: SessionStore, archive: Path, as_json: bool) -> None:
    """Read a session from a zip."""
    if not archive.is_file():
        raise InputError(f"There is no file {archive}.")
    session = store.import_session(archive)
    _print(session, as_json, lambda: f"{session.session_id[:8]}  {_title(store, session)}")


def purge(store: SessionStore, home: Home, given: str, is_sure: bool, as_json: bool) -> None:
    """Remove a session for good, once the user is sure, and all copies made for the browser."""
    session = store.session(find_session_id(store, given))
    if not is_sure:
        if as_json:
            raise InputError("Removing a session for good needs --yes.")
        question = f"Remove {_title(store, session)!r} and its pictures for good?"
        typer.confirm(question, abort=True, err=True)
    num_pictures = store.purge_session(session.session_id)
    clear_views(home)
    _print(
        {"session_id": session.session_id, "pictures_removed": num_pictures},
        as_json,
        lambda: f"Removed, with {num_pictures} picture{'' if num_pictures == 1 else 's'}.",
    )


def _title(store: SessionStore, session: SessionRecord) -> str:
    return listed_titles(store, [session])[session.session_id] or EMPTY


def _print(value: Any, as_json: bool, line: Callable[[], str]) -> None:
    if as_json:
        print_json(value)
    else:
        typer.echo(line())
