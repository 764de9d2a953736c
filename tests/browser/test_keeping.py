"""Plans to confirm, standing wishes and the squash in a real browser."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHOT = "PENTIMENTO_KEEPING_SCREENSHOT"  # where to write a picture of the chat, if anywhere
pytestmark = pytest.mark.timeout(900)


def test_a_plan_waits_a_wish_is_listed_and_taken_back_and_a_squash_branches(
    serve: Callable[..., Any], open_page: Callable[[str], Any]
) -> None:
    chat = open_page(serve(is_scripted=True).url)
    chat.say("draw a small red cat at the top left, meadow, day")
    chat.say("from now on keep it night")
    wish = chat.page.locator("#pm-wishes label:has-text('keep it night') input")
    assert wish.is_checked()

    chat.page.check("#pm-confirm input")
    chat.say("make the cat blue")
    assert "Shall I paint this: meadow, night; cat blue" in chat.conversation
    assert chat.num_versions == 1
    chat.page.locator("#pm-conversation button:has-text('edit it')").last.click()
    chat.page.wait_for_function(
        "() => document.querySelector('#pm-box textarea').value.startsWith('meadow, night')"
    )
    chat.say("snow, night; cat blue large top left.")
    assert chat.num_versions == 2
    chat.page.uncheck("#pm-confirm input")

    wish.click()  # the box goes with the wish: nothing is left to be seen unchecked
    chat.page.wait_for_selector("#pm-wishes", state="hidden")
    chat.say("make the cat green")
    assert chat.num_versions == 3
    chat.page.click("#pm-squash")
    chat.page.wait_for_selector("#pm-strip .thumbnail-item >> nth=3")
    chat.wait()
    assert "I rebuilt the picture from the original in one painting" in chat.conversation
    if os.environ.get(SHOT):
        Path(os.environ[SHOT]).parent.mkdir(parents=True, exist_ok=True)
        chat.page.screenshot(path=os.environ[SHOT])
    assert chat.errors == []
