"""A session leaves as one zip file and comes back from it; bad files are refused whole."""

import base64
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pentimento import InputError
from pentimento.memory.errors import StoreError
from pentimento.memory.records import CheckRecord, TurnRecord
from pentimento.memory.store import SessionStore
from PIL import Image

OpenStore = Callable[..., SessionStore]


def png(colour: str, size: int = 12) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(buffer, "PNG")
    return buffer.getvalue()


def put(store: SessionStore, colour: str) -> str:
    return store.put_image(png(colour), "image/png", 12, 12, "version", f"all {colour}").hash


def fill(store: SessionStore) -> str:
    """Return a session with a branch, a trace, a failed and an unfinished turn."""
    session_id = store.create_session("<b>Pictures</b> & more").session_id
    upload, mask = put(store, "grey"), put(store, "white")
    first = store.begin_turn(
        session_id, "make it <script>alert(1)</script>", [upload, upload], mask
    )
    store.add_step(first.turn_id, node="plan", ms=2.5, started_at=first.created_at)
    red = put(store, "red")
    for index, image_hash in enumerate((put(store, "pink"), red)):
        store.add_candidate(
            first.turn_id,
            round=0,
            index=index,
            image_hash=image_hash,
            seed=index,
            critique={"a": 1},
        )
    store.commit_turn(
        first.turn_id,
        route="edit",
        reply="Es ist röt.",
        version=red,
        brief={"prompt": "красный", "source": upload},
        seed=3,
        model="storybook",
        timings={"paint": 2.0},
        checks=[CheckRecord("", "red & round", "yes", "no", "it is square", True)],
    )
    second = store.begin_turn(session_id, "now blue")
    plan = {"continues": first.turn_id}
    store.commit_turn(
        second.turn_id, route="edit", reply="Blue.", version=put(store, "blue"), plan=plan
    )
    store.label_turn(second.turn_id, "the blue one")
    failed = store.begin_turn(session_id, "burn it")
    store.fail_turn(failed.turn_id, "The model failed.")
    store.undo(session_id)
    store.begin_turn(session_id, "still at work")
    return session_id


def told(store: SessionStore, session_id: str) -> dict[str, Any]:
    """Return everything about a session but its ids and the time it was touched."""
    turns = store.turns(session_id)
    numbers = {turn.turn_id: f"turn {turn.number}" for turn in turns} | {None: None}
    numbers[session_id] = "session"
    session = store.session(session_id)
    seen: dict[str, Any] = {
        "session": (session.title, session.created_at, numbers[session.head_turn_id]),
        "redo": numbers[store.redo_target(session_id)],
    }

    def plain(record: object) -> dict[str, object]:
        values = vars(record).items()
        return {k: numbers.get(v, v) if isinstance(v, str) else v for k, v in values}

    for turn in turns:
        if turn.plan:
            turn.plan.update(continues=numbers[turn.plan["continues"]])
        seen[str(turn.number)] = [
            plain(turn) if turn.number < 4 else turn.text,
            *(plain(step) for step in store.steps(turn.turn_id)),
            *(plain(candidate) for candidate in store.candidates(turn.turn_id)),
            *(plain(check) for check in store.checks(turn.turn_id)),
            *(store.image(image_hash) for image_hash in turn.image_hashes),
        ]
    return seen


def test_a_session_moves_to_another_store_with_all_it_holds(
    store: SessionStore, tmp_path: Path
) -> None:
    session_id = fill(store)
    path = store.export_session(session_id, tmp_path / "a.zip")
    before = told(store, session_id)
    red = str(store.head_version(session_id))
    store.purge_session(session_id)
    assert not store.images.exists(red)
    moved = store.import_session(path)
    assert moved.session_id == session_id  # nobody had taken its name
    assert told(store, session_id) == before
    assert store.images.get(red) == png("red")
    last = store.turns(session_id)[-1]
    assert (last.status, last.version) == ("cancelled", None) and "unfinished" in str(last.error)
    assert store.unfinished_turns() == []
    assert store.redo(session_id) == store.turns(session_id)[1].turn_id


