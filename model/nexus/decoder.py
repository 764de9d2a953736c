"""The painting half of Nexus-Gen: a FLUX transformer steered by picture embeddings."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import torch
from diffusers import FluxTransformer2DModel
from torch import Tensor, nn
from transformers import Qwen2_5_VLTextConfig
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import (
    Qwen2_5_VLDecoderLayer,
    Qwen2_5_VLRMSNorm,
    Qwen2_5_VLRotaryEmbedding,
)

from ..errors import CancelledError
from .positions import Grid, condition_text_ids, latent_image_ids, merger_positions
from .schedule import NUM_TRAIN_TIMESTEPS, paint_scheduler
from .shortcuts import Shortcuts, attention_kernel, begin_steps


@dataclass(frozen=True)
class DecoderConfig:
    """Sizes and habits of one decoder; grids are unmerged (patches), sizes in pixels."""

    kind: Literal["generation", "edit"]
    num_layers: int
    num_single_layers: int
    attention_head_dim: int
    num_attention_heads: int
    axes_dims_rope: tuple[int, int, int]
    context_dim: int
    pooled_dim: int
    guidance_embeds: bool
    latent_channels: int
    target_grid: Grid
    reference_grid: Grid
    reference_size: Grid  # height, width of the reference picture
    shift: float
    num_inference_steps: int
    guidance: float | None  # distilled guidance; None: the transformer takes none
    aligned_text_ids: bool  # True: the generation decoder's text ids follow the editing rule
    cfg_scale: float  # classifier-free guidance of a painting by default; 1: none


PUBLISHED_GENERATION = DecoderConfig(  # DiffSynth-Studio/Nexus-GenV2, generation_decoder.bin
    kind="generation",
    num_layers=19,
    num_single_layers=38,
    attention_head_dim=128,
    num_attention_heads=24,
    axes_dims_rope=(16, 56, 56),
    context_dim=4096,
    pooled_dim=768,
    guidance_embeds=True,
    latent_channels=16,
    target_grid=(18, 18),
    reference_grid=(36, 36),
    reference_size=(504, 504),
    shift=3.0,
    num_inference_steps=50,
    guidance=3.5,
    aligned_text_ids=False,
    cfg_scale=1.0,
)
PUBLISHED_EDIT = replace(PUBLISHED_GENERATION, kind="edit")  # edit_decoder.bin


@dataclass(frozen=True)
class Condition:
    """What the transformer is steered by, one row a picture."""

    prompt_embeds: Tensor  # (B, T, context)
    text_ids: Tensor  # (T, 3), float32
    pooled: Tensor  # (B, pooled)

    def __len__(self) -> int:
        return self.prompt_embeds.shape[0]


class EmbeddingMerger(nn.Module):
    """One Qwen2.5-VL layer over target and reference embeddings, not causal, then a projector."""

    def __init__(self, config: Qwen2_5_VLTextConfig, context_dim: int) -> None:
        super().__init__()
        hidden, eps = config.hidden_size, config.rms_norm_eps
        config._attn_implementation = "sdpa"
        self.layers = nn.ModuleList([Qwen2_5_VLDecoderLayer(config, layer_idx=0)])
        self.rotary = Qwen2_5_VLRotaryEmbedding(config)
        self.projector = nn.Sequential(
            Qwen2_5_VLRMSNorm(hidden, eps),
            nn.Linear(hidden, 4 * context_dim),
            Qwen2_5_VLRMSNorm(4 * context_dim, eps),
            nn.SiLU(),
            nn.Linear(4 * context_dim, context_dim),
            Qwen2_5_VLRMSNorm(context_dim, eps),
        )

    def mix(self, hidden_states: Tensor, position_ids: Tensor) -> Tensor:
        """Return the layer's output `(B, L, hidden)`; position_ids: (3, 1, L), float32."""
        positions = self.rotary(hidden_states, position_ids)
        return self.layers[0](hidden_states, position_embeddings=positions, is_causal=False)

    def forward(self, hidden_states: Tensor, position_ids: Tensor) -> Tensor:
        """Return prompt embeddings `(B, L, context)` of embeddings `(B, L, hidden)`."""
        return self.projector(self.mix(hidden_states, position_ids))


