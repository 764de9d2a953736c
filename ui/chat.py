"""The middle panel of the chat: the conversation and the box to write in."""

from dataclasses import dataclass

import gradio as gr

from .screen import progress_line

EMPTY_STATE = """
<div class="pm-empty">
<h2>What shall we paint?</h2>
<p>Describe a picture, or upload one and say what to change. Then go on: “make it bigger”,
“what is left of the house?”, “undo”. What you did not mention is left as it is.</p>
</div>
"""


@dataclass(frozen=True)
class ChatPanel:
    """The components of the conversation."""

    title: gr.Textbox
    conversation: gr.Chatbot
    box: gr.MultimodalTextbox
    status: gr.HTML
    confirm: gr.Checkbox
    lock: gr.Radio


def build_chat(examples: list[str], can_draw: str) -> ChatPanel:
    """Return the conversation; the examples stand in it while it is empty."""
    title = gr.Textbox(
        value="New session",
        show_label=False,
        container=False,
        max_lines=1,
        interactive=True,
        elem_id="pm-title",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
    )
    conversation = gr.Chatbot(
        value=[],
        show_label=False,
        container=False,
        buttons=[],
        layout="bubble",
        placeholder=EMPTY_STATE,
        examples=[{"text": text} for text in examples],
        group_consecutive_messages=True,
        feedback_options=None,
        latex_delimiters=[],
        elem_id="pm-conversation",
        height="100%",
        scale=1,
    )
    status = gr.HTML(progress_line("Opening"), elem_id="pm-status")
    box = gr.MultimodalTextbox(
        placeholder="Draw, change or ask…",
        show_label=False,
        container=False,
        sources=["upload"],
        file_types=["image"],
        file_count="multiple",
        lines=1,
        max_lines=8,
        stop_btn=False,
        submit_btn=True,
        autofocus=True,
        elem_id="pm-box",
    )
    confirm = gr.Checkbox(
        label="Show me the plan before you paint",
        value=False,
        container=False,
        elem_id="pm-confirm",
    )
    lock = gr.Radio(
        label="What may be repainted",
        choices=[
            ("Repaint only what had to change", "auto"),
            ("all of my mask", "mask"),
            ("anything", "off"),
        ],
        value="auto",
        container=False,
        elem_id="pm-lock",
    )
    gr.HTML(f'<div class="pm-note">{can_draw}</div>', elem_id="pm-note")
    return ChatPanel(title, conversation, box, status, confirm, lock)
