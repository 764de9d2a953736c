"""What `nexus-gen:DIR,...` names, how parts are placed, and what weights in eight bits cost."""

import json
import math
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch
from diffusers import FluxTransformer2DModel
from pentimento import InputError
from pentimento.model.contract import Brief, Message
from pentimento.model.errors import ModelError
from pentimento.model.nexus import placement, report, unified
from pentimento.model.nexus.decoder import NexusDecoder
from pentimento.model.nexus.mixed import reply_with_pictures
from pentimento.model.nexus.shortcuts import AttentionName, Shortcuts
from pentimento.model.nexus.source import Lightening, Source, parse_source
from pentimento.model.nexus.text_vector import save_texts
from pentimento.model.nexus.unified import NexusModel, load_model
from PIL import Image
from safetensors.torch import save_file
from transformers import T5Config, T5EncoderModel

BRIEF = Brief("a kite", seed=3, num_inference_steps=2)
MANY_STEPS = Brief("a kite", seed=3, num_inference_steps=8)
CARDS = [(80, "together"), (48, "swap-decoders"), (40, "swap"), (24, "stream")]


@pytest.fixture
def bare_folder(published_folder: Path, tmp_path: Path) -> Path:
    """Return the tiny files alone: no tokenizer, no autoencoder."""
    folder = tmp_path / "bare"
    folder.mkdir()
    for name in ("config.json", "preprocessor_config.json", "model.safetensors"):
        shutil.copy(published_folder / name, folder)
    for path in published_folder.glob("*.bin"):
        shutil.copy(path, folder)
    return folder


def open_with(folder: Path, options: str = "") -> NexusModel:
    return load_model(parse_source(f"nexus-gen:{folder},dtype=float32{options}"), "cpu")


def painted(model: NexusModel, brief: Brief = BRIEF) -> np.ndarray:
    return np.asarray(model.imagine([brief])[0].image).astype(int)


def test_a_spec_names_files_that_lie_elsewhere(published_folder: Path, tmp_path: Path) -> None:
    decoder = shutil.copy(published_folder / "edit_decoder.bin", tmp_path / "e.bin")
    spec = f"nexus-gen:{published_folder},edit={decoder},vae={published_folder / 'vae'},cfg=3"
    source = parse_source(spec)
    assert source.decoder_path("edit") == decoder and source.cfg == 3.0
    assert source.autoencoder_path == published_folder / "vae"
    assert source.tokenizer_path == published_folder / "tokenizer.json"
    assert load_model(source, "cpu").info.extras["decoders"] == ["edit", "generation"]


