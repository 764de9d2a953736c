"""Who listens to whom in the chat."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from .canvas import CanvasPanel
from .chat import ChatPanel
from .handlers import Handlers
from .past import PastHandlers
from .sidebar import SidebarPanel

TURNS = {"concurrency_id": "turns", "concurrency_limit": 8}
REPLAYS = {"concurrency_id": "replays", "concurrency_limit": 2}
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
SAVE_ZIP = "() => setTimeout(() => document.querySelector('#pm-zip')?.click(), 200)"


@dataclass(frozen=True)
class Desk:
    """All panels of the chat, and which session is open."""

    session_id: gr.State
    browser_id: gr.BrowserState
    sidebar: SidebarPanel
    chat: ChatPanel
    canvas: CanvasPanel


def screen_outputs(desk: Desk) -> list[Any]:
    """Return the components in the order of the fields of `screen.Screen`."""
    sidebar, chat, canvas = desk.sidebar, desk.chat, desk.canvas
    return [
        desk.session_id,
        desk.browser_id,
        chat.title,
        chat.conversation,
        chat.box,
        canvas.picture,
        canvas.editor,
        canvas.compare.left,
        canvas.compare.right,
        canvas.replay.start,
        canvas.undo,
        canvas.redo,
        canvas.squash,
        canvas.download,
        canvas.strip,
        canvas.name,
        canvas.give_name,
        canvas.wishes,
        canvas.shown_wishes,
        sidebar.sessions,
        sidebar.carry_away,
        chat.status,
    ]


def replay_outputs(desk: Desk) -> list[Any]:
    """Return the components in the order of the fields of `past.ReplayScreen`."""
    replay = desk.canvas.replay
    return [
        replay.start,
        replay.stop,
        replay.status,
        replay.rows,
        replay.twin,
        replay.open,
        desk.sidebar.sessions,
    ]


def wire(demo: gr.Blocks, handlers: Handlers, desk: Desk) -> None:
    """Connect every listener; the browser's own are private, those a program may call are named."""
    session_id, sidebar, chat, canvas = desk.session_id, desk.sidebar, desk.chat, desk.canvas
    screen = screen_outputs(desk)
    opened: dict[str, Any] = {"outputs": screen, **PRIVATE}

    demo.load(handlers.open_session, [desk.browser_id], **opened)
    sidebar.sessions.input(handlers.open_session, [sidebar.sessions], **opened)
    sidebar.new.click(handlers.new_session, None, **opened)
    chat.title.submit(handlers.rename, [chat.title, session_id], sidebar.sessions, **PRIVATE)
    chat.title.blur(handlers.rename, [chat.title, session_id], sidebar.sessions, **PRIVATE)

    public: dict[str, Any] = {"outputs": screen, "show_progress": "hidden", **TURNS}
    turn_inputs = [chat.box, canvas.editor, session_id, chat.confirm, chat.lock]
    chat.box.submit(handlers.send, turn_inputs, api_name="send", **public)
    chat.conversation.example_select(
        _use_example, None, chat.box, show_progress="hidden", api_visibility="private"
    ).then(handlers.send, turn_inputs, **opened, **TURNS)
    chat.conversation.option_select(handlers.answer, [session_id], **opened, **TURNS)
    chat.conversation.retry(handlers.retry, [session_id], **opened, **TURNS)
    chat.box.stop(handlers.stop, [session_id], None, queue=False, **PRIVATE)

    canvas.undo.click(handlers.undo, [session_id], **opened)
    canvas.redo.click(handlers.redo, [session_id], **opened)
    canvas.squash.click(handlers.squash, [session_id], **opened, **TURNS)
    wishes = [canvas.wishes, canvas.shown_wishes, session_id]
    canvas.wishes.input(handlers.keep_wishes, wishes, **opened)
    canvas.strip.select(handlers.go_to, [session_id], **opened)


def wire_past(past: PastHandlers, handlers: Handlers, desk: Desk) -> None:
    """Connect the listeners of the past: names, comparison, search, replay, export and import."""
    session_id, sidebar, canvas = desk.session_id, desk.sidebar, desk.canvas
    opened: dict[str, Any] = {"outputs": screen_outputs(desk), **PRIVATE}

    gr.on(
        [canvas.give_name.click, canvas.name.submit],
        past.name_version,
        [canvas.name, session_id],
        **opened,
    )
    compare = canvas.compare
    gr.on(
        [
            canvas.compare_tab.select,
            compare.left.change,
            compare.right.change,
            compare.view.input,
        ],
        past.compare,
        [compare.left, compare.right, compare.view, session_id],
        [compare.slider, compare.picture, compare.words],
        trigger_mode="always_last",
        **PRIVATE,
    )
    sidebar.search.change(  # `input` is not told of pasting and deleting
        past.search,
        [sidebar.search, session_id],
        [sidebar.sessions, sidebar.found_note, sidebar.found],
        trigger_mode="always_last",
        **PRIVATE,
    )
    sidebar.found.input(past.go_to_found, [sidebar.found], **opened)

    replay = canvas.replay
    replay.start.click(
        past.replay,
        [replay.seed, replay.size, session_id],
        replay_outputs(desk),
        **PRIVATE,
        **REPLAYS,
    )
    replay.stop.click(past.stop_replay, [replay.twin], None, queue=False, **PRIVATE)
    replay.open.click(handlers.open_session, [replay.twin], **opened)

    sidebar.carry_away.click(past.export, [session_id], sidebar.zip, **PRIVATE).success(
        None, None, None, js=SAVE_ZIP, **PRIVATE
    )
    sidebar.bring_back.upload(past.import_, [sidebar.bring_back, session_id], **opened)


def _use_example(choice: gr.SelectData) -> dict[str, Any]:
    return {"text": choice.value["text"], "files": []}
