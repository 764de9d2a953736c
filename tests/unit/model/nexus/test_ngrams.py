"""The n-grams beside the transformer: features, their say, and the file that they come from."""

import json
import math
import shutil
from pathlib import Path

import pytest
import torch
from pentimento.model.contract import Message
from pentimento.model.errors import ModelError
from pentimento.model.nexus.batches import converse_batch
from pentimento.model.nexus.ngrams import NUM_BUCKETS, NgramExpert, features
from pentimento.model.nexus.unified import load_model
from pentimento.model.storybook.wish_kinds import DEEDS

CHECKPOINT = Path(__file__).parents[4] / "model" / "storybook" / "checkpoint"
ROUTES = ("answer", "edit", "chat")
CHOICES = {"Route: ": ROUTES, "Wish: ": ("no:", "")}


def expert(**weights: float) -> NgramExpert:
    """Return an expert that favours some columns when it reads "hello"."""
    module = NgramExpert(CHOICES)
    word = next(one for one in features("hello") if one not in features("make it red"))
    with torch.no_grad():
        for name, weight in weights.items():
            module.embed.weight[word, module.columns.index(name)] = weight
    return module


def test_features_are_buckets_each_once_and_case_does_not_matter() -> None:
    assert features("Make it RED?") == features("make it red ?")
    assert features("a a a") != features("a a a b")
    buckets = features("make the house yellow")
    assert len(buckets) == len(set(buckets)) and all(0 <= one < NUM_BUCKETS for one in buckets)


def test_words_that_are_marked_as_strange_are_alike() -> None:
    gnu, emu = (set(features(f"draw a * {one} please")) for one in ("gnu", "emu"))
    plain = set(features("draw a gnu please")) & set(features("draw a emu please"))
    assert len(gnu & emu) > len(plain)
    assert set(features("draw a gnu please")) < gnu  # the word itself is still read


def test_a_batch_reads_every_text_by_itself() -> None:
    module = expert(chat=2.0)
    together = module(["hello", "make it red", "hello"])
    torch.testing.assert_close(together[0], module(["hello"])[0])
    torch.testing.assert_close(together[0], together[2])
    assert together[1].tolist() == [0.0] * 5


def test_it_has_a_say_in_its_own_choice_alone() -> None:
    module = expert(chat=3.0)
    said = module.says("Route: hello", ("edit", "chat"))
    assert said[1] > said[0] and sum(torch.tensor(said).exp()) == pytest.approx(1.0)
    assert module.says("hello", ("edit", "chat")) == [0.0, 0.0]
    assert module.says("Route: hello", ("edit", "paint")) == [0.0, 0.0]
    assert module.says("Wish: hello", ("edit", "chat")) == [0.0, 0.0]


def test_openings_are_held_against_all_other_answers() -> None:
    module = expert(**{"no:": 1.5, "": -0.5})
    assert module.odds("Wish: hello") == {"no:": pytest.approx(2.0)}
    assert module.odds("Last: a cat\nWish: hello") == {"no:": pytest.approx(2.0)}
    assert module.odds("Route: hello\nWish: hello") == {}  # a line of what was typed
    assert module.odds("hello") == {}
    asked_often = NgramExpert(CHOICES, {"Wish: ": {"no:": 3.0}})
    assert asked_often.odds("Wish: hello") == {"no:": 3.0}


def test_openings_that_every_answer_has_are_held_against_each_other() -> None:
    module = NgramExpert({"Wish: ": ("no:", "add:", "move:")}, {"Wish: ": {"no:": 3.0}})
    third = pytest.approx(math.log(1 / 3))
    assert module.odds("Wish: hello") == {"no:": pytest.approx(math.log(1 / 3) + 3.0),
                                          "add:": third, "move:": third}  # fmt: skip
    assert NgramExpert({"Wish: ": ROUTES}).odds("Wish: hello") == {}  # whole answers


def test_every_deed_has_a_say_by_a_token_of_its_own() -> None:
    model = load_model(CHECKPOINT)
    assert model.ngrams is not None
    openings = {"outside:", *(f"{deed}:" for deed in DEEDS)}
    assert set(model.ngrams.odds("Wish: add a cat")) == openings
    first = {model.tokenizer.encode(model.tokenizer.answer_prefix + one)[0] for one in openings}
    assert len(first) == len(openings)


def test_the_words_have_a_say_in_how_an_answer_begins() -> None:
    model = load_model(CHECKPOINT)
    listed = (Message("user", ("List the picture.",)),
              Message("assistant", ("meadow, day; cat red small top left.",)))  # fmt: skip
    asked = [*listed, Message("user", ("Wish: add a small blue dog at the top",))]
    plan = model.converse(asked)
    assert not plan.startswith("outside:") and model.ngrams is not None
    column = model.ngrams.columns.index("outside:")
    with torch.inference_mode():
        model.ngrams.embed.weight[:, column] += 100.0
    assert model.converse(asked).startswith("outside:")
    asks = [*listed, Message("user", ("Question: what is red?",))]
    declined, answered = converse_batch(model, [asked, asks])
    assert declined is not None and declined.startswith("outside:")
    assert answered == model.converse(asks)
    assert answered is not None and "cat" in answered


def test_what_the_words_say_is_added_to_what_the_transformer_says(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(CHECKPOINT, folder)
    settings = json.loads((folder / "pentimento.json").read_text())
    (folder / "pentimento.json").write_text(json.dumps({**settings, "choices": {}}))
    asked = [Message("user", ("Route: picture: go back",))]
    options = ("history", "chat", "outside")
    alone = torch.tensor(load_model(folder).choose(asked, options))
    model = load_model(CHECKPOINT)
    assert model.ngrams is not None
    said = torch.tensor(model.ngrams.says(asked[0].text, options))
    torch.testing.assert_close(torch.tensor(model.choose(asked, options)), alone + said)
    other = [Message("user", ("Question: where is the cat?",))]
    assert model.choose(other, options) == load_model(folder).choose(other, options)


def test_a_checkpoint_that_lacks_them_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    shutil.copytree(CHECKPOINT, folder)
    (folder / "choices.safetensors").unlink()
    with pytest.raises(ModelError, match=r"has no choices\.safetensors"):
        load_model(folder)
