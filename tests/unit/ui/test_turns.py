"""`draw`, `edit` and `ask` on the command line, and every way in which they refuse."""

import errno
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pentimento.model.storybook.scene import parse_listing
from PIL import Image

Run = Callable[..., Any]
DRAW = "draw a small red cat at the top left and a large blue house at the bottom right, meadow"


@pytest.fixture
def cat(tmp_path: Path, pentimento: Run) -> Path:
    """Return a picture that was drawn."""
    path = tmp_path / "cat.png"
    assert pentimento("draw", DRAW, "-o", path).code == 0
    return path


def test_draw_edit_and_ask(tmp_path: Path, cat: Path, pentimento: Run) -> None:
    out = tmp_path / "blue.png"
    wish = "make the house yellow and add a star top right"
    edited = pentimento("edit", cat, wish, "-o", out, "--json")
    assert edited.code == 0
    assert edited.json["out"] == str(out)
    assert {check["verdict"] for check in edited.json["checks"]} == {"yes"}
    asked = pentimento("ask", out, "how many things are there?")
    assert asked.out == "There are 3.\n"


def test_every_turn_is_recorded(cat: Path, pentimento: Run) -> None:
    sessions = pentimento("session", "list", "--json").json
    assert [session["turn_count"] for session in sessions] == [1]


def test_edit_goes_on_with_a_session(tmp_path: Path, cat: Path, pentimento: Run) -> None:
    session_id = pentimento("session", "list", "--json").json[0]["session_id"]
    out = tmp_path / "b.png"
    edited = pentimento("edit", session_id[:8], "make the cat blue", "-o", out, "--json")
    assert edited.json["session_id"] == session_id
    assert edited.json["number"] == 2
    assert out.read_bytes() != cat.read_bytes()


def test_an_edit_may_be_an_undo(tmp_path: Path, cat: Path, pentimento: Run) -> None:
    session_id = pentimento("session", "list", "--json").json[0]["session_id"]
    out = tmp_path / "b.png"
    assert pentimento("edit", session_id, "make the cat blue", "-o", out).code == 0
    assert pentimento("edit", session_id, "undo", "-o", out).out == "I went back 1 step.\n"
    assert out.read_bytes() == cat.read_bytes()
    out.unlink()
    refused(pentimento("edit", session_id, "undo", "-o", out), "There is no new picture: I went")
    assert not out.exists()


def test_the_same_seed_and_words_give_the_same_picture(tmp_path: Path, pentimento: Run) -> None:
    paths = [tmp_path / "1.png", tmp_path / "2.png"]
    for path in paths:
        pentimento("draw", DRAW, "-o", path, "--seed", 7)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_ending_says_the_format(tmp_path: Path, pentimento: Run) -> None:
    out = tmp_path / "cat.jpg"
    assert pentimento("draw", DRAW, "-o", out).code == 0
    with Image.open(out) as picture:
        assert picture.format == "JPEG"


def test_a_mask_bounds_the_edit(tmp_path: Path, cat: Path, pentimento: Run) -> None:
    mask, out = tmp_path / "mask.png", tmp_path / "b.png"
    stencil = Image.new("L", (144, 144))
    stencil.paste(255, (96, 96, 144, 144))
    stencil.save(mask)
    wish = "make the house yellow and make the cat blue"
    assert pentimento("edit", cat, wish, "-o", out, "--mask", mask).code == 0
    before, after = Image.open(cat), Image.open(out)
    assert before.crop((0, 0, 96, 96)).tobytes() == after.crop((0, 0, 96, 96)).tobytes()
    assert before.tobytes() != after.tobytes()


def test_the_lock_is_chosen(
    tmp_path: Path, cat: Path, pentimento: Run, scripted: ModuleType
) -> None:
    def paint_the_cat_too(brief: Any, scene: Any) -> Any:
        return parse_listing(str(scene).replace("cat red", "cat white"))

    out, wish = tmp_path / "b.png", "make the house yellow"
    model = scripted.ScriptedStorybook(on_paint=paint_the_cat_too)
    corners = []
    for lock in ("auto", "off"):
        edited = pentimento("edit", cat, wish, "-o", out, "--lock", lock, model=model)
        assert edited.code == 0 and "of the pixels are bit-identical" in edited.err
        assert ("repainted unasked and put back" in edited.err) == (lock == "auto")
        corners.append(Image.open(out).crop((0, 0, 48, 48)).tobytes())
    assert corners[0] == Image.open(cat).crop((0, 0, 48, 48)).tobytes() != corners[1]
    refused(pentimento("edit", cat, wish, "-o", out, "--lock", "mask"), "give one with --mask")


def refused(result: Any, *words: str) -> None:
    """Hold that one sentence said it, and that the exit code is 2."""
    assert result.code == 2
    assert result.err.count("\n") == 1, result.err
    for word in words:
        assert word in result.err


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"hello", ["picture.png is not a picture"]),
        (lambda: huge_png(), ["picture.png is too large"]),
        (lambda: cut_jpeg(), ["picture.png is damaged or cut off"]),
    ],
    ids=["text", "huge", "truncated"],
)
def test_a_bad_picture_is_refused(
    make: Callable[[], bytes], words: list[str], tmp_path: Path, home: Path, pentimento: Run
) -> None:
    picture, out = tmp_path / "picture.png", tmp_path / "out.png"
    picture.write_bytes(make())
    refused(pentimento("edit", picture, "make it blue", "-o", out), *words)
    assert not out.exists()
    assert not home.exists()


