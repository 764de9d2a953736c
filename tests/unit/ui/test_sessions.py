"""The session commands."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_list_and_search(session_id: str, pentimento: Run) -> None:
    assert session_id[:8] in pentimento("session", "list").out
    assert "red cat" in pentimento("session", "list", "--search", "red cat").out
    assert pentimento("session", "list", "--search", "elephant").out == ""


def test_show_tells_words_answers_and_checks(session_id: str, pentimento: Run) -> None:
    shown = pentimento("session", "show", session_id[:6]).out
    assert "2. make the cat blue" in shown
    assert "✓ cat blue small top left" in shown
    told = pentimento("session", "show", session_id, "--json").json
    assert [turn["route"] for turn in told["turns"]] == ["draw", "edit"]


def test_undo_and_redo_move_the_head_and_lose_nothing(session_id: str, pentimento: Run) -> None:
    versions = [
        t["version"] for t in pentimento("session", "show", session_id, "--json").json["turns"]
    ]
    assert pentimento("session", "undo", session_id, "--json").json["version"] == versions[0]
    tree = pentimento("session", "tree", session_id).out.splitlines()
    assert tree[1].startswith("* 1.") and tree[2].startswith("  2.")
    assert pentimento("session", "redo", session_id, "--json").json["version"] == versions[1]
    nothing_left = pentimento("session", "redo", session_id)
    assert nothing_left.code == 2


def test_branches_are_indented(session_id: str, tmp_path: Path, pentimento: Run) -> None:
    pentimento("session", "undo", session_id)
    pentimento("edit", session_id, "make the cat green", "-o", tmp_path / "y.png")
    tree = pentimento("session", "tree", session_id).out.splitlines()
    assert [line[:6] for line in tree[1:]] == ["  1. d", "    2.", "*   3."]


def test_rename(session_id: str, pentimento: Run) -> None:
    assert "The cat" in pentimento("session", "rename", session_id, "The cat").out
    assert "The cat" in pentimento("session", "list").out
    assert pentimento("session", "rename", session_id, " ").code == 2


def test_export_purge_import(session_id: str, tmp_path: Path, pentimento: Run) -> None:
    archive = tmp_path / "cat.zip"
    assert pentimento("session", "export", session_id, "-o", archive).code == 0
    before = pentimento("session", "tree", session_id, "--json").json["turns"]
    assert pentimento("session", "purge", session_id, "--json").code == 2  # not without --yes
    assert pentimento("session", "purge", session_id, "--yes").code == 0
    assert pentimento("session", "list", "--json").json == []
    assert pentimento("session", "import", archive).code == 0
    after = pentimento("session", "tree", session_id, "--json").json["turns"]
    assert [turn["version"] for turn in after] == [turn["version"] for turn in before]


def test_purge_takes_every_copy_of_the_pictures(
    session_id: str, home: Path, pentimento: Run
) -> None:
    for name in ("pictures/ab/thumbnail.png", "exports/cd/cat.zip", "gradio/ef/cat.png"):
        (home / "views" / name).parent.mkdir(parents=True)
        (home / "views" / name).write_bytes(b"a picture")
    assert pentimento("session", "purge", session_id, "--yes").code == 0
    left = [path for path in home.rglob("*") if path.is_file()]
    assert {path.name.partition(".")[0] for path in left} == {"pentimento"}  # the database


def test_an_export_without_a_damaged_picture_says_so(
    session_id: str, home: Path, tmp_path: Path, pentimento: Run
) -> None:
    version = pentimento("session", "show", session_id, "--json").json["version"]
    (home / "images" / version[:2] / version).unlink()
    exported = pentimento("session", "export", session_id, "-o", tmp_path / "cat.zip")
    assert exported.code == 0 and f"Left out: The picture {version} is missing" in exported.err


def test_a_purge_that_is_declined_is_cancelled(
    session_id: str, pentimento: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    declined = pentimento("session", "purge", session_id)
    assert declined.code == 130 and declined.err.endswith("pentimento: Cancelled.\n")
    assert len(pentimento("session", "list", "--json").json) == 1


@pytest.mark.parametrize("command", ["show", "tree", "undo", "redo", "purge"])
def test_an_unknown_session_is_refused(command: str, pentimento: Run) -> None:
    result = pentimento("session", command, "abcdef")
    assert result.code == 2
    assert result.err.startswith("pentimento: There is no session 'abcdef'")


def test_a_beginning_that_fits_two_sessions_is_refused(tmp_path: Path, pentimento: Run) -> None:
    for name in ("1.png", "2.png"):
        pentimento("draw", "draw a red cat", "-o", tmp_path / name)
    ids = [one["session_id"] for one in pentimento("session", "list", "--json").json]
    from pentimento.ui import sessions

    class Two:
        def sessions(self, limit: int) -> list[Any]:
            return [type("S", (), {"session_id": "ab" + key[2:]}) for key in ids]

    from pentimento import InputError

    with pytest.raises(InputError, match="2 sessions begin with 'ab'"):
        sessions.find_session_id(Two(), "ab")  # type: ignore[arg-type]
