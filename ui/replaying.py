"""The replay tab of the chat: the session played anew, and what came out otherwise."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from ..agent.replay import Replayed
from .views import ViewFiles
from .wording import one_line, replayed_in_words

FILE_ROUTE = "gradio_api/file="  # where Gradio serves the files of the allowed folders


@dataclass(frozen=True)
class ReplayPanel:
    """The components of the replay."""

    seed: gr.Textbox
    size: gr.Textbox
    start: gr.Button
    stop: gr.Button
    status: gr.HTML
    rows: gr.HTML
    twin: gr.State  # id of the session that a replay made
    open: gr.Button


def build_replay() -> ReplayPanel:
    """Return the replay; it stands in a tab of the canvas."""
    gr.HTML(
        '<div class="pm-note">Plays every request that led to the current version once more, in '
        "a new session. Left empty, each turn keeps its own seed and size; a size is written "
        "like 256x192 (width x height).</div>"
    )
    with gr.Row(elem_id="pm-replay-options"):
        seed = gr.Textbox(
            label="Seed", placeholder="its own", max_lines=1, min_width=0, elem_id="pm-seed"
        )
        size = gr.Textbox(
            label="Size", placeholder="its own", max_lines=1, min_width=0, elem_id="pm-size"
        )
    start = gr.Button("Replay", size="md", interactive=False, elem_id="pm-replay")
    stop = gr.Button("Stop", size="md", visible=False, elem_id="pm-replay-stop")
    status = gr.HTML(elem_id="pm-replay-status")
    rows = gr.HTML(elem_id="pm-replay-rows")
    twin = gr.State(None)
    opened = gr.Button(
        "Open the replayed session", size="md", visible=False, elem_id="pm-replay-open"
    )
    return ReplayPanel(seed, size, start, stop, status, rows, twin, opened)


def rows_html(views: ViewFiles, rows: Sequence[Replayed]) -> str:
    """Return what differs turn by turn: the words, the picture as it was and as it is now."""
    return "".join(_row(views, one) for one in rows)


def _row(views: ViewFiles, one: Replayed) -> str:
    said = html.escape(one_line(f"{one.before.number}. {one.before.text}", 80))
    told = html.escape(replayed_in_words(one))
    pictures = (one.before.version, one.after.version if one.after else None)
    shown = "".join(
        _picture(views, picture, alt)
        for picture, alt in zip(pictures, ("as it was", "replayed"), strict=True)
    )
    is_lost = one.after is None
    return (
        f'<div class="pm-replayed{" pm-lost" if is_lost else ""}"><div class="pm-said">{said}</div>'
        f'<div class="pm-note">{told}</div><div class="pm-two">{shown}</div></div>'
    )


def _picture(views: ViewFiles, image_hash: str | None, alt: str) -> str:
    if image_hash is None:
        return ""
    source = html.escape(FILE_ROUTE + Path(views.thumbnail(image_hash)).as_posix(), quote=True)
    return f'<figure><img src="{source}" alt="{alt}"><figcaption>{alt}</figcaption></figure>'
