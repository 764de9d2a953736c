"""What the regression loss does: short trainings from one start that differ in nothing else.

The start is a finished checkpoint whose way of imagining was forgotten: new slots and a new vision
head. What it knows of words and of seeing stays.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import torch

from ..nexus.checkpoint import save_autoregressive
from ..storybook.world import CORE
from .language import LanguageStage, Objective
from .loop import train
from .recipe import SETTINGS, begin_from, build_stage, load_tokenizer, new_autoregressive, prepare

PAINTED = 0.4  # share of the samples; in the recipe, which is long, far less will do
ARMS = {
    "no painting": Objective(0.9, 0.1, 0.0),
    "mse": Objective(0.5, 0.1, PAINTED, mse=1.0, cosine=0.0),
    "cosine": Objective(0.5, 0.1, PAINTED, mse=0.0, cosine=1.0),
    "both": Objective(0.5, 0.1, PAINTED, mse=0.5, cosine=0.5),
}
LEARNING_RATE = 1e-3
FORGOTTEN = ("vision_head.weight", "image_prefill_embeds.weight")


def begin_comparison(checkpoint: Path, folder: Path, *, seed: int = 0) -> None:
    """Fill an empty folder with the start of all arms."""
    begin_from(checkpoint, folder)
    saved = torch.load(folder / "words.pt", weights_only=True)
    torch.manual_seed(seed)
    blank = new_autoregressive(load_tokenizer(folder)).state_dict()
    saved["module"].update({name: blank[name] for name in FORGOTTEN})
    torch.save(saved, folder / "words.pt")
    (folder / "pictures.pt").unlink()
    prepare("pictures", folder, "cpu", CORE)


def train_arm(
    name: str,
    checkpoint: Path,
    folder: Path,
    minutes: float,
    *,
    device: str = "cpu",
    threads: int | None = 1,
    seed: int = 0,
    max_steps: int | None = None,
) -> Path:
    """Train one arm from the start in `folder`, going on where it stopped; return its checkpoint.

    Log and weights lie in `folder/NAME`; its decoders and autoencoder are those of `checkpoint`.
    """
    if threads:
        torch.set_num_threads(threads)
    stage = build_stage(
        "pictures", folder, device, CORE, do_compile=max_steps is None, objective=ARMS[name]
    )
    if not isinstance(stage, LanguageStage):
        raise TypeError("The stage pictures trains language.")
    settings = replace(
        SETTINGS["pictures"], minutes=minutes, lr=LEARNING_RATE, seed=seed, max_steps=max_steps
    )
    torch.manual_seed(seed)
    train(stage, settings, folder / name)
    out = folder / name / "checkpoint"
    shutil.copytree(checkpoint, out, dirs_exist_ok=True)
    save_autoregressive(stage.module.cpu(), out)
    return out
