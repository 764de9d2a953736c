"""A model that cannot be used is told in one sentence, before anything is made."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pentimento import InputError
from pentimento.ui.cli import main
from pentimento.ui.compose import SHIPPED, open_model

STORYBOOK = SHIPPED["storybook"]


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Return a copy of the shipped checkpoint."""
    if not (STORYBOOK / "config.json").is_file():
        pytest.skip("The Storybook checkpoint is not there.")
    return Path(shutil.copytree(STORYBOOK, tmp_path / "checkpoint"))


def test_an_unknown_model_is_bad_input() -> None:
    with pytest.raises(InputError, match="There is no model 'no-such-model'"):
        open_model("no-such-model")


def test_a_folder_that_is_no_checkpoint_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="config.json"):
        open_model(str(tmp_path))


def test_the_command_says_so_and_writes_nothing(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.png"
    with pytest.raises(SystemExit) as left:
        main(["--model", str(tmp_path), "draw", "a cat", "-o", str(out)])
    error = capsys.readouterr().err
    assert left.value.code == 2
    assert error.count("\n") == 1 and "config.json" in error
    assert not out.exists() and not home.exists()


def test_a_missing_tensor_is_named(checkpoint: Path) -> None:
    from safetensors.torch import load_file, save_file

    shard = max(checkpoint.rglob("*.safetensors"), key=lambda path: path.stat().st_size)
    tensors = load_file(shard)
    missing = sorted(tensors)[0]
    save_file({name: value for name, value in tensors.items() if name != missing}, shard)
    index = next(iter(checkpoint.rglob("*.index.json")), None)
    if index:  # as an honest writer would leave it
        said = json.loads(index.read_text())
        said["weight_map"].pop(missing, None)
        index.write_text(json.dumps(said))
    with pytest.raises(InputError, match="missing|lacks|not there"):
        open_model(str(checkpoint))


def test_doctor_is_content_with_a_whole_studio(pentimento: Callable[..., Any]) -> None:
    result = pentimento("doctor", "--json")
    assert result.code == 0
    assert result.json["is_ready"] is True
    assert [check["name"] for check in result.json["checks"]] == [
        "python",
        "packages",
        "model",
        "device",
        "database",
        "disk",
    ]


def test_doctor_names_the_fault(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--model", str(tmp_path), "doctor"])
    printed = capsys.readouterr().out
    assert left.value.code == 1
    assert "✗ model" in printed
    assert printed.splitlines()[-1] == "Not ready: mend model first."
