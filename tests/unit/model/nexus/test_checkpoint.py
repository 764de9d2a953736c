"""A checkpoint comes back as it was written, and a broken one is named."""

import json
import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pentimento.model.nexus.autoencoder as autoencoder
import pentimento.model.nexus.checkpoint as checkpoint
import pytest
import torch
from diffusers import AutoencoderKL
from pentimento.model.errors import ModelError
from pentimento.model.nexus.autoregressive import NexusAutoregressive
from pentimento.model.nexus.settings import DecoderKind
from pentimento.model.nexus.tensor_files import open_tensors, save_tensors
from pentimento.model.nexus.unified import load_model
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel


@pytest.fixture
def folder(storybook_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of Storybook that a test may break."""
    return Path(shutil.copytree(storybook_folder, tmp_path / "storybook"))


@pytest.fixture
def published(published_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the tiny published checkpoint that a test may break."""
    return Path(shutil.copytree(published_folder, tmp_path / "published"))


def assert_same(ours: nn.Module, theirs: nn.Module) -> None:
    ours_named, theirs_named = dict(ours.named_parameters()), dict(theirs.named_parameters())
    assert ours_named.keys() == theirs_named.keys()
    for name, tensor in theirs_named.items():
        assert torch.equal(ours_named[name], tensor), name


def test_the_autoregressive_model_comes_back(
    storybook_folder: Path, tiny_model: NexusAutoregressive
) -> None:
    loaded = checkpoint.load_autoregressive(storybook_folder)
    assert_same(loaded, tiny_model)
    head = loaded.qwen.lm_head.weight
    assert head is loaded.qwen.get_input_embeddings().weight  # tied, and on disk once
    files = open_tensors(storybook_folder, "model")
    assert "lm_head.weight" not in files.shapes and "model.embed_tokens.weight" in files.shapes
    ids = torch.arange(9)[None]
    ours, _ = loaded.read(ids)
    assert torch.equal(ours, tiny_model.read(ids)[0])  # the buffers, too


def test_the_configuration_comes_back_flat(
    storybook_folder: Path, tiny_model: NexusAutoregressive
) -> None:
    content = json.loads((storybook_folder / "config.json").read_text())
    assert content["hidden_size"] == 256 and "text_config" not in content
    ours = checkpoint.read_qwen_config(storybook_folder)
    assert ours.text_config.rope_parameters == tiny_model.config.text_config.rope_parameters
    assert ours.tie_word_embeddings and ours.vision_config.fullatt_block_indexes == []


@pytest.mark.parametrize("kind", ["generation", "edit"])
def test_a_decoder_comes_back_under_the_published_names(kind: DecoderKind, folder: Path) -> None:
    decoder = checkpoint.load_decoder(folder, kind)
    names = open_tensors(folder, f"{kind}_decoder").shapes
    assert "pipe.dit.single_blocks.0.to_qkv_mlp.weight" in names
    assert decoder.config.aligned_text_ids and decoder.config.guidance is None
    checkpoint.save_decoder(decoder, folder, torch.float32)
    assert_same(checkpoint.load_decoder(folder, kind), decoder)


def test_dtype_is_chosen_at_load_and_positions_stay_exact(storybook_folder: Path) -> None:
    model = checkpoint.load_autoregressive(storybook_folder, dtype=torch.bfloat16)
    assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}
    assert model.qwen.model.language_model.rotary_emb.inv_freq.dtype == torch.float32


def test_the_pooled_text_vector_is_read(folder: Path) -> None:
    assert not checkpoint.load_decoder(folder, "edit").pooled.any()
    save_file({"pooled": torch.ones(1, 32)}, folder / "pooled.safetensors")
    assert checkpoint.load_decoder(folder, "edit").pooled.sum() == 32
    save_file({"pooled": torch.ones(1, 31)}, folder / "pooled.safetensors")
    with pytest.raises(ModelError, match="pooled is 1 x 31 and should be 1 x 32"):
        checkpoint.load_decoder(folder, "edit")


