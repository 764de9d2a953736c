"""The small files of a checkpoint: names, habits, sizes of pictures and decoders."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from ..errors import ModelError
from .decoder import PUBLISHED_EDIT, PUBLISHED_GENERATION, DecoderConfig
from .positions import Grid, PositionRule
from .tensor_files import Shape, read_json, write_json

DecoderKind = Literal["generation", "edit"]
DECODER_KINDS: tuple[DecoderKind, ...] = ("generation", "edit")


@dataclass(frozen=True)
class ModelSettings:
    """`pentimento.json`: what a face shows of a model, and its habits."""

    name: str
    family: Literal["storybook", "nexus-gen"]
    describes_edits: bool  # True: an edit is painted from the complete description of the target
    can_draw: str
    height: int  # pixels of a picture painted by default
    width: int
    num_inference_steps: int | None  # None: the decoders' own
    position_rule: PositionRule  # positions after a painted picture
    slot_grid: Grid | None  # None: the square that the learned slots fill
    answer_prefix: str  # what the model writes before every answer, hidden from the caller
    # What `choices.safetensors` has a say in: by what a text begins with, the answers, or how an
    # answer may begin ("": in any other way). {}: no such file.
    choices: dict[str, list[str]] = field(default_factory=dict)
    # By the same, log-odds in favour of openings that people ask for oftener than training did.
    opening_odds: dict[str, dict[str, float]] = field(default_factory=dict)


PUBLISHED_SETTINGS = ModelSettings(
    name="Nexus-Gen V2",
    family="nexus-gen",
    describes_edits=False,
    can_draw="Anything that can be described in words.",
    height=512,
    width=512,
    num_inference_steps=None,
    position_rule="training",
    slot_grid=None,
    answer_prefix="",
)


@dataclass(frozen=True)
class PixelSettings:
    """`preprocessor_config.json`: how a picture becomes the vision tower's rows."""

    image_mean: tuple[float, float, float]
    image_std: tuple[float, float, float]
    patch_size: int
    merge_size: int
    temporal_patch_size: int
    min_pixels: int
    max_pixels: int
    fixed_size: Grid | None  # height, width that every picture is resized to; None: smart resize


# Where each size of a decoder shows: tensor and axis. Most of them decide, so that one tensor that
# is missing or cut is named as such and does not make all others look wrong.
DIT = "pipe.dit."
SIZE_WITNESSES = {
    "width": (
        (f"{DIT}x_embedder.weight", 0),
        (f"{DIT}context_embedder.weight", 0),
        (f"{DIT}final_proj_out.weight", 1),
    ),
    "head_dim": tuple(
        (f"{DIT}blocks.0.attn.norm_{name}.weight", 0) for name in ("q_a", "q_b", "k_a", "k_b")
    ),
    "context_dim": (
        (f"{DIT}context_embedder.weight", 1),
        ("adapter.0.bias", 0),
        ("adapter.3.bias", 0),
        ("embedding_merger.projector.4.bias", 0),
        ("embedding_merger.projector.5.weight", 0),
    ),
    "pooled_dim": ((f"{DIT}pooled_text_embedder.0.weight", 1),),
    "patch": (
        (f"{DIT}x_embedder.weight", 1),
        (f"{DIT}final_proj_out.weight", 0),
        (f"{DIT}final_proj_out.bias", 0),
    ),
}
S = TypeVar("S", ModelSettings, PixelSettings, DecoderConfig)
PUBLISHED_QWEN: dict[str, Any] = {  # config.json of DiffSynth-Studio/Nexus-GenV2
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "vocab_size": 152064,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1e6,
    "rope_scaling": {"type": "default", "rope_type": "default", "mrope_section": [16, 24, 24]},
    "max_window_layers": 28,
    "sliding_window": 32768,
    "use_sliding_window": False,
    "tie_word_embeddings": False,
    "vision_config": {"hidden_size": 1280, "in_chans": 3, "spatial_patch_size": 14},
}
PUBLISHED_MAX_PIXELS = 262_640  # the published scripts' bound, below the processor's own
PUBLISHED_PIXELS = PixelSettings(
    image_mean=(0.48145466, 0.4578275, 0.40821073),
    image_std=(0.26862954, 0.26130258, 0.27577711),
    patch_size=14,
    merge_size=2,
    temporal_patch_size=2,
    min_pixels=3136,
    max_pixels=PUBLISHED_MAX_PIXELS,
    fixed_size=None,
)


