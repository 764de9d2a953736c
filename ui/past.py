"""What the buttons for a session's past do: name, compare, find, replay, carry away, bring back."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from .. import InputError, PentimentoError
from ..agent.comparing import compare_stored
from ..agent.events import Event, NodeStarted, Progress, TurnStarted
from ..agent.gallery import pictures_of
from ..agent.naming import MAX_NAME
from ..agent.replay import Replayed, read_seed, replay
from ..agent.services import read_size
from .border import told_as
from .compare import SLIDE, compared_picture
from .compose import Studio
from .replaying import rows_html
from .screen import SKIP, Fields, Screen, ScreenReader, Values, note, progress_line, refusal
from .wording import NODE_WORDS, held_in_words

ONE_PICTURE = "There is one picture so far. Once there are two, they can be compared here."
CHOOSE = "Choose two pictures to compare."
NO_PICTURE = "There is no picture yet to compare."


@dataclass
class ReplayScreen(Fields):
    """One value a component, in the order of `events.replay_outputs`."""

    start: Any = SKIP
    stop: Any = SKIP
    status: Any = SKIP
    rows: Any = SKIP
    twin: Any = SKIP
    open: Any = SKIP
    sessions: Any = SKIP


def _at_rest(words: str) -> ReplayScreen:
    return ReplayScreen(
        start=gr.update(visible=True), stop=gr.update(visible=False), status=note(words)
    )


def _not_replayed(words: str) -> Values:
    return _at_rest(words).values()


def _not_compared(words: str) -> Values:
    return [gr.skip(), gr.skip(), note(words)]


def _not_found(words: str) -> Values:
    return [gr.skip(), note(words), gr.skip()]


def _not_exported(words: str) -> None:
    raise gr.Error(words, print_exception=False)


class PastHandlers:
    """The listeners of the past; each takes values and returns values."""

    def __init__(self, studio: Studio, reader: ScreenReader) -> None:
        """Take the studio, and what reads its sessions."""
        self._agent = studio.agent
        self._store = studio.store
        self._home = studio.home
        self._reader = reader
        self._stopped: set[str] = set()  # sessions in the making whose replay is to stop

    # Versions

    @told_as(refusal)
    def name_version(self, words: str, session_id: str | None) -> Values:
        """Give the current version a name; no words take it away."""
        known = self._reader.known(session_id)
        turn = self._reader.current_version(known) if known else None
        if known is None or turn is None:
            gr.Info("There is no picture yet that could be named.")
            return Screen(name="").values()
        self._store.label_turn(turn.turn_id, " ".join(words.split())[:MAX_NAME] or None)
        return self._reader.named(known).values()

    @told_as(_not_compared)
    def compare(
        self, left: str | None, right: str | None, view: str, session_id: str | None
    ) -> Values:
        """Show two pictures: the slider, the picture of both, and what they differ in."""
        known = self._reader.known(session_id)
        turns = self._store.turns(known) if known else []
        pictures = {shown.image_hash: shown for shown in pictures_of(turns)}
        if not left or not right or left not in pictures or right not in pictures:
            words = CHOOSE if len(pictures) > 1 else ONE_PICTURE if pictures else NO_PICTURE
            empty = gr.update(value=None, visible=True)
            return [empty, gr.update(value=None, visible=False), note(words)]
        found = compare_stored(self._store, left, right)
        held = [
            f"{side}, {held_in_words(self._store.checks(pictures[one].turn_id))}"
            for side, one in (("On the left", left), ("on the right", right))
            if not pictures[one].is_upload
        ]
        told = f"{found.words} {'; '.join(held)}." if len(held) == 2 else found.words
        if view == SLIDE:
            pair = (self._reader.views.picture(left), self._reader.views.picture(right))
            shown = [gr.update(value=pair, visible=True), gr.update(value=None, visible=False)]
        else:
            both = gr.update(value=compared_picture(found, view), visible=True)
            shown = [gr.update(visible=False), both]
        return [*shown, note(told)]

    @told_as(_not_found)
    def search(self, query: str, session_id: str | None) -> Values:
        """Show the sessions and the turns in which the words occur."""
        return [self._reader.session_list(session_id, query), *self._reader.found(query)]

    @told_as(refusal)
    def go_to_found(self, turn_id: str | None) -> Values:
        """Open the session of a turn that was found, and go to the turn if it can be stood on."""
        try:
            turn = self._store.turn(turn_id or "")
        except InputError:
            return Screen().values()
        if turn.status == "done" and turn.route != "history":
            try:
                self._agent.go_to(turn.session_id, turn.turn_id)
            except PentimentoError as error:
                gr.Info(str(error))
        return self._reader.read(turn.session_id).values()

    # Whole sessions

    @told_as(_not_replayed)
    def replay(self, seed: str, size: str, session_id: str | None) -> Iterator[Values]:
        """Play the session anew and show what differs, turn by turn."""
        known = self._reader.known(session_id)
        if known is None:
            yield _at_rest("There is nothing to replay yet.").values()
            return
        num_turns = len(self._agent.view(known).path)
        twin, rows = "", list[Replayed]()
        try:
            played = replay(self._agent, known, seed=read_seed(seed), size=read_size(size))
            with closing(played):
                for one in played:
                    if isinstance(one, TurnStarted) and not twin:
                        twin = one.session_id
                        yield _begun(twin).values()
                    if twin in self._stopped:
                        break
                    if isinstance(one, Replayed):
                        rows.append(one)
                        yield self._replayed(rows, known).values()
                    elif line := _line(one, f"Turn {len(rows) + 1} of {num_turns}"):
                        yield ReplayScreen(status=line).values()
            words = _stopped(rows) if twin in self._stopped else _sum(rows)
        except PentimentoError as error:
            words = str(error)
        finally:
            self._stopped.discard(twin)
        yield _at_rest(words).values()

    @told_as(gr.Warning)
    def stop_replay(self, twin: str | None) -> None:
        """Ask the replay that makes this session to stop; its own listener tells the end of it."""
        if twin:
            self._stopped.add(twin)
            for turn in self._store.unfinished_turns(twin):
                self._agent.cancel(turn.turn_id)

    @told_as(_not_exported)
    def export(self, session_id: str | None) -> Any:
        """Return the zip of the open session, for the browser to save."""
        known = self._reader.known(session_id)
        if known is None:
            return None
        folder = self._home.export_path(known)  # one zip a session: the last one
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        title = self._reader.title(self._store.session(known))
        name = re.sub(r"[^\w]+", "-", title.lower())[:60].strip("-") or "session"
        lost: list[str] = []
        path = self._store.export_session(known, folder / f"{name}.zip", lost.append)
        if lost:
            gr.Warning(f"Left out of the export: {' '.join(lost)}")
        return str(path)

    @told_as(refusal)
    def import_(self, path: str | None, session_id: str | None) -> Values:
        """Open the session that a zip holds."""
        if not path:
            return Screen().values()
        try:
            session = self._store.import_session(path)
        except PentimentoError as error:
            gr.Warning(str(error).replace(str(path), Path(path).name))
            return Screen().values()
        return self._reader.read(session.session_id).values()

    def _replayed(self, rows: list[Replayed], session_id: str) -> ReplayScreen:
        return ReplayScreen(
            rows=rows_html(self._reader.views, rows),
            open=gr.update(visible=True),
            sessions=self._reader.session_list(session_id),
        )


def _begun(twin: str) -> ReplayScreen:
    return ReplayScreen(
        start=gr.update(visible=False),
        stop=gr.update(visible=True),
        status=progress_line("Beginning"),
        rows="",
        twin=twin,
        open=gr.update(visible=False),
    )


def _line(event: Event, turn: str) -> str:
    if isinstance(event, Progress):
        return progress_line(f"{turn}: {NODE_WORDS['paint']}", event.step, event.num_steps)
    if isinstance(event, NodeStarted):
        return progress_line(f"{turn}: {NODE_WORDS.get(event.node, event.node)}")
    return ""


def _stopped(rows: list[Replayed]) -> str:
    kept = " What was replayed so far is a session of its own." if rows else ""
    return f"Stopped.{kept}"


def _sum(rows: list[Replayed]) -> str:
    """Return how the replay went, in one sentence."""
    changed = sum(bool(one.difference and one.difference.changes) for one in rows)
    lost = sum(one.after is None for one in rows)
    turns = f"{len(rows)} turn{'' if len(rows) == 1 else 's'} replayed"
    parts = [f"{changed} show{'s' if changed == 1 else ''} something else"] if changed else []
    parts += [f"{lost} came to nothing"] if lost else []
    return f"{turns}: {', '.join(parts)}." if parts else f"{turns}; all show the same."
