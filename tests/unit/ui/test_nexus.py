"""The whole agent and the doctor on the tiny published files, as a person would call them."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from pentimento.ui.cli import main, model_first
from PIL import Image

DATA = Path(__file__).parents[2] / "parity" / "data"
STEPS = ("--steps", "1")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return one folder with the autoregressive files and both decoders, nothing else."""
    folder = tmp_path / "tiny"
    shutil.copytree(DATA / "ar_tiny", folder)
    for path in (DATA / "decoder_tiny").glob("*.bin"):
        shutil.copy(path, folder)
    (folder / "pentimento.json").write_text(json.dumps({"height": 64, "width": 64}))
    return folder


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_the_model_may_be_named_after_the_command() -> None:
    assert model_first(["doctor", "--model", "x", "--json"]) == ["--model", "x", "doctor", "--json"]
    assert model_first(["ask", "--model=x"]) == ["--model=x", "ask"]
    assert model_first(["ask", "--", "--model", "x"]) == ["ask", "--", "--model", "x"]


def test_the_agent_draws_edits_and_answers(
    tiny: Path, tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, source, out = ("--model", f"nexus-gen:{tiny}"), tmp_path / "s.png", tmp_path / "o.png"
    assert run("draw", "a red cat", "-o", source, *model, *STEPS) == 0
    assert size_of(source) == (64, 64)
    Image.new("RGB", (120, 60), (10, 120, 30)).save(source)
    assert run("edit", source, "make it blue", "-o", out, *model, *STEPS) == 0
    assert size_of(out) == (120, 60)
    bare = ("--no-reflect", "--no-polish")
    assert run("edit", source, "make it blue", "-o", out, *model, *STEPS, *bare) == 0
    assert "your own words" in capsys.readouterr().out
    assert run("ask", source, "what is there?", *model) == 0
    assert capsys.readouterr().out.strip()


def spoil(folder: Path, fault: str) -> None:
    path = folder / "edit_decoder.bin"
    tensors = torch.load(path, weights_only=True)
    name = "pipe.dit.final_proj_out.bias"
    if fault == "dropped":
        del tensors[name]
    elif fault == "renamed":
        tensors["pipe.dit.other"] = tensors.pop(name)
    else:
        tensors[name] = tensors[name][:-1].clone()
    torch.save(tensors, path)


def test_the_doctor_reports_layout_memory_and_stand_ins(
    tiny: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", "--json", "--model", f"nexus-gen:{tiny}") == 0
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["editing"]["facts"]["tensors"] == 103
    assert checks["language"]["facts"]["layout"] == "published names, own sizes"
    assert "stand-in" in checks["tokenizer"]["text"] and "noise" in checks["vae"]["text"]
    assert checks["memory"]["facts"]["weights"] > 2_000_000


@pytest.mark.parametrize("fault", ["dropped", "renamed", "shortened"])
def test_the_doctor_names_a_spoilt_tensor(
    tiny: Path, home: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(tiny, fault)
    assert run("doctor", "--model", f"nexus-gen:{tiny}") == 1
    out = capsys.readouterr().out
    assert "✗ editing" in out and "pipe.dit.final_proj_out.bias" in out


def test_the_doctor_names_a_file_cut_short(
    tiny: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("model.safetensors", "generation_decoder.bin"):
        content = (tiny / name).read_bytes()
        (tiny / name).write_bytes(content[:-2000])
    assert run("doctor", "--model", f"nexus-gen:{tiny}") == 1
    out = capsys.readouterr().out
    assert "model.safetensors is truncated" in out
    assert "generation_decoder.bin is truncated" in out


def test_full_size_without_a_card_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    if torch.cuda.is_available():
        pytest.skip("There is a card.")
    assert run("bench", "nexus", "--full-size") == 2
    assert "needs a CUDA card" in capsys.readouterr().err
