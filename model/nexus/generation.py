"""Text from the autoregressive model: greedy decoding, scoring of answers, pictures in between."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn.functional import pad
from torch.nn.utils.rnn import pad_sequence

from .autoregressive import NexusAutoregressive
from .decode_state import DecodeState, left_padded
from .pointers import Marked
from .positions import Grid, PositionRule, rope_positions, slot_positions

TokenCallback = Callable[[int, int], bool | None]  # (row, token id) -> True: this row may stop


@dataclass(frozen=True)
class PromptBatch:
    """Token ids of a batch and the pictures among them."""

    input_ids: Tensor  # (B, L)
    attention_mask: Tensor | None = None  # (B, L), padding on either side; None: no padding
    image_embeds: Tensor | None = None  # (n, hidden) of all rows' pictures, in row-major order
    image_grids: Sequence[Grid] | Grid | None = None  # merged, one a picture or one for all
    # What is added to the logits of an answer's first token, one row each; (): nothing.
    first_bonus: Sequence[Mapping[int, float]] = ()
    # The words of each row's request that its answer may point at; (): none.
    marked: Sequence[Sequence[Marked]] = ()

    @classmethod
    def of_rows(cls, rows: Sequence["PromptBatch"]) -> "PromptBatch":
        """Return batches of one row each, of whatever lengths, as one batch, padded on the left."""
        ids = [row.input_ids[0] for row in rows]
        embeds = [row.image_embeds for row in rows if row.image_embeds is not None]
        grids = [grid for row in rows for grid in row.image_grids or ()]
        return cls(
            pad_sequence(ids, batch_first=True, padding_side="left"),
            pad_sequence([torch.ones_like(row) for row in ids], True, padding_side="left"),
            torch.cat(embeds) if embeds else None,
            grids or None,  # type: ignore[arg-type]  # rows name every picture's grid
            [bonus for row in rows for bonus in row.first_bonus or ({},)],
            [words for row in rows for words in row.marked or ((),)],
        )

    @property
    def arguments(
        self,
    ) -> tuple[Tensor, Tensor | None, Tensor | None, Sequence[Grid] | Grid | None]:
        """Return the arguments of `read` and `prefill_embeddings`, padding moved to the left."""
        return (
            *left_padded(self.input_ids, self.attention_mask),
            self.image_embeds,
            self.image_grids,
        )


@dataclass
class GeneratedText:
    """What a batch said: token ids of every row (its end token included) and where it stands.

    The last token of a row has been chosen but not read into the state.
    """

    token_ids: list[list[int]]
    state: DecodeState
    logits: list[Tensor] = field(default_factory=list)  # (B, vocabulary) a step, when asked for


@dataclass
class MixedAnswer:
    """One row's answer of text and pictures."""

    token_ids: list[int]  # image tokens included
    image_embeds: list[Tensor]  # (N, hidden) each


def next_logits(model: NexusAutoregressive, hidden: Tensor) -> Tensor:
    """Return float32 logits `(..., vocabulary)` of final hidden states; EOI cannot be chosen."""
    logits = model.qwen.lm_head(hidden).float()
    logits[..., model.eoi_id] = -torch.inf
    return logits


@torch.inference_mode()
def generate_text(
    model: NexusAutoregressive,
    prompts: PromptBatch,
    *,
    max_new_tokens: int,
    stop_ids: Collection[int],
    state: DecodeState | None = None,
    on_token: TokenCallback | None = None,
    return_logits: bool = False,
) -> GeneratedText:
    """Return the greedy continuation of every row, until a stop id or `max_new_tokens`.

    Rows without any token in the mask stay silent. state: what was read before the prompts.
    """
    silent = [False] * len(prompts.input_ids)
    if prompts.attention_mask is not None:
        silent = (~prompts.attention_mask.bool().any(1)).tolist()
    hidden, state = model.read(*prompts.arguments, state)
    result = GeneratedText([[] for _ in silent], state)
    for step in range(max_new_tokens):
        logits = next_logits(model, hidden[:, -1])
        for row, bonus in enumerate(prompts.first_bonus if step == 0 else ()):
            for token, more in bonus.items():
                logits[row, token] += more
        if return_logits:
            result.logits.append(logits)
        chosen = logits.argmax(-1)
        for row, token in enumerate(chosen.tolist()):
            if silent[row]:
                continue
            result.token_ids[row].append(token)
            told_to_stop = on_token is not None and on_token(row, token)
            silent[row] = token in stop_ids or bool(told_to_stop)
        if all(silent) or step + 1 == max_new_tokens:
            break
        valid = None
        if any(silent):
            valid = ~torch.tensor(silent, device=model.device)[:, None]
        hidden, state = model.read(chosen[:, None], valid, state=state)
    return result