def test_flux_is_found_beside_the_model(tmp_path: Path) -> None:
    flux = tmp_path / "FLUX" / "FLUX.1-dev"
    (flux / "text_encoder").mkdir(parents=True)
    (flux / "text_encoder" / "config.json").touch()
    (flux / "ae.safetensors").touch()
    (tmp_path / "Nexus-GenV2").mkdir()
    source = Source(tmp_path / "Nexus-GenV2")
    assert source.autoencoder_path == flux / "ae.safetensors"
    assert source.clip_path == flux / "text_encoder" and source.t5_path is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (",colour=red", "no option"),
        (",cfg=much", "no number"),
        (",cfg=99", "between 1 and 30"),
        (",placement=attic", "known are auto, together"),
        (",vae=/no/such/file", "no such file"),
        (",cfg=2,cfg=3", "given twice"),
        (",cache=tea:0.1", "give first-block, mag, taylor"),
        (",cache=mag:7", "between 0 and 1"),
        (",cache=taylor:2.5", "whole number"),
        (",compile=perhaps", "known are yes, no"),
        (",attention=magic", "known are auto, flash"),
        (",positions=upstream", "known are training, published"),
    ],
)
def test_a_wrong_option_is_told(tmp_path: Path, options: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_source(f"nexus-gen:{tmp_path}{options}")
    with pytest.raises(InputError, match="There is no folder"):
        parse_source("nexus-gen:/no/such/folder")


def test_bare_test_files_get_stand_ins_and_say_so(bare_folder: Path) -> None:
    model = open_with(bare_folder)
    assert model.info.extras["is_test"] is True
    assert model.converse([Message("user", ("Hello",))], max_new_tokens=3)
    assert model.imagine([Brief("a kite", num_inference_steps=1, height=64, width=64)])


def test_drawings_with_guidance_need_the_text_encoders(published_folder: Path) -> None:
    with pytest.raises(ModelError, match="text_encoder_2"):
        open_with(published_folder, ",cfg=3").imagine([BRIEF])


def test_guidance_uses_what_t5_makes_of_nothing(published_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(published_folder, tmp_path / "guided"))
    torch.manual_seed(0)
    config = T5Config(vocab_size=8, d_model=96, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    path = folder / "text_encoder_2"
    path.mkdir()
    config.save_pretrained(path)
    t5 = T5EncoderModel(config)
    tensors = {name: value.detach().clone() for name, value in t5.named_parameters()}
    save_file(tensors, path / "model.safetensors")
    save_file({"pooled": torch.zeros(1, 48)}, folder / "pooled.safetensors")
    model = open_with(folder)
    assert model.cfg_scale("generation") == 3.0 and model.cfg_scale("edit") == 1.0
    guided, plain = painted(model), painted(open_with(folder, ",cfg=1"))
    assert np.abs(guided - plain).max() > 0
    assert [kept.name for kept in save_texts(Source(folder))] == ["negative.safetensors"]
    shutil.rmtree(path)
    assert np.abs(painted(open_with(folder)) - guided).max() <= 1


@pytest.mark.parametrize("how", ["swap-decoders", "swap", "stream"])
def test_every_placement_paints_the_same(published_folder: Path, how: str) -> None:
    plain = painted(open_with(published_folder))
    model = open_with(published_folder, f",placement={how}")
    assert np.abs(painted(model) - plain).max() <= 1
    if how == "swap":
        assert "autoregressive" not in model.stage.resident
        model.converse([Message("user", ("Hello",))], max_new_tokens=1)
        assert "autoregressive" in model.stage.resident
        assert "generation" not in model.stage.resident


@pytest.mark.parametrize(("gib", "expected"), CARDS)
def test_the_fastest_placement_that_fits_is_chosen(gib: int, expected: str) -> None:
    needs = report.published_needs()
    assert placement.choose_placement(gib * placement.GIB, needs) == expected
    with pytest.raises(ModelError, match="quantize=int8"):
        placement.choose_placement(12 * placement.GIB, needs)


def test_fp8_stays_near_and_int8_asks_for_its_library(published_folder: Path) -> None:
    plain = painted(open_with(published_folder))
    light = open_with(published_folder, ",quantize=fp8")
    difference = np.abs(painted(light) - plain)
    assert 0 < difference.mean() < 20
    weight = light.decoder("generation").transformer.transformer_blocks[0].attn.to_q.weight
    assert weight.dtype == torch.float8_e4m3fn
    if find_spec("torchao") is None:
        with pytest.raises(ModelError, match="pip install torchao"):
            open_with(published_folder, ",quantize=int8")


def test_a_card_gets_the_light_weights_alone(
    published_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    honest = unified.lighten

    def spy(module: NexusDecoder, how: Lightening, dtype: torch.dtype) -> None:
        seen.append(module.device.type)
        honest(module, how, dtype)

    monkeypatch.setattr(unified, "lighten", spy)
    source = parse_source(f"nexus-gen:{published_folder},quantize=fp8")
    card = torch.device("meta")  # stands for one
    decoder = NexusModel(source, card, torch.bfloat16).decoder("edit")
    weight = decoder.transformer.transformer_blocks[0].attn.to_q.weight
    assert seen == ["cpu"] and decoder.pooled.device == card
    assert (weight.device, weight.dtype) == (card, torch.float8_e4m3fn)


@pytest.mark.parametrize("cache", ["0", "first-block:0", "taylor:1"])
def test_a_step_cache_that_may_leave_out_nothing_is_exact(
    published_folder: Path, cache: str
) -> None:
    plain = painted(open_with(published_folder), MANY_STEPS)
    assert (
        np.abs(painted(open_with(published_folder, f",cache={cache}"), MANY_STEPS) - plain).max()
        <= 1
    )


@pytest.mark.parametrize("cache", ["1", "mag:1", "taylor:4"])
def test_a_step_cache_leaves_steps_out_and_keeps_nothing(
    published_folder: Path, cache: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_with(published_folder, f",cache={cache}")
    attention = model.decoder("generation").transformer.single_transformer_blocks[-1].attn
    calls: list[int] = []
    attention.register_forward_pre_hook(lambda *_: calls.append(1))
    first = painted(model, MANY_STEPS)
    assert 0 < len(calls) < 8
    assert np.array_equal(painted(model, MANY_STEPS), first)  # nothing is left of the last one
    few = painted(model, BRIEF)  # another number of steps
    assert np.array_equal(few, painted(open_with(published_folder, f",cache={cache}"), BRIEF))
    model.decoder("generation").take(Shortcuts())
    assert (
        np.abs(painted(model, MANY_STEPS) - painted(open_with(published_folder), MANY_STEPS)).max()
        <= 1
    )


@pytest.mark.parametrize("name", get_args(AttentionName))
def test_every_attention_kernel_paints_the_same(published_folder: Path, name: str) -> None:
    model = open_with(published_folder, f",attention={name}")
    assert np.abs(painted(model) - painted(open_with(published_folder))).max() <= 1
    told = model.info.extras["shortcuts"]
    assert told == {"cache": "none", "attention": name, "compile": False}


def test_compiled_blocks_are_asked_for_once(
    published_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_with(published_folder, ",compile=yes")
    asked: list[str] = []
    monkeypatch.setattr(
        FluxTransformer2DModel, "compile_repeated_blocks", lambda self: asked.append("compiled")
    )
    decoder = model.decoder("generation")
    decoder.take(Shortcuts(compile=True, attention="math"))
    assert asked == ["compiled"]


def test_the_position_rule_can_be_chosen(published_folder: Path) -> None:
    assert open_with(published_folder).settings.position_rule == "training"
    model = open_with(published_folder, ",positions=published")
    assert model.settings.position_rule == "published"


def test_shares_of_the_published_layout_are_right() -> None:
    real = json.loads(report.LAYOUT_FILE.read_text())

    def share(file: str, is_heavy: re.Pattern[str]) -> float:
        layout = real[file]["layout"].items()
        counts = {key: math.prod(one["shape"]) * one["repeat"] for key, one in layout}
        wide = {key for key, one in layout if len(one["shape"]) == 2}
        return sum(n for k, n in counts.items() if k in wide and is_heavy.match(k)) / sum(
            counts.values()
        )

    blocks = re.compile(r"pipe\.dit\.(single_)?blocks(?!.*\.norm)")
    assert placement.DECODER_HEAVY_SHARE == pytest.approx(share("gen", blocks), abs=0.015)
    assert placement.LANGUAGE_HEAVY_SHARE == pytest.approx(
        share("ar", re.compile(r"model\.layers")), abs=0.015
    )


@pytest.mark.parametrize("do_open_image", [True, False])
def test_an_answer_may_hold_several_pictures(
    published_folder: Path, do_open_image: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pentimento.model.nexus import generation

    model = open_with(published_folder)
    auto = model.autoregressive
    honest = generation.next_logits

    def eager(*arguments: torch.Tensor) -> torch.Tensor:  # opens a picture whenever it may
        logits = honest(auto, arguments[1])
        logits[..., auto.boi_id] = 1e4
        return logits

    monkeypatch.setattr(generation, "next_logits", eager)
    source = Image.new("RGB", (64, 32), (9, 99, 9))
    reply = reply_with_pictures(
        model,
        [Message("user", (source, " twice, please"))],
        max_images=2,
        num_inference_steps=1,
        do_open_image=do_open_image,
    )
    assert len(reply.images) == 2
    assert {image.size for image in reply.images} == {(112, 48)}  # near the source's aspect
    assert reply.images[0].tobytes() != reply.images[1].tobytes()


MEASURE = """
import sys, torch
from pathlib import Path
from pentimento.model.nexus.checkpoint import open_decoder
from pentimento.model.nexus.tensor_files import save_tensors

def anonymous_and_files():
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmHWM:")[1].split()[0]) * 1024

part = open_decoder(Path(sys.argv[1]), "generation")
before = anonymous_and_files()
module = part.load("cpu", torch.bfloat16)
total = sum(float(p.detach().sum()) for p in module.parameters())
weights = sum(p.nbytes for p in module.parameters())
print((anonymous_and_files() - before) / weights)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("stored", "ending"),
    [(torch.bfloat16, "bin"), (torch.float32, "bin"), (torch.float32, "safetensors")],
)
def test_loading_takes_little_more_memory_than_the_weights(
    published_folder: Path, tmp_path: Path, stored: torch.dtype, ending: str
) -> None:
    from dataclasses import replace

    from pentimento.model.nexus.checkpoint import decoder_layout, empty_decoder, read_qwen_config
    from pentimento.model.nexus.decoder import PUBLISHED_GENERATION

    shutil.copy(published_folder / "config.json", tmp_path)
    config = replace(
        PUBLISHED_GENERATION, num_layers=3, num_single_layers=6, attention_head_dim=64,
        num_attention_heads=12, axes_dims_rope=(8, 28, 28), context_dim=256, pooled_dim=64,
    )  # fmt: skip
    module = empty_decoder(config, read_qwen_config(tmp_path))
    layout = decoder_layout(name for name, _ in module.named_parameters())
    shapes = {name: value.shape for name, value in module.named_parameters()}
    tensors = {
        key: torch.ones(sum(shapes[n][0] for n in names), *shapes[names[0]][1:], dtype=stored)
        for key, names in layout.items()
    }
    path = tmp_path / f"generation_decoder.{ending}"
    if ending == "bin":
        torch.save(tensors, path)
    else:
        save_file(tensors, path)
    assert path.stat().st_size > 150 * 2**20
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], capture_output=True, text=True, check=True
    )
    ratio = float(done.stdout)
    print(f"peak of host memory: {ratio:.3f} x the weights")
    assert ratio <= 1.15
