"""Does the agent find the picture that is meant? Written dialogues against stored sessions."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
import yaml

from ... import InputError
from ...agent.again import again_of, is_again
from ...agent.gallery import Embed, Gallery, open_gallery
from ...agent.pictures import MIME, clean, decode, flatten
from ...agent.targets import choose, find_target, is_new_drawing
from ...memory.images import ImageStore
from ...memory.records import HEAD
from ...memory.store import SessionStore
from ...model.storybook.renderer import Renderer
from ...model.storybook.scene import parse_listing
from ..commands.context import Settings
from ..console import print_json

DIALOGUES = Path(__file__).with_name("targets.yaml")
RENDERER = Renderer(144)
NONE, NEW = "none", "new"
HOLD_OUT = 3  # every third dialogue


@dataclass(frozen=True)
class Outcome:
    """What became of one dialogue."""

    index: int
    session: str
    said: str
    expected: tuple[str, ...]  # one picture; several: a question between them; none; new
    found: tuple[str, ...]
    rest: str
    is_right: bool
    is_held_out: bool


class Album:
    """One session of the file in a store, its pictures under their short names."""

    def __init__(self, store: SessionStore, turns: Sequence[dict[str, Any]], head: int | None):
        """Carry the turns out as the agent would have stored them."""
        self.store = store
        self.session_id = store.create_session().session_id
        self.hashes: dict[str, str] = {}
        self.turn_ids: dict[int, str] = {}
        for number, turn in enumerate(turns, 1):
            self._add(number, turn)
        if head is not None:
            store.undo(self.session_id)
            if store.session(self.session_id).head_turn_id != self.turn_ids[head]:
                raise InputError(f"An undo does not lead to turn {head}.")

    def put(self, name: str, listing: str) -> str:
        """Store the picture of a listing under a name; the same listing may come twice."""
        image = RENDERER.render(parse_listing(listing))
        shade = len(self.hashes)  # no two pictures of a session are the same file
        image.putpixel((0, 0), (shade, shade, shade))
        png = clean(image)
        record = self.store.put_image(png.data, MIME, png.width, png.height, "upload", listing)
        self.hashes[name] = record.hash
        return record.hash

    def name(self, image_hash: str) -> str:
        """Return the short name of a picture."""
        return next(name for name, known in self.hashes.items() if known == image_hash)

    def _add(self, number: int, told: dict[str, Any]) -> None:
        store, route = self.store, told.get("route", "edit" if number > 1 else "draw")
        uploads = [
            self.put(f"u{sum(name[0] == 'u' for name in self.hashes) + 1}", listing)
            for listing in told.get("upload", ())
        ]
        parent = self.turn_ids[told["parent"]] if "parent" in told else HEAD
        turn = store.begin_turn(self.session_id, told["say"], uploads, parent_id=parent)
        self.turn_ids[number] = turn.turn_id
        made = told.get("made")
        version = self.hashes.get(made) if made else None
        brief = None
        if made and version is None:
            source = uploads[-1] if uploads else None
            if source is None and turn.parent_id:
                source = store.version_at(turn.parent_id)
            version = self.put(f"v{number}", made)
            brief = {"source": source, "mask": None}
        plan = {"focus": self.hashes[told["focus"]]} if "focus" in told else None
        store.commit_turn(
            turn.turn_id, route=route, reply="", version=version, brief=brief, plan=plan
        )
        if "label" in told:
            store.label_turn(turn.turn_id, told["label"])


def run_targets(settings: Settings, dialogues: Path | None, show: bool, as_json: bool) -> None:
    """Score the dialogues and print the figures."""
    outcomes = score_dialogues(dialogues or DIALOGUES, settings)
    figures = figures_of(outcomes)
    if as_json:
        wrong = [vars(one) for one in outcomes if not one.is_right]
        print_json({**figures, "wrong": wrong})
        return
    for name in ("tuned", "held_out", "all"):
        part = figures[name]
        typer.echo(
            f"{name:9} {part['right']:4} of {part['dialogues']:4} right  {part['share']:.1%}"
        )
    for one in outcomes if show else ():
        if not one.is_right:
            expected, found = "/".join(one.expected), "/".join(one.found)
            typer.echo(
                f"  {one.session}: {one.said!r}: {expected}, not {found} (rest {one.rest!r})"
            )


def figures_of(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return how many dialogues were right: those tuned on, those held out, all."""

    def part(chosen: Sequence[Outcome]) -> dict[str, Any]:
        right = sum(one.is_right for one in chosen)
        share = right / len(chosen) if chosen else 0.0
        return {"dialogues": len(chosen), "right": right, "share": share}

    return {
        "tuned": part([one for one in outcomes if not one.is_held_out]),
        "held_out": part([one for one in outcomes if one.is_held_out]),
        "all": part(outcomes),
    }


