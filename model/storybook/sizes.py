"""The sizes of Storybook's networks: the one place where the miniature is cut."""

from typing import Any

from diffusers import AutoencoderKL
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

from ..nexus.decoder import DecoderConfig

PICTURE_SIZE = 144  # pixels a side: 3 x 3 cells of 48
PATCH_SIZE = 8
SLOT_GRID = (9, 9)  # 3 x 3 tokens a cell
HIDDEN_SIZE = 256
LATENT_CHANNELS = 16


def autoregressive_config(token_ids: dict[str, int], vocab_size: int) -> Qwen2_5_VLConfig:
    """Return the configuration of the Qwen2.5-VL miniature; `token_ids` maps special tokens."""
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": vocab_size,
            "hidden_size": HIDDEN_SIZE,
            "intermediate_size": 640,
            "num_hidden_layers": 8,
            "num_attention_heads": 8,
            "num_key_value_heads": 8,
            "max_position_embeddings": 2048,
            "max_window_layers": 8,
            "use_sliding_window": False,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10_000.0,
                "mrope_section": [4, 6, 6],
            },
            "tie_word_embeddings": True,
            "bos_token_id": token_ids["<|endoftext|>"],
            "eos_token_id": token_ids["<|im_end|>"],
            "pad_token_id": token_ids["<|endoftext|>"],
        },
        vision_config={
            "depth": 3,
            "hidden_size": 192,
            "intermediate_size": 512,
            "num_heads": 6,
            "patch_size": PATCH_SIZE,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "tokens_per_second": 2,
            "window_size": 3 * 2 * PATCH_SIZE,  # one cell of the world
            "out_hidden_size": HIDDEN_SIZE,
            "fullatt_block_indexes": [],  # embeddings of a cell depend on that cell alone
        },
        image_token_id=token_ids["<|image_pad|>"],
        video_token_id=token_ids["<|video_pad|>"],
        vision_start_token_id=token_ids["<|vision_start|>"],
        vision_end_token_id=token_ids["<|vision_end|>"],
        tie_word_embeddings=True,
    )
    config.architectures = [Qwen2_5_VLForConditionalGeneration.__name__]
    return config


def autoencoder_config() -> dict[str, Any]:
    """Return the arguments of diffusers' AutoencoderKL: 8 x 8 pixels a latent, 16 channels."""
    return {
        "in_channels": 3,
        "out_channels": 3,
        "down_block_types": ("DownEncoderBlock2D",) * 4,
        "up_block_types": ("UpDecoderBlock2D",) * 4,
        "block_out_channels": (16, 32, 64, 128),
        "layers_per_block": 1,
        "latent_channels": LATENT_CHANNELS,
        "norm_num_groups": 2,
        "sample_size": PICTURE_SIZE,
        "use_quant_conv": False,
        "use_post_quant_conv": False,
        "mid_block_add_attention": False,
    }


def build_autoencoder() -> AutoencoderKL:
    """Return an untrained autoencoder."""
    return AutoencoderKL(**autoencoder_config())


def decoder_config(kind: str) -> DecoderConfig:
    """Return the configuration of the generation or the edit decoder."""
    return DecoderConfig(
        kind=kind,  # type: ignore[arg-type]
        num_layers=1,
        num_single_layers=5,
        attention_head_dim=32,
        num_attention_heads=8,
        axes_dims_rope=(4, 14, 14),
        context_dim=HIDDEN_SIZE,
        pooled_dim=32,
        guidance_embeds=False,
        latent_channels=LATENT_CHANNELS,
        target_grid=(18, 18),
        reference_grid=(18, 18),
        reference_size=(PICTURE_SIZE, PICTURE_SIZE),
        shift=1.0,
        num_inference_steps=4,
        guidance=None,
        aligned_text_ids=True,
        cfg_scale=1.0,
    )
