"""The left panel of the chat: sessions, old and new."""

from dataclasses import dataclass

import gradio as gr


@dataclass(frozen=True)
class SidebarPanel:
    """The components of the session list."""

    new: gr.Button
    search: gr.Textbox
    sessions: gr.Radio
    found_note: gr.HTML
    found: gr.Radio
    carry_away: gr.Button
    zip: gr.DownloadButton
    bring_back: gr.UploadButton


def build_sidebar() -> SidebarPanel:
    """Return the session list: new, search, and one line a session."""
    gr.HTML('<div class="pm-brand">Pentimento</div>', elem_id="pm-brand")
    new = gr.Button("New session", variant="secondary", size="md", elem_id="pm-new")
    search = gr.Textbox(
        label="Search",
        placeholder="Search sessions and turns",
        show_label=False,
        container=False,
        max_lines=1,
        elem_id="pm-search",
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", spellcheck=False),
    )
    sessions = gr.Radio(
        choices=[], show_label=False, container=False, interactive=True, elem_id="pm-sessions"
    )
    found_note = gr.HTML(elem_id="pm-found-note")
    found = gr.Radio(
        choices=[],
        show_label=False,
        container=False,
        interactive=True,
        elem_id="pm-found",
    )
    with gr.Row(elem_id="pm-carry"):
        carry_away = gr.Button(
            "Export", size="md", min_width=40, interactive=False, elem_id="pm-export"
        )
        bring_back = gr.UploadButton(
            "Import",
            file_types=[".zip"],
            file_count="single",
            type="filepath",
            size="md",
            min_width=40,
            elem_id="pm-import",
        )
    carried = gr.DownloadButton(visible="hidden", elem_id="pm-zip")
    return SidebarPanel(new, search, sessions, found_note, found, carry_away, carried, bring_back)
