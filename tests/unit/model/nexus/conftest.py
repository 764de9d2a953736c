"""An untrained Storybook of two layers on disk, and the tiny published checkpoint beside it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.checkpoint import save_autoencoder, save_autoregressive, save_decoder
from pentimento.model.nexus.decoder import NexusDecoder
from pentimento.model.nexus.settings import ModelSettings, PixelSettings, write_settings
from pentimento.model.nexus.spelling import Spelling
from pentimento.model.storybook.lexicon import storybook_spelling
from pentimento.model.storybook.sizes import (
    HIDDEN_SIZE,
    SLOT_GRID,
    autoregressive_config,
    build_autoencoder,
    decoder_config,
)
from PIL import Image
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

PARITY_DATA = Path(__file__).parents[3] / "parity" / "data"
SPECIAL = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
]  # fmt: skip


def byte_tokenizer(first_special_id: int = 256) -> Tokenizer:
    """Return a tokenizer of single bytes and Qwen's marks."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocab = {character: number for number, character in enumerate(alphabet)}
    for number in range(len(vocab), first_special_id):
        vocab[f"<unused{number}>"] = number
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    return tokenizer


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: the machine is shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def spelling() -> Spelling:
    """Return what mends and marks words as the shipped model reads them."""
    return storybook_spelling()


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    """Return a tokenizer of single bytes."""
    return byte_tokenizer()


@pytest.fixture(scope="session")
def tiny_model(tokenizer: Tokenizer) -> NexusAutoregressive:
    """Return an untrained autoregressive model of two layers."""
    torch.manual_seed(0)
    ids = {token: tokenizer.token_to_id(token) or 0 for token in SPECIAL}
    config = autoregressive_config(ids, tokenizer.get_vocab_size())
    config.text_config.num_hidden_layers = 2
    config.text_config.layer_types = ["full_attention"] * 2
    config.vision_config.depth = 2
    return NexusAutoregressive(config, SLOT_GRID).eval()


@pytest.fixture(scope="session")
def storybook_folder(
    tmp_path_factory: pytest.TempPathFactory,
    tokenizer: Tokenizer,
    tiny_model: NexusAutoregressive,
) -> Path:
    """Return a whole Storybook checkpoint with untrained weights, in float32; do not change it."""
    folder = tmp_path_factory.mktemp("storybook")
    save_autoregressive(tiny_model, folder, torch.float32)
    tokenizer.save(str(folder / "tokenizer.json"))
    configs = [
        replace(decoder_config(kind), num_layers=1, num_single_layers=1)
        for kind in ("generation", "edit")
    ]
    torch.manual_seed(1)
    for config in configs:
        decoder = NexusDecoder(config, HIDDEN_SIZE, tiny_model.config.text_config)
        save_decoder(decoder, folder, torch.float32)
    vae = build_autoencoder()
    vae.register_to_config(scaling_factor=0.8, shift_factor=0.1)
    save_autoencoder(vae, folder, torch.float32)
    settings = ModelSettings(
        name="Tiny Storybook",
        family="storybook",
        describes_edits=True,
        can_draw="Noise.",
        height=144,
        width=144,
        num_inference_steps=2,
        position_rule="training",
        slot_grid=SLOT_GRID,
        answer_prefix="",
    )
    half = (0.5, 0.5, 0.5)
    pixels = PixelSettings(half, half, 8, 2, 2, 144 * 144, 144 * 144, (144, 144))
    write_settings(folder, settings, pixels, configs)
    return folder


@pytest.fixture(scope="session")
def published_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tiny checkpoint in the published layout, with a tokenizer and an autoencoder."""
    folder = tmp_path_factory.mktemp("published")
    for path in (
        *(PARITY_DATA / "ar_tiny").iterdir(),
        *(PARITY_DATA / "decoder_tiny").glob("*.bin"),
    ):
        shutil.copy(path, folder)
    tokenizer = byte_tokenizer(380)
    ids = [tokenizer.token_to_id(token) for token in SPECIAL]
    assert ids == list(range(380, 388))
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(2)
    save_autoencoder(build_autoencoder(), folder, torch.float32)
    settings = {"height": 64, "width": 96}  # the rest as published
    (folder / "pentimento.json").write_text(json.dumps(settings))
    return folder


@pytest.fixture
def pictures() -> list[Image.Image]:
    """Return three plain pictures of different colours and sizes."""
    return [
        Image.new("RGB", (144, 144), (200, 40, 40)),
        Image.new("RGB", (144, 144), (40, 200, 40)),
        Image.linear_gradient("L").convert("RGB").resize((100, 60)),
    ]
