"""The autoregressive half of Nexus-Gen: Qwen2.5-VL with slots that become picture embeddings."""

from collections.abc import Sequence
from inspect import signature

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, pad
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLTextModel

from .decode_state import DecodeState, left_padded
from .hybrid_loss import IGNORE_INDEX, HybridLosses, embedding_distances, mean_by_row
from .positions import Grid, PositionRule, position_after_slots, rope_positions, slot_positions
from .vision import GridTHW, LinearPatchEmbed, vision_geometry
from .window_attention import WINDOW_ATTENTION

# Transformers 5.24 renamed the argument that takes the KV cache.
_TAKES = signature(Qwen2_5_VLTextModel.forward).parameters
CACHE_ARGUMENT = "cache" if "cache" in _TAKES else "past_key_values"


class NexusAutoregressive(nn.Module):
    """Qwen2.5-VL, a head for picture embeddings, and the learned slots they are read from.

    After BOI the sequence continues with `num_slots` learned slots; the hidden states at BOI and at
    all slots but the last become, through `vision_head`, the embeddings of the picture.
    """

    def __init__(self, config: Qwen2_5_VLConfig, slot_grid: Grid = (9, 9)) -> None:
        super().__init__()
        text, vision = config.text_config, config.vision_config
        if "sliding_attention" in text.layer_types:
            raise ValueError(
                "sliding-window attention is unsupported: set use_sliding_window false"
            )
        self.slot_grid = slot_grid
        self.num_slots = slot_grid[0] * slot_grid[1]
        self.qwen = Qwen2_5_VLForConditionalGeneration._from_config(
            config, attn_implementation="sdpa"
        )
        visual = self.qwen.model.visual
        visual.config._attn_implementation = WINDOW_ATTENTION
        patch_embed = LinearPatchEmbed(
            vision.patch_size, vision.temporal_patch_size, vision.in_channels, vision.hidden_size
        )
        patch_embed.proj = visual.patch_embed.proj
        visual.patch_embed = patch_embed
        self.vision_head = nn.Linear(text.hidden_size, text.hidden_size, bias=False)
        self.image_prefill_embeds = nn.Embedding(self.num_slots, text.hidden_size)
        nn.init.normal_(self.vision_head.weight, std=text.initializer_range)
        nn.init.normal_(self.image_prefill_embeds.weight, std=text.initializer_range)

    @property
    def config(self) -> Qwen2_5_VLConfig:
        """Return the Qwen2.5-VL configuration."""
        return self.qwen.config

    @property
    def boi_id(self) -> int:
        """Return the id of the token that opens a picture."""
        return self.config.vision_start_token_id

    @property
    def eoi_id(self) -> int:
        """Return the id of the token that closes a picture."""
        return self.config.vision_end_token_id

    @property
    def image_token_id(self) -> int:
        """Return the id that stands for one picture embedding."""
        return self.config.image_token_id

    @property
    def device(self) -> torch.device:
        """Return the device of the weights."""
        return self.vision_head.weight.device

    @property
    def dtype(self) -> torch.dtype:
        """Return the dtype of the weights."""
        return self.vision_head.weight.dtype

    def embed_images(self, pixel_values: Tensor, grid_thw: Sequence[GridTHW] | Tensor) -> Tensor:
        """Return the vision tower's embeddings `(tokens, hidden)` of all pictures, end to end.

        pixel_values: (patches, channels * frames * patch * patch), see `vision.pixel_rows`;
        grid_thw: frames, rows and columns of patches of every picture.
        """
        if isinstance(grid_thw, Tensor):
            grid_thw = grid_thw.tolist()
        vision = self.config.vision_config
        geometry = vision_geometry(
            tuple((int(t), int(h), int(w)) for t, h, w in grid_thw),
            vision.spatial_merge_size,
            vision.window_size,
            vision.patch_size,
            pixel_values.device,
        )
        visual = self.qwen.model.visual
        return visual(pixel_values, grid_thw=geometry.grid_thw, **geometry.arguments).pooler_output

    def merged_grid(self, grid_thw: GridTHW) -> Grid:
        """Return rows and columns of embeddings of a picture of `grid_thw` patches."""
        merge = self.config.vision_config.spatial_merge_size
        return grid_thw[1] // merge, grid_thw[2] // merge

    def embed_tokens(self, input_ids: Tensor, image_embeds: Tensor | None = None) -> Tensor:
        """Return input embeddings `(B, L, hidden)`, with the pictures' embeddings in their places.

        image_embeds: (n, hidden) for the n image tokens of input_ids in row-major order.
        """
        embeds = self.qwen.get_input_embeddings()(input_ids)
        if image_embeds is None:
            return embeds
        places = (input_ids == self.image_token_id)[..., None].expand_as(embeds)
        return embeds.masked_scatter(places, image_embeds.to(embeds))

    def forward_train(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        labels: Tensor,
        position_ids: Tensor | None = None,
        *,
        packing_mask: Tensor | None = None,
        image_grids: Sequence[Grid] | Grid | None = None,
        input_image_embeds: Tensor | None = None,
        target_image_embeds: Tensor | None = None,
        text_weight: float = 3.0,
        image_weight: float = 3.0,
    ) -> HybridLosses:
        """Return the hybrid loss (Nexus-Gen, arXiv 2504.21356) of a right-padded batch.

        input_ids, attention_mask, labels: (B, L); labels are -100 where nothing is supervised. An
        image token is a target where its label is the image token, else an input picture.
        position_ids: (3, B, L), or computed from image_grids, the merged grids of all pictures in
        row-major order or one grid for all. packing_mask: (B, 1, L, L), additive, where a row holds
        several samples; None: plainly causal. input_image_embeds, target_image_embeds: (n, hidden),
        from `embed_images`, of the input and the target pictures in row-major order; distances are
        computed in the targets' dtype.
        """
        if attention_mask.device.type == "cpu" and bool(
            (attention_mask.long().diff(dim=1) > 0).any()
        ):
            raise ValueError("forward_train takes right-padded batches")
        attention = self.qwen.model.language_model.config._attn_implementation
        if packing_mask is None and attention == "eager":
            raise ValueError("eager attention is not causal by itself: give a packing_mask")
        # 1. Embed: text, input pictures, and learned slots where a picture is to be predicted
        is_image = input_ids == self.image_token_id
        is_target = is_image & (labels == self.image_token_id)
        embeds = self.qwen.get_input_embeddings()(input_ids)
        if input_image_embeds is not None:
            places = (is_image & ~is_target)[..., None].expand_as(embeds)
            embeds = embeds.masked_scatter(places, input_image_embeds.to(embeds))
        if target_image_embeds is not None:
            copies = target_image_embeds.shape[0] // self.num_slots
            slots = self.image_prefill_embeds.weight.repeat(copies, 1)
            places = is_target[..., None].expand_as(embeds)
            embeds = embeds.masked_scatter(places, slots.to(embeds))
        # 2. One causal pass; padding on the right is never looked at
        if position_ids is None:
            position_ids, _ = rope_positions(
                input_ids, attention_mask, self.image_token_id, image_grids
            )
        hidden = self.qwen.model.language_model(
            inputs_embeds=embeds,
            position_ids=position_ids,
            attention_mask={"full_attention": packing_mask},
            use_cache=False,
        ).last_hidden_state  # (B, L, hidden)
        # 3. Text: cross entropy where the next label is a text token
        batch = input_ids.shape[0]
        next_labels = pad(labels[:, 1:], (0, 1), value=IGNORE_INDEX)
        is_text = (next_labels != IGNORE_INDEX) & (next_labels != self.image_token_id)
        text_rows = is_text.nonzero()[:, 0]
        text_labels = next_labels[is_text]
        logits = self.qwen.lm_head(hidden[is_text]).float()  # (n, vocabulary)
        token_losses = cross_entropy(logits, text_labels, reduction="none")
        text = token_losses.sum() / max(len(text_labels), 1)
        num_right = (logits.detach().argmax(-1) == text_labels).sum()
        # 4. Picture: 0.5 MSE + 0.5 (1 - cosine) where the next label is a slot
        predicts_slot = next_labels == self.image_token_id
        image_embeds = self.vision_head(hidden[predicts_slot])  # (n, hidden)
        mse = cosine = hidden.new_zeros(())
        image_per_sample = hidden.new_zeros(batch)
        if target_image_embeds is not None and len(target_image_embeds):
            targets = target_image_embeds.detach()
            square, distance = embedding_distances(image_embeds.to(targets), targets)
            mse, cosine = square.mean(), distance.mean()
            slot_rows = predicts_slot.nonzero()[:, 0]
            image_per_sample = mean_by_row(0.5 * square + 0.5 * distance, slot_rows, batch)
        image = 0.5 * mse + 0.5 * cosine
        return HybridLosses(
            total=text_weight * text + image_weight * image,
            text=text,
            image=image,
            mse=mse,
            cosine=cosine,
            text_per_sample=mean_by_row(token_losses, text_rows, batch),
            image_per_sample=image_per_sample,
            token_accuracy=num_right / max(len(text_labels), 1),
            image_embeds=image_embeds,
        )

    forward = forward_train

    def read(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        image_embeds: Tensor | None = None,
        image_grids: Sequence[Grid] | Grid | None = None,
        state: DecodeState | None = None,
    ) -> tuple[Tensor, DecodeState]:
        """Return final hidden states `(B, L, hidden)` of new tokens and the state after them.

        input_ids, attention_mask: (B, L), padded anywhere; image_embeds: (n, hidden) for the image
        tokens among them, in row-major order; state: what was read before, extended in place.
        """
        state = state or DecodeState.empty(len(input_ids), input_ids.device)
        positions, following = rope_positions(
            input_ids, attention_mask, self.image_token_id, image_grids, state.next_positions
        )
        embeds = self.embed_tokens(input_ids, image_embeds)
        return self._extend(embeds, positions, attention_mask, following, state), state

    def _extend(
        self,
        embeds: Tensor,
        positions: Tensor,
        attention_mask: Tensor | None,
        next_positions: Tensor,
        state: DecodeState,
    ) -> Tensor:
        """Run the language model over new columns, extend the state, return hidden states."""
        valid = torch.ones(embeds.shape[:2], dtype=torch.bool, device=embeds.device)
        if attention_mask is not None:
            valid = attention_mask.bool()
        mask = state.append(valid, next_positions, is_dense=attention_mask is None)
        return self.qwen.model.language_model(
            inputs_embeds=embeds,
            position_ids=positions,
            attention_mask={"full_attention": mask},
            use_cache=True,
            **{CACHE_ARGUMENT: state.cache},
        ).last_hidden_state

    def imagine(
        self,
        state: DecodeState,
        is_active: Tensor | None = None,
        position_rule: PositionRule = "training",
    ) -> Tensor:
        """Return the picture embeddings `(B, N, hidden)` after a state that has read all but BOI.

        One chunk holds BOI and all N slots, so the state afterwards stands before EOI. is_active:
        (B,), rows that paint; the others see padding and their embeddings mean nothing.
        """
        boi = torch.full((state.batch, 1), self.boi_id, device=self.device)
        slots = self.image_prefill_embeds.weight.expand(state.batch, -1, -1)
        embeds = torch.cat([self.embed_tokens(boi), slots], dim=1)
        start = state.next_positions
        positions = torch.cat(
            [start.expand(3, -1)[..., None], slot_positions(start + 1, self.slot_grid)], dim=-1
        )
        following = position_after_slots(start + 1, self.slot_grid, position_rule)
        valid = None
        if is_active is not None:
            valid = is_active[:, None].expand(embeds.shape[:2])
            following = torch.where(is_active, following, start)
        hidden = self._extend(embeds, positions, valid, following, state)
        return self.vision_head(hidden[:, :-1])

    def prefill_embeddings(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        image_embeds: Tensor | None = None,
        image_grids: Sequence[Grid] | Grid | None = None,
        state: DecodeState | None = None,
    ) -> Tensor:
        """Return the picture embeddings `(B, N, hidden)` of prompts ending in BOI, in one pass.

        input_ids, attention_mask: (B, L), padded on either side; with a state only the tokens that
        it has not read. Different prompts and input pictures may stand in one batch.
        """
        input_ids, attention_mask = left_padded(input_ids, attention_mask)
        state = state or DecodeState.empty(len(input_ids), input_ids.device)
        positions, start = rope_positions(
            input_ids, attention_mask, self.image_token_id, image_grids, state.next_positions
        )
        slots = self.image_prefill_embeds.weight[:-1].expand(len(input_ids), -1, -1)
        embeds = torch.cat([self.embed_tokens(input_ids, image_embeds), slots], dim=1)
        slot_places = slot_positions(start, self.slot_grid)[..., :-1]
        positions = torch.cat([positions, slot_places], dim=-1)
        if attention_mask is not None:
            attention_mask = pad(attention_mask, (0, self.num_slots - 1), value=True)
        following = start  # the last slot is left out: nothing can follow this state
        hidden = self._extend(embeds, positions, attention_mask, following, state)
        return self.vision_head(hidden[:, -self.num_slots :])
