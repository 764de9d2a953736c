"""The pictures of a session, as a person who was there remembers them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .. import InputError
from ..memory.records import HEAD, TurnRecord
from ..memory.store import SessionStore

# Gives the embeddings of stored pictures, by their hashes.
Embed = Callable[[Sequence[str]], list[list[float]]]


@dataclass(frozen=True)
class Shown:
    """A picture of a session: a turn's version, or one that the user uploaded."""

    image_hash: str
    turn_id: str
    turn_number: int
    is_upload: bool
    number: int = 0  # from 1, over all pictures of the session in the order they came up
    source: str | None = None  # the picture it was made from
    base: str | None = None  # the turn that an edit of it continues
    caption: str | None = None
    label: str | None = None
    said: str = ""  # the words it was made by

    def to_json(self) -> dict[str, Any]:
        """Return what a face needs to show it among others."""
        return {
            "image_hash": self.image_hash,
            "number": self.number,
            "turn_number": self.turn_number,
            "is_upload": self.is_upload,
            "caption": self.caption,
            "label": self.label,
        }


@dataclass(frozen=True)
class Gallery:
    """All pictures of a session, seen from one turn."""

    pictures: tuple[Shown, ...]  # in the order they came up, those of the message last
    current: Shown | None  # what "it" means
    steps: tuple[Shown, ...]  # what one, two, ... undos lead to
    message: tuple[Shown, ...] = ()  # those that came with the message
    redo: Shown | None = None
    focus: Shown | None = None  # the picture that was talked about last
    painted: TurnRecord | None = None  # the last turn that painted, on the way to here
    embed: Embed | None = field(default=None, compare=False)

    def get(self, image_hash: str | None) -> Shown | None:
        """Return a picture by its hash."""
        return next((one for one in self.pictures if one.image_hash == image_hash), None)

    def lineage(self, shown: Shown | None) -> list[Shown]:
        """Return a picture, the one it was made from, and so on to the first."""
        found: list[Shown] = []
        while shown is not None and shown not in found:
            found.append(shown)
            shown = self.get(shown.source)
        return found

    @property
    def earlier(self) -> tuple[Shown, ...]:
        """Return the pictures without those that came with the message."""
        return tuple(one for one in self.pictures if one not in self.message)


def open_gallery(
    store: SessionStore,
    session_id: str,
    *,
    turn_id: str | None = None,
    parent_id: str | None = HEAD,
    embed: Embed | None = None,
) -> Gallery:
    """Return the gallery seen from a turn in the making, or from the head (`parent_id`)."""
    session = store.session(session_id)
    parent_id = session.head_turn_id if parent_id == HEAD else parent_id
    turns = store.turns(session_id)
    known = {turn.turn_id: turn for turn in turns}
    mine = known.get(turn_id) if turn_id else None
    told = [turn for turn in turns if turn is not mine] + ([mine] if mine else [])
    pictures = [_with_caption(store, one) for one in pictures_of(told)]
    found = {one.image_hash: one for one in pictures}
    path = _path(known, parent_id)
    versions = [turn.version for turn in path if turn.version]
    current = found.get(versions[-1]) if versions else None
    redo = _redo_target(store, session_id)
    if current is None:
        current = _before_the_first(pictures, known, redo, mine)
    last = path[-1].plan if path else None
    redone = [turn.version for turn in _path(known, redo) if turn.version]
    return Gallery(
        pictures=tuple(pictures),
        current=current,
        steps=tuple(_steps(found, versions, path)),
        message=tuple(found[image_hash] for image_hash in mine.image_hashes) if mine else (),
        redo=found.get(redone[-1]) if redone else None,
        focus=found.get((last or {}).get("focus", "")),
        painted=next((turn for turn in reversed(path) if turn.brief is not None), None),
        embed=embed,
    )


def pictures_of(turns: Sequence[TurnRecord]) -> list[Shown]:
    """Return the pictures of a session in the order they came up; each hash once."""
    known = {turn.turn_id: turn for turn in turns}
    shown: dict[str, Shown] = {}

    def add(turn: TurnRecord, image_hash: str, is_upload: bool, source: str | None) -> None:
        if image_hash in shown:
            return
        is_version = image_hash == turn.version
        shown[image_hash] = Shown(
            image_hash,
            turn.turn_id,
            turn.number,
            is_upload,
            number=len(shown) + 1,
            source=source,
            base=turn.turn_id if is_version else turn.parent_id,
            label=turn.label if is_version else None,
            said=turn.text,
        )

    for turn in turns:
        for image_hash in turn.image_hashes:
            add(turn, image_hash, True, None)
        if turn.version:
            add(turn, turn.version, False, source_of(turn, known))
    return list(shown.values())


def source_of(turn: TurnRecord, known: dict[str, TurnRecord]) -> str | None:
    """Return the picture that a turn's version was made from; None for a drawing."""
    if turn.brief is not None:
        source = turn.brief.get("source")
        return str(source) if source else None
    if turn.route == "adjust" and (turn.plan or {}).get("source"):
        return str((turn.plan or {})["source"])
    if turn.image_hashes:
        return turn.image_hashes[-1]
    if turn.route == "draw":
        return None
    above = _path(known, turn.parent_id)
    return next((one.version for one in reversed(above) if one.version), None)


def _with_caption(store: SessionStore, shown: Shown) -> Shown:
    return replace(shown, caption=store.image(shown.image_hash).caption)


def _path(known: dict[str, TurnRecord], turn_id: str | None) -> list[TurnRecord]:
    found: list[TurnRecord] = []
    while turn_id is not None and turn_id in known:
        found.append(known[turn_id])
        turn_id = known[turn_id].parent_id
    return found[::-1]


def _steps(
    found: dict[str, Shown], versions: Sequence[str], path: Sequence[TurnRecord]
) -> list[Shown]:
    """Return where one undo after the other leads; the last to the first version's own source."""
    steps = [found[version] for version in reversed(versions[:-1])]
    first = next((turn for turn in path if turn.version), None)
    if first and first.image_hashes and first.version not in first.image_hashes:
        steps.append(found[first.image_hashes[-1]])
    return steps


def _redo_target(store: SessionStore, session_id: str) -> str | None:
    try:
        return store.redo_target(session_id)
    except InputError:
        return None


def _before_the_first(
    pictures: Sequence[Shown],
    known: dict[str, TurnRecord],
    redo: str | None,
    mine: TurnRecord | None,
) -> Shown | None:
    """Return what "it" means before the first version: the upload that this version came from."""
    first = next((turn for turn in _path(known, redo) if turn.version), None)
    source = source_of(first, known) if first else None
    uploads = [one for one in pictures if one.is_upload]
    if mine:
        uploads = [one for one in uploads if one.image_hash not in mine.image_hashes]
    chosen = [one for one in uploads if one.image_hash == source]
    return next(reversed(chosen or uploads), None)
