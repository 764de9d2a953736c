"""What a test checkpoint lacks: a tokenizer of single bytes and an untrained autoencoder.

Made on the fly where the files are missing; `python -m pentimento.model.nexus.stand_ins DIR` writes
them into the folder, in the published layout.

A checkpoint with fewer than `MAX_VOCABULARY` tokens cannot be a published one: it was made to try
the road. Published files get no stand-in; what they lack is an error.
"""

import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import Qwen2_5_VLConfig

from ..errors import ModelError
from .checkpoint import open_decoder, read_qwen_config, save_autoencoder

MAX_VOCABULARY = 1000
MARKS = (  # in the order of Qwen's ids
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>",
    "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
)  # fmt: skip


def is_test_checkpoint(config: Qwen2_5_VLConfig) -> bool:
    """Return whether a checkpoint is too small to be a published one."""
    return config.text_config.vocab_size < MAX_VOCABULARY


def byte_tokenizer(config: Qwen2_5_VLConfig) -> Tokenizer:
    """Return a tokenizer of single bytes with Qwen's marks where the configuration has them."""
    first = config.vision_start_token_id - MARKS.index("<|vision_start|>")
    if first < 256 or first + len(MARKS) > config.text_config.vocab_size:
        raise ModelError("The checkpoint has no tokenizer.json, and no room for one of bytes.")
    vocab = {
        mark: number for number, mark in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))
    }
    for number in range(len(vocab), first):
        vocab[f"<unused{number}>"] = number
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(mark, special=True) for mark in MARKS])
    return tokenizer


def untrained_autoencoder(latent_channels: int) -> AutoencoderKL:
    """Return a small autoencoder of FLUX's shape, 8 pixels a latent, always the same weights."""
    with torch.random.fork_rng(devices=[]), torch.inference_mode(False):
        torch.manual_seed(0)  # the constructor takes no generator
        vae = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=(16, 16, 32, 32),
            latent_channels=latent_channels,
            norm_num_groups=2,
            use_quant_conv=False,
            use_post_quant_conv=False,
            mid_block_add_attention=False,
            scaling_factor=0.3611,
            shift_factor=0.1159,
        )
    return vae.eval()


def write_stand_ins(folder: Path) -> list[Path]:
    """Write `tokenizer.json` and `vae/` into a test checkpoint that lacks them; return the new."""
    config = read_qwen_config(folder)
    if not is_test_checkpoint(config):
        raise ModelError(f"{folder} is no test checkpoint: its missing files cannot be made up.")
    made: list[Path] = []
    if not (folder / "tokenizer.json").exists():
        made.append(folder / "tokenizer.json")
        byte_tokenizer(config).save(str(made[-1]))
    if not (folder / "vae").exists():
        made.append(folder / "vae")
        channels = open_decoder(folder, "generation").module.config.latent_channels
        save_autoencoder(untrained_autoencoder(channels), folder, torch.bfloat16)
    return made


if __name__ == "__main__":
    for path in write_stand_ins(Path(sys.argv[1])):
        print(path)
