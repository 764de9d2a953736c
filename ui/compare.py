"""The compare tab of the chat: any two pictures of a session, and what they differ in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from PIL import Image

from ..agent.comparing import Comparison, mark_difference
from ..agent.gallery import Shown, pictures_of
from ..agent.pictures import side_by_side
from ..memory.records import TurnRecord
from .wording import one_line

SLIDE, SIDE_BY_SIDE, DIFFERENCE = "Slide", "Side by side", "Difference"
MAX_SIDE = 1600  # pixels of a comparison that is sent to the browser
CHOICE_WORDS = 44  # characters of a choice


@dataclass(frozen=True)
class ComparePanel:
    """The components of the comparison."""

    left: gr.Dropdown
    right: gr.Dropdown
    view: gr.Radio
    slider: gr.ImageSlider
    picture: gr.Image
    words: gr.HTML


def build_compare() -> ComparePanel:
    """Return the comparison; it stands in a tab of the canvas."""
    with gr.Row(elem_id="pm-pair"):
        left = _choice("Left", "pm-left")
        right = _choice("Right", "pm-right")
    view = gr.Radio(
        choices=[SLIDE, SIDE_BY_SIDE, DIFFERENCE],
        value=SLIDE,
        show_label=False,
        container=False,
        elem_id="pm-view",
    )
    slider = gr.ImageSlider(
        format="png",
        type="filepath",
        interactive=False,
        show_label=False,
        container=False,
        buttons=[],
        elem_id="pm-slider",
    )
    picture = gr.Image(
        format="png",
        type="pil",
        interactive=False,
        show_label=False,
        container=False,
        buttons=["fullscreen"],
        visible=False,
        elem_id="pm-both",
    )
    words = gr.HTML(elem_id="pm-compared")
    return ComparePanel(left, right, view, slider, picture, words)


def compare_choices(turns: Sequence[TurnRecord], places: dict[str, int]) -> list[tuple[str, str]]:
    """Return every picture of a session as (words, hash), in the order they came up.

    `places` are the numbers of the versions by their turns, as the strip shows them.
    """
    return [(_picture_words(shown, places), shown.image_hash) for shown in pictures_of(turns)]


def compared_picture(comparison: Comparison, view: str) -> Image.Image:
    """Return the picture of a comparison; of different sizes there is no difference to mark."""
    marked = None
    if view == DIFFERENCE:
        marked = mark_difference(comparison.left, comparison.right)
    picture = marked or side_by_side(comparison.left, comparison.right)
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    return picture


def _choice(label: str, elem_id: str) -> gr.Dropdown:
    options: dict[str, Any] = {"filterable": False, "interactive": False, "min_width": 0}
    return gr.Dropdown(choices=[], value=None, label=label, elem_id=elem_id, **options)


def _picture_words(shown: Shown, places: dict[str, int]) -> str:
    words = one_line(shown.label or shown.said, CHOICE_WORDS)
    return f"Upload: {words}" if shown.is_upload else f"{places[shown.turn_id]}: {words}"
