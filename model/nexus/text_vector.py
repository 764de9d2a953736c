"""The constant text vector of the published decoders: CLIP-L's summary of an empty prompt."""

from pathlib import Path

import torch
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel

from ..errors import ModelError
from .tensor_files import check_tensors, has_tensors, open_tensors, read_json

POOLED_STEM = "pooled"  # a file of the vector alone, (1, pooled), under the key "pooled"
CLIP_FOLDER = "text_encoder"  # FLUX.1-dev's own name
START_ID, END_ID, LENGTH = 49406, 49407, 77  # openai/clip-vit-large-patch14, tokenizer


def has_text_vector(folder: Path) -> bool:
    """Return whether a checkpoint has the vector, or the CLIP to make it with."""
    return has_tensors(folder, POOLED_STEM) or (folder / CLIP_FOLDER / "config.json").is_file()


def read_text_vector(folder: Path, size: int) -> Tensor | None:
    """Return the vector `(1, size)`, float32, of a checkpoint: its file, else made with its CLIP.

    None where the folder has neither; the decoders then see zeros.
    """
    if has_tensors(folder, POOLED_STEM):
        files = open_tensors(folder, POOLED_STEM)
        check_tensors(files, {"pooled": (1, size)})
        return dict(files.read(["pooled"]))["pooled"].float()
    if not has_text_vector(folder):
        return None
    vector = clip_summary(folder / CLIP_FOLDER)
    if vector.shape[1] != size:
        raise ModelError(
            f"{CLIP_FOLDER} gives {vector.shape[1]} numbers, the decoder takes {size}."
        )
    return vector


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
