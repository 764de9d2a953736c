"""What a click does, and what it tells where it cannot."""

import json
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento.agent.services import TurnOptions
from pentimento.agent.trace import given_of
from pentimento.memory.errors import StoreError
from pentimento.ui.compose import Studio, compose
from pentimento.ui.handlers import Handlers
from pentimento.ui.home import Home, clear_pictures
from pentimento.ui.past import PastHandlers
from pentimento.ui.screen import Screen, ScreenReader
from pentimento.ui.views import ViewFiles

DRAW = "draw a red cat at the top left"


@pytest.fixture
def reader(studio: Studio) -> ScreenReader:
    """Return what reads the studio's sessions."""
    views = ViewFiles(studio.home.pictures_path, studio.store)
    return ScreenReader(studio.agent, studio.store, views)


@pytest.fixture
def handlers(studio: Studio, reader: ScreenReader) -> Handlers:
    """Return the listeners of the chat."""
    return Handlers(studio, reader)


@pytest.fixture
def session_id(studio: Studio) -> str:
    """Return a session of one drawing."""
    session_id = studio.store.create_session().session_id
    list(studio.agent.take_turn(session_id, DRAW))
    return session_id


def skipped(value: Any) -> bool:
    """Return whether a component is left as it is."""
    return isinstance(value, dict) and value.get("__type__") == "update" and len(value) == 1


def test_a_refused_request_gives_all_back(
    handlers: Handlers, session_id: str, tmp_path: Path
) -> None:
    upload = tmp_path / "notes.txt"
    upload.write_text("no picture")
    message = {"text": "make it blue", "files": [str(upload)]}
    screen = Screen(*list(handlers.send(message, None, session_id))[-1])
    assert screen.box["value"] == message
    assert "not a picture" in screen.conversation[-1]["content"]
    assert all(map(skipped, (screen.editor, screen.left, screen.right)))


def test_only_wishes_of_the_page_are_taken_back(
    handlers: Handlers, studio: Studio, session_id: str
) -> None:
    for words in ("no dogs", "no cats"):
        studio.store.add_wish(session_id, words, {})
    shown = Screen(*handlers.open_session(session_id)).shown_wishes
    studio.store.add_wish(session_id, "no boats", {})  # elsewhere, meanwhile
    screen = Screen(*handlers.keep_wishes([2], shown, session_id))
    assert [wish.text for wish in studio.store.wishes(session_id)] == ["no cats", "no boats"]
    assert screen.shown_wishes == [2, 3]


def test_retry_keeps_the_options(handlers: Handlers, studio: Studio, session_id: str) -> None:
    options = TurnOptions(lock="off", candidates=2)
    list(studio.agent.take_turn(session_id, "make the cat blue", options=options))
    list(handlers.retry(session_id))
    again = studio.store.turns(session_id)[-1]
    assert (again.number, again.status) == (3, "done")
    given = given_of(studio.store.steps(again.turn_id))["options"]
    assert TurnOptions.from_json(given) == options


def test_a_look_at_the_title_names_nothing(
    handlers: Handlers, studio: Studio, session_id: str
) -> None:
    handlers.rename(Screen(*handlers.open_session(session_id)).title, session_id)
    assert studio.store.session(session_id).title == ""
    handlers.rename("The cat", session_id)
    assert studio.store.session(session_id).title == "The cat"


@pytest.mark.parametrize("error", [StoreError("The database is locked."), OSError(28, "full")])
def test_a_click_that_fails_is_told_and_the_box_stays_ready(
    handlers: Handlers, session_id: str, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*given: Any) -> Any:
        raise error

    monkeypatch.setattr(ScreenReader, "read", fail)
    told = "The disk is full" if isinstance(error, OSError) else "The database is locked."
    for values in (handlers.open_session(session_id), *handlers.send({"text": ""}, None, None)):
        screen = Screen(*values)
        assert told in screen.status and screen.box["interactive"]
        assert skipped(screen.conversation)


def test_a_session_with_a_lost_picture_is_shown(
    handlers: Handlers, reader: ScreenReader, studio: Studio, session_id: str
) -> None:
    version = str(studio.store.head_version(session_id))
    (studio.home.path / "images" / version[:2] / version).write_bytes(b"rust")
    screen = Screen(*handlers.open_session(session_id))
    assert Path(screen.picture).name == "unreadable.png" and len(screen.strip["value"]) == 1
    assert Path(reader.views.picture("../../x")).name == "unreadable.png"
    told = PastHandlers(studio, reader).compare(version, version, "Slide", session_id)
    assert "is corrupt" in told[-1]


def test_an_export_lies_in_a_folder_of_the_chat(
    studio: Studio, reader: ScreenReader, session_id: str
) -> None:
    path = Path(PastHandlers(studio, reader).export(session_id))
    assert path.parent == studio.home.export_path(session_id)
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("session.json"))["session"]["session_id"] == session_id
    for given in ("/home/me", "../../..", session_id):
        assert studio.home.export_path(given).parent == studio.home.exports_path
    clear_pictures(studio.home)
    assert not path.exists()


def test_any_name_of_a_home_is_kept(tmp_path: Path, scripted: ModuleType) -> None:
    home = Home(tmp_path / "what?a%20home")
    studio = compose(home, "scripted", load_model=lambda name: scripted.ScriptedStorybook())
    studio.close()
    assert (home.path / "pentimento.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [home.path.name]


def test_untitled_sessions_are_listed_by_their_first_words(
    reader: ScreenReader, studio: Studio, session_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: Any) -> Any:
        raise AssertionError("all turns were read for a title")

    monkeypatch.setattr(type(studio.store), "turns", refuse)
    assert reader.session_list(session_id)["choices"] == [(DRAW, session_id)]
