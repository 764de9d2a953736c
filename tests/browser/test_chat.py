"""The chat in a real browser: the six-turn session, and what goes wrong politely."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pentimento.memory.images import ImageStore
from pentimento.memory.store import SessionStore

SHOT = "PENTIMENTO_SCREENSHOT"  # where to write the README's picture of the chat
CHECKPOINT = Path(__file__).parents[2] / "model" / "storybook" / "checkpoint" / "config.json"
DRAW = (
    "draw a small red cat at the top left and a large blue house at the bottom right, meadow, day"
)
HAS_MODEL = CHECKPOINT.is_file()
pytestmark = pytest.mark.timeout(900)  # a busy machine paints slowly, and so does its browser


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """Return the server's store, seen from outside."""
    home = tmp_path / "home"
    with SessionStore(f"sqlite:///{home / 'pentimento.db'}", ImageStore(home / "images")) as store:
        yield store


def pixels(store: SessionStore, image_hash: str | None) -> np.ndarray:
    """Return a stored picture: (H, W, 3), uint8."""
    import io

    from PIL import Image

    assert image_hash
    return np.asarray(Image.open(io.BytesIO(store.images.get(image_hash))).convert("RGB"))


def test_six_turns_with_a_restart_in_between(
    serve: Callable[..., Any], open_page: Callable[[str], Any], tmp_path: Path
) -> None:
    server = serve(is_scripted=not HAS_MODEL)
    chat = open_page(server.url)
    assert "What shall we paint?" in chat.conversation
    assert chat.page.locator("#pm-conversation .example").count() == 4

    chat.say(DRAW)
    assert chat.num_versions == 1
    chat.say("how many things are there?")
    assert re.search(r"\b(2|two)\b", chat.conversation.lower())
    chat.say("make the cat blue")
    assert chat.num_versions == 2

    chat.page.goto("about:blank")  # an open page loads itself anew when the server is back
    server.stop()
    server.start()
    chat.open()  # the same browser: its session comes back
    chat.page.wait_for_selector("#pm-strip .thumbnail-item >> nth=1")
    assert "make the cat blue" in chat.conversation
    assert chat.page.locator("#pm-sessions label.selected").count() == 1

    chat.say("make it bigger" if HAS_MODEL else "make it large")
    assert chat.num_versions == 3
    chat.page.click("#pm-undo")
    chat.page.wait_for_selector("#pm-conversation s, #pm-conversation del")
    chat.say("add a yellow star at the top right")
    assert chat.num_versions == 4
    assert "4 from 2" in chat.page.locator("#pm-strip").inner_text()

    if os.environ.get(SHOT):
        chat.page.locator("#pm-conversation .thought-group .title").last.click()
        chat.page.wait_for_timeout(500)
        chat.page.evaluate(
            "() => { const all = document.querySelector('#pm-conversation .bubble-wrap');"
            " all.scrollTop = all.scrollHeight; }"
        )
        chat.page.wait_for_timeout(500)
        Path(os.environ[SHOT]).parent.mkdir(parents=True, exist_ok=True)
        chat.page.screenshot(path=os.environ[SHOT])

    assert chat.errors == []
    assert chat.hosts - {""} == {f"127.0.0.1:{server.port}"}  # nothing else is called
    server.stop()
    home = tmp_path / "home"
    with SessionStore(f"sqlite:///{home / 'pentimento.db'}", ImageStore(home / "images")) as store:
        (session,) = store.sessions()
        turns = store.turns(session.session_id)
        assert [turn.route for turn in turns] == ["draw", "answer", "edit", "edit", "edit"]
        assert {turn.status for turn in turns} == {"done"}
        draw, question, blue, bigger, star = turns
        parents = [turn.parent_id for turn in turns]
        assert parents == [None, draw.turn_id, question.turn_id, blue.turn_id, blue.turn_id]
        assert session.head_turn_id == star.turn_id
        # A star at the top right: the row below is bit-identical to the version before.
        before, after = pixels(store, blue.version), pixels(store, star.version)
        third = before.shape[0] // 3
        assert (before[2 * third :] == after[2 * third :]).all()
        assert (before != after).any()


