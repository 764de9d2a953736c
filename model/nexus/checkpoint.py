"""A checkpoint's folder as modules: built empty, checked against the files, then filled."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

import torch
from accelerate import init_empty_weights  # type: ignore[import-untyped]
from diffusers import AutoencoderKL
from torch import Tensor, nn
from transformers import Qwen2_5_VLConfig

from ..errors import ModelError
from .autoencoder import FLUX_CONFIG, FluxAutoencoderFile
from .autoregressive import NexusAutoregressive
from .decoder import PUBLISHED_EDIT, PUBLISHED_GENERATION, DecoderConfig, NexusDecoder
from .keys import Layout, autoregressive_layout, decoder_layout
from .ngrams import NgramExpert
from .positions import Grid
from .settings import DecoderKind, read_decoder_config, read_model_settings
from .source import Source
from .tensor_files import (
    Shape,
    TensorFiles,
    check_tensors,
    open_file,
    open_tensors,
    read_json,
    save_tensors,
    write_json,
)
from .text_vector import read_text_vector

M = TypeVar("M", bound=nn.Module)
AUTOREGRESSIVE_STEM = "model"
CHOICES_STEM = "choices"
AUTOENCODER_STEM = "diffusion_pytorch_model"  # diffusers' own name


def decoder_stem(kind: DecoderKind) -> str:
    """Return the name of a decoder's file without its ending."""
    return f"{kind}_decoder"


def read_qwen_config(folder: Path) -> Qwen2_5_VLConfig:
    """Return `config.json` of a checkpoint, flat as published or nested."""
    content = read_json(folder / "config.json")
    if content.get("model_type") != "qwen2_5_vl":
        raise ModelError(f"{folder / 'config.json'} does not describe a qwen2_5_vl model.")
    try:
        return Qwen2_5_VLConfig(**content)
    except (TypeError, ValueError, KeyError) as error:
        raise ModelError(f"{folder / 'config.json'} cannot be used: {error}") from error


def published_shapes(module: nn.Module, layout: Layout) -> dict[str, Shape]:
    """Return the shape that every published tensor must have for a module."""
    parameters = dict(module.named_parameters())
    shapes = {}
    for key, names in layout.items():
        parts = [parameters[name].shape for name in names]
        shapes[key] = (sum(part[0] for part in parts), *parts[0][1:])
    return shapes


def empty_autoregressive(config: Qwen2_5_VLConfig, slot_grid: Grid) -> NexusAutoregressive:
    """Return the autoregressive model without memory for its weights."""
    with init_empty_weights(include_buffers=False):
        module = NexusAutoregressive(config, slot_grid)
    _tie(module)  # the context breaks the tie that the constructor made
    return module


def empty_decoder(config: DecoderConfig, qwen: Qwen2_5_VLConfig) -> NexusDecoder:
    """Return a decoder without memory for its weights."""
    with init_empty_weights(include_buffers=False):
        return NexusDecoder(config, qwen.text_config.hidden_size, qwen.text_config)


@dataclass
class Part(Generic[M]):
    """One model of a checkpoint: its files fit the empty module, which is filled when wanted."""

    module: M
    layout: Layout
    files: TensorFiles

    def __post_init__(self) -> None:
        check_tensors(self.files, published_shapes(self.module, self.layout))

    @cached_property  # asked for several times in every turn
    def parameters(self) -> int:
        """Return the number of parameters in the files."""
        return sum(math.prod(shape) for shape in self.files.shapes.values())

    def load(self, device: torch.device | str = "cpu", dtype: torch.dtype | None = None) -> M:
        """Return the module with its weights, read one at a time; dtype None: float32."""
        dtype = dtype or torch.float32
        parameters = dict(self.module.named_parameters())
        for key, tensor in self.files.read(list(self.layout)):
            names = self.layout[key]
            rows = [parameters[name].shape[0] for name in names]
            parts = [tensor] if len(names) == 1 else tensor.split(rows)
            for name, part in zip(names, parts, strict=True):
                # A part of a tensor stays a view of it: a copy would double the mapped pages.
                filled = part.to(device, dtype)
                _replace(self.module, name, nn.Parameter(filled))
        if isinstance(self.module, NexusAutoregressive):
            _tie(self.module)
        for name, buffer in list(self.module.named_buffers()):
            _replace(self.module, name, buffer.to(device))
        return self.module.eval()


def open_autoregressive(folder: Path) -> Part[NexusAutoregressive]:
    """Return the autoregressive model of a checkpoint, checked and not yet in memory."""
    config = read_qwen_config(folder)
    files = open_tensors(folder, AUTOREGRESSIVE_STEM)
    slots = files.shapes.get("image_prefill_embeds.weight", (81, 0))[0]
    side = round(slots**0.5)
    module = empty_autoregressive(config, read_model_settings(folder).slot_grid or (side, side))
    layout = autoregressive_layout(name for name, _ in module.named_parameters())
    return Part(module, layout, files)


def open_decoder(folder: Path, kind: DecoderKind, path: Path | None = None) -> Part[NexusDecoder]:
    """Return a decoder of a checkpoint, checked and not yet in memory.

    path: its file where that lies elsewhere.
    """
    qwen = read_qwen_config(folder)
    files = open_file(path) if path else open_tensors(folder, decoder_stem(kind))
    if is_published_size(qwen):  # a decoder that lacks whole blocks must not pass as a smaller one
        config = PUBLISHED_GENERATION if kind == "generation" else PUBLISHED_EDIT
    else:
        config = read_decoder_config(folder, kind, files.shapes)
    module = empty_decoder(config, qwen)
    return Part(module, decoder_layout(name for name, _ in module.named_parameters()), files)


