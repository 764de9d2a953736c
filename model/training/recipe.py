"""The whole recipe: which stage needs which, how the minutes are shared, and the export."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from diffusers import AutoencoderKL
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast

from ..errors import ModelError
from ..nexus.autoregressive import NexusAutoregressive
from ..nexus.checkpoint import (
    load_autoencoder,
    load_autoregressive,
    load_decoder,
    open_choices,
    save_autoencoder,
    save_autoregressive,
    save_choices,
    save_decoder,
)
from ..nexus.decoder import NexusDecoder
from ..nexus.ngrams import NgramExpert
from ..nexus.settings import (
    DECODER_KINDS,
    DecoderKind,
    ModelSettings,
    PixelSettings,
    write_settings,
)
from ..nexus.spelling import write_spelling
from ..storybook.lexicon import storybook_spelling
from ..storybook.sizes import (
    HIDDEN_SIZE,
    PATCH_SIZE,
    PICTURE_SIZE,
    SLOT_GRID,
    autoregressive_config,
    build_autoencoder,
    decoder_config,
)
from ..storybook.tokenizer import ANSWER_PREFIX, SPECIAL_TOKENS, save_tokenizer, train_tokenizer
from ..storybook.world import CORE, FULL, World
from .autoencoder import AutoencoderStage, fit_scaling
from .cells import CellIndex, build_table
from .choices import CHOICES, OPENING_ODDS, ChoicesStage
from .imaginer import Imaginer
from .language import PICTURES, WORDS, LanguageStage, Objective, embed_sheets
from .loop import Settings, Stage, load_weights, train
from .painter import PainterStage
from .precision import mixed_precision
from .samples import SampleMaker
from .sight import SightStage
from .vision import VisionStage, VisionTeacher, fold_normaliser

SETTINGS = {
    "autoencoder": Settings(minutes=0, lr=2e-3),
    "vision": Settings(minutes=0, lr=2e-3),
    "words": Settings(minutes=0, lr=2e-3, final=0.5),
    "pictures": Settings(minutes=0, lr=1.2e-3, matrix_boost=2.0),
    "generation_decoder": Settings(minutes=0, lr=1.5e-3, ema_decay=0.995),
    "edit_decoder": Settings(minutes=0, lr=1e-3, ema_decay=0.995),
    "sight": Settings(minutes=0, lr=1e-3, ema_decay=0.99),
    "choices": Settings(minutes=0, lr=1e-2, weight_decay=0.1),
}
# Shares of the dialogues that are restricted to a focus; the rest is of all kinds.
FOCI = {
    "words": {"lookup": 0.5},
    "pictures": {"lookup": 0.07, "hard": 0.14, "route": 0.22, "draw": 0.14, "edit": 0.35},
}
WORLDS = {world.name: world for world in (CORE, FULL)}
CORE_CAN_DRAW = (
    "I draw picture-book scenes: cats, dogs, trees, houses, cars, boats, flowers, balls, stars, "
    "fish, hats and balloons, small or large, in red, green, blue, yellow, purple or white, at "
    "nine places; in a meadow, on a beach, in the snow, in a city, in a room or in a forest; by "
    "day, at sunset or at night; at most five things at once."
)
GRAMMAR = Path(__file__).parents[1] / "storybook"
OnProgress = Callable[[str, float, dict[str, float]], None]


def run_stage(
    name: str,
    folder: Path,
    minutes: float,
    *,
    device: str = "cpu",
    processes: int = 1,
    threads: int | None = None,
    seed: int = 0,
    world: str = "core",
    max_steps: int | None = None,
    on_progress: OnProgress | None = None,
) -> None:
    """Train one stage into `folder` for `minutes` of its own clock, resuming if it was begun.

    `world` is what the autoregressive model learns; sight and painting always learn the full one.
    """
    settings = replace(SETTINGS[name], minutes=minutes, seed=seed, max_steps=max_steps)
    prepare(name, folder, device, WORLDS[world])
    if processes == 1:
        _work(0, 1, "", name, folder, settings, device, threads, world, on_progress)
        return
    with tempfile.TemporaryDirectory() as meeting:
        url = f"file://{meeting}/ranks"
        arguments = (processes, url, name, folder, settings, device, threads, world, on_progress)
        mp.spawn(_work, args=arguments, nprocs=processes)


def _work(
    rank: int,
    world_size: int,
    url: str,
    name: str,
    folder: Path,
    settings: Settings,
    device: str,
    threads: int | None,
    world: str,
    on_progress: OnProgress | None,
) -> None:
    """Train one stage as one rank of `world_size`."""
    if threads:
        torch.set_num_threads(threads)
    if world_size > 1:
        os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
        dist.init_process_group("gloo", init_method=url, rank=rank, world_size=world_size)
    torch.manual_seed(settings.seed)  # untrained weights are the same on every rank
    stage = build_stage(name, folder, device, WORLDS[world], do_compile=settings.max_steps is None)
    torch.manual_seed(settings.seed + 1000 * rank + int.from_bytes(os.urandom(2)))
    report = None
    if on_progress is not None and rank == 0:
        report = lambda share, figures: on_progress(name, share, figures)  # noqa: E731
    facts = {"grammar": _fingerprint(), "foci": FOCI.get(name, {}), "world": world}
    train(stage, settings, folder, facts, rank=rank, world_size=world_size, on_progress=report)
    if world_size > 1:
        dist.destroy_process_group()


def _fingerprint() -> str:
    """Return what names the grammar of a run in its log: a hash of the code and its wordings."""
    digest = hashlib.sha256()
    for path in sorted(GRAMMAR.rglob("*")):
        if path.suffix in (".py", ".txt") and "checkpoint" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def prepare(name: str, folder: Path, device: str, world: World) -> None:
    """Make what a stage needs and no other stage makes: the tokenizer and the table of cells."""
    needs = {
        "pictures": ("vision", "words"),
        "generation_decoder": ("vision", "autoencoder", "pictures"),
        "edit_decoder": ("vision", "autoencoder", "pictures", "generation_decoder"),
        "sight": ("vision", "autoencoder", "generation_decoder"),
    }
    for needed in needs.get(name, ()):
        if not (folder / f"{needed}.pt").exists():
            raise ModelError(f"Stage {name} needs stage {needed}; train that one first.")
    if name in ("words", "pictures") and not (folder / "tokenizer").exists():
        save_tokenizer(train_tokenizer(), folder / "tokenizer")
    table = folder / f"table_{world.name}.pt"
    if name == "pictures" and not table.exists():
        index = CellIndex(world)
        sheets = embed_sheets(load_vision(folder, device), index, PICTURE_SIZE, device)
        torch.save(build_table(index, sheets), table)


def build_stage(
    name: str,
    folder: Path,
    device: str,
    world: World,
    *,
    do_compile: bool = True,
    objective: Objective = PICTURES,
) -> Stage:
    """Return a stage with everything it needs from the stages before it.

    objective: of the stage pictures.
    """
    if name == "autoencoder":
        return AutoencoderStage(device)
    if name == "vision":
        return VisionStage(new_autoregressive(load_tokenizer(folder)), device)
    if name in ("words", "pictures"):
        tokenizer = load_tokenizer(folder)
        module = new_autoregressive(tokenizer)
        if name == "words":
            return LanguageStage(
                "words", module, tokenizer, world, WORDS, device,
                rows=15, foci=FOCI[name], do_compile=do_compile,
            )  # fmt: skip
        load_weights(folder / "words.pt", module)
        table = torch.load(folder / f"table_{world.name}.pt", weights_only=True).to(device)
        return LanguageStage(
            "pictures", module, tokenizer, world, objective, device,
            table=table, rows=15, foci=FOCI[name], do_compile=do_compile,
        )  # fmt: skip
    if name == "sight":
        painter = load_painter(folder)
        towers = _teacher(folder), _teacher(folder)
        return SightStage(*towers, painter, load_scaled(folder, device), device, world)
    if name == "choices":
        return ChoicesStage(new_ngrams(), world, device)
    decoder = new_decoder(name.removesuffix("_decoder"))
    if name == "edit_decoder":
        generation = load_painter(folder)
        decoder.transformer.load_state_dict(generation.transformer.state_dict())
    return PainterStage(
        decoder,
        load_vision(folder, device),
        load_scaled(folder, device),
        device,
        load_imaginer(folder, world, device),
    )


def new_ngrams() -> NgramExpert:
    """Return the untrained n-grams of Storybook's choices."""
    return NgramExpert(CHOICES, OPENING_ODDS)


