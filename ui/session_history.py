"""`pentimento session goto`, `label`, `search`, `compare` and `replay`: the past as a tree."""

from dataclasses import asdict
from pathlib import Path

import typer

from .. import InputError
from ..agent.comparing import compare_stored, mark_difference
from ..agent.events import Progress
from ..agent.naming import MAX_NAME
from ..agent.pictures import encode, side_by_side
from ..agent.replay import Replayed, replay
from ..agent.services import read_size
from ..memory.records import TurnRecord
from ..memory.store import SessionStore
from .commands.context import Settings
from .compose import open_store
from .console import StatusLine, print_json
from .files import check_picture_path, write_picture
from .sessions import find_session_id
from .wording import one_line, replayed_in_words


def go_to(store: SessionStore, given: str, number: int, as_json: bool) -> None:
    """Move the head to a turn; what comes next branches off there."""
    session_id = find_session_id(store, given)
    turn = _turn(store, session_id, number)
    store.move_head(session_id, turn.turn_id)
    if as_json:
        version = store.head_version(session_id)
        print_json({"session_id": session_id, "head_turn_id": turn.turn_id, "version": version})
    else:
        typer.echo(f"Now at turn {turn.number}: {one_line(turn.text)}")


def label(store: SessionStore, given: str, number: int, words: str, as_json: bool) -> None:
    """Give a turn a name of its own; an empty one takes it away."""
    name = " ".join(words.split())
    if len(name) > MAX_NAME:
        raise InputError(f"A name has at most {MAX_NAME} characters, not {len(name):,}.")
    turn = _turn(store, find_session_id(store, given), number)
    labelled = store.label_turn(turn.turn_id, name or None)
    if as_json:
        print_json(labelled)
    else:
        typer.echo(f"{labelled.number}. {one_line(labelled.text)}  [{labelled.label or ''}]")


def search(store: SessionStore, words: str, given: str | None, limit: int, as_json: bool) -> None:
    """Print the turns in whose words, replies, labels, captions or checks something occurs."""
    session_id = find_session_id(store, given) if given else None
    found = store.search(words, limit, session_id)
    if as_json:
        print_json(found)
        return
    for turn in found:
        typer.echo(f"{turn.session_id[:8]}  {turn.number:>4}. {one_line(turn.text)}")
    if not found:
        typer.echo("No turn matches.", err=True)


def compare(
    store: SessionStore,
    given: str,
    first: int,
    second: int,
    out: Path | None,
    marked: Path | None,
    as_json: bool,
) -> None:
    """Print what two turns' pictures differ in, put them side by side, and mark what differs."""
    for path in (out, marked):
        if path:
            check_picture_path(path)
    session_id = find_session_id(store, given)
    hashes = [_version(store, _turn(store, session_id, number)) for number in (first, second)]
    found = compare_stored(store, *hashes)
    if marked:
        difference = mark_difference(found.left, found.right)
        if difference is None:
            raise InputError(f"There is no difference picture: {found.words}")
        write_picture(marked, encode(difference))
    if out:
        write_picture(out, encode(side_by_side(found.left, found.right)))
    if as_json:
        files = {"out": out, "difference": marked}
        print_json({"versions": hashes, **asdict(found.difference), **files})
    else:
        typer.echo(found.words)


def run_replay(
    settings: Settings, given: str, seed: int | None, size: str | None, as_json: bool
) -> None:
    """Play a session anew and print what differs, turn by turn."""
    pixels = read_size(size)
    with open_store(settings.home) as store:
        session_id = find_session_id(store, given)
    studio = settings.open_studio()
    try:
        rows = []
        with StatusLine() as line:
            for one in replay(studio.agent, session_id, seed=seed, size=pixels):
                if isinstance(one, Replayed):
                    line.show("")
                    rows.append(_row(one))
                    if not as_json:
                        typer.echo(_line(one))
                elif isinstance(one, Progress):
                    line.show(f"Turn {len(rows) + 1}", one.step, one.num_steps)
        if as_json:
            print_json({"session_id": session_id, "turns": rows})
    finally:
        studio.close()


def _turn(store: SessionStore, session_id: str, number: int) -> TurnRecord:
    turn = next((one for one in store.turns(session_id) if one.number == number), None)
    if turn is None:
        raise InputError(f"There is no turn {number} in this session; `session tree` shows all.")
    return turn


def _version(store: SessionStore, turn: TurnRecord) -> str:
    version = store.version_at(turn.turn_id)
    if version is None:
        raise InputError(f"There is no picture at turn {turn.number} yet.")
    return version


def _row(one: Replayed) -> dict[str, object]:
    return {
        "number": one.before.number,
        "text": one.before.text,
        "version_before": one.before.version,
        "session_id": one.session_id if one.after else None,
        "version": one.after.version if one.after else None,
        "seed": one.after.seed if one.after else None,
        "reply": one.after.reply if one.after else None,
        "difference": asdict(one.difference) if one.difference else None,
        "why": one.why or None,
    }


def _line(one: Replayed) -> str:
    return f"{one.before.number}. {one_line(one.before.text, 60)}  -> {replayed_in_words(one)}"
