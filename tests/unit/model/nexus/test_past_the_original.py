"""What the published code cannot do: batches, several pictures, any size, both position rules."""

from pathlib import Path

import numpy as np
import pytest
import torch
from pentimento.model.contract import Brief, Message
from pentimento.model.nexus import autoregressive, generation
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.generation import (
    MixedAnswer,
    PromptBatch,
    generate_mixed,
    generate_text,
)
from pentimento.model.nexus.mixed import reply_with_pictures
from pentimento.model.nexus.source import parse_source
from pentimento.model.nexus.unified import NexusModel, load_model
from PIL import Image, ImageChops


@pytest.fixture(scope="module")
def model(published_folder: Path) -> NexusModel:
    """Return the tiny published checkpoint."""
    return load_model(published_folder, "cpu", torch.float32)


@pytest.fixture
def portrait() -> Image.Image:
    """Return a picture that is higher than wide."""
    return Image.linear_gradient("L").convert("RGB").resize((50, 90))


def conversations(pictures: list[Image.Image]) -> list[list[Message]]:
    """Return conversations of different lengths with none, one and two pictures."""
    return [
        [Message("user", ("Hello there",))],
        [Message("user", (pictures[0], "What is this?"))],
        [Message("user", (pictures[1], pictures[2], " Which is larger?"))],
    ]


def is_like(a: Image.Image, b: Image.Image) -> bool:
    difference = np.asarray(ImageChops.difference(a, b))
    return a.size == b.size and int(difference.max()) <= 1


def test_conversations_with_different_pictures_are_answered_in_one_batch(
    model: NexusModel, pictures: list[Image.Image]
) -> None:
    prompts = [model.prompt(one) for one in conversations(pictures)]
    stop_ids = model.tokenizer.stop_ids
    together = generate_text(
        model.autoregressive, PromptBatch.of_rows(prompts), max_new_tokens=12, stop_ids=stop_ids
    )
    for prompt, said in zip(prompts, together.token_ids, strict=True):
        alone = generate_text(model.autoregressive, prompt, max_new_tokens=12, stop_ids=stop_ids)
        assert said == alone.token_ids[0]


@torch.inference_mode()
def test_prompts_with_different_pictures_are_embedded_in_one_batch(
    model: NexusModel, pictures: list[Image.Image]
) -> None:
    prompts = [model.prompt(one, do_open_image=True) for one in conversations(pictures)]
    together = model.autoregressive.prefill_embeddings(*PromptBatch.of_rows(prompts).arguments)
    for row, prompt in enumerate(prompts):
        alone = model.autoregressive.prefill_embeddings(*prompt.arguments)
        torch.testing.assert_close(together[row], alone[0], atol=1e-4, rtol=1e-4)


