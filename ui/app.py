"""The browser chat, composed from its panels."""

from collections.abc import Sequence

import gradio as gr

from ..model.contract import ModelInfo
from .canvas import build_canvas
from .chat import build_chat
from .compose import Studio
from .events import Desk, wire, wire_past
from .handlers import Handlers
from .past import PastHandlers
from .screen import ScreenReader
from .sidebar import build_sidebar
from .views import ViewFiles

CACHE_SECONDS = (3600, 86_400)  # how often old copies are looked for, and how old they may be
EXAMPLES: dict[str, Sequence[str]] = {
    "storybook": (
        "a small red cat at the top left and a large blue house at the bottom right, meadow, day",
        "a white boat on a beach at sunset",
        "a snowy night with three yellow stars",
        "a green dog next to a purple tree in the city",
    ),
    "nexus-gen": (
        "a lighthouse on a cliff in the evening sun, oil painting",
        "a red fox asleep in fresh snow",
        "a quiet street in the rain, seen from above",
        "a still life with lemons and a blue jug",
    ),
}


def build_app(studio: Studio) -> gr.Blocks:
    """Return the chat for a studio; theme and style are given when it is launched."""
    info: ModelInfo = studio.model.info
    with gr.Blocks(
        title="Pentimento",
        analytics_enabled=False,
        fill_height=True,
        fill_width=True,
        delete_cache=CACHE_SECONDS,
    ) as demo:
        session_id = gr.State(None)
        browser_id = gr.BrowserState(
            None, storage_key="pentimento-session", secret="pentimento"
        )  # an id alone: what it names is looked up in the store
        with gr.Row(elem_id="pm-desk"):
            with gr.Column(min_width=0, elem_id="pm-sidebar"):
                sidebar = build_sidebar()
            with gr.Column(min_width=0, elem_id="pm-chat"):
                chat = build_chat(list(EXAMPLES[info.family]), info.can_draw)
            with gr.Column(min_width=0, elem_id="pm-canvas"):
                canvas = build_canvas()
        views = ViewFiles(studio.home.pictures_path, studio.store)
        reader = ScreenReader(studio.agent, studio.store, views)
        desk = Desk(session_id, browser_id, sidebar, chat, canvas)
        handlers = Handlers(studio, reader)
        wire(demo, handlers, desk)
        wire_past(PastHandlers(studio, reader), handlers, desk)
    return demo