def new_autoregressive(tokenizer: PreTrainedTokenizerFast) -> NexusAutoregressive:
    """Return the untrained autoregressive model of Storybook."""
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in SPECIAL_TOKENS}
    return NexusAutoregressive(autoregressive_config(ids, len(tokenizer)), SLOT_GRID).float()


def new_decoder(kind: str) -> NexusDecoder:
    """Return an untrained decoder of Storybook; `kind` is generation or edit."""
    ids = dict.fromkeys(SPECIAL_TOKENS, 0)
    text = autoregressive_config(ids, 8).text_config
    return NexusDecoder(decoder_config(kind), HIDDEN_SIZE, text)


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """Return the tokenizer of a training folder, training it first if it is not there."""
    if not (folder / "tokenizer").exists():
        save_tokenizer(train_tokenizer(), folder / "tokenizer")
    return PreTrainedTokenizerFast.from_pretrained(folder / "tokenizer")


def load_vision(folder: Path, device: str) -> Callable[[Tensor], Tensor]:
    """Return the trained vision encoder: pictures (B, 3, H, W) in [-1, 1] -> (B, 81, D)."""
    teacher = _teacher(folder).to(device).eval()

    @torch.inference_mode()
    def embed(pictures: Tensor) -> Tensor:
        with mixed_precision(device):
            return teacher.embed(pictures)

    return embed


