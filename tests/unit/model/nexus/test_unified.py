"""Both scales behind the contract."""

from pathlib import Path

import numpy as np
import pytest
import torch
from pentimento import InputError
from pentimento.model.contract import Brief, Message, Picture, Progress, UnifiedModel
from pentimento.model.errors import CancelledError, ModelError
from pentimento.model.nexus.unified import NexusModel, load_model
from PIL import Image, ImageChops


@pytest.fixture(scope="module")
def storybook(storybook_folder: Path) -> NexusModel:
    return load_model(storybook_folder, "cpu")


@pytest.fixture(scope="module")
def published(published_folder: Path) -> NexusModel:
    return load_model(published_folder, "cpu", torch.float32)


@pytest.fixture(params=["storybook", "published"])
def model(request: pytest.FixtureRequest) -> UnifiedModel:
    """Return each scale in turn, as the agent sees it."""
    return request.getfixturevalue(request.param)


def difference(a: Image.Image, b: Image.Image) -> int:
    return int(np.asarray(ImageChops.difference(a, b)).max())


def user(*content: str | Image.Image) -> list[Message]:
    return [Message("user", content)]


def test_info_tells_the_scales_apart(storybook: NexusModel, published: NexusModel) -> None:
    assert (storybook.info.family, storybook.info.name) == ("storybook", "Tiny Storybook")
    assert storybook.info.describes_edits and not published.info.describes_edits
    assert storybook.info.parameters > 1_000_000
    assert storybook.info.dtype == "float32" and storybook.info.num_inference_steps == 2
    assert (published.info.family, published.info.num_inference_steps) == ("nexus-gen", 50)
    assert published.info.extras["decoders"] == ["edit", "generation"]


def test_the_published_scale_is_bfloat16_by_default(published_folder: Path) -> None:
    assert load_model(published_folder, "cpu").info.dtype == "bfloat16"


def test_converse_streams_what_it_returns(model: UnifiedModel, pictures: list[Image.Image]) -> None:
    pieces: list[str] = []
    messages = user(pictures[2], "What is this?")
    answer = model.converse(messages, max_new_tokens=12, on_token=pieces.append)
    assert "".join(pieces) == answer == model.converse(messages, max_new_tokens=12)


def test_converse_stops_before_a_stop_text(model: UnifiedModel) -> None:
    whole = model.converse(user("Say something."), max_new_tokens=24)
    stop = whole[3:5]
    pieces: list[str] = []
    cut = model.converse(
        user("Say something."), max_new_tokens=24, stop=[stop], on_token=pieces.append
    )
    assert cut == whole[: whole.index(stop)] == "".join(pieces)


def test_choose_gives_log_probabilities(model: UnifiedModel) -> None:
    alone = [model.choose(user("A or B?"), [option])[0] for option in ("A", "Because", "é")]
    together = model.choose(user("A or B?"), ["A", "Because", "é"])
    assert together == pytest.approx(alone, abs=1e-3)
    assert all(score < 0 for score in together)
    assert model.choose(user("A or B?"), []) == []


def test_imagine_paints_a_mixed_batch_as_it_paints_alone(
    model: UnifiedModel, pictures: list[Image.Image]
) -> None:
    briefs = [
        Brief("a house", seed=3, num_inference_steps=2),
        Brief("a red cat", source=pictures[0], seed=4, num_inference_steps=2),
        Brief("a long story about two boats", seed=5, num_inference_steps=2),
    ]
    together = model.imagine(briefs)
    assert [picture.seed for picture in together] == [3, 4, 5]
    for brief, picture in zip(briefs, together, strict=True):
        (alone,) = model.imagine([brief])
        assert isinstance(picture, Picture) and picture.image.mode == "RGB"
        size = (model.info.width, model.info.height)
        if brief.source is not None and model.info.family == "nexus-gen":
            size = (80, 80)  # the source's aspect, about as many pixels
        assert picture.image.size == size
        assert difference(alone.image, picture.image) <= 1
    (other,) = model.imagine([Brief("a house", seed=6, num_inference_steps=2)])
    assert difference(other.image, together[0].image) > 1


def test_imagine_minds_source_and_prompt(model: UnifiedModel, pictures: list[Image.Image]) -> None:
    def edit(prompt: str, source: Image.Image) -> Image.Image:
        return model.imagine([Brief(prompt, source, seed=1, num_inference_steps=1)])[0].image

    first = edit("make it blue", pictures[0])
    assert difference(first, edit("make it blue", pictures[2])) > 0
    assert difference(first, edit("turn it upside down", pictures[0])) > 0


def test_imagine_gives_the_size_asked_for(model: UnifiedModel) -> None:
    brief = Brief("a kite", height=72, width=121, num_inference_steps=1)
    (picture,) = model.imagine([brief])
    assert picture.image.size == (121, 72)


def test_imagine_reports_every_step_with_previews(model: UnifiedModel) -> None:
    seen: list[Progress] = []
    source = Image.new("RGB", (64, 64))
    briefs = [
        Brief("a kite", num_inference_steps=3),
        Brief("a kite", source=source, num_inference_steps=2),
    ]
    model.imagine(briefs, on_step=seen.append)
    assert [(progress.step, progress.num_steps) for progress in seen] == [
        (step, 5) for step in range(1, 6)
    ]
    assert any(progress.preview is not None for progress in seen)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_imagine_stops_between_steps(model: UnifiedModel, after: int) -> None:
    steps: list[Progress] = []
    with pytest.raises(CancelledError):
        model.imagine(
            [Brief("a kite", num_inference_steps=5)],
            on_step=steps.append,
            cancel=lambda: len(steps) >= after,
        )
    assert len(steps) == after


def test_embed_is_of_unit_length_and_tells_pictures_apart(
    model: UnifiedModel, pictures: list[Image.Image]
) -> None:
    vectors = torch.tensor(model.embed([*pictures, pictures[0]]))
    assert vectors.norm(dim=1).tolist() == pytest.approx([1, 1, 1, 1], abs=1e-5)
    assert torch.equal(vectors[0], vectors[3]) and not torch.equal(vectors[0], vectors[1])


@pytest.mark.parametrize(
    ("brief", "words"),
    [
        (Brief("  "), "prompt is empty"),
        (Brief("a cat", height=0), "0 pixels"),
        (Brief("a cat", width=10**6), "1000000 pixels"),
    ],
)
def test_impossible_briefs_are_refused(model: UnifiedModel, brief: Brief, words: str) -> None:
    with pytest.raises(InputError, match=words):
        model.imagine([brief])


def test_a_conversation_that_is_too_long_is_refused(model: UnifiedModel) -> None:
    with pytest.raises(InputError, match="too long"):
        model.converse(user("la " * 5_000))


def test_pictures_are_embedded_once(
    storybook: NexusModel, pictures: list[Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    storybook.embed([pictures[1]])

    def fail(*_: object) -> None:
        raise AssertionError("embedded again")

    monkeypatch.setattr(storybook.autoregressive, "embed_images", fail)
    storybook.converse(user(pictures[1].copy(), "List the picture."), max_new_tokens=1)


def test_a_folder_without_autoencoder_reads_but_does_not_paint(
    storybook_folder: Path, tmp_path: Path
) -> None:
    for path in storybook_folder.iterdir():
        if path.is_file():
            (tmp_path / path.name).symlink_to(path)
    model = load_model(tmp_path, "cpu")
    model.converse(user("Hello"), max_new_tokens=1)
    with pytest.raises(ModelError, match="no autoencoder"):
        model.imagine([Brief("a cat")])


def test_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no checkpoint folder"):
        load_model(tmp_path / "nothing")
