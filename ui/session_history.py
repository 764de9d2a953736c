"""`pentimento session goto`, `label`, `search`, `compare` and `replay`: the past as a tree."""

import io
from dataclasses import asdict
from pathlib import Path

import typer
from PIL import Image

from .. import InputError
from ..agent.comparing import difference, difference_in_words, identical_share
from ..agent.pictures import decode, side_by_side
from ..agent.replay import Replayed, replay
from ..memory.records import TurnRecord
from ..memory.store import SessionStore
from .commands.context import Settings
from .compose import open_store
from .console import print_json
from .files import check_picture_path, write_picture
from .sessions import find_session_id
from .wording import one_line


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
    turn = _turn(store, find_session_id(store, given), number)
    labelled = store.label_turn(turn.turn_id, words.strip() or None)
    if as_json:
        print_json(labelled)
    else:
        typer.echo(f"{labelled.number}. {one_line(labelled.text)}  [{labelled.label or ''}]")


def search(store: SessionStore, words: str, given: str | None, limit: int, as_json: bool) -> None:
    """Print the turns in whose words, replies, labels, captions or checks something occurs."""
    session_id = find_session_id(store, given) if given else None
    found = [
        turn
        for turn in store.search(words, limit)
        if session_id is None or turn.session_id == session_id
    ]
    if as_json:
        print_json(found)
        return
    for turn in found:
        typer.echo(f"{turn.session_id[:8]}  {turn.number:>4}. {one_line(turn.text)}")
    if not found:
        typer.echo("No turn matches.", err=True)


def compare(
    store: SessionStore, given: str, first: int, second: int, out: Path | None, as_json: bool
) -> None:
    """Print what two turns' pictures differ in, and put them side by side."""
    if out:
        check_picture_path(out)
    session_id = find_session_id(store, given)
    hashes = [_version(store, _turn(store, session_id, number)) for number in (first, second)]
    left, right = (decode(store.images.get(one)) for one in hashes)
    before, after = (store.image(one).caption for one in hashes)
    share = identical_share(left, right)
    if out:
        write_picture(out, _png(side_by_side(left, right)))
    if as_json:
        found = difference(before, after, share)
        print_json({"versions": hashes, **asdict(found), "out": out})
    else:
        typer.echo(difference_in_words(before, after, share))


def run_replay(
    settings: Settings, given: str, seed: int | None, size: str | None, as_json: bool
) -> None:
    """Play a session anew and print what differs, turn by turn."""
    pixels = _size(size)
    with open_store(settings.home) as store:
        session_id = find_session_id(store, given)
    studio = settings.open_studio()
    try:
        rows = []
        for one in replay(studio.agent, session_id, seed=seed, size=pixels):
            rows.append(_row(one))
            if not as_json:
                typer.echo(_line(one))
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


def _png(image: Image.Image) -> bytes:
    encoded = io.BytesIO()
    image.save(encoded, "PNG")
    return encoded.getvalue()


def _size(size: str | None) -> tuple[int, int] | None:
    """Return (height, width) of "256x192" (width x height)."""
    if size is None:
        return None
    width, cross, height = size.lower().partition("x")
    if not (cross and width.isdigit() and height.isdigit()):
        raise InputError(f"A size is written like 256x192 (width x height), not {size!r}.")
    return int(height), int(width)


def _row(one: Replayed) -> dict[str, object]:
    return {
        "number": one.before.number,
        "text": one.before.text,
        "version_before": one.before.version,
        "session_id": one.after.session_id if one.after else None,
        "version": one.after.version if one.after else None,
        "seed": one.after.seed if one.after else None,
        "reply": one.after.reply if one.after else None,
        "difference": asdict(one.difference) if one.difference else None,
    }


def _line(one: Replayed) -> str:
    said = f"{one.before.number}. {one_line(one.before.text, 60)}"
    if one.after is None:
        return f"{said}  -> came to nothing"
    if one.difference is None:
        return f"{said}  -> {one_line(one.after.reply, 60)}"
    share = one.difference.identical_share
    pixels = "another size" if share is None else f"{100 * share:.1f} % of the pixels identical"
    changed = "; ".join(one.difference.changes) or "shows the same"
    return f"{said}  -> {changed if one.difference.is_known else 'unlisted'}  ({pixels})"