def is_published_size(qwen: Qwen2_5_VLConfig) -> bool:
    """Return whether a configuration has the sizes of the published model."""
    text = qwen.text_config
    return (text.hidden_size, text.intermediate_size, text.vocab_size) == (3584, 18944, 152064)


def open_autoencoder(path: Path) -> Part[AutoencoderKL]:
    """Return the autoencoder in a folder of diffusers' layout, or FLUX's own file.

    path: `ae.safetensors`, or a folder that holds it, `vae/`, or the files of `vae/` themselves.
    """
    files: TensorFiles
    single = path / "ae.safetensors" if path.is_dir() else path
    if single.is_file():
        content = FLUX_CONFIG
        files = FluxAutoencoderFile(single)
    else:
        folder = path / "vae" if (path / "vae").is_dir() else path
        content = read_json(folder / "config.json")
        files = open_tensors(folder, AUTOENCODER_STEM)
    with init_empty_weights(include_buffers=False):
        module = AutoencoderKL.from_config(content)
    return Part(module, {name: (name,) for name, _ in module.named_parameters()}, files)


def open_choices(folder: Path) -> Part[NgramExpert] | None:
    """Return the n-grams that have a say in choices, or None where the checkpoint has none."""
    settings = read_model_settings(folder)
    if not settings.choices:
        return None
    module = NgramExpert(settings.choices, settings.opening_odds)
    layout: Layout = {name: (name,) for name, _ in module.named_parameters()}
    return Part(module, layout, open_tensors(folder, CHOICES_STEM))


def load_autoregressive(
    folder: Path, device: torch.device | str = "cpu", dtype: torch.dtype | None = None
) -> NexusAutoregressive:
    """Return the autoregressive model of a checkpoint; dtype None: float32."""
    return open_autoregressive(folder).load(device, dtype)


def load_decoder(
    folder: Path,
    kind: DecoderKind,
    device: torch.device | str = "cpu",
    dtype: torch.dtype | None = None,
) -> NexusDecoder:
    """Return a decoder of a checkpoint with its text vector; dtype None: float32."""
    decoder = open_decoder(folder, kind).load(device, dtype)
    give_text_vector(decoder, folder)
    return decoder


def give_text_vector(decoder: NexusDecoder, folder: Path) -> None:
    """Set a decoder's constant text vector to the checkpoint's, where it has one."""
    vector = read_text_vector(Source(folder).clip_path, decoder.config.pooled_dim)
    if vector is not None:
        decoder.pooled = vector.to(decoder.device)


def load_autoencoder(
    folder: Path, device: torch.device | str = "cpu", dtype: torch.dtype | None = None
) -> AutoencoderKL:
    """Return the autoencoder of a checkpoint; dtype None: float32."""
    return open_autoencoder(folder).load(device, dtype)


def save_autoregressive(
    module: NexusAutoregressive, folder: Path, dtype: torch.dtype = torch.float16
) -> None:
    """Write `config.json`, flat as published, and the weights in shards of at most 16 MB."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", _flat_config(module.config))
    names = (name for name, _ in module.named_parameters())
    _save(module, autoregressive_layout(names), folder, AUTOREGRESSIVE_STEM, dtype)


def save_decoder(module: NexusDecoder, folder: Path, dtype: torch.dtype = torch.float16) -> None:
    """Write a decoder's weights in shards; `settings.write_settings` writes its sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    names = (name for name, _ in module.named_parameters())
    _save(module, decoder_layout(names), folder, decoder_stem(module.config.kind), dtype)


def save_autoencoder(
    module: AutoencoderKL, folder: Path, dtype: torch.dtype = torch.float16
) -> None:
    """Write the autoencoder into `vae/` in diffusers' layout."""
    folder = folder / "vae"
    folder.mkdir(parents=True, exist_ok=True)
    module.save_config(folder)
    layout: Layout = {name: (name,) for name, _ in module.named_parameters()}
    _save(module, layout, folder, AUTOENCODER_STEM, dtype)


def save_choices(module: NgramExpert, folder: Path, dtype: torch.dtype = torch.float16) -> None:
    """Write the n-grams' weights; `settings.write_settings` writes what they choose from."""
    folder.mkdir(parents=True, exist_ok=True)
    layout: Layout = {name: (name,) for name, _ in module.named_parameters()}
    _save(module, layout, folder, CHOICES_STEM, dtype)


def _replace(module: nn.Module, name: str, value: Tensor) -> None:
    """Put a parameter or buffer in the place of the one that bears this name."""
    owner, _, attribute = name.rpartition(".")
    setattr(module.get_submodule(owner), attribute, value)


def _save(module: nn.Module, layout: Layout, folder: Path, stem: str, dtype: torch.dtype) -> None:
    parameters: Mapping[str, Tensor] = dict(module.named_parameters())
    tensors = {
        key: torch.cat([parameters[name].detach().to(dtype) for name in names])
        for key, names in layout.items()
    }
    save_tensors(tensors, folder, stem)


def _tie(module: NexusAutoregressive) -> None:
    """Share the embedding's weights with the text head where the configuration says so."""
    if module.config.tie_word_embeddings:
        module.qwen.lm_head.weight = module.qwen.get_input_embeddings().weight


def _flat_config(config: Qwen2_5_VLConfig) -> dict:
    """Return a configuration as published: the text model's fields at the top level."""
    content = config.to_dict()
    text = content.pop("text_config")
    rope = text.pop("rope_parameters")
    text["rope_theta"] = rope.pop("rope_theta")
    text["rope_scaling"] = rope
    for name in ("model_type", "layer_types", "dtype", "architectures"):
        text.pop(name, None)
    content["architectures"] = ["Qwen2_5_VLForConditionalGeneration"]
    content["vision_config"].pop("rope_parameters", None)
    return {**text, **content}
