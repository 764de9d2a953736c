"""Help is quick and complete."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from pentimento.ui import cli

HEAVY = ("torch", "transformers", "diffusers", "gradio", "langgraph", "sqlalchemy", "numpy", "PIL")


def commands_of(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command below a group."""
    for name, command in getattr(group, "commands", {}).items():
        yield from commands_of(command, (*path, name))
    if path and not hasattr(group, "commands"):
        yield path


COMMANDS = tuple(commands_of(typer.main.get_command(cli.app)))


def test_the_command_line_loads_nothing_heavy() -> None:
    code = f"""
import sys
from pentimento.ui import cli
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr


def test_help_takes_less_than_half_a_second() -> None:
    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "pentimento", "--help"]
        done = subprocess.run(command, capture_output=True, timeout=60, env=dict(os.environ))
        assert done.returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(3)) < 0.5  # processor time: other work cannot spoil it


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(
    command: tuple[str, ...], pentimento: Callable[..., Any]
) -> None:
    result = pentimento(*command, "--help")
    assert result.code == 0
    assert "Example" in result.out
    assert f"pentimento {' '.join(command)}" in result.out.replace("--model ./my-checkpoint ", "")
    assert "--json" in result.out


def test_an_unknown_command_is_bad_input(pentimento: Callable[..., Any]) -> None:
    assert pentimento("paint").code == 2


def test_a_usage_error_is_json_when_json_is_asked_for(pentimento: Callable[..., Any]) -> None:
    refused = pentimento("session", "goto", "abc", "first", "--json")
    assert refused.code == refused.json["exit_code"] == 2
    assert "integer" in refused.json["error"] and "Usage:" in refused.err


def test_ctrl_c_is_told(pentimento: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def press(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pentimento.ui.sessions.list_sessions", press)
    cancelled = pentimento("session", "list", "--json")
    assert cancelled.code == cancelled.json["exit_code"] == 130
    assert cancelled.err == "pentimento: Cancelled.\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--stage", "export"), "say where with --out"),
        (("--stage", "pictures", "--out", "x"), "--out needs --stage all or export"),
        (("--blend", "x"), "give --out too"),
    ],
)
def test_training_refuses_options_that_would_do_nothing(
    options: tuple[str, ...], words: str, pentimento: Callable[..., Any]
) -> None:
    refused = pentimento("train", "storybook", *options)
    assert refused.code == 2 and words in refused.err


def test_training_without_out_says_how_to_export(
    tmp_path: Path, pentimento: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def log(name: str, folder: Path, *given: object, **more: object) -> None:
        (folder / f"{name}.jsonl").write_text("{}\n")

    monkeypatch.setattr("pentimento.model.training.recipe.run_stage", log)
    told = pentimento("train", "storybook", "--folder", tmp_path)
    assert told.code == 0 and f"--stage export --folder {tmp_path}" in told.out


def test_the_version_is_printed(pentimento: Callable[..., Any]) -> None:
    assert pentimento("--version").out.startswith("pentimento ")