def test_the_pooled_text_vector_is_made_by_clip(folder: Path) -> None:
    torch.manual_seed(3)
    config = CLIPTextConfig(
        vocab_size=49408,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
    )
    clip = CLIPTextModel(config).eval()
    path = folder / "text_encoder"
    path.mkdir()
    config.save_pretrained(path)
    # The published file bears the older names.
    tensors = {f"text_model.{name}": tensor for name, tensor in clip.state_dict().items()}
    save_file(tensors, path / "model.safetensors")
    with torch.no_grad():
        expected = clip(input_ids=torch.tensor([[49406] + [49407] * 76])).pooler_output
    ours = checkpoint.load_decoder(folder, "edit").pooled
    torch.testing.assert_close(ours, expected)


BFL_NAMES = {  # diffusers -> FLUX's original names
    "mid_block.resnets.0": "mid.block_1",
    "mid_block.resnets.1": "mid.block_2",
    "mid_block.attentions.0.group_norm": "mid.attn_1.norm",
    "mid_block.attentions.0.to_q": "mid.attn_1.q",
    "mid_block.attentions.0.to_k": "mid.attn_1.k",
    "mid_block.attentions.0.to_v": "mid.attn_1.v",
    "mid_block.attentions.0.to_out.0": "mid.attn_1.proj_out",
    "conv_norm_out": "norm_out",
}


def bfl_name(name: str) -> str:
    for ours, theirs in BFL_NAMES.items():
        name = name.replace(ours, theirs)
    name = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", name)
    name = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", name)
    up = re.search(r"up_blocks\.(\d)", name)
    if up:
        name = name.replace(up[0], f"up.{3 - int(up[1])}")
        name = name.replace("resnets", "block").replace("upsamplers.0", "upsample")
    return name.replace("conv_shortcut", "nin_shortcut")


def test_flux_autoencoder_is_read_from_its_original_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = {**autoencoder.FLUX_CONFIG, "block_out_channels": (32, 32, 64, 64)}
    monkeypatch.setattr(autoencoder, "FLUX_CONFIG", config)
    monkeypatch.setattr(checkpoint, "FLUX_CONFIG", config)
    vae = AutoencoderKL.from_config(config)
    tensors = {}
    for name, tensor in vae.state_dict().items():
        is_attention_matrix = "attentions" in name and tensor.ndim == 2
        tensors[bfl_name(name)] = tensor[..., None, None] if is_attention_matrix else tensor
    shutil.rmtree(folder / "vae")
    save_file(tensors, folder / "ae.safetensors")
    loaded = checkpoint.load_autoencoder(folder)
    assert_same(loaded, vae)
    assert (loaded.config.scaling_factor, loaded.config.shift_factor) == (0.3611, 0.1159)
    del tensors["decoder.up.3.block.0.conv1.weight"]
    save_file(tensors, folder / "ae.safetensors")
    with pytest.raises(ModelError, match="ae.safetensors does not fit .*up_blocks.0.resnets.0"):
        load_model(folder, "cpu")


def test_shards_stay_below_the_bound(tmp_path: Path) -> None:
    tensors = {f"tensor{number:02}": torch.full((100, 25), number) for number in range(20)}
    save_tensors(tensors, tmp_path, "model", max_bytes=70_000)
    shards = list(tmp_path.glob("model-*.safetensors"))
    assert len(shards) > 3 and all(path.stat().st_size <= 70_000 for path in shards)
    read = dict(open_tensors(tmp_path, "model").read(list(tensors)))
    assert all(torch.equal(read[name], tensor) for name, tensor in tensors.items())
    save_tensors({"one": torch.ones(2)}, tmp_path, "model")  # leaves nothing of the old ones
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.safetensors"]


def rewrite(path: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)


HEAD = "vision_head.weight"


def drop(tensors: dict[str, torch.Tensor]) -> None:
    del tensors[HEAD]


def rename(tensors: dict[str, torch.Tensor]) -> None:
    tensors["vision_hat.weight"] = tensors.pop(HEAD)


def cut(tensors: dict[str, torch.Tensor]) -> None:
    tensors[HEAD] = tensors[HEAD][:5].clone()


def count(tensors: dict[str, torch.Tensor]) -> None:
    tensors[HEAD] = tensors[HEAD].long()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop, "1 missing: vision_head.weight"),
        (rename, r"1 renamed: vision_head.weight \(found as vision_hat.weight\)"),
        (cut, "1 of the wrong shape: vision_head.weight is 5 x 256 and should be 256 x 256"),
        (count, "1 not in floating point: vision_head.weight is I64"),
    ],
)
def test_a_wrong_tensor_is_named(change: Callable, words: str, folder: Path) -> None:
    rewrite(folder / "model.safetensors", change)
    with pytest.raises(ModelError, match=f"model.safetensors does not fit .*{words}"):
        load_model(folder, "cpu")