def test_bad_uploads_stop_retry_and_questions(
    serve: Callable[..., Any], open_page: Callable[[str], Any], tmp_path: Path
) -> None:
    server = serve(is_scripted=True)
    chat = open_page(server.url)

    lie = tmp_path / "lie.png"
    lie.write_text("no picture at all")
    chat.page.set_input_files("#pm-box input[type=file]", lie)
    chat.page.wait_for_selector("#pm-box .thumbnails, #pm-box [aria-label*='emove']")
    chat.say("make it blue")
    assert "lie.png is not a picture that can be read" in chat.conversation
    assert chat.page.input_value("#pm-box textarea") == "make it blue"  # nothing is lost
    assert chat.num_versions == 0

    chat.open()
    assert chat.page.locator("#pm-sessions label").count() == 0  # nothing came of it

    server.held.touch()
    chat.say(DRAW, is_waiting=False)
    chat.page.wait_for_selector("#pm-status .pm-bar")
    chat.page.click("#pm-box .stop-button")
    chat.wait()
    server.held.unlink()
    assert "Stopped." in chat.conversation
    assert chat.num_versions == 0

    chat.say(DRAW)
    chat.page.locator("#pm-conversation [aria-label='Retry']").last.click()
    chat.page.wait_for_selector("#pm-strip .thumbnail-item >> nth=1")  # another try is a branch
    chat.wait()
    chat.page.fill("#pm-title input, #pm-title textarea", "My cat")
    chat.page.keyboard.press("Enter")
    chat.page.wait_for_selector("#pm-sessions label:has-text('My cat')")

    chat.say("draw something")
    assert "What should I draw?" in chat.conversation
    assert chat.num_versions == 2
    chat.say("a green dog")
    assert chat.num_versions == 3
    words = chat.conversation
    assert words.index("What should I draw?") < words.index("a green dog")
    assert chat.errors == []


def test_what_is_written_while_it_paints_is_still_there_afterwards(
    serve: Callable[..., Any], open_page: Callable[[str], Any]
) -> None:
    server = serve(is_scripted=True)
    chat = open_page(server.url)
    server.held.touch()
    chat.say(DRAW, is_waiting=False)
    chat.page.wait_for_selector("#pm-status .pm-bar")
    assert chat.page.input_value("#pm-box textarea") == ""
    chat.page.fill("#pm-box textarea", "make the cat blue")
    server.held.unlink()
    chat.wait()
    assert chat.num_versions == 1
    assert chat.page.input_value("#pm-box textarea") == "make the cat blue"
    chat.page.click("#pm-undo")
    chat.page.wait_for_selector("#pm-conversation s, #pm-conversation del")
    chat.wait()
    assert chat.page.input_value("#pm-box textarea") == "make the cat blue"
    chat.page.click("#pm-redo")
    chat.page.wait_for_selector("#pm-conversation del", state="detached")
    chat.wait()
    chat.page.focus("#pm-box textarea")
    chat.page.keyboard.press("Enter")
    chat.page.wait_for_selector("#pm-strip .thumbnail-item >> nth=1")
    assert chat.errors == []


def test_the_mask_bounds_an_edit_and_versions_can_be_chosen(
    serve: Callable[..., Any], open_page: Callable[[str], Any], tmp_path: Path
) -> None:
    server = serve(is_scripted=True)
    chat = open_page(server.url)
    chat.say(DRAW)
    chat.page.click("button[role=tab]:has-text('Mask')")
    chat.page.wait_for_timeout(3000)  # the picture comes after the canvas
    box = chat.page.locator("#pm-editor canvas").first.bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    chat.page.mouse.move(*middle)
    chat.page.mouse.down()
    chat.page.mouse.move(middle[0] + 20, middle[1] + 20, steps=8)
    chat.page.mouse.up()
    chat.page.wait_for_timeout(1000)
    chat.say("make the house yellow and make the cat blue")  # both lie outside the mask
    chat.page.click("button[role=tab]:has-text('Picture')")
    chat.page.click("#pm-strip .thumbnail-item >> nth=0")
    # Two thumbnails and a struck-out message: the head moved, and nothing was lost.
    chat.page.wait_for_selector("#pm-conversation s, #pm-conversation del")
    assert chat.num_versions == 2

    home = tmp_path / "home"
    with SessionStore(f"sqlite:///{home / 'pentimento.db'}", ImageStore(home / "images")) as store:
        (session,) = store.sessions()
        draw, edit = store.turns(session.session_id)
        assert edit.mask_hash
        before, after = pixels(store, draw.version), pixels(store, edit.version)
        assert (before[:40] == after[:40]).all() and (before[-40:] == after[-40:]).all()
        assert store.session(session.session_id).head_turn_id == draw.turn_id
