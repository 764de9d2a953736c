"""What the browser shows of a session, read from the store."""

import dataclasses
import html
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from .. import InputError
from ..agent.conversation import Agent, SessionView
from ..agent.pictures import DAMAGED
from ..agent.squash import squash_of
from ..memory.records import SessionRecord, TurnRecord
from ..memory.store import SessionStore
from .canvas import editor_background
from .compare import compare_choices
from .messages import conversation_messages
from .views import ViewFiles
from .wording import listed_titles, one_line

SKIP: Any = object()  # leaves a component as it is
NEW_TITLE = "New session"
NUM_SESSIONS = 100
NUM_FOUND = 40
READY = {"submit_btn": True, "stop_btn": False, "interactive": True}
BUSY = {"submit_btn": False, "stop_btn": True}


Values = list[Any]  # one value an output


class Fields:
    """Values for some components; those that are not given stay as they are."""

    def values(self) -> Values:
        """Return the values in the order of the fields."""
        values = [getattr(self, field.name) for field in dataclasses.fields(self)]  # type: ignore[arg-type]
        return [gr.skip() if value is SKIP else value for value in values]


@dataclass
class Screen(Fields):
    """One value a component, in the order of `events.screen_outputs`."""

    session_id: Any = SKIP
    browser_id: Any = SKIP
    title: Any = SKIP
    conversation: Any = SKIP
    box: Any = SKIP
    picture: Any = SKIP
    editor: Any = SKIP
    left: Any = SKIP
    right: Any = SKIP
    replay: Any = SKIP
    undo: Any = SKIP
    redo: Any = SKIP
    squash: Any = SKIP
    download: Any = SKIP
    strip: Any = SKIP
    name: Any = SKIP
    give_name: Any = SKIP
    wishes: Any = SKIP
    shown_wishes: Any = SKIP  # numbers of the wishes on the page
    sessions: Any = SKIP
    carry_away: Any = SKIP
    status: Any = SKIP  # last: a page that says nothing of work has been shown all of its result


class ScreenReader:
    """Reads screens from the server's side: it is the truth, the browser only shows it."""

    def __init__(self, agent: Agent, store: SessionStore, views: ViewFiles) -> None:
        """Take the agent, its store, and the pictures that a browser may load."""
        self._agent = agent
        self._store = store
        self.views = views

    def known(self, session_id: object) -> str | None:
        """Return the id if there is such a session: what a browser sends is only a hint."""
        if not session_id or not isinstance(session_id, str):
            return None
        try:
            return self._store.session(session_id).session_id
        except InputError:
            return None

    def read(self, session_id: str | None) -> Screen:
        """Return everything there is to show of a session; None: of one that has not begun."""
        view = self._agent.view(session_id) if session_id else None
        screen = self._canvas(view) if view else _empty_canvas()
        screen.session_id = screen.browser_id = session_id
        screen.title = self.title(view.session) if view else NEW_TITLE
        screen.conversation = conversation_messages(self._store, self.views, view) if view else []
        screen.box = gr.update(**READY)  # what is being written stays
        screen.status = ""
        screen.sessions = self.session_list(session_id)
        screen.carry_away = gr.update(interactive=session_id is not None)
        return screen

    def named(self, session_id: str) -> Screen:
        """Return what shows the names of the versions."""
        view = self._agent.view(session_id)
        choices = compare_choices(view.turns, _places(view.turns))
        screen = self._names(view)
        screen.left = screen.right = gr.update(choices=choices)
        return screen

    def versions(self, session_id: str) -> list[TurnRecord]:
        """Return the turns that ended with a picture, over all branches, the oldest first."""
        return _versions(self._store.turns(session_id))

    def current_version(self, session_id: str) -> TurnRecord | None:
        """Return the turn whose picture the user sees; None: there is none yet."""
        return next(reversed(_versions(self._agent.view(session_id).path)), None)

    def session_list(self, session_id: str | None, query: str = "") -> Any:
        """Return the sessions as choices, the open one chosen."""
        found = self._store.sessions(query=query.strip() or None, limit=NUM_SESSIONS)
        titles = listed_titles(self._store, found)
        choices = [
            (one_line(titles[session.session_id], 80) or NEW_TITLE, session.session_id)
            for session in found
        ]
        is_listed = any(session.session_id == session_id for session in found)
        return gr.update(choices=choices, value=session_id if is_listed else None)

    def found(self, query: str) -> Values:
        """Return a line on what was found, and the turns with the words as choices."""
        words = query.strip()
        found = self._store.search(words, NUM_FOUND) if words else []
        told = f"Turns with “{words}”" if found else f"No turn says or shows “{words}”."
        choices = [(self._found_words(turn), turn.turn_id) for turn in found]
        return [note(told) if words else "", gr.update(choices=choices, value=None)]

    def title(self, session: SessionRecord) -> str:
        """Return the title of a session."""
        title = listed_titles(self._store, [session])[session.session_id]
        return one_line(title, 80) or NEW_TITLE

    def _canvas(self, view: SessionView) -> Screen:
        """Return the current picture, what it came from, and all other versions."""
        screen = _empty_canvas()
        standing = _versions(view.path)
        screen.undo = gr.update(interactive=view.can_undo)
        screen.squash = gr.update(interactive=squash_of(view.path) is not None)
        screen.redo = gr.update(interactive=view.can_redo)
        screen.replay = gr.update(interactive=bool(view.path))
        names = self._names(view)
        screen.strip, screen.name, screen.give_name = names.strip, names.name, names.give_name
        screen.wishes, screen.shown_wishes = self._wishes(view.session.session_id)
        if view.picture is None:
            return screen
        path = self.views.picture(view.picture)
        before = self._before(standing[-1]) if standing else None
        screen.picture = path
        screen.editor = _editor(path)
        choices = compare_choices(view.turns, _places(view.turns))
        can_choose = len(choices) > 1
        screen.left = gr.update(choices=choices, value=before, interactive=can_choose)
        screen.right = gr.update(choices=choices, value=view.picture, interactive=can_choose)
        screen.download = gr.update(value=path, interactive=True)
        return screen

    def _names(self, view: SessionView) -> Screen:
        """Return the strip of the versions, and the name of the current one."""
        versions, standing = _versions(view.turns), _versions(view.path)
        strip = [
            (self.views.thumbnail(turn.version or ""), _version_label(place, turn, view))
            for place, turn in enumerate(versions, 1)
        ]
        chosen = versions.index(standing[-1]) if standing else None
        name = (standing[-1].label or "") if standing else ""
        return Screen(
            strip=gr.update(value=strip, selected_index=chosen),
            name=gr.update(value=name, interactive=bool(standing)),
            give_name=gr.update(interactive=bool(standing)),
        )

    def _found_words(self, turn: TurnRecord) -> str:
        """Return a turn that was found and, on a second line, its session."""
        said = f"“{turn.label}”" if turn.label else turn.text
        title = self.title(self._store.session(turn.session_id))
        return f"{one_line(f'{turn.number}. {said}', 60)}\n{one_line(title, 60)}"

    def _wishes(self, session_id: str) -> tuple[Any, list[int]]:
        """Return the standing wishes as ticked boxes, and their numbers."""
        wishes = self._store.wishes(session_id)
        choices = [(one_line(f"{wish.number}. {wish.text}"), wish.number) for wish in wishes]
        numbers = [wish.number for wish in wishes]
        return gr.update(choices=choices, value=numbers, visible=bool(wishes)), numbers

    def _before(self, turn: TurnRecord) -> str | None:
        """Return the picture that a turn began with."""
        if turn.image_hashes:
            return turn.image_hashes[-1]
        return self._store.version_at(turn.parent_id) if turn.parent_id else None