@pytest.mark.parametrize(
    "name",
    ["model", "generation_decoder", "edit_decoder", "vae/diffusion_pytorch_model"],
)
def test_a_truncated_file_is_named(name: str, folder: Path) -> None:
    path = sorted(folder.glob(f"{name}*.safetensors"))[-1]  # the whole, or its last shard
    whole = path.read_bytes()
    for size in (len(whole) - 1, 1000, 3, 0):
        path.write_bytes(whole[:size])
        with pytest.raises(ModelError, match=f"{path.name} is truncated"):
            load_model(folder, "cpu")


def test_the_tensors_that_a_truncated_file_lacks_are_named(folder: Path) -> None:
    path = folder / "model.safetensors"
    save_file({"first": torch.ones(4), "second": torch.ones(4), "third": torch.ones(4)}, path)
    path.write_bytes(path.read_bytes()[:-17])
    with pytest.raises(ModelError, match="is truncated .* 2 cut off: second, third"):
        load_model(folder, "cpu")


def test_a_missing_shard_is_named(folder: Path) -> None:
    tensors = load_file(folder / "model.safetensors")
    save_tensors(tensors, folder, "model", max_bytes=2 * 2**20)
    assert load_model(folder, "cpu").info.parameters
    shard = sorted(folder.glob("model-*.safetensors"))[1]
    shard.unlink()
    with pytest.raises(ModelError, match=shard.name):
        load_model(folder, "cpu")


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
def test_a_missing_file_is_named(name: str, folder: Path) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        load_model(folder, "cpu")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"model_type": "bert"}'])
def test_a_wrong_configuration_is_named(content: str, folder: Path) -> None:
    (folder / "config.json").write_text(content)
    with pytest.raises(ModelError, match="config.json"):
        load_model(folder, "cpu")


class Bomb:
    """Would print if a pickle were executed."""

    def __reduce__(self) -> tuple:
        return print, ("boom",)


def test_a_pickle_is_never_executed(published: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (published / "edit_decoder.bin").open("wb") as file:
        pickle.dump({"weight": Bomb()}, file, protocol=2)
    with pytest.raises(ModelError, match="edit_decoder.bin"):
        load_model(published, "cpu")
    torch.save({"weight": Bomb()}, published / "edit_decoder.bin")
    with pytest.raises(ModelError, match="edit_decoder.bin"):
        load_model(published, "cpu")
    assert "boom" not in capsys.readouterr().out


def test_a_broken_pickle_is_named(published: Path) -> None:
    path = published / "generation_decoder.bin"
    whole = path.read_bytes()
    for size in (len(whole) - 1000, 1000, 0):
        path.write_bytes(whole[:size])
        with pytest.raises(ModelError, match="generation_decoder.bin is truncated"):
            load_model(published, "cpu")
    path.write_bytes(whole)
    tensors = torch.load(path, weights_only=True)
    name = "adapter.4.bias"
    torch.save({key: value for key, value in tensors.items() if key != name}, path)
    with pytest.raises(ModelError, match=f"generation_decoder.bin .* 1 missing: {name}"):
        load_model(published, "cpu")


@pytest.mark.parametrize("name", ["x_embedder", "context_embedder", "blocks.0.attn.norm_q_a"])
def test_a_tensor_that_shows_the_size_is_named_alone(name: str, published: Path) -> None:
    path, key = published / "edit_decoder.bin", f"pipe.dit.{name}.weight"
    tensors = torch.load(path, weights_only=True)
    whole = tensors.pop(key)
    torch.save(tensors, path)
    with pytest.raises(ModelError, match=f"edit_decoder.bin .*: 1 missing: {key}.$"):
        load_model(published, "cpu")
    torch.save({**tensors, key: whole[..., :-4].clone()}, path)
    with pytest.raises(ModelError, match=f"edit_decoder.bin .*: 1 of the wrong shape: {key} is"):
        load_model(published, "cpu")


def test_a_wrong_tokenizer_is_named(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="tokenizer.json"):
        load_model(folder, "cpu")
