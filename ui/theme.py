"""The look of the chat: a calm ground, one accent, one font stack; light and dark alike."""

import gradio as gr

SANS = ("ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def build_theme() -> gr.themes.Base:
    """Return the theme; all fonts are the system's own, nothing is fetched."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_md,
        text_size=gr.themes.sizes.text_md,
        font=list(SANS),
        font_mono=list(MONO),
    ).set(
        border_color_primary="*neutral_200",
        border_color_primary_dark="*neutral_800",
        body_text_color_subdued="*neutral_500",
        body_background_fill_dark="*neutral_950",
        background_fill_primary_dark="*neutral_950",
        background_fill_secondary_dark="*neutral_900",
        color_accent="*primary_600",
        color_accent_soft="*neutral_100",
        color_accent_soft_dark="*neutral_800",
        body_text_color_subdued_dark="*neutral_400",
        input_background_fill_dark="*neutral_950",
    )


CSS = """
body { --pm-line: var(--border-color-primary); --pm-soft: var(--body-text-color-subdued); }
body, gradio-app { background: var(--body-background-fill); }
.gradio-container { max-width: none !important; padding: 0 !important; }
.gradio-container .main.app { padding: 0 !important; margin: 0; max-width: none !important; }
footer { display: none !important; }

/* The desk: sessions, conversation, canvas */
#pm-desk { display: grid; grid-template-columns: 232px minmax(0, 1fr) clamp(320px, 31vw, 460px);
  gap: 0; height: 100dvh; align-items: stretch; }
#pm-desk > .column { min-height: 0; height: 100dvh; overflow-y: auto; padding: 16px; gap: 12px;
  flex-wrap: nowrap; }
#pm-sidebar, #pm-canvas { background: var(--background-fill-secondary); }
#pm-sidebar { border-right: 1px solid var(--pm-line); }
#pm-canvas { border-left: 1px solid var(--pm-line); }
#pm-desk .block { border-width: 0 !important; background: none; box-shadow: none; }
#pm-desk .html-container { padding: 0; }
#pm-brand { flex: none; }
.pm-brand { font-size: 17px; font-weight: 650; letter-spacing: .01em; padding: 4px 2px 2px; }
.pm-heading { font-size: 12px; font-weight: 600; color: var(--pm-soft); padding: 2px 0 0; }
.pm-note { font-size: 12px; line-height: 1.45; color: var(--pm-soft); }
#pm-desk button.secondary { font-weight: 500; border: 1px solid var(--pm-line);
  background: var(--background-fill-primary); }
#pm-desk button.secondary:hover:not(:disabled) { border-color: var(--color-accent); }
#pm-desk button:focus-visible, #pm-desk label:focus-within, #pm-desk input:focus-visible {
  outline: 2px solid var(--color-accent); outline-offset: 1px; }

/* Sessions */
#pm-new, #pm-search, #pm-found-note, #pm-carry { flex: none; }
#pm-search :is(input, textarea) { font-size: 13px; background: var(--background-fill-primary);
  border: 1px solid var(--pm-line); }
#pm-sessions, #pm-found { flex: 0 1 auto; overflow-y: auto; min-height: 60px; }
#pm-found:not(:has(label)) { display: none; }
:is(#pm-sessions, #pm-found) .wrap { flex-direction: column; flex-wrap: nowrap; gap: 2px; }
:is(#pm-sessions, #pm-found) label { width: 100%; border: none; background: none;
  box-shadow: none; padding: 7px 10px; border-radius: 8px; font-size: 13px; }
:is(#pm-sessions, #pm-found) label span { margin: 0; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; display: block; font-weight: 400; }
#pm-found label span { white-space: pre !important; color: var(--pm-soft); font-size: 12px; }
#pm-found label span::first-line { color: var(--body-text-color); font-size: 13px; }
:is(#pm-sessions, #pm-found) label:hover { background: var(--background-fill-primary); }
:is(#pm-sessions, #pm-found) label.selected { background: var(--background-fill-primary);
  color: var(--body-text-color); box-shadow: inset 3px 0 var(--color-accent); }
#pm-sessions label.selected span { font-weight: 600; }
:is(#pm-sessions, #pm-found) input { position: absolute; opacity: 0; width: 0; height: 0; }
#pm-carry { margin-top: auto; display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
#pm-carry > * { min-width: 0 !important; width: 100%; }

/* Conversation */
#pm-chat { gap: 8px !important; }
#pm-title, #pm-box, #pm-status, #pm-note { flex: none; }
#pm-title input, #pm-title textarea { font-size: 15px; font-weight: 600; border: none;
  background: none; box-shadow: none; padding: 4px 2px; text-overflow: ellipsis; }
#pm-conversation { flex: 1 1 0; min-height: 0; height: auto !important; overflow: hidden; }
#pm-conversation .message, #pm-conversation .message .md p { font-size: 14px; line-height: 1.55; }
#pm-conversation .bot.message { border: none; background: none; padding: 0; }
#pm-conversation :is(.message, .bot.message, .flex-wrap) { box-shadow: none; }
#pm-conversation .user.message { border: none; background: var(--color-accent-soft);
  border-radius: 12px 12px 3px 12px; }
#pm-conversation .bubble-wrap { background: none; padding: 4px 2px; }
#pm-conversation .thought-group { border: none; border-left: 2px solid var(--pm-line);
  border-radius: 0; background: none; padding: 0 0 0 8px; margin: 2px 0 6px; }
#pm-conversation .thought-group .md p, #pm-conversation .thought-group .md li { font-size: 13px; }
#pm-conversation .thought-group ul { list-style: none; padding-left: 0; margin: 0; }
#pm-conversation .thought-group code { white-space: pre-wrap; font-size: 12px; }
#pm-conversation .wrapper > .icon-button-wrapper.top-panel { display: none; }
#pm-conversation [aria-label="Share"] { display: none; }
#pm-conversation .message-buttons-right { display: none; }
#pm-conversation .message-buttons .icon-button-wrapper { border: none; background: none;
  box-shadow: none; padding: 0; }
