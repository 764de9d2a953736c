"""Every stage of the recipe runs, resumes, and ends in a checkpoint that paints and talks."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from pentimento.model.contract import Brief, Message
from pentimento.model.errors import ModelError
from pentimento.model.nexus.unified import load_model
from pentimento.model.storybook.world import World
from pentimento.model.training import comparison, recipe
from pentimento.model.training.stages import STAGES
from pentimento.ui.measure.losses import LossesRequest, run_losses

CHECKPOINT = Path(__file__).parents[2] / "model" / "storybook" / "checkpoint"
TINY = World("tiny", ("cat", "dog", "house", "ball"), ("red", "green", "blue"))
pytestmark = pytest.mark.timeout(900)  # a busy machine trains slowly


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a training folder with the shipped tokenizer, over a world of four kinds."""
    monkeypatch.setitem(recipe.WORLDS, "tiny", TINY)
    tokenizer = tmp_path / "run" / "tokenizer"
    tokenizer.mkdir(parents=True)
    for path in CHECKPOINT.glob("*token*"):
        shutil.copy(path, tokenizer)
    shutil.copy(CHECKPOINT / "chat_template.jinja", tokenizer)
    return tmp_path / "run"


def run(name: str, folder: Path, max_steps: int, world: str = "tiny") -> list[dict[str, float]]:
    """Run a stage up to a step and return its log."""
    recipe.run_stage(name, folder, 60.0, threads=1, world=world, max_steps=max_steps)
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


# Under autocast torch takes a slower way through the norms of FLUX, and says so.
@pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight")
def test_every_stage_runs_and_the_result_paints_and_talks(folder: Path, tmp_path: Path) -> None:
    for name in STAGES:
        log = run(name, folder, 2)
        assert log[-1]["step"] == 2 and torch.isfinite(torch.tensor(log[-1]["loss"]))
    out = tmp_path / "checkpoint"
    recipe.export(folder, out)
    assert all(path.stat().st_size <= 16 * 2**20 for path in out.rglob("*.safetensors"))
    model = load_model(out)
    assert model.info.describes_edits and model.info.parameters <= 30_000_000
    picture = model.imagine([Brief("meadow, day; cat red small top left.", seed=3)])[0]
    assert picture.image.size == (144, 144)
    assert isinstance(
        model.converse([Message("user", (picture.image, "List the picture."))], max_new_tokens=4),
        str,
    )


def test_a_stage_resumes_where_it_stopped(folder: Path) -> None:
    run("vision", folder, 1)
    before = torch.load(folder / "vision.pt", weights_only=True)
    log = run("vision", folder, 3)
    after = torch.load(folder / "vision.pt", weights_only=True)
    assert [line["step"] for line in log if line.get("event") == "start"] == [0, 1]
    assert all(len(str(line["grammar"])) == 12 for line in log if line.get("event") == "start")
    assert after["step"] == 3 and after["elapsed"] > before["elapsed"]


def test_a_stage_without_its_forerunner_is_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match="needs stage vision"):
        run("pictures", folder, 1)


def test_training_goes_on_from_a_finished_checkpoint(tmp_path: Path) -> None:
    recipe.begin_from(CHECKPOINT, tmp_path)
    with pytest.raises(ModelError, match="holds stages already"):
        recipe.begin_from(CHECKPOINT, tmp_path)
    log = run("words", tmp_path, 1, world="core")
    assert log[-1]["step"] == 1 and log[-1]["text"] < 1.0  # an untrained model begins near 7.6
    pictures = torch.rand(2, 3, 144, 144) * 2 - 1
    embeds = recipe.load_vision(tmp_path, "cpu")(pictures)
    assert embeds.shape == (2, 81, 256) and torch.isfinite(embeds).all()


# Under autocast torch takes a slower way through the norms of FLUX, and says so.
@pytest.mark.filterwarnings("ignore:Mismatch dtype between input and weight")
def test_regression_losses_are_compared_from_one_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(comparison, "CORE", TINY)
    results = tmp_path / "results.md"
    results.write_text("# Measured\n")
    request = LossesRequest(tmp_path / "losses", 60.0, 1, ("mse", "both"), results, max_steps=1)
    run_losses(request, as_json=True)
    arms = json.loads(capsys.readouterr().out)["arms"]
    assert list(arms) == ["mse", "both"]
    distances = {
        name: arms[name]["tasks"]["imagining"]["prefilled"]["mse"]["value"] for name in arms
    }
    assert all(value > 0.2 for value in distances.values())  # forgotten; the shipped one has 0.02
    assert arms["both"]["tasks"]["understanding"]["exact"]["n"] == 1
    assert "| both |" in results.read_text()
    run_losses(request, as_json=True)  # nothing is trained again
    assert json.loads(capsys.readouterr().out)["arms"] == arms


def test_a_blend_lies_between_the_weights_before_and_after(tmp_path: Path) -> None:
    folder, out = tmp_path / "run", tmp_path / "checkpoint"
    recipe.begin_from(CHECKPOINT, folder)
    trained = torch.load(folder / "pictures.pt", weights_only=True)
    before = trained["module"]["vision_head.weight"].float()
    trained["module"]["vision_head.weight"] = torch.zeros_like(before)
    torch.save(trained, folder / "pictures.pt")
    recipe.export(folder, out, blend=CHECKPOINT, blend_share=0.25)
    blended = load_model(out).autoregressive.vision_head.weight
    torch.testing.assert_close(blended, 0.25 * before, atol=1e-3, rtol=1e-3)
