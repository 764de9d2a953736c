"""The whole agent and the doctor on the tiny published files, as a person would call them."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pentimento.model.nexus.placement import GIB, ORDER
from pentimento.model.nexus.report import published_needs
from pentimento.model.nexus.settings import DecoderKind
from pentimento.model.nexus.stand_ins import write_stand_ins
from pentimento.model.nexus.turn_timing import LanguageTiming, PaintingTiming
from pentimento.ui.cli import main, model_first
from pentimento.ui.console import StatusLine
from pentimento.ui.measure import nexus_bench
from pentimento.ui.measure.figures import Figures
from pentimento.ui.measure.nexus_bench import NexusBench, _compare, turn_figures
from PIL import Image
from safetensors.torch import load_file, save_file

DATA = Path(__file__).parents[2] / "parity" / "data"
DOCUMENT = Path(__file__).parents[3] / "docs" / "nexus-gen.md"
STEPS = ("--steps", "1")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Return one folder with the autoregressive files and both decoders, nothing else."""
    folder = tmp_path / "tiny"
    shutil.copytree(DATA / "ar_tiny", folder)
    for path in (DATA / "decoder_tiny").glob("*.bin"):
        shutil.copy(path, folder)
    (folder / "pentimento.json").write_text(json.dumps({"height": 64, "width": 64}))
    return folder


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