#pm-conversation .message.component { border: none; background: none; box-shadow: none;
  padding: 4px 0; margin-left: -8px; max-width: 100%; }
#pm-conversation .image-container button { justify-content: flex-start; }
#pm-conversation .image-container .icon-button-wrapper { display: none; }
#pm-conversation .message img { width: auto; height: 200px; max-width: 100%; border-radius: 8px;
  object-fit: contain; }
#pm-conversation .user img { height: 96px; }
#pm-conversation .image-frame { height: auto; padding: 0; }
#pm-status { min-height: 18px; padding: 0 4px; }
.pm-progress { display: flex; align-items: center; gap: 10px; font-size: 13px;
  color: var(--pm-soft); }
.pm-bar { flex: 1; max-width: 260px; height: 4px; border-radius: 2px; overflow: hidden;
  background: var(--border-color-primary); }
.pm-bar > span { display: block; height: 100%; background: var(--color-accent);
  transition: width .2s; }
.pm-empty { max-width: 44ch; margin: 0 auto; text-align: center; text-wrap: balance; }
.pm-empty h2 { font-size: 22px; margin: 0 0 8px; }
.pm-empty p { font-size: 14px; line-height: 1.55; color: var(--pm-soft); }
#pm-desk #pm-box { border: 1px solid var(--pm-line) !important; border-radius: 12px;
  background: var(--background-fill-primary) !important; }
#pm-desk #pm-box :is(.full-container, .input-container, .input-wrapper) { background: none; }
#pm-desk #pm-box .submit-button { background: var(--color-accent); color: #fff;
  border-radius: 9px; }
#pm-desk #pm-box:focus-within { border-color: var(--color-accent) !important; }

/* Canvas */
#pm-tabs, #pm-actions, #pm-strip { flex: none; }
#pm-desk :is(#pm-picture, #pm-slider, #pm-editor, #pm-both) { width: 100%; aspect-ratio: 1;
  border-radius: 10px; overflow: hidden; background: var(--background-fill-primary);
  border: 1px solid var(--pm-line) !important; }
:is(#pm-picture, #pm-both) img { width: 100%; height: 100%; object-fit: contain; }
#pm-actions { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
#pm-actions > * { min-width: 0 !important; width: 100%; }
#pm-strip .grid-wrap { max-height: 240px; overflow-y: auto; padding: 2px; }
#pm-strip .grid-container { gap: 8px; grid-auto-rows: auto;
  grid-template-columns: repeat(4, minmax(0, 1fr)) !important; }
#pm-strip .empty { display: none; }
#pm-strip, #pm-strip :is(.gallery-container, .grid-wrap) { height: auto !important;
  min-height: 0 !important; }
#pm-strip .thumbnail-item { aspect-ratio: 1; border-radius: 8px; }
#pm-strip .caption-label { font-size: 10px; max-width: 100%; padding: 1px 5px;
  border-radius: 0 6px 0 0; left: 0; right: auto; }

#pm-pair, #pm-replay-options { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; }
:is(#pm-pair, #pm-replay-options) .form { display: contents; }
:is(#pm-pair, #pm-replay-options) .block { padding: 0 !important; min-width: 0 !important; }
:is(#pm-pair, #pm-replay-options) label > span { font-size: 12px; color: var(--pm-soft);
  margin-bottom: 4px; }
:is(#pm-pair, #pm-replay-options) :is(input, textarea) { font-size: 13px; }
#pm-replay-options :is(input, textarea) { border: 1px solid var(--pm-line);
  background: var(--background-fill-primary); }
#pm-pair .wrap { border: 1px solid var(--pm-line); border-radius: 8px; box-shadow: none;
  background: var(--background-fill-primary); }
#pm-pair input { text-overflow: ellipsis; margin-right: 20px; }
#pm-view .wrap { gap: 6px; }
#pm-view label.selected { color: var(--body-text-color); border-color: var(--color-accent);
  background: var(--background-fill-primary); }
#pm-view label { padding: 4px 10px; font-size: 12px; box-shadow: none; }
#pm-view label span { margin: 0; }
#pm-view input { position: absolute; opacity: 0; width: 0; height: 0; }
#pm-naming { flex: none; display: grid; grid-template-columns: 1fr auto; gap: 8px; }
#pm-naming input, #pm-naming textarea { font-size: 13px; border: 1px solid var(--pm-line);
  background: var(--background-fill-primary); }
.pm-replayed { padding: 10px 0; border-top: 1px solid var(--pm-line); }
.pm-replayed .pm-said { font-size: 13px; font-weight: 600; }
.pm-lost .pm-note { color: var(--error-text-color); }
.pm-two { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin-top: 6px; }
.pm-two figure { margin: 0; }
.pm-two img { width: 100%; border-radius: 6px; }
.pm-two figcaption { font-size: 11px; color: var(--pm-soft); }

@media (max-width: 900px) {
  #pm-desk { display: flex; flex-direction: column; height: auto; }
  #pm-desk > .column { height: auto; overflow: visible; width: 100%; }
  #pm-canvas { order: 0; border: none; }
  #pm-chat { order: 1; }
  #pm-sidebar { order: 2; border: none; }
  #pm-conversation { flex: none; height: 62vh !important; }
}
"""