def score_dialogues(path: Path, settings: Settings) -> list[Outcome]:
    """Return what becomes of every dialogue of a file."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"The dialogues {path} cannot be read: {error}.") from error
    opened: list[Any] = []  # the model, once a dialogue asks for likeness
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        images = ImageStore(Path(folder) / "images")
        with SessionStore(f"sqlite:///{folder}/targets.db", images) as store:

            def embed(hashes: Sequence[str]) -> list[list[float]]:
                if not opened:
                    opened.append(settings.open_model())
                pictures = [flatten(decode(images.get(one))) for one in hashes]
                found: list[list[float]] = opened[0].embed(pictures)
                return found

            def open_album(name: str) -> Album:
                session = told["sessions"][name]
                return Album(store, session["turns"], session.get("head"))

            albums = {name: open_album(name) for name in told["sessions"]}
            for index, dialogue in enumerate(told["dialogues"]):
                # A message with pictures adds them to its session: it gets one of its own.
                name = dialogue["in"]
                album = open_album(name) if "with" in dialogue else albums[name]
                outcomes.append(score(album, index, dialogue, embed))
    return outcomes


def score(album: Album, index: int, dialogue: dict[str, Any], embed: Embed) -> Outcome:
    """Return what becomes of one dialogue."""
    store, text = album.store, str(dialogue["say"])
    came = [album.put(f"m{n}", one) for n, one in enumerate(dialogue.get("with", ()), 1)]
    parent = album.turn_ids[dialogue["reply_to"]] if "reply_to" in dialogue else HEAD
    turn_id = store.begin_turn(album.session_id, text, came).turn_id if came else None
    gallery = open_gallery(store, album.session_id, turn_id=turn_id, parent_id=parent, embed=embed)
    found, rest = _resolved(gallery, album, dialogue, text)
    expected = dialogue["expect"]
    wanted = tuple(expected) if isinstance(expected, list) else (expected,)
    is_right = sorted(found) == sorted(wanted)
    if is_right and "answer" in dialogue:
        pictures = tuple(gallery.get(album.hashes[name]) for name in found)
        chosen = choose([one for one in pictures if one], dialogue["answer"])
        is_right = chosen is not None and album.name(chosen.image_hash) == dialogue["then"]
    if is_right and "rest" in dialogue:
        is_right = rest == dialogue["rest"]
    is_held_out = index % HOLD_OUT == HOLD_OUT - 1
    return Outcome(index, dialogue["in"], text, wanted, found, rest, is_right, is_held_out)


def _resolved(
    gallery: Gallery, album: Album, dialogue: dict[str, Any], text: str
) -> tuple[tuple[str, ...], str]:
    """Return the names of the pictures found, as the nodes of the agent find them."""
    if is_again(text) and not gallery.message:
        if gallery.painted is None:
            return (NONE,), text
        again = again_of(text, gallery.painted)
        return (album.name(again.source) if again.source else NEW,), again.text
    if dialogue.get("route") == "draw" and is_new_drawing(gallery, text):
        return (NEW,), text
    try:
        target = find_target(gallery, text)
    except InputError:
        return (NONE,), text
    names = tuple(album.name(one.image_hash) for one in target.pictures)
    return names or (NONE,), target.text