def test_a_copy_beside_the_original_gets_ids_of_its_own(
    store: SessionStore, tmp_path: Path
) -> None:
    session_id = fill(store)
    path = store.export_session(session_id, tmp_path / "a.zip")
    copy = store.import_session(path)
    assert copy.session_id != session_id
    assert told(store, copy.session_id) == told(store, session_id)
    first, second, *_ = store.turns(copy.session_id)
    assert second.plan == {"continues": first.turn_id} and second.parent_id == first.turn_id
    assert not {t.turn_id for t in store.turns(session_id)} & {first.turn_id, second.turn_id}
    store.purge_session(session_id)
    assert store.images.get(str(first.version)) == png("red")
    assert len(store.turns(copy.session_id)) == 4


class Page(HTMLParser):
    """What a browser would fetch and run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.links: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name == "src"]
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_is_readable_by_itself_and_runs_nothing(
    store: SessionStore, tmp_path: Path
) -> None:
    session_id = fill(store)
    with zipfile.ZipFile(store.export_session(session_id, tmp_path / "a.zip")) as archive:
        names = set(archive.namelist())
        page = Page()
        page.feed(archive.read("index.html").decode())
    assert {"index.html", "session.json"} < names
    assert "script" not in page.tags
    assert page.sources and all(source.startswith("data:image/") for source in page.sources)
    assert set(page.links) <= names
    shown = base64.b64decode(page.sources[0].partition(",")[2])
    assert Image.open(io.BytesIO(shown)).size == (12, 12)
    for words in ("<b>Pictures</b> & more", "<script>alert(1)</script>", "Es ist röt.", "красный"):
        assert words in page.words
    for words in (
        "✗ red & round",
        "the blue one",
        "another branch",
        "here now",
        "The model failed",
    ):
        assert words in page.words


def test_the_page_shows_what_was_overruled_as_held(store: SessionStore, tmp_path: Path) -> None:
    session_id = fill(store)
    store.overrule_checks(store.turns(session_id)[0].turn_id)
    with zipfile.ZipFile(store.export_session(session_id, tmp_path / "a.zip")) as archive:
        page = Page()
        page.feed(archive.read("index.html").decode())
    assert "✓ red & round" in page.words and "you said it is fine" in page.words
    assert "it is square" not in page.words


def test_large_pictures_are_small_in_the_page_and_whole_beside_it(
    store: SessionStore, tmp_path: Path
) -> None:
    session_id = store.create_session().session_id
    buffer = io.BytesIO()
    Image.frombytes("RGB", (900, 600), os.urandom(900 * 600 * 3)).save(buffer, "PNG")
    image = store.put_image(buffer.getvalue(), "image/png", 900, 600, "version")
    turn = store.begin_turn(session_id, "draw noise")
    store.commit_turn(turn.turn_id, route="draw", reply="", version=image.hash)
    with zipfile.ZipFile(store.export_session(session_id, tmp_path / "a.zip")) as archive:
        assert archive.read(f"images/{image.hash}.png") == buffer.getvalue()
        assert len(archive.read("index.html")) < 600_000


# Bad files


@pytest.fixture
def whole(store: SessionStore, tmp_path: Path) -> Path:
    session_id = fill(store)
    path = store.export_session(session_id, tmp_path / "whole.zip")
    store.purge_session(session_id)
    shutil.rmtree(tmp_path / "images")
    return path


def rewritten(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path.with_name("changed.zip"), "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path.with_name("changed.zip")


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    def apply(members: dict[str, bytes]) -> None:
        content = json.loads(members["session.json"])
        change(content)
        members["session.json"] = json.dumps(content).encode()

    return rewritten(path, apply)


def test_files_that_are_no_whole_session_are_refused_and_leave_nothing(
    store: SessionStore, whole: Path, tmp_path: Path
) -> None:
    def swap(members: dict[str, bytes]) -> None:
        name = next(name for name in members if name.startswith("images/"))
        members[name] = png("black")

    def drop(members: dict[str, bytes]) -> None:
        del members[next(name for name in members if name.startswith("images/"))]

    def refuse(path: Path, words: str) -> None:
        with pytest.raises(InputError, match=words):
            store.import_session(path)
        assert store.sessions() == []
        assert not any(path.is_file() for path in (tmp_path / "images").rglob("*"))

    refuse(tmp_path / "none.zip", "no file")
    refuse(tmp_path, "no file")
    (tmp_path / "text.zip").write_text("hello")
    refuse(tmp_path / "text.zip", "no zip file")
    refuse(rewritten(whole, swap), "does not match its hash")
    refuse(rewritten(whole, drop), "lacks images/")
    refuse(rewritten(whole, lambda members: members.pop("session.json")), "lacks session.json")
    refuse(rewritten(whole, lambda members: members.update({"session.json": b"{"})), "no JSON")
    refuse(rewritten(whole, lambda members: members.update({"session.json": b"[]"})), "no exported")
    data = bytearray(whole.read_bytes())
    middle = data.index(b"IDAT")
    data[middle + 6] ^= 255
    (tmp_path / "flipped.zip").write_bytes(data)
    refuse(tmp_path / "flipped.zip", "cannot be read|does not match")

    changes: list[tuple[Callable[[dict[str, Any]], object], str]] = [
        (lambda c: c.update(format_version=2), "format 2.*Update"),
        (lambda c: c.pop("turns"), "lacks 'turns'"),
        (lambda c: c["turns"].reverse(), "out of order"),
        (lambda c: c["turns"][1].update(parent_id="x"), "unknown turn"),
        (lambda c: c["turns"][0].update(parent_id=c["turns"][0]["turn_id"]), "unknown turn"),
        (lambda c: c["turns"][0].pop("reply"), "TurnRecord lacks: reply"),
        (lambda c: c["turns"][0].update(status="great"), "TurnRecord.status"),
        (lambda c: c["turns"][0].update(created_at="2026-01-01T00:00:00"), "created_at"),
        (lambda c: c["turns"][0].update(seed="7"), "TurnRecord.seed"),
        (lambda c: c["turns"][0].update(version="0" * 64), "lacks the picture"),
        (lambda c: c["session"].update(head_turn_id="x"), "head of the session"),
        (lambda c: c["session"].update(redo=["x"]), "head of the session"),
        (lambda c: c["session"].update(redo=[{}]), "head of the session"),
        (lambda c: c["session"].update(session_id="/home/me/Documents"), "no id"),
        (lambda c: c["session"].update(session_id=".."), "no id"),
        (lambda c: c["turns"][3].update(turn_id="../x"), "no id"),
        (lambda c: c["turns"][0]["steps"][0].update(turn_id="0" * 32), "steps of another turn"),
        (lambda c: c["turns"][0]["candidates"][0].update(turn_id="x"), "candidates of another"),
        (lambda c: c["turns"][0]["checks"][0].update(turn_id="x"), "checks of another turn"),
        (lambda c: c["lost"].append({**c["images"][0], "hash": "../../x"}), "no picture's hash"),
        (lambda c: c["session"].update(head_turn_id=c["turns"][2]["turn_id"]), "head of the"),
        (lambda c: c["images"][0].update(mime="text/html"), "not 'text/html'"),
        (lambda c: c["images"][0].update(width=13), "not what its entry says"),
        (lambda c: c["images"][0].update(hash="../../x"), "lacks"),
        (lambda c: c["turns"][0].update(text="a\x00"), "NUL"),
        (lambda c: c["turns"][0].update(seed=2**63), "64 bits"),
    ]
    for change, words in changes:
        refuse(changed(whole, change), words)
    assert store.import_session(whole).turn_count == 4


def test_an_export_leaves_a_corrupt_picture_out_and_names_it(
    store: SessionStore, tmp_path: Path
) -> None:
    session_id = fill(store)
    red, told = str(store.head_version(session_id)), list[str]()
    (tmp_path / "images" / red[:2] / red).write_bytes(b"rust")
    path = store.export_session(session_id, tmp_path / "a.zip", told.append)
    assert len(told) == 1 and f"{red} is corrupt" in told[0]
    with zipfile.ZipFile(path) as archive:
        assert f"images/{red}.png" not in archive.namelist()
        assert f"{red} is damaged or missing" in archive.read("index.html").decode()
    copy = store.import_session(path)
    assert store.head_version(copy.session_id) == red
    with pytest.raises(StoreError, match="is corrupt"):
        store.images.get(red)
    assert len(store.turns(copy.session_id)) == 4


def test_an_export_into_no_folder_is_refused(store: SessionStore, tmp_path: Path) -> None:
    session_id = fill(store)
    with pytest.raises(InputError, match="no folder"):
        store.export_session(session_id, tmp_path / "nowhere" / "a.zip")


def test_records_survive_json(store: SessionStore) -> None:
    from pentimento.memory.wire import from_json, to_json

    turn = store.turns(fill(store))[0]
    assert from_json(TurnRecord, json.loads(json.dumps(to_json(turn)))) == turn
