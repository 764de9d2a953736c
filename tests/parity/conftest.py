"""The published model's numbers, and a tally of how near ours come."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.checkpoint import load_autoregressive, load_decoder
from pentimento.model.nexus.decoder import NexusDecoder
from pentimento.model.nexus.processing import picture_rows
from pentimento.model.nexus.settings import read_pixel_settings
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

DATA = Path(__file__).parent / "data"
Record = Callable[[str, Tensor, Tensor, float], None]


@pytest.fixture
def close(record_property: Callable[[str, object], None]) -> Record:
    """Return a check of the max absolute difference, which it prints (`-rA`) and records."""

    def check(name: str, ours: Tensor, reference: Tensor, tolerance: float) -> None:
        assert ours.shape == reference.shape, f"{name}: {ours.shape} against {reference.shape}"
        difference = (ours.double() - reference.double()).abs().max().item()
        print(f"{name}: max difference {difference:.2e} (tolerance {tolerance:.0e})")
        record_property(name, difference)
        assert difference <= tolerance, f"{name}: {difference} > {tolerance}"

    return check


@pytest.fixture(scope="session")
def fixtures() -> Callable[[str], dict[str, Tensor]]:
    """Return a reader of a file of reference tensors."""
    loaded: dict[str, dict[str, Tensor]] = {}

    def read(name: str) -> dict[str, Tensor]:
        if name not in loaded:
            with torch.inference_mode(False):  # tensors kept for other tests, with gradients too
                loaded[name] = load_file(DATA / "fixtures" / f"{name}.safetensors")
        return loaded[name]

    return read


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one folder with the tiny autoregressive files and both decoders, as published."""
    folder = tmp_path_factory.mktemp("nexus-tiny")
    for path in (*(DATA / "ar_tiny").iterdir(), *(DATA / "decoder_tiny").glob("*.bin")):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="session")
def model(tiny_folder: Path) -> NexusAutoregressive:
    """Return the tiny autoregressive model in float32."""
    return load_autoregressive(tiny_folder)


@pytest.fixture(scope="session")
def generation_decoder(tiny_folder: Path) -> NexusDecoder:
    """Return the tiny generation decoder in float32."""
    return load_decoder(tiny_folder, "generation")


@pytest.fixture(scope="session")
def edit_decoder(tiny_folder: Path) -> NexusDecoder:
    """Return the tiny edit decoder in float32."""
    return load_decoder(tiny_folder, "edit")


@pytest.fixture(scope="session")
def picture() -> Callable[[str], Image.Image]:
    """Return a reader of the pictures."""

    def read(name: str) -> Image.Image:
        with Image.open(DATA / "images" / f"{name}.png") as image:
            return image.convert("RGB")

    return read


@pytest.fixture(scope="session")
def rows(
    picture: Callable[[str], Image.Image], tiny_folder: Path
) -> Callable[[str], tuple[Tensor, tuple[int, int, int]]]:
    """Return a maker of the vision tower's rows and grid of a picture by name."""
    settings = read_pixel_settings(tiny_folder)

    def make(name: str) -> tuple[Tensor, tuple[int, int, int]]:
        image = picture(name)
        grid = (1, image.height // settings.patch_size, image.width // settings.patch_size)
        return picture_rows([image], settings), grid

    return make


@pytest.fixture(scope="session")
def gradient_names() -> list[str]:
    """Return the published names of all parameters, in the order of the reference's norms."""
    return json.loads((DATA / "fixtures" / "ar_train_grad_names.json").read_text())


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Keep torch to one thread: the machine is shared."""
    torch.set_num_threads(1)
