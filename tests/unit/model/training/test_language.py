"""Rows packed of several samples learn what the samples learn alone."""

import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
import torch
from pentimento.model.nexus.hybrid_loss import IGNORE_INDEX, HybridLosses
from pentimento.model.storybook.dialogues import Dialogue, Turn, sample_dialogue
from pentimento.model.storybook.sizes import SLOT_GRID
from pentimento.model.storybook.world import CORE, World
from pentimento.model.training.cells import CellIndex
from pentimento.model.training.language import (
    PICTURES,
    ROW_LENGTH,
    LanguageStage,
    Objective,
    SampleStream,
    segment_mask,
)
from pentimento.model.training.recipe import new_autoregressive
from pentimento.model.training.samples import INPUT_IMAGE, TARGET_IMAGE, SampleMaker
from transformers import PreTrainedTokenizerFast

CHECKPOINT = Path(__file__).parents[4] / "model" / "storybook" / "checkpoint"
TINY = World("tiny", ("cat", "dog", "house", "ball"), ("red", "green", "blue"))
Batch = dict[str, torch.Tensor]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: the machine is shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def stage_tokenizer() -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast.from_pretrained(CHECKPOINT)


@pytest.fixture(scope="module")
def stage() -> LanguageStage:
    """Return a stage over an untrained model of two layers and a table of random embeddings."""
    tokenizer = stage_tokenizer()
    torch.manual_seed(0)
    module = new_autoregressive(tokenizer)
    module.qwen.model.language_model.layers = module.qwen.model.language_model.layers[:2]
    cells = CellIndex(TINY).cells
    table = torch.randn(9 * cells, module.config.text_config.hidden_size).bfloat16()
    return LanguageStage(
        "pictures", module, tokenizer, TINY, PICTURES, "cpu", table=table, rows=8,
        do_compile=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def batch(stage: LanguageStage) -> Batch:
    """Return the first packed batch that holds pictures to read and pictures to paint."""
    for batch in stage.dataset(3):
        kinds = set(batch["image_kind"].unique().tolist())
        if {INPUT_IMAGE, TARGET_IMAGE} <= kinds and batch["segment"].max() > 1:
            return batch
    raise AssertionError


def test_every_wish_has_room_beside_its_picture_and_the_change_before() -> None:
    maker, rng = SampleMaker(stage_tokenizer(), CellIndex(CORE)), random.Random(4)
    for _ in range(60):
        dialogue = sample_dialogue(rng, CORE, focus="edit")
        for turn in dialogue.turns[1:]:
            alone = Dialogue(dialogue.scene, (dialogue.turns[0], turn))
            assert len(maker.dialogue(alone, with_image=False, length=1000)) <= ROW_LENGTH


def test_a_turn_that_does_not_fit_makes_room_for_the_next() -> None:
    maker = SampleMaker(stage_tokenizer(), CellIndex(CORE))
    short, long = Turn("Is it day?", "Yes.", "", ""), Turn("what " * 400, "No.", "", "")
    kept = maker.dialogue(Dialogue(None, (short, short)), with_image=False, length=ROW_LENGTH)
    mixed = Dialogue(None, (short, long, short))
    assert maker.dialogue(mixed, with_image=False, length=ROW_LENGTH) == kept


def unpacked(batch: Batch) -> Batch:
    """Return the same samples in the same order, one a row, padded on the right."""
    spans = [
        (row, batch["segment"][row] == number)
        for row in range(len(batch["segment"]))
        for number in range(1, int(batch["segment"][row].max()) + 1)
    ]
    padding = {"labels": IGNORE_INDEX}
    found: Batch = {}
    for name, value in batch.items():
        rows = [value[..., row, places].movedim(-1, 0) for row, places in spans]
        whole = torch.nn.utils.rnn.pad_sequence(
            rows, batch_first=True, padding_value=padding.get(name, 0)
        )
        found[name] = whole.permute(2, 0, 1) if value.ndim == 3 else whole
    found["segment"] = found["segment"].clamp(max=1)
    return found


def losses_of(stage: LanguageStage, batch: Batch, is_packed: bool) -> HybridLosses:
    """Return the losses in float32; unpacked rows get mask and positions from the model."""
    attention = "eager" if is_packed else "sdpa"
    stage.module.qwen.model.language_model.config._attn_implementation = attention
    return stage.module.forward_train(
        batch["input_ids"],
        batch["segment"] > 0,
        batch["labels"],
        batch["positions"] if is_packed else None,
        packing_mask=segment_mask(batch["segment"]) if is_packed else None,
        image_grids=SLOT_GRID,
        input_image_embeds=stage._seen(batch, INPUT_IMAGE),
        target_image_embeds=stage._seen(batch, TARGET_IMAGE),
    )


def test_packed_and_unpacked_samples_have_one_loss(stage: LanguageStage, batch: Batch) -> None:
    rows = unpacked(batch)
    assert len(rows["segment"]) > len(batch["segment"])
    stage.module.zero_grad()
    together = losses_of(stage, batch, is_packed=True)
    together.total.backward()
    gradients = {
        n: p.grad.clone() for n, p in stage.module.named_parameters() if p.grad is not None
    }
    stage.module.zero_grad()
    alone = losses_of(stage, rows, is_packed=False)
    alone.total.backward()
    for name in ("total", "text", "mse", "cosine", "token_accuracy", "image_embeds"):
        torch.testing.assert_close(getattr(together, name), getattr(alone, name), atol=1e-5, rtol=0)
    for name, parameter in stage.module.named_parameters():
        if parameter.grad is not None:
            torch.testing.assert_close(gradients[name], parameter.grad, atol=1e-4, rtol=1e-3)


def test_eager_attention_without_a_mask_is_refused(stage: LanguageStage, batch: Batch) -> None:
    stage.module.qwen.model.language_model.config._attn_implementation = "eager"
    ids = batch["input_ids"]
    with pytest.raises(ValueError, match="not causal by itself"):
        stage.module.forward_train(ids, torch.ones_like(ids), ids)


def test_a_sample_does_not_see_its_neighbour(stage: LanguageStage, batch: Batch) -> None:
    mask = segment_mask(batch["segment"])[:, 0] == 0
    segment = batch["segment"]
    own = segment[:, :, None] == segment[:, None, :]
    assert not (mask & ~own).any() and not mask.triu(1).any()
    assert mask.diagonal(dim1=1, dim2=2).all()


def test_the_stage_learns_that_loss_and_says_how_it_went(
    stage: LanguageStage, batch: Batch
) -> None:
    stage.module.qwen.model.language_model.config._attn_implementation = "eager"
    loss, figures = stage.loss(batch)
    exact = losses_of(stage, batch, is_packed=True)
    expected = exact.text + exact.image  # the stage weighs both alike
    torch.testing.assert_close(loss, expected, atol=0.05, rtol=0)  # bfloat16 against float32
    assert figures["mse"] == pytest.approx(exact.mse.item(), abs=0.02)
    assert set(figures) == {"text", "accuracy", "mse", "cosine"}
    stage.module.qwen.model.language_model.config._attn_implementation = "sdpa"
    sdpa, _ = stage.loss(batch)
    torch.testing.assert_close(sdpa, loss, atol=0.05, rtol=0)
    words = {**batch, "image_kind": torch.zeros_like(batch["image_kind"])}
    words["labels"] = words["labels"].masked_fill(batch["image_kind"] > 0, IGNORE_INDEX)
    assert set(stage.loss(words)[1]) == {"text", "accuracy"}


def test_pictures_are_seen_though_a_focus_has_none() -> None:
    maker = SampleMaker(PreTrainedTokenizerFast.from_pretrained(CHECKPOINT), CellIndex(CORE))
    seen = Objective(told=0.0, seen=1.0, painted=0.0)
    stream = SampleStream(maker, CORE, seen, 2, 0, {"route": 0.6, "hard": 0.2})
    for batch in islice(stream, 3):
        assert (batch["image_kind"] == INPUT_IMAGE).any(1).all()


def test_answers_are_taught_to_point_at_strange_words() -> None:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(CHECKPOINT)
    maker = SampleMaker(tokenizer, CellIndex(CORE))
    turn = Turn(
        "Draw: a gramophone", "outside: I cannot draw a gramophone.", "polishing", "outside"
    )
    sample = maker.dialogue(Dialogue(None, (turn,)), with_image=False, length=200)
    assert "user\nDraw: a * gramophone<" in tokenizer.decode(sample.input_ids)
    learned = [label for label in sample.labels if label != IGNORE_INDEX]
    assert tokenizer.decode(learned) == " outside: I cannot draw a *1.<|im_end|>"
