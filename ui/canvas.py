"""The right panel of the chat: the picture, the mask brush, comparison, replay, the versions."""

import io
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from ..agent.naming import MAX_NAME
from .compare import ComparePanel, build_compare
from .replaying import ReplayPanel, build_replay

EDITOR_SIDE = 512  # a small picture is shown larger, so that a hand can paint on it
MAX_EDITOR_SIDE = 1024  # a large one smaller: a brush needs no more, and it is sent every time


@dataclass(frozen=True)
class CanvasPanel:
    """The components of the canvas."""

    picture: gr.Image
    editor: gr.ImageEditor
    compare_tab: gr.Tab
    compare: ComparePanel
    replay: ReplayPanel
    undo: gr.Button
    redo: gr.Button
    squash: gr.Button
    download: gr.DownloadButton
    strip: gr.Gallery
    name: gr.Textbox
    give_name: gr.Button
    wishes: gr.CheckboxGroup
    shown_wishes: gr.State


def build_canvas() -> CanvasPanel:
    """Return the canvas; every picture in it is shown losslessly."""
    with gr.Tabs(elem_id="pm-tabs"):
        with gr.Tab("Picture", id="picture"):
            picture = gr.Image(
                format="png",
                type="filepath",
                interactive=False,
                show_label=False,
                container=False,
                buttons=["fullscreen"],
                placeholder="The picture will appear here.",
                elem_id="pm-picture",
            )
        with gr.Tab("Mask", id="mask"):
            editor = gr.ImageEditor(
                format="png",
                type="numpy",
                brush=gr.Brush(
                    colors=["#e5484d"], default_size=28, color_mode="fixed", default_color="#e5484d"
                ),
                layers=False,
                transforms=(),
                sources=(),
                fixed_canvas=False,
                show_label=False,
                container=False,
                buttons=[],
                elem_id="pm-editor",
            )
            gr.HTML(
                '<div class="pm-note">Paint over what may change. The next request changes '
                "nothing outside it.</div>"
            )
        with gr.Tab("Compare", id="compare") as compare_tab:
            compare = build_compare()
        with gr.Tab("Replay", id="replay"):
            replay = build_replay()
    with gr.Row(elem_id="pm-actions"):
        undo = gr.Button("Undo", size="md", min_width=40, interactive=False, elem_id="pm-undo")
        redo = gr.Button("Redo", size="md", min_width=40, interactive=False, elem_id="pm-redo")
        squash = gr.Button(
            "Squash", size="md", min_width=40, interactive=False, elem_id="pm-squash"
        )
        download = gr.DownloadButton(
            "Download", size="md", min_width=40, interactive=False, elem_id="pm-download"
        )
    gr.HTML(
        '<div class="pm-heading">Versions</div><div class="pm-note">Click one to go on from it: '
        "the next request branches off there, and nothing is lost.</div>"
    )
    strip = gr.Gallery(
        format="png",
        columns=4,
        fit_columns=False,
        allow_preview=False,
        object_fit="cover",
        show_label=False,
        container=False,
        buttons=[],
        interactive=False,
        elem_id="pm-strip",
    )
    with gr.Row(elem_id="pm-naming"):
        name = gr.Textbox(
            label="Name of this version",
            placeholder="Name this version",
            show_label=False,
            container=False,
            max_lines=1,
            max_length=MAX_NAME,
            interactive=False,
            elem_id="pm-name",
            html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
        )
        give_name = gr.Button(
            "Name", size="md", min_width=40, interactive=False, elem_id="pm-give-name"
        )
    wishes = gr.CheckboxGroup(
        choices=[],
        label="Standing wishes: untick one to take it back",
        interactive=True,
        visible=False,
        elem_id="pm-wishes",
    )
    return CanvasPanel(
        picture,
        editor,
        compare_tab,
        compare,
        replay,
        undo,
        redo,
        squash,
        download,
        strip,
        name,
        give_name,
        wishes,
        gr.State([]),
    )


def editor_background(png: bytes) -> np.ndarray:
    """Return the picture to paint over, (H, W, 3), uint8; of a size that a hand can paint on."""
    with Image.open(io.BytesIO(png)) as picture:
        shown = picture.convert("RGB")
    if max(shown.size) > MAX_EDITOR_SIDE:
        shown.thumbnail((MAX_EDITOR_SIDE, MAX_EDITOR_SIDE))
        return np.asarray(shown)
    scale = max(1, -(-EDITOR_SIDE // max(shown.size)))
    size = (shown.width * scale, shown.height * scale)
    return np.asarray(shown.resize(size, Image.Resampling.NEAREST))


def read_mask(drawn: dict[str, Any] | None, width: int, height: int) -> bytes | None:
    """Return what was painted over as a PNG of the picture's size (255 = repaint), or None."""
    layers = (drawn or {}).get("layers") or []
    strokes = [np.asarray(layer)[..., 3] > 0 for layer in layers if np.asarray(layer).ndim == 3]
    strokes = [stroke for stroke in strokes if stroke.any()]
    if not strokes:
        return None
    painted = Image.fromarray(np.logical_or.reduce(strokes).astype(np.uint8) * 255, "L")
    grown = painted.resize((width, height), Image.Resampling.BOX).point([0] + [255] * 255)
    encoded = io.BytesIO()
    grown.save(encoded, "PNG")
    return encoded.getvalue()