class NexusDecoder(nn.Module):
    """A FLUX transformer with an adapter (generation) or a merger (editing) before it.

    `embed_dim` is the width of the picture embeddings; an edit decoder takes the configuration of
    its merger's layer, the language model's own.
    """

    pooled: Tensor  # (1, pooled)

    def __init__(
        self,
        config: DecoderConfig,
        embed_dim: int,
        merger_config: Qwen2_5_VLTextConfig | None = None,
    ) -> None:
        super().__init__()
        self.config, self.embed_dim = config, embed_dim
        self.transformer = FluxTransformer2DModel(
            in_channels=4 * config.latent_channels,
            num_layers=config.num_layers,
            num_single_layers=config.num_single_layers,
            attention_head_dim=config.attention_head_dim,
            num_attention_heads=config.num_attention_heads,
            joint_attention_dim=config.context_dim,
            pooled_projection_dim=config.pooled_dim,
            guidance_embeds=config.guidance_embeds,
            axes_dims_rope=config.axes_dims_rope,
        )
        self.adapter: nn.Sequential | None = None
        self.embedding_merger: EmbeddingMerger | None = None
        if config.kind == "generation":
            self.adapter = nn.Sequential(
                nn.Linear(embed_dim, config.context_dim),
                nn.LayerNorm(config.context_dim),
                nn.ReLU(),
                nn.Linear(config.context_dim, config.context_dim),
                nn.LayerNorm(config.context_dim),
            )
        else:
            if merger_config is None:
                raise ValueError("an edit decoder needs merger_config, the language model's own")
            self.embedding_merger = EmbeddingMerger(merger_config, config.context_dim)
        # The pooled text vector is the same for every picture: CLIP's of "" or zero.
        self.register_buffer("pooled", torch.zeros(1, config.pooled_dim), persistent=False)
        self.run_device: torch.device | None = None  # where it runs while its weights come and go
        self.shortcuts = Shortcuts()
        self._exact_timestep: Tensor | None = None
        self.transformer.time_text_embed.register_forward_pre_hook(self._use_exact_timestep)

    @property
    def dtype(self) -> torch.dtype:
        """Return the dtype of the weights."""
        return self.transformer.proj_out.weight.dtype

    @property
    def device(self) -> torch.device:
        """Return the device of the weights."""
        return self.run_device or self.transformer.proj_out.weight.device

    def take(self, shortcuts: Shortcuts) -> None:
        """Paint by these shortcuts from now on; blocks once compiled stay compiled."""
        if shortcuts.compile and not self.shortcuts.compile:
            self.transformer.compile_repeated_blocks()
        self.shortcuts = shortcuts

    def condition(
        self,
        target_embeds: Tensor,
        reference_embeds: Tensor | None = None,
        *,
        height: int,
        width: int,
        reference_grid: Grid | None = None,
    ) -> Condition:
        """Return what steers a painting of height x width latent rows and columns.

        target_embeds: (B, N, hidden); reference_embeds: (B, M, hidden), the source pictures of an
        edit on `reference_grid` patches (None: the decoder's own).
        """
        config = self.config
        target_embeds = target_embeds.to(self.device, self.dtype)
        grids = [config.target_grid]
        if self.adapter is not None:
            prompt_embeds = self.adapter(target_embeds)
        else:
            assert self.embedding_merger is not None  # the other kind of decoder
            hidden = target_embeds
            if reference_embeds is not None:
                hidden = torch.cat([hidden, reference_embeds.to(hidden)], dim=1)
                grids.append(reference_grid or config.reference_grid)
            prompt_embeds = self.embedding_merger(hidden, merger_positions(grids, hidden.device))
        if self.adapter is not None and not config.aligned_text_ids:
            text_ids = torch.zeros(prompt_embeds.shape[1], 3, device=self.device)
        else:
            text_ids = condition_text_ids(grids, height, width, self.device)
            text_ids = text_ids.to(self.dtype).float()  # the published code rounds ids to its dtype
        pooled = self.pooled.to(self.dtype).expand(len(prompt_embeds), -1)
        return Condition(prompt_embeds, text_ids, pooled)

    def velocity(
        self,
        latents: Tensor,
        sigma: Tensor | float,
        condition: Condition,
        guidance: float | None = None,
        cache_name: str = "positive",
    ) -> Tensor:
        """Return the predicted velocity noise - x0 `(B, C, H, W)` in the weights' dtype.

        latents: (B, C, H, W), H and W even; sigma: (B,) or one for all, in [0, 1]; guidance: the
        distilled one (None: the decoder's own). cache_name: whose steps a step cache may compare.
        """
        batch, _, height, width = latents.shape
        sigma = torch.as_tensor(sigma, dtype=torch.float32, device=self.device).expand(batch)
        guidance = self.config.guidance if guidance is None else guidance
        guidance_rows = None
        if self.config.guidance_embeds:
            guidance_rows = torch.full((batch,), guidance or 0.0, device=self.device)
        self._exact_timestep = sigma * NUM_TRAIN_TIMESTEPS
        with (
            self.transformer.cache_context(cache_name),
            attention_kernel(self.shortcuts.attention),
        ):
            tokens = self.transformer(
                hidden_states=pack_latents(latents.to(self.dtype)),
                encoder_hidden_states=condition.prompt_embeds,
                pooled_projections=condition.pooled,
                timestep=sigma,
                guidance=guidance_rows,
                txt_ids=condition.text_ids,
                img_ids=latent_image_ids(height, width, self.device),
                return_dict=False,
            )[0]
        return unpack_latents(tokens, height, width)

    def flow_loss(
        self, latents: Tensor, noise: Tensor, sigma: Tensor, condition: Condition
    ) -> Tensor:
        """Return the unweighted flow-matching loss of each sample `(B,)`, float32.

        latents, noise: (B, C, H, W); sigma: (B,) in [0, 1]. The MSE between the predicted velocity
        at (1 - sigma) * latents + sigma * noise and noise - latents (arXiv 2209.03003, eq. 1).
        """
        level = sigma.to(latents.dtype)[:, None, None, None]
        noisy = (1 - level) * latents + level * noise
        velocity = self.velocity(noisy, sigma, condition)
        return (velocity.float() - (noise - latents).float()).square().mean(dim=(1, 2, 3))

    def forward(
        self,
        latents: Tensor,
        noise: Tensor,
        sigma: Tensor,
        target_embeds: Tensor,
        reference_embeds: Tensor | None = None,
    ) -> Tensor:
        """Return `flow_loss` of pictures under the condition made of their embeddings `(B,)`."""
        height, width = latents.shape[-2:]
        condition = self.condition(target_embeds, reference_embeds, height=height, width=width)
        return self.flow_loss(latents, noise, sigma, condition)

    @torch.inference_mode()
    def paint(
        self,
        noise: Tensor,
        condition: Condition,
        *,
        num_inference_steps: int | None = None,
        guidance: float | None = None,
        negative: Condition | None = None,
        cfg_scale: float = 1.0,
        on_step: Callable[[int, int, Tensor], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Tensor:
        """Return painted latents `(B, C, H, W)`, float32, from noise of that shape.

        on_step(step, num_steps, x0) hears of every finished step with the picture as foreseen then;
        raises CancelledError when `cancel()` turned true. negative with cfg_scale != 1:
        classifier-free guidance, one batch where both texts have one length, else two calls.
        """
        num_steps = num_inference_steps or self.config.num_inference_steps
        scheduler = paint_scheduler(num_steps, self.config.shift, self.device)
        sigmas = scheduler.sigmas.tolist()
        latents = noise.to(self.device, torch.float32)
        begin_steps(self.transformer, self.shortcuts.cache, num_steps)
        for index, timestep in enumerate(scheduler.timesteps):
            if cancel is not None and cancel():
                raise CancelledError(f"Painting was cancelled after {index} of {num_steps} steps.")
            sigma = sigmas[index]
            if negative is None or cfg_scale == 1.0:
                velocity = self.velocity(latents, sigma, condition, guidance).float()
            else:
                velocity = self._guided(latents, sigma, condition, negative, cfg_scale, guidance)
            if on_step is not None:
                on_step(index + 1, num_steps, latents - sigma * velocity)
            latents = scheduler.step(velocity, timestep, latents, return_dict=False)[0]
        return latents

    def _guided(
        self,
        latents: Tensor,
        sigma: float,
        positive: Condition,
        negative: Condition,
        cfg_scale: float,
        guidance: float | None,
    ) -> Tensor:
        """Return the velocity under classifier-free guidance (arXiv 2207.12598, eq. 6)."""
        if torch.equal(positive.text_ids, negative.text_ids):
            both = Condition(
                torch.cat([positive.prompt_embeds, negative.prompt_embeds]),
                positive.text_ids,
                torch.cat([positive.pooled, negative.pooled]),
            )
            pair = self.velocity(latents.repeat(2, 1, 1, 1), sigma, both, guidance)
            v_positive, v_negative = pair.float().chunk(2)
        else:
            v_positive = self.velocity(latents, sigma, positive, guidance).float()
            v_negative = self.velocity(latents, sigma, negative, guidance, "negative")
            v_negative = v_negative.float()
        return v_negative + cfg_scale * (v_positive - v_negative)

    def _use_exact_timestep(
        self, module: nn.Module, arguments: tuple[Tensor, ...]
    ) -> tuple[Tensor, ...]:
        """Replace the timestep, which diffusers rounds to the weights' dtype, by the exact one."""
        if self._exact_timestep is None:
            return arguments
        return (self._exact_timestep, *arguments[1:])


def pack_latents(latents: Tensor) -> Tensor:
    """Return latents `(B, C, H, W)` as tokens `(B, H/2 * W/2, 4C)`: (channel, row, column)."""
    batch, channels, height, width = latents.shape
    blocks = latents.view(batch, channels, height // 2, 2, width // 2, 2)
    return blocks.permute(0, 2, 4, 1, 3, 5).reshape(batch, -1, 4 * channels)


def unpack_latents(tokens: Tensor, height: int, width: int) -> Tensor:
    """Return tokens `(B, H/2 * W/2, 4C)` as latents `(B, C, H, W)`."""
    batch, _, features = tokens.shape
    blocks = tokens.view(batch, height // 2, width // 2, features // 4, 2, 2)
    return blocks.permute(0, 3, 1, 4, 2, 5).reshape(batch, features // 4, height, width)
