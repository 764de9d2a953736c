"""Text in batches, scores of answers, several pictures in one answer."""

import pytest
import torch
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.decode_state import DecodeState, left_padded
from pentimento.model.nexus.generation import (
    PromptBatch,
    generate_mixed,
    generate_text,
    score_options,
)

PROMPTS = [[5, 6, 7], [8, 9, 10, 11, 12, 13, 14], [15]]


def padded(prompts: list[list[int]], side: str) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.nn.utils.rnn.pad_sequence(
        [torch.tensor(prompt) for prompt in prompts], batch_first=True, padding_side=side
    )
    mask = torch.nn.utils.rnn.pad_sequence(
        [torch.ones(len(prompt), dtype=torch.long) for prompt in prompts],
        batch_first=True,
        padding_side=side,
    )
    return ids, mask


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_batch_says_what_each_row_says_alone(side: str, tiny_model: NexusAutoregressive) -> None:
    alone = [
        generate_text(
            tiny_model, PromptBatch(torch.tensor([p])), max_new_tokens=9, stop_ids={0}
        ).token_ids[0]
        for p in PROMPTS
    ]
    stops = {alone[0][4]}  # the first row ends early, the others go on
    alone = [
        generate_text(
            tiny_model, PromptBatch(torch.tensor([p])), max_new_tokens=9, stop_ids=stops
        ).token_ids[0]
        for p in PROMPTS
    ]
    together = generate_text(
        tiny_model, PromptBatch(*padded(PROMPTS, side)), max_new_tokens=9, stop_ids=stops
    ).token_ids
    assert together == alone
    assert len(alone[0]) <= 5 and alone[0][-1] in stops


def test_on_token_hears_every_token_and_may_stop_a_row(tiny_model: NexusAutoregressive) -> None:
    heard: list[tuple[int, int]] = []

    def on_token(row: int, token: int) -> bool:
        heard.append((row, token))
        return row == 0 and len(heard) >= 3

    ids, mask = padded(PROMPTS[:2], "left")
    text = generate_text(
        tiny_model, PromptBatch(ids, mask), max_new_tokens=4, stop_ids={0}, on_token=on_token
    )
    assert [len(row) for row in text.token_ids] == [2, 4]
    assert [token for row, token in heard if row == 1] == text.token_ids[1]


def test_the_state_goes_on(tiny_model: NexusAutoregressive) -> None:
    ids = torch.tensor([[5, 6, 7, 8, 9]])
    whole, _ = tiny_model.read(ids)
    first, state = tiny_model.read(ids[:, :2])
    second, state = tiny_model.read(ids[:, 2:], state=state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole, atol=1e-5, rtol=1e-5)
    assert state.length == 5 and state.next_positions.tolist() == [5]
    copies = state.repeat(3)
    tiny_model.read(torch.tensor([[1], [2], [3]]), state=copies)
    assert (copies.length, state.length) == (6, 5)


def test_scores_are_log_probabilities_of_the_whole_option(
    tiny_model: NexusAutoregressive,
) -> None:
    prompt = [5, 6, 7, 8]
    options = [[20], [21, 22], [23, 24, 25]]
    scores = score_options(tiny_model, PromptBatch(torch.tensor([prompt])), options)
    for option, score in zip(options, scores, strict=True):
        hidden, _ = tiny_model.read(torch.tensor([prompt + option]))
        logits = tiny_model.qwen.lm_head(hidden)[0]
        logits[:, tiny_model.eoi_id] = -torch.inf
        chances = logits.log_softmax(-1)
        expected = sum(
            chances[len(prompt) - 1 + place, token].item() for place, token in enumerate(option)
        )
        assert score == pytest.approx(expected, abs=1e-4)
    with pytest.raises(ValueError, match="at least one token"):
        score_options(tiny_model, PromptBatch(torch.tensor([prompt])), [[1], []])


def test_rows_may_paint_different_numbers_of_pictures(
    tiny_model: NexusAutoregressive, monkeypatch: pytest.MonkeyPatch
) -> None:
    boi, end, model = tiny_model.boi_id, 2, tiny_model
    # Steer the head: after EOI row 0 opens another picture, row 1 ends.
    turns = {"count": 0}
    original = model.qwen.lm_head.forward

    def steered(hidden: torch.Tensor) -> torch.Tensor:
        logits = original(hidden)
        wanted = (
            [boi, boi] if turns["count"] == 0 else [boi, end] if turns["count"] == 1 else [end, end]
        )
        turns["count"] += 1
        logits[torch.arange(2), wanted[: len(logits)]] = 1e4
        return logits

    monkeypatch.setattr(model.qwen.lm_head, "forward", steered)
    ids, mask = padded([[5, 6, 7], [8, 9]], "left")
    first, second = generate_mixed(model, PromptBatch(ids, mask), max_new_tokens=3, stop_ids={end})
    monkeypatch.undo()
    assert [len(first.image_embeds), len(second.image_embeds)] == [2, 1]
    assert first.token_ids.count(boi) == 2 and second.token_ids[-1] == end
    alone = model.prefill_embeddings(torch.tensor([[8, 9, boi]]))[0]
    torch.testing.assert_close(second.image_embeds[0], alone, atol=1e-4, rtol=1e-4)
    image = [model.image_token_id] * 81
    so_far = torch.tensor([[5, 6, 7, boi, *image, model.eoi_id, boi]])
    slots = model.image_prefill_embeds.weight
    again = model.prefill_embeddings(so_far, None, slots, [(9, 9)])[0]
    torch.testing.assert_close(first.image_embeds[1], again, atol=1e-4, rtol=1e-4)


def test_left_padding_keeps_the_order() -> None:
    ids, mask = padded(PROMPTS, "right")
    moved, moved_mask = left_padded(ids, mask)
    expected_ids, expected_mask = padded(PROMPTS, "left")
    assert torch.equal(moved, expected_ids)
    assert moved_mask is not None and torch.equal(moved_mask, expected_mask.bool())
    assert left_padded(ids, torch.ones_like(ids))[1] is None


def test_training_refuses_left_padding(tiny_model: NexusAutoregressive) -> None:
    ids, mask = padded(PROMPTS, "left")
    with pytest.raises(ValueError, match="right-padded"):
        tiny_model.forward_train(ids, mask, ids)


def test_an_empty_state_has_read_nothing() -> None:
    state = DecodeState.empty(3, torch.device("cpu"))
    assert (state.batch, state.length, state.is_dense) == (3, 0, True)