@torch.inference_mode()
def generate_mixed(
    model: NexusAutoregressive,
    prompts: PromptBatch,
    *,
    max_new_tokens: int,
    stop_ids: Collection[int],
    max_images: int = 4,
    position_rule: PositionRule = "training",
) -> list[MixedAnswer]:
    """Return answers of text and pictures: wherever BOI is chosen a picture is imagined.

    Any prompt may itself end in BOI. Rows that reached BOI imagine together, in one pass.
    max_new_tokens bounds each stretch of text.
    """
    input_ids, attention_mask, image_embeds, image_grids = prompts.arguments
    answers = [MixedAnswer([], []) for _ in input_ids]
    # The state must stand before BOI, so the last token of every prompt is read by itself.
    mask = None if attention_mask is None else attention_mask[:, :-1]
    _, state = model.read(input_ids[:, :-1], mask, image_embeds, image_grids)
    last = input_ids[:, -1:]
    wants_image = (last[:, 0] == model.boi_id).tolist()
    if not all(wants_image):
        text = generate_text(
            model,
            PromptBatch(last, last != model.boi_id if any(wants_image) else None),
            max_new_tokens=max_new_tokens,
            stop_ids={*stop_ids, model.boi_id},
            state=state,
        )
        opened = _note(answers, text.token_ids, model.boi_id)
        wants_image = [before or now for before, now in zip(wants_image, opened, strict=True)]
    for _ in range(max_images):
        if not any(wants_image):
            break
        active = torch.tensor(wants_image, device=model.device)
        embeds = model.imagine(state, None if all(wants_image) else active, position_rule)
        for row, answer in enumerate(answers):
            if wants_image[row]:
                answer.image_embeds.append(embeds[row])
                answer.token_ids += [model.image_token_id] * model.num_slots + [model.eoi_id]
        eoi = torch.full((len(answers), 1), model.eoi_id, device=model.device)
        text = generate_text(
            model,
            PromptBatch(eoi, active[:, None]),
            max_new_tokens=max_new_tokens,
            stop_ids={*stop_ids, model.boi_id},
            state=state,
        )
        wants_image = _note(answers, text.token_ids, model.boi_id)
    return answers


def _note(answers: list[MixedAnswer], token_ids: list[list[int]], boi_id: int) -> list[bool]:
    """Append new tokens to the answers and return which rows end in BOI."""
    for answer, new in zip(answers, token_ids, strict=True):
        answer.token_ids += new
    return [bool(new) and new[-1] == boi_id for new in token_ids]


@torch.inference_mode()
def score_options(
    model: NexusAutoregressive, prompt: PromptBatch, options: Sequence[Sequence[int]]
) -> list[float]:
    """Return the log-probability of each option after one prompt, all options in one batch.

    prompt: one row; options: token ids of each, end token included where it is to count.
    """
    if not options or not all(options):
        raise ValueError("every option needs at least one token")
    hidden, state = model.read(*prompt.arguments)
    first = next_logits(model, hidden[:, -1:]).expand(len(options), -1, -1)
    width = max(len(option) for option in options)
    rows = [torch.tensor(list(option)) for option in options]
    ids = torch.stack([pad(row, (0, width - len(row))) for row in rows]).to(model.device)
    lengths = torch.tensor([len(row) for row in rows], device=model.device)
    valid = torch.arange(width, device=model.device) < lengths[:, None]
    logits = first
    if width > 1:
        following, _ = model.read(ids[:, :-1], valid[:, :-1], state=state.repeat(len(options)))
        logits = torch.cat([first, next_logits(model, following)], dim=1)  # (B, width, vocabulary)
    scores = logits.log_softmax(-1).gather(-1, ids[..., None])[..., 0]
    return scores.masked_fill(~valid, 0.0).sum(1).tolist()


@torch.inference_mode()
def slot_loop_embeddings(
    model: NexusAutoregressive, prompts: PromptBatch, *, use_cache: bool = True
) -> Tensor:
    """Return picture embeddings `(B, N, hidden)` by one pass a slot, as the published code does.

    For benchmarks and parity only: `prefill_embeddings` gives the same in one pass. prompts:
    without padding, ending in BOI. use_cache False reads the whole sequence every time.
    """
    input_ids, _, image_embeds, image_grids = prompts.arguments
    positions, start = rope_positions(input_ids, None, model.image_token_id, image_grids)
    slots = model.image_prefill_embeds.weight
    places = slot_positions(start, model.slot_grid)
    embeds = model.embed_tokens(input_ids, image_embeds)
    outputs = []
    state = DecodeState.empty(len(input_ids), input_ids.device)
    for slot in range(model.num_slots):
        hidden = model._extend(embeds, positions, None, start, state)
        outputs.append(model.vision_head(hidden[:, -1]))
        next_embeds = slots[slot].expand(len(input_ids), 1, -1)
        next_place = places[..., slot : slot + 1]
        if use_cache:
            embeds, positions = next_embeds, next_place
        else:
            embeds = torch.cat([embeds, next_embeds], dim=1)
            positions = torch.cat([positions, next_place], dim=-1)
            state = DecodeState.empty(len(input_ids), input_ids.device)
    return torch.stack(outputs, dim=1)
