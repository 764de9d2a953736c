"""The left panel of the chat: sessions, old and new."""

from dataclasses import dataclass

import gradio as gr


@dataclass(frozen=True)
class SidebarPanel:
    """The components of the session list."""

    new: gr.Button
    search: gr.Textbox
    sessions: gr.Radio


def build_sidebar() -> SidebarPanel:
    """Return the session list: new, search, and one line a session."""
    gr.HTML('<div class="pm-brand">Pentimento</div>', elem_id="pm-brand")
    new = gr.Button("New session", variant="secondary", size="md", elem_id="pm-new")
    search = gr.Textbox(
        placeholder="Search sessions",
        show_label=False,
        container=False,
        max_lines=1,
        elem_id="pm-search",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
    )
    sessions = gr.Radio(
        choices=[], show_label=False, container=False, interactive=True, elem_id="pm-sessions"
    )
    return SidebarPanel(new, search, sessions)
