"""What the browser shows of a session, read from the store."""

import dataclasses
import html
from dataclasses import dataclass
from typing import Any

import gradio as gr

from .. import InputError
from ..memory.records import SessionRecord, TurnRecord
from ..memory.store import SessionStore
from .canvas import editor_background
from .messages import conversation_messages
from .views import ViewFiles
from .wording import one_line, session_title

SKIP: Any = gr.skip()  # leaves a component as it is
NUM_SESSIONS = 100
READY = {"submit_btn": True, "stop_btn": False, "interactive": True}
BUSY = {"submit_btn": False, "stop_btn": True}


@dataclass
class Screen:
    """One value a component, in the order of `events.screen_outputs`."""

    session_id: Any = SKIP
    browser_id: Any = SKIP
    title: Any = SKIP
    conversation: Any = SKIP
    box: Any = SKIP
    status: Any = SKIP
    picture: Any = SKIP
    editor: Any = SKIP
    slider: Any = SKIP
    undo: Any = SKIP
    redo: Any = SKIP
    download: Any = SKIP
    strip: Any = SKIP
    sessions: Any = SKIP

    def values(self) -> list[Any]:
        """Return the values in order."""
        return [getattr(self, field.name) for field in dataclasses.fields(self)]


class ScreenReader:
    """Reads screens from the store; the server side is the truth, the browser only shows it."""

    def __init__(self, store: SessionStore, views: ViewFiles) -> None:
        """Take the store and the pictures that a browser may load."""
        self._store = store
        self._views = views

    def read(self, session_id: str | None) -> Screen:
        """Return everything there is to show of a session; None: of one that has not begun."""
        session = self._store.session(session_id) if session_id else None
        screen = self.canvas(session)
        screen.session_id = screen.browser_id = session_id
        screen.title = self.title(session) if session else "New session"
        screen.conversation = (
            conversation_messages(self._store, self._views, session.session_id) if session else []
        )
        screen.box = gr.update(value=None, **READY)
        screen.status = ""
        screen.sessions = self.session_list(session_id)
        return screen

    def canvas(self, session: SessionRecord | None) -> Screen:
        """Return the current version, what it came from, and all other versions."""
        versions = self.versions(session.session_id) if session else []
        version = self._store.head_version(session.session_id) if session else None
        if session is None or version is None:
            return Screen(
                picture=None,
                editor=None,
                slider=None,
                strip=gr.update(value=[], selected_index=None),
                undo=gr.update(interactive=bool(session and self._can_undo(session))),
                redo=gr.update(interactive=bool(session and self._can_redo(session))),
                download=gr.update(value=None, interactive=False),
            )
        current = self._current(session, versions)
        path = self._views.picture(version)
        before = self._before(versions[current]) if current is not None else None
        return Screen(
            picture=path,
            editor={
                "background": editor_background(self._store.images.get(version)),
                "layers": [],
                "composite": None,
            },
            slider=(self._views.picture(before), path) if before else None,
            strip=gr.update(value=self._strip(versions), selected_index=current),
            undo=gr.update(interactive=self._can_undo(session)),
            redo=gr.update(interactive=self._can_redo(session)),
            download=gr.update(value=path, interactive=True),
        )

    def versions(self, session_id: str) -> list[TurnRecord]:
        """Return the turns that ended with a picture, over all branches, the oldest first."""
        return [turn for turn in self._store.turns(session_id) if turn.version]

    def session_list(self, session_id: str | None, query: str = "") -> Any:
        """Return the sessions as choices, the open one chosen."""
        found = self._store.sessions(query=query.strip() or None, limit=NUM_SESSIONS)
        choices = [(self.title(session), session.session_id) for session in found]
        known = {value for _, value in choices}
        return gr.update(choices=choices, value=session_id if session_id in known else None)

    def title(self, session: SessionRecord) -> str:
        """Return the title of a session."""
        if session.title:
            return one_line(session.title, 60)
        turns = self._store.turns(session.session_id)
        return session_title(session, turns[0].text if turns else "")

    def _strip(self, versions: list[TurnRecord]) -> list[tuple[str, str]]:
        return [
            (self._views.thumbnail(turn.version or ""), f"{place}. {one_line(turn.text, 28)}")
            for place, turn in enumerate(versions, 1)
        ]

    def _current(self, session: SessionRecord, versions: list[TurnRecord]) -> int | None:
        path = self._store.path(session.head_turn_id) if session.head_turn_id else []
        standing = [turn.turn_id for turn in path if turn.version]
        places = {turn.turn_id: place for place, turn in enumerate(versions)}
        return places.get(standing[-1]) if standing else None

    def _before(self, turn: TurnRecord) -> str | None:
        return self._store.version_at(turn.parent_id) if turn.parent_id else None

    def _can_undo(self, session: SessionRecord) -> bool:
        return self._store.head_version(session.session_id) is not None

    def _can_redo(self, session: SessionRecord) -> bool:
        try:
            return self._store.redo_target(session.session_id) is not None
        except InputError:
            return False


def progress_line(text: str, done: int = 0, total: int = 0) -> str:
    """Return the status line as HTML, with a bar if there is a total."""
    share = f"{100 * done / total:.0f}%" if total else "0%"
    bar = f'<span class="pm-bar"><span style="width:{share}"></span></span>' if total else ""
    return f'<div class="pm-progress" role="status"><span>{html.escape(text)}</span>{bar}</div>'