def size_of(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def test_the_model_may_be_named_after_the_command() -> None:
    assert model_first(["doctor", "--model", "x", "--json"]) == ["--model", "x", "doctor", "--json"]
    assert model_first(["ask", "--model=x"]) == ["--model=x", "ask"]
    assert model_first(["ask", "--", "--model", "x"]) == ["ask", "--", "--model", "x"]


@pytest.mark.parametrize("has_all", [False, True], ids=["stand-ins", "own files"])
def test_the_agent_draws_edits_and_answers(
    tiny: Path, tmp_path: Path, home: Path, has_all: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if has_all:
        write_stand_ins(tiny)
    model, source, out = ("--model", f"nexus-gen:{tiny}"), tmp_path / "s.png", tmp_path / "o.png"
    assert run("draw", "a red cat", "-o", source, *model, *STEPS) == 0
    assert size_of(source) == (64, 64)
    assert run("draw", "a red cat", "-o", source, *model, *STEPS, "--size", "96x64") == 0
    assert size_of(source) == (96, 64)
    Image.new("RGB", (120, 60), (10, 120, 30)).save(source)
    assert run("edit", source, "make it blue", "-o", out, *model, *STEPS) == 0
    assert size_of(out) == (120, 60)
    bare = ("--no-reflect", "--no-polish")
    assert run("edit", source, "make it blue", "-o", out, *model, *STEPS, *bare) == 0
    assert "your own words" in capsys.readouterr().out
    assert run("ask", source, "what is there?", *model) == 0
    assert capsys.readouterr().out.strip()


NAMES = {
    "model.safetensors": "model.layers.1.mlp.up_proj.weight",
    "generation_decoder.bin": "adapter.3.bias",
    "edit_decoder.bin": "pipe.dit.final_proj_out.bias",
    "vae/diffusion_pytorch_model.safetensors": "decoder.conv_out.bias",
}


def spoil(folder: Path, file: str, fault: str) -> str:
    """Drop, rename or shorten one tensor of a file; return its name."""
    path, name = folder / file, NAMES[file]
    is_pickle = path.suffix == ".bin"
    tensors = torch.load(path, weights_only=True) if is_pickle else load_file(path)
    if fault == "dropped":
        del tensors[name]
    elif fault == "renamed":
        tensors[f"{name}.old"] = tensors.pop(name)
    else:
        tensors[name] = tensors[name][:-1].clone()
    if is_pickle:
        torch.save(tensors, path)
    else:
        save_file(tensors, path)
    return name


def test_the_doctor_reports_layout_memory_and_stand_ins(
    tiny: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", "--json", "--model", f"nexus-gen:{tiny}") == 0
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["editing"]["facts"]["tensors"] == 103
    assert checks["language"]["facts"]["layout"] == "published names, own sizes"
    assert "stand-in" in checks["tokenizer"]["text"] and "noise" in checks["vae"]["text"]
    assert checks["memory"]["facts"]["weights"] > 2_000_000


def test_the_memory_table_of_the_documentation_is_the_doctors() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    rows = [re.findall(r"[\d.]+", line.split("|", 3)[3]) for line in lines if is_placement(line)]
    needs = [published_needs(how) for how in ("none", "fp8", "int8")]
    expected = [[f"{one.on_card(name) / GIB:.1f}" for one in needs] for name in ORDER]
    assert rows == expected


def is_placement(line: str) -> bool:
    return any(line.startswith(f"| `{name}` |") for name in ORDER)


def test_the_doctor_takes_an_autoencoder_and_a_tokenizer_that_are_there(
    tiny: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [path.name for path in write_stand_ins(tiny)]
    assert made == ["tokenizer.json", "vae"] and write_stand_ins(tiny) == []
    assert run("doctor", "--json", "--model", f"nexus-gen:{tiny}") == 0
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["vae"]["facts"]["tensors"] > 50 and "fits" in checks["tokenizer"]["text"]


@pytest.mark.parametrize("file", NAMES)
@pytest.mark.parametrize("fault", ["dropped", "renamed", "shortened"])
def test_the_doctor_names_a_spoilt_tensor(
    tiny: Path, home: Path, fault: str, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_stand_ins(tiny)
    name = spoil(tiny, file, fault)
    assert run("doctor", "--model", f"nexus-gen:{tiny}") == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if name in line]
    assert line.startswith("✗") and Path(file).name in line
    said = {"dropped": "1 missing", "renamed": "1 renamed", "shortened": "wrong shape"}
    assert said[fault] in line


def test_the_doctor_names_a_file_cut_short(
    tiny: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_stand_ins(tiny)
    for name in NAMES:
        content = (tiny / name).read_bytes()
        (tiny / name).write_bytes(content[:-2000])
    assert run("doctor", "--model", f"nexus-gen:{tiny}") == 1
    out = capsys.readouterr().out
    assert all(f"{Path(name).name} is truncated" in out for name in NAMES)


def test_the_doctor_misses_a_whole_block(
    tiny: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tensors = torch.load(tiny / "edit_decoder.bin", weights_only=True)
    left = {name: one for name, one in tensors.items() if "dit.single_blocks.1." not in name}
    torch.save(left, tiny / "edit_decoder.bin")  # a whole decoder of one block less
    assert run("doctor", "--model", f"nexus-gen:{tiny}") == 1
    (line,) = [one for one in capsys.readouterr().out.splitlines() if one.startswith("✗")]
    assert f"{len(tensors) - len(left)} not alike" in line and "single_blocks.1." in line


def test_full_size_without_a_card_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    if torch.cuda.is_available():
        pytest.skip("There is a card.")
    assert run("bench", "nexus", "--full-size") == 2
    assert "needs a CUDA card" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("speed=high", "cannot be tried"),
        ("cache=tea:1", "give first-block, mag, taylor"),
        ("compile=yes+attention=magic", "known are auto, flash"),
    ],
)
def test_a_way_that_is_unknown_is_refused_before_anything_is_measured(
    way: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("bench", "nexus", "--quick", "--try", way) == 2
    assert words in capsys.readouterr().err


def test_a_document_with_half_a_section_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = tmp_path / "page.md"
    document.write_text("<!-- nexus: begin -->\n")
    assert run("bench", "nexus", "--quick", "--into", document) == 2
    assert "has only one of" in capsys.readouterr().err
    assert document.read_text() == "<!-- nexus: begin -->\n"


def test_the_turn_of_every_attempt_is_held_against_the_straightforward_one() -> None:
    language = LanguageTiming(256, 400, 4.0, 40.0, 0.1, 3.0, 9.0, 0.0, True, None)
    exact = PaintingTiming("exact", 512, 50, 6.0)
    found = turn_figures(
        language,
        [
            exact,
            replace(exact, size=1024, seconds=20.0),
            replace(exact, attempt="cache", seconds=2.0),
            replace(exact, attempt="broken", seconds=None, fault="no"),
        ],
    )
    assert [(one["attempt"], round(one["ratio"], 2)) for one in found] == [
        ("exact", round(55 / 10.1, 2)),
        ("cache", round(55 / 6.1, 2)),
    ]
    assert {one["straightforward"] for one in found} == {55.0}


def test_the_bench_holds_every_part_against_the_slower_way(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = nexus_bench._small_configs

    def smallest(hidden: int, layers: int, kind: DecoderKind) -> tuple:
        qwen, decoder = honest(64, 1, kind)
        sizes = {"num_layers": 1, "num_single_layers": 1, "num_attention_heads": 1}
        return qwen, replace(decoder, **sizes)

    monkeypatch.setattr(nexus_bench, "_small_configs", smallest)
    report: Figures = {}
    rows: list[str] = []
    with StatusLine() as line:
        _compare(NexusBench(True, False, 1, (), False), report, rows, line)
    assert [(one["dtype"], one["prompt_length"]) for one in report["embeddings"]] == [
        ("float32", 40), ("bfloat16", 40)
    ]  # fmt: skip
    for dtype in ("float32", "bfloat16"):
        found = [one["what"] for one in report["comparisons"] if one["dtype"] == dtype]
        said = "\n".join(found)
        assert "one chunk / loop" in said and "stock FLUX with 81" in said
        assert "one batch / two calls" in said and "stock FLUX with 512" in said
        assert [f"batch {count} " in said for count in (1, 2, 4, 8)] == [True] * 4
        assert all(any(what in row for row in rows) for what in found)


def test_the_quick_bench_tells_a_turn_and_its_profile(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(nexus_bench, "_compare", lambda *_: None)  # its parts have their own tests
    way = "cache=taylor:2+attention=math"
    arguments = ("bench", "nexus", "--quick", "--repeats", "1", "--profile", "--try", way)
    assert run(*arguments, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert [one["attempt"] for one in report["turns"]] == ["exact", way]
    assert report["paintings"][1]["mean"] > 0 and report["language"]["is_same_text"]
    assert len(report["profile"]) == 3 and "Random weights" in report["note"]
    assert run(*arguments) == 0
    out = capsys.readouterr().out
    assert f"{way}, 128 px, 8 steps" in out and "profile of embeddings" in out
