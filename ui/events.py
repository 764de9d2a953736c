"""Who listens to whom in the chat."""

from typing import Any

import gradio as gr

from .canvas import CanvasPanel
from .chat import ChatPanel
from .handlers import Handlers
from .sidebar import SidebarPanel

TURNS = {"concurrency_id": "turns", "concurrency_limit": 8}


def screen_outputs(
    session_id: gr.State,
    browser_id: gr.BrowserState,
    sidebar: SidebarPanel,
    chat: ChatPanel,
    canvas: CanvasPanel,
) -> list[Any]:
    """Return the components in the order of the fields of `screen.Screen`."""
    return [
        session_id,
        browser_id,
        chat.title,
        chat.conversation,
        chat.box,
        chat.status,
        canvas.picture,
        canvas.editor,
        canvas.slider,
        canvas.undo,
        canvas.redo,
        canvas.squash,
        canvas.download,
        canvas.strip,
        canvas.wishes,
        sidebar.sessions,
    ]


def wire(
    demo: gr.Blocks,
    handlers: Handlers,
    session_id: gr.State,
    browser_id: gr.BrowserState,
    sidebar: SidebarPanel,
    chat: ChatPanel,
    canvas: CanvasPanel,
) -> None:
    """Connect every listener; the browser's own are private, those a program may call are named."""
    screen = screen_outputs(session_id, browser_id, sidebar, chat, canvas)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    opened: dict[str, Any] = {"outputs": screen, **private}

    demo.load(handlers.open_session, [browser_id], **opened)
    sidebar.sessions.input(handlers.open_session, [sidebar.sessions], **opened)
    sidebar.new.click(handlers.new_session, None, **opened)
    sidebar.search.input(
        handlers.search,
        [sidebar.search, session_id],
        sidebar.sessions,
        trigger_mode="always_last",
        **private,
    )
    chat.title.submit(handlers.rename, [chat.title, session_id], sidebar.sessions, **private)
    chat.title.blur(handlers.rename, [chat.title, session_id], sidebar.sessions, **private)

    public: dict[str, Any] = {"outputs": screen, "show_progress": "hidden", **TURNS}
    turn_inputs = [chat.box, canvas.editor, session_id, chat.confirm]
    chat.box.submit(handlers.send, turn_inputs, api_name="send", **public)
    chat.conversation.example_select(
        _use_example, None, chat.box, show_progress="hidden", api_visibility="private"
    ).then(handlers.send, turn_inputs, **opened, **TURNS)
    chat.conversation.option_select(handlers.answer, [session_id], **opened, **TURNS)
    chat.conversation.retry(handlers.retry, [session_id], **opened, **TURNS)
    chat.box.stop(handlers.stop, [session_id], None, queue=False, **private)

    canvas.undo.click(handlers.undo, [session_id], **opened)
    canvas.redo.click(handlers.redo, [session_id], **opened)
    canvas.squash.click(handlers.squash, [session_id], **opened, **TURNS)
    canvas.wishes.input(handlers.keep_wishes, [canvas.wishes, session_id], **opened)
    canvas.strip.select(handlers.go_to, [session_id], **opened)


def _use_example(choice: gr.SelectData) -> dict[str, Any]:
    return {"text": choice.value["text"], "files": []}
