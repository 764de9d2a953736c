"""The autoregressive half of Nexus-Gen: Qwen2.5-VL with slots that become picture embeddings."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cosine_similarity, cross_entropy, linear, pad
from transformers import DynamicCache, Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration
from transformers.models.qwen2_5_vl.modeling_qwen2_5_vl import Qwen2_5_VisionPatchEmbed
from transformers.vision_utils import (
    get_vision_cu_seqlens,
    get_vision_position_ids,
    get_vision_window_index,
)

from .positions import Grid, PositionRule, position_after_slots, rope_positions, slot_positions
from .window_attention import WINDOW_ATTENTION

IGNORE_INDEX = -100
GridTHW = tuple[int, int, int]


@dataclass(frozen=True)
class HybridLosses:
    """The hybrid loss of one batch; scalars unless said, all with gradient but `token_accuracy`."""

    total: Tensor
    text: Tensor  # mean cross entropy over all supervised tokens; 0 without any
    image: Tensor  # 0.5 * mse + 0.5 * cosine; 0 without picture targets
    mse: Tensor
    cosine: Tensor  # mean of 1 - cosine similarity
    text_per_sample: Tensor  # (B,), mean over the sample's supervised tokens
    image_per_sample: Tensor  # (B,)
    token_accuracy: Tensor  # (B,), share of supervised tokens that are the argmax; no gradient
    image_embeds: Tensor  # (n, hidden), predicted embeddings in row-major order


@dataclass
class DecodeState:
    """What a batch has read so far: the KV cache and where each row stands."""

    past_key_values: DynamicCache
    attention_mask: Tensor  # (B, L), bool: the cached columns that hold a token
    next_positions: Tensor  # (B,), the position of the next token
    is_dense: bool  # True: no padding in any row

    @property
    def length(self) -> int:
        """Return the number of cached columns."""
        return self.attention_mask.shape[1]

    def repeat(self, copies: int) -> "DecodeState":
        """Return the state with every row standing `copies` times; shares nothing."""
        cache = DynamicCache()
        for index, layer in enumerate(self.past_key_values.layers):
            cache.update(
                layer.keys.repeat_interleave(copies, 0),
                layer.values.repeat_interleave(copies, 0),
                index,
            )
        return DecodeState(
            cache,
            self.attention_mask.repeat_interleave(copies, 0),
            self.next_positions.repeat_interleave(copies, 0),
            self.is_dense,
        )


class LinearPatchEmbed(Qwen2_5_VisionPatchEmbed):
    """The vision tower's patch embedding as the matrix product it is: kernel equals stride."""

    def forward(self, hidden_states: Tensor) -> Tensor:
        """Return embedded patches: (n, channels * frames * patch * patch) -> (n, width)."""
        weight = self.proj.weight
        return linear(hidden_states.to(weight.dtype), weight.flatten(1))


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
                "sliding-window attention is not supported: set use_sliding_window false"
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
        patch_embed.load_state_dict(visual.patch_embed.state_dict(), assign=True)
        visual.patch_embed = patch_embed
        self.vision_head = nn.Linear(text.hidden_size, text.hidden_size, bias=False)
        self.image_prefill_embeds = nn.Embedding(self.num_slots, text.hidden_size)
        nn.init.normal_(self.vision_head.weight, std=text.initializer_range)
        nn.init.normal_(self.image_prefill_embeds.weight, std=text.initializer_range)
        self._vision_geometry: OrderedDict[object, dict[str, object]] = OrderedDict()

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

    # -- pictures in ---------------------------------------------------------------------------

    def embed_images(self, pixel_values: Tensor, grid_thw: Sequence[GridTHW] | Tensor) -> Tensor:
        """Return the vision tower's embeddings `(tokens, hidden)` of all pictures, end to end.

        pixel_values: (patches, channels * frames * patch * patch), normalised, patches in 2 x 2
        blocks; grid_thw: frames, rows and columns of patches of every picture.
        """
        if isinstance(grid_thw, Tensor):
            grid_thw = [tuple(grid) for grid in grid_thw.tolist()]
        grids = tuple(grid_thw)
        geometry = self._geometry(grids, pixel_values.device)
        visual = self.qwen.model.visual
        output = visual(
            pixel_values.to(self.dtype), grid_thw=geometry["grid_thw"], **geometry["arguments"]
        )
        return output.pooler_output

    def merged_grid(self, grid_thw: GridTHW) -> Grid:
        """Return rows and columns of embeddings of a picture of `grid_thw` patches."""
        merge = self.config.vision_config.spatial_merge_size
        return grid_thw[1] // merge, grid_thw[2] // merge

    def _geometry(self, grids: tuple[GridTHW, ...], device: torch.device) -> dict[str, object]:
        """Return what depends on the grids alone, made once and kept for the last few sizes."""
        key = (grids, device)
        if key in self._vision_geometry:
            self._vision_geometry.move_to_end(key)
            return self._vision_geometry[key]
        vision = self.config.vision_config
        grid_thw = torch.tensor(grids)
        window_index, cu_window_seqlens = get_vision_window_index(
            grid_thw, vision.spatial_merge_size, vision.window_size, vision.patch_size
        )
        cu_seqlens = get_vision_cu_seqlens(grid_thw)
        arguments = {
            "position_ids": get_vision_position_ids(grid_thw, vision.spatial_merge_size).to(device),
            "cu_seqlens": cu_seqlens.to(device),
            "max_seqlen": int(cu_seqlens.diff().max()),
            "window_index": window_index.to(device),
            "cu_window_seqlens": cu_window_seqlens.to(device),
            "max_window_seqlen": int(cu_window_seqlens.diff().max()),
        }
        self._vision_geometry[key] = {"grid_thw": grid_thw.to(device), "arguments": arguments}
        while len(self._vision_geometry) > 32:
            self._vision_geometry.popitem(last=False)
        return self._vision_geometry[key]

    def _input_embeds(self, input_ids: Tensor, image_embeds: Tensor | None) -> Tensor:
        """Return token embeddings `(B, L, hidden)` with the pictures' embeddings in their places."""
        embeds = self.qwen.get_input_embeddings()(input_ids)
        if image_embeds is None:
            return embeds
        is_image = (input_ids == self.image_token_id)[..., None].expand_as(embeds)
        return embeds.masked_scatter(is_image, image_embeds.to(embeds.dtype))

    # -- training ------------------------------------------------------------------------------

    def forward_train(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        labels: Tensor,
        position_ids: Tensor | None = None,
        *,
        image_grids: Sequence[Grid] | Grid | None = None,
        input_image_embeds: Tensor | None = None,
        target_image_embeds: Tensor | None = None,
        text_weight: float = 3.0,
        image_weight: float = 3.0,
    ) -> HybridLosses:
        """Return the hybrid loss (FORMAT section 4; arXiv 2504.21356) of a right-padded batch.

        input_ids, attention_mask, labels: (B, L); labels are -100 where nothing is supervised. An
        image token is a target where its label is the image token, else an input picture.
        position_ids: (3, B, L), or computed from image_grids, the merged grids of all pictures in
        row-major order or one grid for all. input_image_embeds, target_image_embeds: (n, hidden),
        from `embed_images`, of the input and the target pictures in row-major order.
        """
        if attention_mask.device.type == "cpu" and bool((attention_mask.diff(dim=1) > 0).any()):
            raise ValueError("forward_train takes right-padded batches")
        # 1. Embed: text, input pictures, and learned slots where a picture is to be predicted
        is_image = input_ids == self.image_token_id
        is_target = is_image & (labels == self.image_token_id)
        embeds = self.qwen.get_input_embeddings()(input_ids)
        if input_image_embeds is not None:
            places = (is_image & ~is_target)[..., None].expand_as(embeds)
            embeds = embeds.masked_scatter(places, input_image_embeds.to(embeds.dtype))
        if target_image_embeds is not None:
            num_targets = target_image_embeds.shape[0] // self.num_slots
            slots = self.image_prefill_embeds.weight.repeat(num_targets, 1)
            places = is_target[..., None].expand_as(embeds)
            embeds = embeds.masked_scatter(places, slots.to(embeds.dtype))
        # 2. One causal pass; padding on the right is never looked at
        if position_ids is None:
            position_ids, _ = rope_positions(
                input_ids, attention_mask, self.image_token_id, image_grids
            )
        hidden = self.qwen.model.language_model(
            inputs_embeds=embeds,
            position_ids=position_ids,
            attention_mask={"full_attention": None},
            use_cache=False,
        ).last_hidden_state  # (B, L, hidden)
        # 3. Text: cross entropy where the next label is a text token
        batch = input_ids.shape[0]
        next_labels = pad(labels[:, 1:], (0, 1), value=IGNORE_INDEX)
        is_text = (next_labels != IGNORE_INDEX) & (next_labels != self.image_token_id)
        logits = self.qwen.lm_head(hidden[is_text]).float()  # (n, vocabulary)
        text_labels = next_labels[is_text]
        token_losses = cross_entropy(logits, text_labels, reduction="none")
        text_rows = is_text.nonzero()[:, 0]
        text = token_losses.sum() / max(len(text_labels), 1)
        is_right = (logits.detach().argmax(-1) == text_labels).float()
        # 4. Picture: 0.5 MSE + 0.5 (1 - cosine) where the next label is a slot
        predicts_slot = next_labels == self.image_token_id
        image_embeds = self.vision_head(hidden[predicts_slot])  # (n, hidden)
        if target_image_embeds is None:
            mse = cosine = image = hidden.new_zeros(())
            image_per_sample = hidden.new_zeros(batch)
        else:
            targets = target_image_embeds.detach().to(image_embeds.dtype)
            square = (image_embeds - targets).square().mean(-1)
            distance = 1 - cosine_similarity(image_embeds, targets, dim=-1)
            mse, cosine = square.mean(), distance.mean()
            image = 0.5 * mse + 0.5 * cosine
            slot_rows = predicts_slot.nonzero()[:, 0]
            image_per_sample = _mean_by_row(0.5 * square + 0.5 * distance, slot_rows, batch)
        return HybridLosses(
            total=text_weight * text + image_weight * image,
            text=text,
            image=image,
            mse=mse,
            cosine=cosine,
            text_per_sample=_mean_by_row(token_losses, text_rows, batch),
            image_per_sample=image_per_sample,
            token_accuracy=_mean_by_row(is_right, text_rows, batch),
            image_embeds=image_embeds,
        )

    forward = forward_train

    # -- reading and imagining -----------------------------------------------------------------

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
        is_dense = attention_mask is None or bool(attention_mask.all())
        valid = torch.ones_like(input_ids, dtype=torch.bool)
        if not is_dense:
            valid = attention_mask.bool()
        start = None if state is None else state.next_positions
        positions, following = rope_positions(
            input_ids, None if is_dense else valid, self.image_token_id, image_grids, start
        )
        embeds = self._input_embeds(input_ids, image_embeds)
        return self._extend(embeds, positions, valid, following, is_dense, state)

    def _extend(
        self,
        embeds: Tensor,
        positions: Tensor,
        valid: Tensor,
        next_positions: Tensor,
        is_dense: bool,
        state: DecodeState | None,
    ) -> tuple[Tensor, DecodeState]:
        """Run the language model over new columns and return hidden states and the longer state."""
        if state is None:
            state = DecodeState(DynamicCache(), valid[:, :0], next_positions, True)
        past, length = state.length, embeds.shape[1]
        state.attention_mask = torch.cat([state.attention_mask, valid], dim=1)
        state.is_dense = state.is_dense and is_dense
        state.next_positions = next_positions
        mask = self._causal_mask(state, past, length)
        hidden = self.qwen.model.language_model(
            inputs_embeds=embeds,
            position_ids=positions,
            attention_mask={"full_attention": mask},
            past_key_values=state.past_key_values,
            use_cache=True,
        ).last_hidden_state
        return hidden, state

    @staticmethod
    def _causal_mask(state: DecodeState, past: int, length: int) -> Tensor | None:
        """Return the mask `(B, 1, length, past + length)`, or None where plain causal will do."""
        if state.is_dense and (past == 0 or length == 1):
            return None
        mask = state.attention_mask[:, None, None, :]
        if length > 1:
            device = mask.device
            row = torch.arange(past, past + length, device=device)
            mask = mask & (torch.arange(past + length, device=device) <= row[:, None])
        return mask

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
        batch = state.attention_mask.shape[0]
        boi = torch.full((batch, 1), self.boi_id, device=self.device)
        slots = self.image_prefill_embeds.weight.expand(batch, -1, -1)
        embeds = torch.cat([self.qwen.get_input_embeddings()(boi), slots], dim=1)
        start = state.next_positions
        positions = torch.cat(
            [start.expand(3, -1)[..., None], slot_positions(start + 1, self.slot_grid)], dim=-1
        )
        following = position_after_slots(start + 1, self.slot_grid, position_rule)
        valid = torch.ones(embeds.shape[:2], dtype=torch.bool, device=self.device)
        if is_active is not None:
            valid = valid & is_active[:, None]
            following = torch.where(is_active, following, start)
        hidden, _ = self._extend(embeds, positions, valid, following, is_active is None, state)
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
        batch = input_ids.shape[0]
        is_dense = attention_mask is None or bool(attention_mask.all())
        valid = torch.ones_like(input_ids, dtype=torch.bool)
        if not is_dense:
            valid = attention_mask.bool()
        start = None if state is None else state.next_positions
        positions, following = rope_positions(
            input_ids, None if is_dense else valid, self.image_token_id, image_grids, start
        )
        slots = self.image_prefill_embeds.weight[:-1].expand(batch, -1, -1)
        embeds = torch.cat([self._input_embeds(input_ids, image_embeds), slots], dim=1)
        positions = torch.cat(
            [positions, slot_positions(following, self.slot_grid)[..., :-1]], dim=-1
        )
        valid = pad(valid, (0, self.num_slots - 1), value=True)
        if state is None:
            mask = None
            if not is_dense:
                blank = DecodeState(DynamicCache(), valid, following, False)
                mask = self._causal_mask(blank, 0, valid.shape[1])
            hidden = self.qwen.model.language_model(
                inputs_embeds=embeds,
                position_ids=positions,
                attention_mask={"full_attention": mask},
                use_cache=False,
            ).last_hidden_state
        else:
            hidden, _ = self._extend(embeds, positions, valid, following, is_dense, state)
        return self.vision_head(hidden[:, -self.num_slots :])


def left_padded(input_ids: Tensor, attention_mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Return ids and mask `(B, L)` with the padding of every row moved to the left, order kept."""
    if attention_mask is None or bool(attention_mask[:, -1].all()):
        return input_ids, attention_mask
    order = attention_mask.long().argsort(dim=1, stable=True)
    return input_ids.gather(1, order), attention_mask.gather(1, order)


def _mean_by_row(values: Tensor, rows: Tensor, num_rows: int) -> Tensor:
    """Return the mean of the values of each row `(num_rows,)`; 0 for a row without any."""
    total = values.new_zeros(num_rows).index_add(0, rows, values)
    count = values.new_zeros(num_rows).index_add(0, rows, torch.ones_like(values))
    return total / count.clamp(min=1)
