"""What the files of a checkpoint are, part by part, from their headers: for `doctor`."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import torch

from ..errors import ModelError
from .chat import ChatTokenizer
from .checkpoint import (
    Part,
    decoder_stem,
    is_published_size,
    open_autoencoder,
    open_autoregressive,
    open_decoder,
    read_qwen_config,
)
from .placement import Needs, needs_of
from .settings import DIT, DecoderKind
from .source import Lightening, Source
from .stand_ins import byte_tokenizer, is_test_checkpoint
from .tensor_files import Shape, count_and_name, has_tensors

LAYOUT_FILE = Path(__file__).parent / "real_layout.json"
LAYOUT_NAMES = {"autoregressive": "ar", "generation": "gen", "edit": "edit"}
AUTOENCODER_PARAMETERS = 83_819_683  # FLUX's, both halves


@dataclass(frozen=True)
class PartReport:
    """One part of a checkpoint: what it is, or what is wrong with its files."""

    name: str
    is_well: bool
    text: str
    tensors: int = 0
    parameters: int = 0
    bytes_on_disk: int = 0
    dtypes: tuple[str, ...] = ()
    layout: str | None = None  # "published", or "published names, own sizes"
    digest: str | None = None  # of names and shapes
    shapes: Mapping[str, Shape] = field(default_factory=dict)


def examine(source: Source) -> list[PartReport]:
    """Return a report of every part; nothing is filled, all that is wrong is named."""
    reports = [_weights("autoregressive", lambda: open_autoregressive(source.folder))]
    kinds: tuple[DecoderKind, ...] = ("generation", "edit")
    for kind in kinds:
        path = source.decoder_path(kind)
        if path is None and not has_tensors(source.folder, decoder_stem(kind)):
            text = f"missing: {decoder_stem(kind)}.bin; give {kind}=FILE if it lies elsewhere"
            reports.append(PartReport(kind, False, text))
            continue
        reports.append(_weights(kind, partial(open_decoder, source.folder, kind, path)))
    unlike = _unlike(*reports[1:])
    return [*reports, _autoencoder(source), _tokenizer(source), _texts(source), *unlike]


def published_needs(how: Lightening = "none") -> Needs:
    """Return the memory of the published model in bfloat16, from its layout."""
    real = json.loads(LAYOUT_FILE.read_text(encoding="utf-8"))
    decoders = {"generation": real["gen"]["parameters"], "edit": real["edit"]["parameters"]}
    return needs_of(decoders, real["ar"]["parameters"], AUTOENCODER_PARAMETERS, how=how)


def needs_of_reports(reports: list[PartReport], dtype: torch.dtype, how: Lightening) -> Needs:
    """Return the memory of the parts that were found."""
    counts = {report.name: report.parameters for report in reports}
    return needs_of(
        counts,
        counts["autoregressive"],
        counts["autoencoder"],
        bytes_each=dtype.itemsize,
        how=how,
    )


def layout_digest(shapes: dict[str, Shape]) -> str:
    """Return the digest by which newer DiffSynth knows these files: of names and shapes."""
    strings = [f"{name}:{'_'.join(map(str, shape))}" for name, shape in shapes.items()]
    return hashlib.md5(",".join(sorted([*strings, *shapes])).encode()).hexdigest()


def _weights(name: str, open_part: Callable[[], Part]) -> PartReport:
    try:
        part = open_part()
    except ModelError as error:
        return PartReport(name, False, str(error))
    files = part.files
    kinds = Counter(files.dtypes.values())
    layout, digest = None, layout_digest(files.shapes)
    if name in LAYOUT_NAMES:
        real = json.loads(LAYOUT_FILE.read_text(encoding="utf-8"))[LAYOUT_NAMES[name]]
        layout = "published" if digest == real["md5"] else "published names, own sizes"
    text = f"{files.label}: {len(files.shapes)} tensors, {part.parameters:,} parameters, "
    told = f"; layout: {layout}" if layout else ""
    text += f"{', '.join(kinds)}, {files.bytes_on_disk / 1e9:.3g} GB{told}"
    return PartReport(
        name,
        True,
        text,
        len(files.shapes),
        part.parameters,
        files.bytes_on_disk,
        tuple(kinds),
        layout,
        digest,
        files.shapes,
    )


def _unlike(generation: PartReport, edit: PartReport) -> list[PartReport]:
    """Return what two whole decoders do not share: both are finetuned from one transformer.

    A block that is missing, or a size that shows in one tensor alone, is found only so.
    """
    if not (generation.is_well and edit.is_well):
        return []
    ours, theirs = (
        {item for item in one.shapes.items() if item[0].startswith(DIT)}
        for one in (generation, edit)
    )
    names = sorted({name for name, _ in ours ^ theirs})
    said = count_and_name("not alike in the two decoders, one of which is wrong", names)
    return [PartReport("decoders", False, said)] if said else []


def _autoencoder(source: Source) -> PartReport:
    path = source.autoencoder_path
    if path is not None:
        return _weights("autoencoder", lambda: open_autoencoder(path))
    if _is_test(source):
        return PartReport("autoencoder", True, "none: an untrained stand-in, pictures are noise")
    text = "missing: ae.safetensors or vae/; give vae=PATH or flux=DIR if it lies elsewhere"
    return PartReport("autoencoder", False, text)


def _tokenizer(source: Source) -> PartReport:
    path = source.tokenizer_path
    try:
        config = read_qwen_config(source.folder)
        if path is None and is_test_checkpoint(config):
            byte_tokenizer(config)
            return PartReport("tokenizer", True, "none: a stand-in of single bytes")
        ChatTokenizer(path or source.folder, config)
    except ModelError as error:
        return PartReport("tokenizer", False, str(error))
    return PartReport("tokenizer", True, f"{path.name if path else ''}: fits")


def _texts(source: Source) -> PartReport:
    clip, t5 = source.clip_path, source.t5_path
    clip_text = f"constant vector from {clip.name}" if clip else "no CLIP-L: a vector of zeros"
    t5_text = f"negatives from {t5.name}" if t5 else "no T5: only cfg=1 is possible"
    is_well = clip is not None or not _is_published(source)
    return PartReport("texts", is_well, f"{clip_text}; {t5_text}")


def _is_test(source: Source) -> bool:
    try:
        return is_test_checkpoint(read_qwen_config(source.folder))
    except ModelError:
        return False


def _is_published(source: Source) -> bool:
    try:
        return is_published_size(read_qwen_config(source.folder))
    except ModelError:
        return False