def load_imaginer(folder: Path, world: World, device: str) -> Imaginer:
    """Return the trained autoregressive model, to imagine pictures from listings."""
    tokenizer = load_tokenizer(folder)
    module = new_autoregressive(tokenizer)
    load_weights(folder / "pictures.pt", module)
    return Imaginer(module, SampleMaker(tokenizer, CellIndex(world)), world, device)


def load_painter(folder: Path, kind: DecoderKind = "generation") -> NexusDecoder:
    """Return a trained decoder."""
    decoder = new_decoder(kind)
    load_weights(folder / f"{kind}_decoder.pt", decoder)
    return decoder


def load_scaled(folder: Path, device: str) -> AutoencoderKL:
    """Return the trained autoencoder, its scaling fitted to unit variance."""
    module = build_autoencoder()
    load_weights(folder / "autoencoder.pt", module)
    module = module.to(device).eval().requires_grad_(False)
    scaling, shift = fit_scaling(module, device)
    module.register_to_config(scaling_factor=scaling, shift_factor=shift)
    return module


def begin_from(checkpoint: Path, folder: Path) -> None:
    """Fill an empty training folder from a finished checkpoint, so that any stage can go on.

    Weights come along, optimisers and clocks do not; the vision tower's teaching heads begin anew.
    """
    if any(folder.glob("*.pt")):
        raise ModelError(f"{folder} holds stages already; name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    save_tokenizer(PreTrainedTokenizerFast.from_pretrained(checkpoint), folder / "tokenizer")
    module = load_autoregressive(checkpoint)
    teacher = VisionTeacher(new_autoregressive(load_tokenizer(folder)))
    teacher.visual.load_state_dict(module.qwen.model.visual.state_dict())
    parts: dict[str, nn.Module] = {
        "words": module,
        "pictures": module,
        "vision": teacher,
        "autoencoder": load_autoencoder(checkpoint),
        "generation_decoder": load_decoder(checkpoint, "generation"),
        "edit_decoder": load_decoder(checkpoint, "edit"),
    }
    choices = open_choices(checkpoint)
    if choices and choices.module.columns == new_ngrams().columns:
        parts["choices"] = choices.load()
    for name, part in parts.items():
        torch.save({"module": part.state_dict(), "ema": {}}, folder / f"{name}.pt")


def export(
    folder: Path,
    out: Path,
    *,
    world: str = "core",
    blend: Path | None = None,
    blend_share: float = 0.5,
) -> None:
    """Write the checkpoint that `load_model` reads, from the trained stages in `folder`.

    blend: the checkpoint that the training went on from, and its share of the autoregressive
    weights; a model between the two often does better than either (arXiv 2109.01903).
    """
    tokenizer = load_tokenizer(folder)
    module = new_autoregressive(tokenizer)
    load_weights(folder / "pictures.pt", module)
    if blend is not None:
        before = load_autoregressive(blend).state_dict()
        module.load_state_dict(
            {name: value.lerp(before[name].to(value), blend_share)
             for name, value in module.state_dict().items()}
        )  # fmt: skip
    tower = _teacher(folder).visual
    if (folder / "sight.pt").exists():
        load_weights(folder / "sight.pt", tower)
    module.qwen.model.visual.load_state_dict(tower.state_dict())
    save_autoregressive(module, out)
    save_tokenizer(tokenizer, out)
    for kind in DECODER_KINDS:
        save_decoder(load_painter(folder, kind), out)
    save_autoencoder(load_scaled(folder, "cpu"), out)
    choices = new_ngrams()
    has_choices = (folder / "choices.pt").exists()
    (out / "choices.safetensors").unlink(missing_ok=True)
    if has_choices:
        load_weights(folder / "choices.pt", choices)
        save_choices(choices, out)
    write_spelling(out, storybook_spelling())
    side = PICTURE_SIZE
    settings = ModelSettings(
        name="Storybook",
        family="storybook",
        describes_edits=True,
        can_draw=CORE_CAN_DRAW if world == "core" else "",
        height=side,
        width=side,
        num_inference_steps=decoder_config("generation").num_inference_steps,
        position_rule="training",
        slot_grid=SLOT_GRID,
        answer_prefix=ANSWER_PREFIX,
        choices=CHOICES if has_choices else {},
        opening_odds=OPENING_ODDS if has_choices else {},
    )
    pixels = PixelSettings(
        image_mean=(0.5, 0.5, 0.5),
        image_std=(0.5, 0.5, 0.5),
        patch_size=PATCH_SIZE,
        merge_size=2,
        temporal_patch_size=2,
        min_pixels=side * side,
        max_pixels=side * side,
        fixed_size=(side, side),
    )
    write_settings(out, settings, pixels, [decoder_config("generation"), decoder_config("edit")])


def _teacher(folder: Path) -> VisionTeacher:
    """Return the trained vision tower, its normaliser folded into it, on the CPU."""
    teacher = VisionTeacher(new_autoregressive(load_tokenizer(folder)))
    load_weights(folder / "vision.pt", teacher)
    fold_normaliser(teacher)
    return teacher.eval()