def _versions(turns: Iterable[TurnRecord]) -> list[TurnRecord]:
    return [turn for turn in turns if turn.version]


def _places(turns: Iterable[TurnRecord]) -> dict[str, int]:
    """Return the numbers of the versions by their turns, as the strip shows them."""
    return {turn.turn_id: place for place, turn in enumerate(_versions(turns), 1)}


def _version_label(place: int, turn: TurnRecord, view: SessionView) -> str:
    """Return the number of a version, and where it branched off if not from the one before."""
    versions = _versions(view.turns)
    parents = {one.turn_id: one for one in view.turns}
    parent = parents.get(turn.parent_id or "")
    while parent and not parent.version:
        parent = parents.get(parent.parent_id or "")
    origin = versions.index(parent) + 1 if parent else 0
    number = f"{place} from {origin}" if origin not in (0, place - 1) else str(place)
    return f"{number}: {turn.label}" if turn.label else number


def _editor(path: str) -> Any:
    """Return what is painted over; nothing of a picture that cannot be opened."""
    try:
        background = editor_background(Path(path).read_bytes())
    except DAMAGED:
        return None
    return {"background": background, "layers": [], "composite": None}


def refusal(sentence: str) -> Values:
    """Return a screen that tells why a click came to nothing; all else stays."""
    return Screen(box=gr.update(**READY), status=note(sentence)).values()


def _empty_canvas() -> Screen:
    return Screen(
        picture=None,
        editor=None,
        left=gr.update(choices=[], value=None, interactive=False),
        right=gr.update(choices=[], value=None, interactive=False),
        replay=gr.update(interactive=False),
        undo=gr.update(interactive=False),
        redo=gr.update(interactive=False),
        squash=gr.update(interactive=False),
        download=gr.update(value=None, interactive=False),
        strip=gr.update(value=[], selected_index=None),
        name=gr.update(value="", interactive=False),
        give_name=gr.update(interactive=False),
        wishes=gr.update(choices=[], value=[], visible=False),
        shown_wishes=[],
    )


def note(text: str) -> str:
    """Return a quiet line as HTML."""
    return f'<div class="pm-note" role="status">{html.escape(text)}</div>'


def progress_line(text: str, done: int = 0, total: int = 0) -> str:
    """Return the status line as HTML, with a bar if there is a total."""
    share = f"{100 * done / total:.0f}%" if total else "0%"
    bar = f'<span class="pm-bar"><span style="width:{share}"></span></span>' if total else ""
    return f'<div class="pm-progress" role="status"><span>{html.escape(text)}</span>{bar}</div>'