def read_model_settings(folder: Path) -> ModelSettings:
    """Return `pentimento.json` of a checkpoint over the published defaults."""
    path = folder / "pentimento.json"
    content = read_json(path) if path.is_file() else {}
    return _overlay(PUBLISHED_SETTINGS, content, path)


def read_pixel_settings(folder: Path) -> PixelSettings:
    """Return `preprocessor_config.json` of a checkpoint, its pixel bound that of the scripts."""
    path = folder / "preprocessor_config.json"
    content = read_json(path) if path.is_file() else {}
    settings = _overlay(PUBLISHED_PIXELS, content, path)
    return replace(settings, max_pixels=min(settings.max_pixels, PUBLISHED_MAX_PIXELS))


def read_decoder_config(
    folder: Path, kind: DecoderKind, shapes: Mapping[str, Shape]
) -> DecoderConfig:
    """Return a decoder's configuration: sizes from its tensors, then `decoder_config.json` if any.

    The file holds fields for both decoders and, under "generation" and "edit", for one alone.
    """
    published = PUBLISHED_GENERATION if kind == "generation" else PUBLISHED_EDIT
    config = replace(published, **_sizes_from_shapes(shapes, kind))
    path = folder / "decoder_config.json"
    if not path.is_file():
        return config
    content = read_json(path)
    own = content.get(kind, {})
    return _overlay(config, {**content, **own, "kind": kind}, path)


def write_settings(
    folder: Path, model: ModelSettings, pixels: PixelSettings, decoders: list[DecoderConfig]
) -> None:
    """Write `pentimento.json`, `preprocessor_config.json` and `decoder_config.json`."""
    write_json(folder / "pentimento.json", asdict(model))
    write_json(folder / "preprocessor_config.json", asdict(pixels))
    write_json(folder / "decoder_config.json", {config.kind: asdict(config) for config in decoders})


def _overlay(defaults: S, content: dict, path: Path) -> S:
    """Return a settings dataclass with the fields that a file states; other keys are ignored."""
    known = {one.name: getattr(defaults, one.name) for one in fields(defaults)}
    changes: dict[str, Any] = {}
    for name, value in content.items():
        if name not in known:
            continue
        changes[name] = value = tuple(value) if isinstance(value, list) else value
        expected = type(known[name])
        is_whole = expected is float and type(value) is int
        if None not in (known[name], value) and type(value) is not expected and not is_whole:
            raise ModelError(f"{path.name}: {name} cannot be {value!r}.")
    return replace(defaults, **changes)


def _sizes_from_shapes(shapes: Mapping[str, Shape], kind: DecoderKind) -> dict[str, Any]:
    """Return the sizes of a decoder that its tensors show."""
    sizes = {}
    for size, witnesses in SIZE_WITNESSES.items():
        seen = Counter(
            shapes[name][axis] for name, axis in witnesses if len(shapes.get(name, ())) > axis
        )
        if not seen:
            names = ", ".join(name for name, _ in witnesses)
            raise ModelError(f"The {kind} decoder's size cannot be told, missing: {names}.")
        sizes[size] = seen.most_common(1)[0][0]
    width, head_dim = sizes["width"], sizes["head_dim"]
    plane = 2 * math.floor(head_dim * 7 / 32)  # FLUX's 16/56/56 at the published head size of 128
    return {
        "num_layers": _count_blocks(shapes, f"{DIT}blocks."),
        "num_single_layers": _count_blocks(shapes, f"{DIT}single_blocks."),
        "attention_head_dim": head_dim,
        "num_attention_heads": width // head_dim,
        "axes_dims_rope": (head_dim - 2 * plane, plane, plane),
        "context_dim": sizes["context_dim"],
        "pooled_dim": sizes["pooled_dim"],
        "guidance_embeds": any(name.startswith(f"{DIT}guidance_embedder.") for name in shapes),
        "latent_channels": sizes["patch"] // 4,
    }


def _count_blocks(shapes: Mapping[str, Shape], prefix: str) -> int:
    numbers = {
        name.removeprefix(prefix).split(".")[0] for name in shapes if name.startswith(prefix)
    }
    return 1 + max((int(number) for number in numbers), default=-1)
