"""Names of tensors: the published checkpoint's and our modules', in both directions."""

import re
from collections.abc import Iterable

# Published name -> the module's parameters that it holds, stacked along the rows.
Layout = dict[str, tuple[str, ...]]

_MODULE_PREFIXES = (  # module -> published
    ("qwen.model.visual.", "visual."),
    ("qwen.model.language_model.", "model."),
    ("qwen.lm_head.", "lm_head."),
    ("vision_head.", "vision_head."),
    ("image_prefill_embeds.", "image_prefill_embeds."),
)
# diffusers -> published name and which part of the published tensor's rows it is
_TOP = {
    "time_text_embed.timestep_embedder.linear_1": ("time_embedder.timestep_embedder.0", 0),
    "time_text_embed.timestep_embedder.linear_2": ("time_embedder.timestep_embedder.2", 0),
    "time_text_embed.guidance_embedder.linear_1": ("guidance_embedder.timestep_embedder.0", 0),
    "time_text_embed.guidance_embedder.linear_2": ("guidance_embedder.timestep_embedder.2", 0),
    "time_text_embed.text_embedder.linear_1": ("pooled_text_embedder.0", 0),
    "time_text_embed.text_embedder.linear_2": ("pooled_text_embedder.2", 0),
    "context_embedder": ("context_embedder", 0),
    "x_embedder": ("x_embedder", 0),
    "norm_out.linear": ("final_norm_out.linear", 0),
    "proj_out": ("final_proj_out", 0),
}
_DOUBLE = {
    "norm1.linear": ("norm1_a.linear", 0),
    "norm1_context.linear": ("norm1_b.linear", 0),
    "attn.to_q": ("attn.a_to_qkv", 0),
    "attn.to_k": ("attn.a_to_qkv", 1),
    "attn.to_v": ("attn.a_to_qkv", 2),
    "attn.add_q_proj": ("attn.b_to_qkv", 0),
    "attn.add_k_proj": ("attn.b_to_qkv", 1),
    "attn.add_v_proj": ("attn.b_to_qkv", 2),
    "attn.to_out.0": ("attn.a_to_out", 0),
    "attn.to_add_out": ("attn.b_to_out", 0),
    "attn.norm_q": ("attn.norm_q_a", 0),
    "attn.norm_k": ("attn.norm_k_a", 0),
    "attn.norm_added_q": ("attn.norm_q_b", 0),
    "attn.norm_added_k": ("attn.norm_k_b", 0),
    "ff.net.0.proj": ("ff_a.0", 0),
    "ff.net.2": ("ff_a.2", 0),
    "ff_context.net.0.proj": ("ff_b.0", 0),
    "ff_context.net.2": ("ff_b.2", 0),
}
_SINGLE = {
    "norm.linear": ("norm.linear", 0),
    "attn.to_q": ("to_qkv_mlp", 0),
    "attn.to_k": ("to_qkv_mlp", 1),
    "attn.to_v": ("to_qkv_mlp", 2),
    "proj_mlp": ("to_qkv_mlp", 3),
    "attn.norm_q": ("norm_q_a", 0),
    "attn.norm_k": ("norm_k_a", 0),
    "proj_out": ("proj_out", 0),
}
_BLOCK = re.compile(r"(transformer_blocks|single_transformer_blocks)\.(\d+)\.(.+)")


def autoregressive_layout(parameter_names: Iterable[str]) -> Layout:
    """Return the layout of a `NexusAutoregressive` with the given parameters."""
    return {_published_autoregressive_name(name): (name,) for name in parameter_names}


def decoder_layout(parameter_names: Iterable[str]) -> Layout:
    """Return the layout of a `NexusDecoder` with the given parameters."""
    parts: dict[str, dict[int, str]] = {}
    for name in parameter_names:
        key, part = name, 0  # adapter and merger bear the published names
        if name.startswith("transformer."):
            key, part = _published_transformer_name(name.removeprefix("transformer."))
        parts.setdefault(key, {})[part] = name
    return {key: tuple(names[part] for part in sorted(names)) for key, names in parts.items()}


def _published_autoregressive_name(name: str) -> str:
    for prefix, published in _MODULE_PREFIXES:
        if name.startswith(prefix):
            return published + name.removeprefix(prefix)
    raise KeyError(name)


def _published_transformer_name(name: str) -> tuple[str, int]:
    """Return the DiffSynth name of a diffusers tensor, and which part of its rows that is."""
    stem, kind = name.rsplit(".", 1)  # weight or bias
    block = _BLOCK.fullmatch(stem)
    if block is None:
        key, part = _TOP[stem]
    elif block[1] == "transformer_blocks":
        key, part = _DOUBLE[block[3]]
        key = f"blocks.{block[2]}.{key}"
    else:
        key, part = _SINGLE[block[3]]
        key = f"single_blocks.{block[2]}.{key}"
    return f"pipe.dit.{key}.{kind}", part
