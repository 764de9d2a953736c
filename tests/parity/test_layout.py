"""Names and shapes of the real files, at full size and without memory for it."""

import hashlib
import json
from pathlib import Path

import pentimento.model.nexus.checkpoint as checkpoint
import pytest
from pentimento.model.nexus.decoder import PUBLISHED_EDIT, PUBLISHED_GENERATION
from pentimento.model.nexus.keys import autoregressive_layout, decoder_layout
from pentimento.model.nexus.settings import PUBLISHED_QWEN, DecoderKind, read_decoder_config
from torch import nn
from transformers import Qwen2_5_VLConfig

REAL = json.loads((Path(checkpoint.__file__).parent / "real_layout.json").read_text())


def real_shapes(name: str) -> dict[str, tuple[int, ...]]:
    return {
        key.replace("{i}", str(number)): tuple(entry["shape"])
        for key, entry in REAL[name]["layout"].items()
        for number in range(entry["repeat"])
    }


@pytest.mark.parametrize("name", ["ar", "gen", "edit"])
def test_our_modules_fit_the_real_files(name: str) -> None:
    qwen = Qwen2_5_VLConfig(**PUBLISHED_QWEN)
    module: nn.Module
    if name == "ar":
        module = checkpoint.empty_autoregressive(qwen, (9, 9))
        layout = autoregressive_layout(key for key, _ in module.named_parameters())
    else:
        config = PUBLISHED_GENERATION if name == "gen" else PUBLISHED_EDIT
        module = checkpoint.empty_decoder(config, qwen)
        layout = decoder_layout(key for key, _ in module.named_parameters())
    shapes = checkpoint.published_shapes(module, layout)
    assert shapes == real_shapes(name)
    assert len(shapes) == REAL[name]["tensors"]
    strings = [f"{key}:{'_'.join(map(str, shape))}" for key, shape in shapes.items()]
    digest = hashlib.md5(",".join(sorted([*strings, *shapes])).encode()).hexdigest()
    assert digest == REAL[name]["md5"]  # of the very files, as newer DiffSynth knows them


@pytest.mark.parametrize("kind", ["generation", "edit"])
def test_sizes_are_read_from_the_real_shapes(kind: DecoderKind, tmp_path: Path) -> None:
    shapes = real_shapes("gen" if kind == "generation" else "edit")
    published = PUBLISHED_GENERATION if kind == "generation" else PUBLISHED_EDIT
    assert read_decoder_config(tmp_path, kind, shapes) == published
