"""The constant texts of the published decoders: what CLIP-L and T5 make of an empty prompt.

`python -m pentimento.model.nexus.text_vector nexus-gen:DIR` keeps them beside the checkpoint.
"""

import sys
from pathlib import Path

import torch
from accelerate import init_empty_weights  # type: ignore[import-untyped]
from accelerate.utils import set_module_tensor_to_device  # type: ignore[import-untyped]
from safetensors.torch import save_file
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

from ..errors import ModelError
from .source import Source, parse_source
from .tensor_files import check_tensors, open_file, open_tensors, read_json

NEGATIVE_LENGTH = 512  # tokens of FLUX.1-dev's T5, padding seen like text
T5_END_ID = 1  # its padding is 0
START_ID, END_ID, LENGTH = 49406, 49407, 77  # openai/clip-vit-large-patch14, tokenizer


def read_text_vector(path: Path | None, size: int) -> Tensor | None:
    """Return the vector `(1, size)`, float32, from its own file or made with a CLIP's folder.

    None where there is neither; the decoders then see zeros.
    """
    if path is None:
        return None
    if path.is_file():
        files = open_file(path)
        check_tensors(files, {"pooled": (1, size)})
        return dict(files.read(["pooled"]))["pooled"].float()
    vector = clip_summary(path)
    if vector.shape[1] != size:
        raise ModelError(f"{path.name} gives {vector.shape[1]} numbers, the decoder takes {size}.")
    return vector


def read_negative(path: Path, size: int) -> Tensor:
    """Return what T5 makes of an empty prompt `(1, 512, size)`: from its file or T5's folder."""
    if path.is_file():
        files = open_file(path)
        check_tensors(files, {"prompt_embeds": (1, NEGATIVE_LENGTH, size)})
        return dict(files.read(["prompt_embeds"]))["prompt_embeds"]
    embeds = t5_embeds(path)
    if embeds.shape[2] != size:
        raise ModelError(f"{path.name} gives {embeds.shape[2]} numbers, the decoder takes {size}.")
    return embeds


def save_texts(source: Source) -> list[Path]:
    """Write `pooled` and `negative.safetensors` beside a checkpoint: CLIP and T5 may then go."""
    written = []
    for path, name, key, make in (
        (source.clip_path, "pooled", "pooled", clip_summary),
        (source.t5_path, "negative", "prompt_embeds", t5_embeds),
    ):
        if path is not None and path.is_dir():
            target = source.folder / f"{name}.safetensors"
            save_file({key: make(path).contiguous()}, target)
            written.append(target)
    return written


@torch.inference_mode()
def t5_embeds(folder: Path) -> Tensor:
    """Return T5's final hidden states `(1, 512, width)`, bfloat16, of an empty prompt."""
    content = read_json(folder / "config.json")
    files = open_tensors(folder, "model")
    with init_empty_weights(include_buffers=False):
        model = T5EncoderModel(T5Config(**content)).eval()
    model.encoder.embed_tokens = model.shared  # one matrix, as in the file
    missing = sorted(name for name, _ in model.named_parameters() if name not in files.shapes)
    if missing:
        raise ModelError(f"{files.label} of {folder.name} lacks {', '.join(missing[:3])}.")
    for name, tensor in files.read([name for name, _ in model.named_parameters()]):
        set_module_tensor_to_device(model, name, "cpu", tensor, dtype=torch.bfloat16)
    ids = torch.zeros(1, NEGATIVE_LENGTH, dtype=torch.long)
    ids[0, 0] = T5_END_ID
    return model(input_ids=ids).last_hidden_state


@torch.inference_mode()
def clip_summary(folder: Path) -> Tensor:
    """Return CLIP's final hidden state `(1, width)` at the first end mark of an empty prompt."""
    content = read_json(folder / "config.json")
    model = CLIPTextModel(CLIPTextConfig(**content)).eval()
    files = open_tensors(folder, "model")
    named = dict(files.read(list(files.shapes)))
    # transformers 5 dropped the prefix that the published file has
    known = model.state_dict()
    tensors = {
        name if name in known else name.removeprefix("text_model."): tensor.float()
        for name, tensor in named.items()
        if not name.endswith("position_ids")
    }
    missing = sorted(known.keys() - tensors.keys())
    if missing:
        raise ModelError(f"{files.label} of {folder.name} lacks {', '.join(missing[:3])}.")
    model.load_state_dict(tensors, strict=False)
    ids = torch.tensor([[START_ID] + [END_ID] * (LENGTH - 1)])
    return model(input_ids=ids).last_hidden_state[:, 1]


if __name__ == "__main__":
    for kept in save_texts(parse_source(sys.argv[1])):
        print(kept)
