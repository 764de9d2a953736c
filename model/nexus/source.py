"""Where a model's files lie and how it is to run: `nexus-gen:DIR,name=value,...`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from ... import InputError
from .positions import PositionRule
from .shortcuts import AttentionName, Shortcuts, StepCache, read_step_cache
from .tensor_files import has_tensors

PREFIX = "nexus-gen:"
FLUX_FOLDER = Path("FLUX", "FLUX.1-dev")  # beside the model, as the published scripts lay it

PlacementName = Literal["auto", "together", "swap-decoders", "swap", "stream"]
Lightening = Literal["none", "int8", "fp8"]


@dataclass(frozen=True)
class Source:
    """A checkpoint: its folder, files that lie elsewhere (None: in the folder), and how to run."""

    folder: Path
    generation: Path | None = None  # generation_decoder.bin
    edit: Path | None = None  # edit_decoder.bin
    flux: Path | None = None  # FLUX.1-dev: ae.safetensors, text_encoder/, text_encoder_2/
    vae: Path | None = None  # ae.safetensors, or a folder in diffusers' layout
    tokenizer: Path | None = None  # tokenizer.json or its folder (the processor)
    clip: Path | None = None  # CLIP-L's folder, or pooled.safetensors
    t5: Path | None = None  # T5-XXL's folder, or negative.safetensors
    device: str | None = None  # None: the card if there is one
    dtype: Literal["bfloat16", "float32"] | None = None
    placement: PlacementName = "auto"
    quantize: Lightening = "none"
    cfg: float | None = None  # classifier-free guidance of drawings; None: the checkpoint's habit
    cache: StepCache | None = None  # None: every step is computed
    attention: AttentionName = "auto"  # torch's own choice
    compile: bool = False  # the decoders' blocks, at their first step
    positions: PositionRule | None = None  # after a painted picture; None: the checkpoint's rule

    @property
    def shortcuts(self) -> Shortcuts:
        """Return how the decoders run."""
        return Shortcuts(self.cache, self.attention, self.compile)

    @property
    def tokenizer_path(self) -> Path | None:
        """Return the file of the tokenizer, or None where there is none."""
        given = [self.tokenizer] if self.tokenizer else [self.folder, self.folder / "processor"]
        for place in given:
            path = place if place.suffix == ".json" else place / "tokenizer.json"
            if path.is_file():
                return path
        return None

    @property
    def autoencoder_path(self) -> Path | None:
        """Return `ae.safetensors` or a folder in diffusers' layout, or None."""
        given = [self.vae] if self.vae else [self.folder, self.flux_folder]
        for place in given:
            if place.suffix == ".safetensors" and place.is_file():
                return place
            for path in (place / "ae.safetensors", place / "vae", place):
                if path.is_file() or (path / "diffusion_pytorch_model.safetensors").is_file():
                    return path
                if path.name == "vae" and (path / "config.json").is_file():
                    return path
        return None

    @property
    def clip_path(self) -> Path | None:
        """Return where the constant text vector comes from: its own file, else CLIP-L's folder."""
        return self._text_path(self.clip, "pooled", "text_encoder")

    @property
    def t5_path(self) -> Path | None:
        """Return where the negative text comes from: its own file, else T5's folder."""
        return self._text_path(self.t5, "negative", "text_encoder_2")

    @property
    def flux_folder(self) -> Path:
        """Return the folder of FLUX.1-dev, whether it is there or not."""
        return self.flux or self.folder.parent / FLUX_FOLDER

    def decoder_path(self, kind: Literal["generation", "edit"]) -> Path | None:
        """Return the file of a decoder where it lies outside the folder."""
        return self.generation if kind == "generation" else self.edit

    def _text_path(self, given: Path | None, stem: str, encoder: str) -> Path | None:
        if given:
            return given
        for place in (self.folder, self.flux_folder):
            if has_tensors(place, stem):
                return place / f"{stem}.safetensors"
            if (place / encoder / "config.json").is_file():
                return place / encoder
        return None


def parse_source(spec: str) -> Source:
    """Return what `nexus-gen:DIR,name=value,...` names; InputError says what is allowed."""
    folder, *options = spec.removeprefix(PREFIX).split(",")
    path = Path(folder).expanduser()
    if not folder or not path.is_dir():
        raise InputError(
            f"There is no folder {folder!r}: give nexus-gen:DIR, the folder of the published files."
        )
    source, seen = Source(path), set()
    for option in options:
        name, equals, value = (part.strip() for part in option.partition("="))
        if name not in _READERS or not equals or not value:
            raise InputError(
                f"{option!r} is no option of {PREFIX}DIR: known are {', '.join(_READERS)}, "
                "each as name=value."
            )
        if name in seen:
            raise InputError(f"The option {name} is given twice.")
        seen.add(name)
        source = replace(source, **{name: read_option(name, value)})
    return source


def read_option(name: str, value: str) -> Any:
    """Return the value of one known option; InputError says what is allowed."""
    return _READERS[name](name, value)


def _path(name: str, value: str) -> Path:
    path = Path(value).expanduser()
    if not path.exists():
        raise InputError(f"{name}={value}: there is no such file or folder.")
    return path


def _word(*words: str) -> Callable[[str, str], str]:
    def read(name: str, value: str) -> str:
        if value not in words:
            raise InputError(f"{name}={value}: known are {', '.join(words)}.")
        return value

    return read


def _number(low: float, high: float) -> Callable[[str, str], float]:
    def read(name: str, value: str) -> float:
        try:
            number = float(value)
        except ValueError as error:
            raise InputError(f"{name}={value}: this is no number.") from error
        if not low <= number <= high:
            raise InputError(f"{name}={value}: between {low:g} and {high:g}.")
        return number

    return read


_READERS: dict[str, Callable[[str, str], Any]] = {
    **dict.fromkeys(("generation", "edit", "flux", "vae", "tokenizer", "clip", "t5"), _path),
    "device": lambda name, value: value,
    "dtype": _word("bfloat16", "float32"),
    "placement": _word(*get_args(PlacementName)),
    "quantize": _word(*get_args(Lightening)),
    "cfg": _number(1.0, 30.0),
    "cache": read_step_cache,
    "attention": _word(*get_args(AttentionName)),
    "compile": lambda name, value: _word("yes", "no")(name, value) == "yes",
    "positions": _word(*get_args(PositionRule)),
}
