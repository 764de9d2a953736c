"""What happens on a click: thin functions between the browser and the agent."""

import io
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from .. import PentimentoError
from ..agent.events import Clarify, Event, Progress, Token, TurnFailed, TurnFinished
from ..agent.lock import LockMode
from ..agent.polish import EDIT_PLAN
from ..agent.services import TurnOptions
from ..agent.squash import SQUASH_TEXT
from ..agent.trace import given_of, open_choices
from ..memory.records import HEAD, TurnRecord
from .border import told_as
from .canvas import read_mask
from .compose import Studio
from .messages import (
    LiveTurn,
    Message,
    conversation_messages,
    plain,
    user_messages,
)
from .screen import BUSY, READY, SKIP, Screen, ScreenReader, Values, progress_line, refusal

TOKEN_SECONDS = 0.1  # a reply in the making is shown this often: a long conversation is resent


def _not_renamed(words: str) -> Any:
    gr.Warning(words)
    return gr.skip()


class Handlers:
    """The listeners of the chat; each takes values and returns the values of a screen."""

    def __init__(self, studio: Studio, reader: ScreenReader) -> None:
        """Take the studio whose agent is talked to, and what reads its sessions."""
        self._agent = studio.agent
        self._store = studio.store
        self._views = reader.views
        self._reader = reader
        self._running: dict[str, str] = {}  # session id -> turn id
        self._lock = threading.Lock()

    # Sessions

    @told_as(refusal)
    def open_session(self, session_id: str | None) -> Values:
        """Show a session: the one this browser had open, or one that was chosen."""
        return self._reader.read(self._reader.known(session_id)).values()

    @told_as(refusal)
    def new_session(self) -> Values:
        """Show an empty session; it is stored with its first turn."""
        return self._reader.read(None).values()

    @told_as(_not_renamed)
    def rename(self, title: str, session_id: str | None) -> Any:
        """Give the open session another title."""
        known = self._reader.known(session_id)
        is_new = known and title.strip() != self._reader.title(self._store.session(known))
        if known and title.strip() and is_new:
            self._store.rename_session(known, title.strip())
        return self._reader.session_list(known)

    # Turns

    @told_as(refusal)
    def send(
        self,
        message: dict[str, Any],
        drawn: dict[str, Any] | None,
        session_id: str | None,
        confirm_plan: bool = False,
        lock: LockMode = "auto",
    ) -> Iterator[Values]:
        """Take a turn: the words, the pictures, and what is painted over on the canvas.

        With `confirm_plan` the plan is shown, and waits for a yes; `lock` says what may change.
        """
        text = str(message.get("text") or "")
        files = [Path(path) for path in message.get("files") or ()]
        known = self._reader.known(session_id)
        waiting = self._waiting_turn(known)
        if waiting and not files:
            yield from self._answer(waiting, text)
        else:
            options = TurnOptions(confirm_plan=bool(confirm_plan), lock=lock or "auto")
            mask = self._mask(drawn, known)
            yield from self._begin(known, text, files, mask, options=options)

    @told_as(refusal)
    def answer(self, session_id: str | None, choice: gr.SelectData) -> Iterator[Values]:
        """Answer the agent's question with one of its options."""
        waiting = self._waiting_turn(self._reader.known(session_id))
        plan = open_choices(self._store.steps(waiting.turn_id)).get("plan") if waiting else None
        if waiting and plan and choice.value == EDIT_PLAN:
            text = {"text": plan["prompt"], "files": []}
            yield Screen(box=gr.update(value=text, **READY)).values()
        elif waiting:
            yield from self._answer(waiting, str(choice.value))

    @told_as(refusal)
    def retry(self, session_id: str | None) -> Iterator[Values]:
        """Say the last thing again, from where it was said."""
        known = self._reader.known(session_id)
        turns = self._store.turns(known) if known else []
        if not known or not turns:
            return
        last = turns[-1]
        pictures = [self._store.images.get(image_hash) for image_hash in last.image_hashes]
        mask = self._store.images.get(last.mask_hash) if last.mask_hash else None
        given = given_of(self._store.steps(last.turn_id)).get("options")
        options = TurnOptions.from_json(given) if given else None
        yield from self._begin(
            known, last.text, pictures, mask, parent_id=last.parent_id, options=options
        )

    @told_as(refusal)
    def squash(self, session_id: str | None) -> Iterator[Values]:
        """Rebuild the picture from its original, on a new branch."""
        known = self._reader.known(session_id)
        if known:
            yield from self._begin(known, SQUASH_TEXT, (), None)

    @told_as(gr.Warning)
    def stop(self, session_id: str | None) -> None:
        """Ask the running turn to stop; its own listener tells the end of it."""
        with self._lock:
            turn_id = self._running.get(session_id or "")
        if turn_id:
            self._agent.cancel(turn_id)

    # Versions

    @told_as(refusal)
    def undo(self, session_id: str | None) -> Values:
        """Go back to the version before."""
        return self._move(session_id, self._agent.undo)

    @told_as(refusal)
    def redo(self, session_id: str | None) -> Values:
        """Take an undo back."""
        return self._move(session_id, self._agent.redo)

    @told_as(refusal)
    def go_to(self, session_id: str | None, choice: gr.SelectData) -> Values:
        """Move the head to the version that was clicked."""
        known = self._reader.known(session_id)
        versions = self._reader.versions(known) if known else []
        if not 0 <= choice.index < len(versions):
            return Screen().values()
        turn_id = versions[choice.index].turn_id
        return self._move(known, lambda session: self._agent.go_to(session, turn_id))

    @told_as(refusal)
    def keep_wishes(self, kept: list[int], shown: list[int], session_id: str | None) -> Values:
        """Take back every wish of the page that is not ticked any more."""
        known = self._reader.known(session_id)
        if known:
            for number in sorted({*shown} - {*kept}):
                self._store.revoke_wish(known, number)
        return self._reader.read(known).values()

    # Inside

    def _begin(
        self,
        session_id: str | None,
        text: str,
        pictures: Sequence[bytes | Path],
        mask: bytes | None,
        parent_id: str | None = HEAD,
        options: TurnOptions | None = None,
    ) -> Iterator[Values]:
        known = session_id or self._store.create_session().session_id
        try:
            events = self._agent.take_turn(
                known, text, images=pictures, mask=mask, parent_id=parent_id, options=options
            )
            yield from self._follow(known, events)
        except PentimentoError as error:
            if session_id is None and not self._store.turns(known):
                self._store.purge_session(known)  # nothing came of it, nothing stays
                known = ""
            files = [str(picture) for picture in pictures if isinstance(picture, Path)]
            yield self._refused(known or None, text, files, str(error))

    def _answer(self, turn: TurnRecord, text: str) -> Iterator[Values]:
        try:
            events = self._agent.resume_turn(turn.turn_id, text)
            yield from self._follow(turn.session_id, events)
        except PentimentoError as error:
            yield self._refused(turn.session_id, text, [], str(error))

    def _follow(self, session_id: str, events: Iterator[Event]) -> Iterator[Values]:
        """Show a turn as it goes, and at its end the session as it is stored."""
        live = LiveTurn()
        live.note(next(events))  # that it has begun
        with self._lock:  # before Stop can be seen, and clicked
            self._running[session_id] = live.turn_id
        is_ended, shown = False, 0.0
        try:
            said = self._said(session_id, live.turn_id)
            yield Screen(
                session_id=session_id,
                browser_id=session_id,
                conversation=[*said, *live.messages()],
                box=gr.update(value=None, **BUSY),
                status=progress_line("Beginning"),
            ).values()
            for event in events:
                is_ended = is_ended or isinstance(event, TurnFinished | TurnFailed | Clarify)
                is_new = live.note(event)
                if isinstance(event, Token) and time.monotonic() - shown < TOKEN_SECONDS:
                    continue
                shown = time.monotonic()
                if not is_ended:
                    yield self._live_screen(live, said, is_new, event).values()
        finally:
            with self._lock:
                self._running.pop(session_id, None)
            if not is_ended:  # the page was closed
                self._agent.cancel(live.turn_id)
        yield self._reader.read(session_id).values()

    def _said(self, session_id: str, turn_id: str) -> list[Message]:
        """Return the messages before a turn that has begun, and what the user said in it."""
        turn = self._store.turn(turn_id)
        view = self._agent.view(session_id)
        standing = conversation_messages(self._store, self._views, view, without=turn_id)
        return [*standing, *user_messages(self._views, turn.text, turn.image_hashes)]

    def _live_screen(
        self, live: LiveTurn, before: list[Message], is_new: bool, event: Event
    ) -> Screen:
        screen = Screen(status=progress_line(live.headline))
        if is_new:
            screen.conversation = [*before, *live.messages()]
        if isinstance(event, Progress):
            screen.status = progress_line(live.headline, event.step, event.num_steps)
            if event.preview:
                screen.picture = Image.open(io.BytesIO(event.preview))
        return screen

    def _refused(
        self, session_id: str | None, text: str, files: list[str], sentence: str
    ) -> Values:
        """Show why nothing was begun, and give back the words, the pictures and the mask."""
        screen = self._reader.read(session_id)
        screen.editor = screen.left = screen.right = SKIP
        screen.conversation = [
            *screen.conversation,
            *user_messages(self._views, text[:1000], ()),
            {"role": "assistant", "content": plain(sentence)},
        ]
        screen.box = gr.update(value={"text": text, "files": files}, **READY)
        return screen.values()

    def _move(self, session_id: str | None, move: Callable[[str], Any]) -> Values:
        known = self._reader.known(session_id)
        if known is None:
            return Screen().values()
        try:
            move(known)
        except PentimentoError as error:
            gr.Info(str(error))
        return self._reader.read(known).values()

    def _waiting_turn(self, session_id: str | None) -> TurnRecord | None:
        return self._agent.view(session_id).waiting if session_id else None

    def _mask(self, drawn: dict[str, Any] | None, session_id: str | None) -> bytes | None:
        picture = self._agent.view(session_id).picture if session_id else None
        if picture is None:
            return None
        image = self._store.image(picture)
        return read_mask(drawn, image.width, image.height)
