"""Batches say what single calls say; the parts by themselves are the model's own."""

from pathlib import Path

import pytest
import torch
from pentimento.model.contract import Brief, Message
from pentimento.model.nexus.batches import converse_batch
from pentimento.model.nexus.fidelity import (
    imagined_embeddings,
    paint_true,
    psnr,
    reconstruct,
    slot_errors,
    true_embeddings,
)
from pentimento.model.nexus.unified import NexusModel, load_model
from PIL import Image

PROMPTS = ("a cat", "two cats and a house at night")


@pytest.fixture(scope="module")
def storybook(storybook_folder: Path) -> NexusModel:
    return load_model(storybook_folder, "cpu")


def plain(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (144, 144), colour)


def test_a_batch_answers_as_single_calls_do(
    storybook: NexusModel, pictures: list[Image.Image]
) -> None:
    conversations = [
        [Message("user", ("What?",))],
        [Message("user", (pictures[0], "And what is this, if I may ask?"))],
        [Message("user", ("a",)), Message("assistant", ("b",)), Message("user", ("c",))],
    ]
    answers = converse_batch(storybook, conversations, max_new_tokens=6)
    for messages, answer in zip(conversations, answers, strict=True):
        alone = storybook.converse(messages, max_new_tokens=6)
        assert answer is None or answer == alone  # None: it was cut off
    assert converse_batch(storybook, []) == []


def test_the_decoder_paints_true_embeddings_as_it_paints_any(storybook: NexusModel) -> None:
    images = [plain((200, 40, 40)), plain((40, 200, 40))]
    painted = paint_true(storybook, images, [3, 4])
    true = true_embeddings(storybook, images)
    (alone,) = storybook.paint_embeddings([Brief("x", seed=4)], true[1:])
    assert psnr(painted[1], alone) > 45
    assert psnr(painted[0], painted[1]) < 60


def test_psnr_is_what_it_is_defined_to_be(storybook: NexusModel) -> None:
    one, other = plain((100, 100, 100)), plain((110, 110, 110))
    assert psnr(one, other) == pytest.approx(28.13, abs=0.01)
    assert psnr(one, one) == float("inf")
    (back,) = reconstruct(storybook, [one])
    assert back.size == one.size and 0 < psnr(one, back) < 60


def test_feeding_back_begins_like_the_one_pass(storybook: NexusModel) -> None:
    prefilled = imagined_embeddings(storybook, PROMPTS)
    naive = imagined_embeddings(storybook, PROMPTS, is_naive=True)
    assert naive.shape == prefilled.shape
    # BOI predicts the first embedding either way; the second rests on the first as it was said.
    torch.testing.assert_close(naive[:, 0], prefilled[:, 0], atol=1e-4, rtol=0)
    assert (naive[:, 1:] - prefilled[:, 1:]).abs().max() > 1e-2
    alone = imagined_embeddings(storybook, PROMPTS[:1], is_naive=True)
    torch.testing.assert_close(naive[:1], alone, atol=1e-4, rtol=0)


def test_errors_are_told_by_slot() -> None:
    true = torch.tensor([[[1.0, 0.0], [0.0, 2.0]], [[1.0, 0.0], [2.0, 0.0]]])
    predicted = torch.tensor([[[1.0, 0.0], [2.0, 0.0]], [[1.0, 1.0], [2.0, 0.0]]])
    errors = slot_errors(predicted, true)
    assert errors.mse == [0.25, 2.0]
    assert errors.cosine == pytest.approx([(1 - 0.5**0.5) / 2, 0.5])
