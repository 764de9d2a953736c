"""The past by buttons in a real browser: names, branches, comparison, search, replay, zips."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHOTS = "PENTIMENTO_PAST_SCREENSHOTS"  # a folder for pictures of the chat, if there is to be one
DRAW = "draw a small red cat at the top left, meadow, day"
pytestmark = pytest.mark.timeout(900)


def shoot(chat: Any, name: str) -> None:
    """Keep a picture of the page where one is wanted."""
    if os.environ.get(SHOTS):
        folder = Path(os.environ[SHOTS])
        folder.mkdir(parents=True, exist_ok=True)
        chat.page.wait_for_timeout(600)
        chat.page.screenshot(path=folder / f"{name}.png")


def tab(chat: Any, name: str) -> None:
    """Open a tab of the canvas."""
    chat.page.click(f"button[role=tab]:has-text('{name}')")


def strip(chat: Any) -> str:
    """Return the captions of the version strip."""
    return str(chat.page.locator("#pm-strip").inner_text())


def test_versions_are_named_branched_from_and_compared(
    serve: Callable[..., Any], open_page: Callable[[str], Any]
) -> None:
    chat = open_page(serve(is_scripted=True).url)
    page = chat.page
    shoot(chat, "empty")
    assert page.locator("#pm-give-name").is_disabled()
    assert page.locator("#pm-export").is_disabled()
    tab(chat, "Replay")
    assert page.locator("#pm-replay").is_disabled()
    tab(chat, "Compare")
    page.wait_for_selector("#pm-compared:has-text('There is no picture yet to compare')")
    shoot(chat, "compare-empty")
    tab(chat, "Picture")

    chat.say(DRAW)
    page.fill("#pm-name input, #pm-name textarea", "before the hat")
    page.click("#pm-give-name")
    page.wait_for_selector("#pm-strip :text('before the hat')")
    chat.say("make the cat blue")
    assert page.input_value("#pm-name input, #pm-name textarea") == ""  # that of the new version
    page.locator("#pm-strip .thumbnail-item").first.click()
    page.wait_for_function(
        "() => document.querySelector('#pm-name input, #pm-name textarea').value !== ''"
    )
    chat.say("make it night")
    assert "3 from 1" in strip(chat)
    chat.say("rename this session to The cat at night")
    assert page.input_value("#pm-title input, #pm-title textarea") == "The cat at night"
    chat.say("label this 'the end'")
    assert "the end" in strip(chat)
    shoot(chat, "versions")

    tab(chat, "Compare")
    page.wait_for_selector("#pm-compared:has-text('it is night now')")
    shoot(chat, "compare-slide")
    page.click("#pm-left input")
    page.click("[role=option]:has-text('2: make the cat blue')")
    page.wait_for_selector("#pm-compared:has-text('the cat is red now')")
    words = page.locator("#pm-compared").inner_text()
    assert "% of the pixels are identical" in words and "checks hold" in words
    page.click("#pm-view label:has-text('Side by side')")
    page.wait_for_selector("#pm-both img")
    shoot(chat, "compare-both")
    page.click("#pm-view label:has-text('Difference')")
    shoot(chat, "compare-difference")
    chat.say("compare with the first one")
    assert "On the left is picture" in chat.conversation
    assert chat.errors == []


def test_turns_are_found_replayed_carried_away_and_brought_back(
    serve: Callable[..., Any], open_page: Callable[[str], Any], tmp_path: Path
) -> None:
    chat = open_page(serve(is_scripted=True).url)
    page = chat.page
    chat.say(DRAW)
    chat.say("make the cat blue")
    page.fill("#pm-title input, #pm-title textarea", "My cat")
    page.keyboard.press("Enter")
    page.wait_for_selector("#pm-sessions label:has-text('My cat')")

    page.fill("#pm-search input, #pm-search textarea", "cat red small")  # in a caption alone
    page.wait_for_selector("#pm-found label >> nth=0")
    assert page.locator("#pm-found label").count() == 1
    found = page.locator("#pm-found label").inner_text()
    assert found.startswith("1. draw a small red cat") and found.endswith("My cat")
    shoot(chat, "found")
    page.click("#pm-found label")
    page.wait_for_selector("#pm-conversation s, #pm-conversation del")  # the head is at turn 1
    page.fill("#pm-search input, #pm-search textarea", "elephant")
    page.wait_for_selector("#pm-found-note:has-text('No turn says or shows')")
    shoot(chat, "not-found")
    page.fill("#pm-search input, #pm-search textarea", "")
    page.click("#pm-redo")
    page.wait_for_selector("#pm-conversation del", state="detached")

    tab(chat, "Replay")
    page.fill("#pm-size input, #pm-size textarea", "big")
    page.click("#pm-replay")
    page.wait_for_selector("#pm-replay-status:has-text('A size is written like')")
    page.fill("#pm-size input, #pm-size textarea", "")
    page.fill("#pm-seed input, #pm-seed textarea", "7")
    page.click("#pm-replay")
    page.wait_for_selector("#pm-replay-status:has-text('2 turns replayed')")
    assert page.locator("#pm-replay-rows .pm-replayed").count() == 2
    assert "% of the pixels identical" in page.locator("#pm-replay-rows").inner_text()
    loaded = "all => all.length === 4 && all.every(one => one.complete && one.naturalWidth > 0)"
    page.wait_for_timeout(500)
    assert page.locator("#pm-replay-rows img").evaluate_all(loaded)
    shoot(chat, "replayed")
    page.click("#pm-replay-open")
    page.wait_for_function(
        "() => document.querySelector('#pm-title input, #pm-title textarea').value"
        " === 'Replay: My cat'"
    )
    page.click("#pm-sessions label:not(:has-text('Replay:'))")
    page.wait_for_function(
        "() => document.querySelector('#pm-title input, #pm-title textarea').value === 'My cat'"
    )

    with page.expect_download() as saved:
        page.click("#pm-export")
    path = tmp_path / saved.value.suggested_filename
    assert path.name == "my-cat.zip"
    saved.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert {"session.json", "index.html"} <= set(archive.namelist())
    page.set_input_files("#pm-carry input[type=file]", path)
    page.wait_for_selector("#pm-sessions label >> nth=2")
    assert page.input_value("#pm-title input, #pm-title textarea") == "My cat"
    assert chat.num_versions == 2

    lie = tmp_path / "lie.zip"
    lie.write_text("no zip")
    page.set_input_files("#pm-carry input[type=file]", lie)
    page.wait_for_selector(":text('lie.zip is no zip file')")
    shoot(chat, "refused")
    assert page.locator("#pm-sessions label").count() == 3
    assert chat.errors == []


def test_a_replay_can_be_stopped(
    serve: Callable[..., Any], open_page: Callable[[str], Any]
) -> None:
    server = serve(is_scripted=True)
    chat = open_page(server.url)
    page = chat.page
    chat.say(DRAW)
    server.held.touch()
    tab(chat, "Replay")
    page.click("#pm-replay")
    page.wait_for_selector("#pm-replay-status .pm-bar")
    shoot(chat, "replaying")
    page.click("#pm-replay-stop")
    page.wait_for_selector("#pm-replay-status:has-text('Stopped.')")
    assert page.locator("#pm-replay").is_enabled()
    server.held.unlink()
    chat.say("make the cat blue")  # nothing is in the way
    assert chat.num_versions == 2
    assert "Stopped." in page.locator("#pm-replay-status").inner_text()  # that was the last word
    assert chat.errors == []