def test_prompts_that_end_in_boi_and_others_are_answered_in_one_batch(
    model: NexusModel, pictures: list[Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = generation.next_logits

    def tempted(auto: NexusAutoregressive, hidden: torch.Tensor) -> torch.Tensor:
        logits = honest(auto, hidden)
        logits[..., auto.boi_id] += 1.5  # some rows open a picture, some do not
        return logits

    monkeypatch.setattr(generation, "next_logits", tempted)
    prompts = [
        model.prompt(one, do_open_image=number == 1)
        for number, one in enumerate(conversations(pictures))
    ]

    def answered(batch: PromptBatch) -> list[MixedAnswer]:
        stop_ids = model.tokenizer.stop_ids
        return generate_mixed(
            model.autoregressive, batch, max_new_tokens=12, stop_ids=stop_ids, max_images=2
        )

    together = answered(PromptBatch.of_rows(prompts))
    assert together[1].token_ids[:81] == [model.autoregressive.image_token_id] * 81
    assert len({len(one.image_embeds) for one in together}) > 1
    for prompt, ours in zip(prompts, together, strict=True):
        (alone,) = answered(prompt)
        assert ours.token_ids == alone.token_ids
        torch.testing.assert_close(ours.image_embeds, alone.image_embeds, atol=1e-4, rtol=1e-4)


def test_several_pictures_are_read_in_their_order(
    model: NexusModel, pictures: list[Image.Image]
) -> None:
    def score(*shown: Image.Image) -> float:
        return model.choose([Message("user", (*shown, "Which?"))], ["first"])[0]

    scores = {score(*shown) for shown in (pictures[:2], pictures[1::-1], pictures[:1])}
    assert len(scores) == 3


def test_a_brief_may_show_several_pictures(model: NexusModel, pictures: list[Image.Image]) -> None:
    def painted(references: tuple[Image.Image, ...]) -> Image.Image:
        brief = Brief("put it in", pictures[0], 1, num_inference_steps=1, references=references)
        return model.imagine([brief])[0].image

    plain, first, second = (painted(tuple(one)) for one in ([], pictures[1:2], pictures[2:]))
    assert len({plain.tobytes(), first.tobytes(), second.tobytes()}) == 3
    assert plain.size == first.size == second.size


def test_edits_with_one_and_two_pictures_and_drawings_share_a_batch(
    model: NexusModel, pictures: list[Image.Image]
) -> None:
    briefs = [
        Brief("a kite", seed=1, num_inference_steps=1),
        Brief("make it blue", pictures[0], 2, num_inference_steps=1),
        Brief("put it in", pictures[0], 3, num_inference_steps=1, references=(pictures[2],)),
    ]
    for brief, picture in zip(briefs, model.imagine(briefs), strict=True):
        assert is_like(picture.image, model.imagine([brief])[0].image)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((None, None), (64, 112)),  # about 64 x 96 pixels in the source's aspect, steps of 16
        ((40, 100), (100, 40)),
        ((17, 33), (33, 17)),
        ((16, 16), (16, 16)),
    ],
)
def test_an_edit_keeps_its_aspect_or_takes_the_size_asked_for(
    model: NexusModel,
    portrait: Image.Image,
    size: tuple[int | None, int | None],
    expected: tuple[int, int],
) -> None:
    height, width = size
    brief = Brief("make it blue", portrait, 1, num_inference_steps=1, height=height, width=width)
    assert model.imagine([brief])[0].image.size == expected


def test_both_position_rules_paint_alike_and_go_on_apart(
    model: NexusModel, pictures: list[Image.Image]
) -> None:
    prompt = model.prompt([Message("user", (pictures[0], " Edit."))], do_open_image=True)
    stop_ids = model.tokenizer.stop_ids
    states = {}
    for rule in ("training", "published"):
        (answer,) = generate_mixed(
            model.autoregressive,
            prompt,
            max_new_tokens=24,
            stop_ids=stop_ids,
            max_images=1,
            position_rule=rule,
        )
        states[rule] = answer
    training, published = states["training"], states["published"]
    torch.testing.assert_close(training.image_embeds[0], published.image_embeds[0])
    assert training.token_ids[:82] == published.token_ids[:82]
    assert training.token_ids != published.token_ids


def test_an_answer_in_pictures_follows_the_rule_that_was_chosen(
    published_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    original = autoregressive.position_after_slots

    def spy(start: torch.Tensor, grid: tuple[int, int], rule: str) -> torch.Tensor:
        heard.append(rule)
        return original(start, grid, rule)  # type: ignore[arg-type]

    monkeypatch.setattr(autoregressive, "position_after_slots", spy)
    for options, expected in (("", "training"), (",positions=published", "published")):
        source = parse_source(f"nexus-gen:{published_folder},dtype=float32{options}")
        reply_with_pictures(
            load_model(source, "cpu"),
            [Message("user", ("A kite.",))],
            max_new_tokens=2,
            max_images=1,
            do_open_image=True,
            num_inference_steps=1,
        )
        assert heard == [expected]
        heard.clear()
