"""Weights in eight bits: fp8 through diffusers, int8 through torchao; computing stays as it was."""

from importlib import import_module
from importlib.util import find_spec

import torch
from diffusers.hooks import apply_layerwise_casting
from diffusers.hooks.layerwise_casting import DEFAULT_SKIP_MODULES_PATTERN
from torch import nn

from ..errors import ModelError
from .autoregressive import NexusAutoregressive
from .decoder import NexusDecoder
from .source import Lightening


def lighten(module: nn.Module, how: Lightening, dtype: torch.dtype) -> None:
    """Store the large matrices of a part in eight bits, in place; "none" leaves it as it is.

    fp8: float8_e4m3fn without scales, brought back to `dtype` layer by layer, decoders only, as
    the published code offers it. int8: one scale a row, decoders and language model.
    """
    if how == "none":
        return
    if how == "fp8":
        if isinstance(module, NexusDecoder):
            apply_layerwise_casting(
                module.transformer,
                storage_dtype=torch.float8_e4m3fn,
                compute_dtype=dtype,
                skip_modules_pattern=DEFAULT_SKIP_MODULES_PATTERN,
            )
        return
    check_torchao()
    torchao = import_module("torchao.quantization")
    config = torchao.Int8WeightOnlyConfig()
    if isinstance(module, NexusDecoder):
        torchao.quantize_(module.transformer, config, _is_inner)
    elif isinstance(module, NexusAutoregressive):
        torchao.quantize_(module.qwen.model.language_model, config, _is_inner)


def check_torchao() -> None:
    """Raise ModelError where torchao, which int8 needs, is not installed."""
    if find_spec("torchao") is None:
        raise ModelError("quantize=int8 needs torchao: pip install torchao (or use quantize=fp8).")


def _is_inner(module: nn.Module, name: str) -> bool:
    """Return whether a layer is one of the blocks' matrices; the last projection stays exact."""
    return isinstance(module, nn.Linear) and name != "proj_out" and "norm" not in name