@pytest.mark.parametrize(
    ("text", "word"), [("", "empty"), (" \n", "empty"), ("a" * 100_000, "100,000 characters")]
)
def test_bad_words_are_refused(
    text: str, word: str, tmp_path: Path, home: Path, pentimento: Run
) -> None:
    out = tmp_path / "out.png"
    refused(pentimento("draw", text, "-o", out), word)
    assert not out.exists()
    assert not home.exists()


def test_an_unknown_session_or_file_is_refused(tmp_path: Path, pentimento: Run) -> None:
    out = tmp_path / "out.png"
    refused(pentimento("edit", "abcdef", "make it blue", "-o", out), "no session 'abcdef'")
    refused(pentimento("edit", "no/cat.png", "make it blue", "-o", out), "no file no/cat.png")
    refused(pentimento("draw", DRAW, "-o", out, "--session", "abcdef"), "no session")
    assert not out.exists()


@pytest.mark.parametrize("size", ["big", "12", "512*512", "0x0", "99999x99999"])
def test_an_impossible_size_is_refused(size: str, tmp_path: Path, pentimento: Run) -> None:
    out = tmp_path / "out.png"
    refused(pentimento("draw", DRAW, "-o", out, "--size", size), size)
    assert not out.exists()


@pytest.mark.parametrize("name", ["out.gif", "no/out.png"])
def test_an_impossible_out_is_refused_before_anything_is_drawn(
    name: str, tmp_path: Path, home: Path, pentimento: Run
) -> None:
    refused(pentimento("draw", DRAW, "-o", tmp_path / name))
    assert not home.exists()


def test_what_cannot_be_drawn_leaves_no_file(tmp_path: Path, pentimento: Run) -> None:
    out = tmp_path / "out.png"
    refused(pentimento("draw", "draw an elephant", "-o", out), "I cannot draw an elephant")
    assert not out.exists()


def test_an_unclear_wish_is_refused_with_the_question(
    tmp_path: Path, cat: Path, pentimento: Run
) -> None:
    out = tmp_path / "out.png"
    refused(pentimento("edit", cat, "make the dog red", "-o", out), "Which thing do you mean?")
    assert not out.exists()


def test_errors_are_json_when_json_is_asked_for(tmp_path: Path, pentimento: Run) -> None:
    result = pentimento("draw", " ", "-o", tmp_path / "out.png", "--json")
    assert result.json["exit_code"] == 2
    assert "empty" in result.json["error"]


def test_a_failing_model_fails_the_command(
    tmp_path: Path, pentimento: Run, scripted: ModuleType
) -> None:
    from pentimento.model.errors import ModelError

    def fail(brief: Any, scene: Any) -> Any:
        raise ModelError("The decoder gave up.")

    model = scripted.ScriptedStorybook(on_paint=fail)
    result = pentimento("draw", DRAW, "-o", tmp_path / "out.png", model=model)
    assert (result.code, "The decoder gave up." in result.err) == (1, True)
    assert not (tmp_path / "out.png").exists()


def test_ctrl_c_cancels_the_turn(
    tmp_path: Path, pentimento: Run, scripted: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pentimento.ui import turns

    def press(line: Any, event: Any) -> None:
        if type(event).__name__ == "Progress":
            raise KeyboardInterrupt

    monkeypatch.setattr(turns, "_show", press)
    model = scripted.ScriptedStorybook(num_steps=20, step_seconds=0.05)
    result = pentimento("draw", DRAW, "-o", tmp_path / "out.png", model=model)
    assert (result.code, result.err) == (130, "pentimento: Cancelled.\n")
    assert not (tmp_path / "out.png").exists()
    session_id = pentimento("session", "list", "--json").json[0]["session_id"]
    turns_told = pentimento("session", "tree", session_id, "--json").json["turns"]
    assert [turn["status"] for turn in turns_told] == ["cancelled"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_bad_input(
    code: int, tmp_path: Path, pentimento: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    result = pentimento("draw", DRAW, "-o", tmp_path / "out.png")
    refused(result, "The disk is full")
    assert list(tmp_path.glob("*.png")) == []
    assert list(tmp_path.glob(".out*")) == []


def test_a_full_disk_below_out_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pentimento import InputError
    from pentimento.ui import files

    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "out.png"
    path.write_bytes(b"old")
    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(InputError, match="The disk is full"):
        files.write_whole(path, b"new")
    assert [file.name for file in tmp_path.iterdir()] == ["out.png"]
    assert path.read_bytes() == b"old"


def huge_png() -> bytes:
    """Return a PNG that says it has 30,000 x 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def cut_jpeg() -> bytes:
    """Return the first half of a JPEG."""
    buffer = io.BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]
