"""Weights on disk: what a checkpoint's files hold, checked from their headers; sharded writing."""

import json
import pickle
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from ..errors import ModelError

Shape = tuple[int, ...]
MAX_SHARD_BYTES = 16_000_000
NUM_PORTIONS = 32  # of what is read: a part of a file is mapped, read, and let go
DTYPE_NAMES = {torch.bfloat16: "BF16", torch.float16: "F16", torch.float32: "F32"}


class TensorFiles(ABC):
    """Named tensors of one model in one or more files; nothing is read before it is asked for."""

    label: str  # the file or files, as the user knows them
    shapes: dict[str, Shape]
    dtypes: dict[str, str]  # as safetensors calls them: BF16, F16, F32
    bytes_on_disk: int  # of all tensors

    @abstractmethod
    def read(self, names: list[str]) -> Iterator[tuple[str, Tensor]]:
        """Yield the named tensors, one at a time, in the order of the files."""


class SafetensorsFiles(TensorFiles):
    """Tensors in one `.safetensors` file or several shards."""

    def __init__(self, label: str, paths: list[Path]) -> None:
        self.label = label
        self.shapes: dict[str, Shape] = {}
        self.dtypes: dict[str, str] = {}
        self._paths: dict[str, Path] = {}
        self._sizes: dict[str, int] = {}  # bytes
        for path in paths:
            for name, entry in _safetensors_header(path).items():
                self.shapes[name] = tuple(entry["shape"])
                self.dtypes[name] = entry["dtype"]
                self._paths[name] = path
                start, end = entry["data_offsets"]
                self._sizes[name] = end - start
        self.bytes_on_disk = sum(self._sizes.values())

    def read(self, names: list[str]) -> Iterator[tuple[str, Tensor]]:
        """Yield the named tensors, file by file."""
        by_path: dict[Path, list[str]] = {}
        for name in names:
            by_path.setdefault(self._paths[name], []).append(name)
        for path, wanted in by_path.items():
            for portion in _portions(wanted, self._sizes):
                try:
                    with safe_open(path, framework="pt") as file:
                        for name in portion:
                            yield name, file.get_tensor(name)
                except (OSError, SafetensorError) as error:
                    raise ModelError(f"{path.name} cannot be read: {error}.") from error


class PickleFile(TensorFiles):
    """Tensors in one PyTorch file: a flat dictionary, mapped into memory, never executed."""

    def __init__(self, path: Path) -> None:
        self.label = path.name
        self._path = path
        self._is_mapped = zipfile.is_zipfile(path)
        tensors = self._opened()
        self.shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
        self.dtypes = {
            name: DTYPE_NAMES.get(tensor.dtype, str(tensor.dtype).removeprefix("torch."))
            for name, tensor in tensors.items()
        }
        self._sizes = {name: tensor.nbytes for name, tensor in tensors.items()}
        self.bytes_on_disk = sum(self._sizes.values())

    def read(self, names: list[str]) -> Iterator[tuple[str, Tensor]]:
        """Yield the named tensors."""
        for portion in _portions(names, self._sizes) if self._is_mapped else [names]:
            tensors = self._opened()
            for name in portion:
                yield name, tensors.pop(name)

    def _opened(self) -> dict[str, Tensor]:
        """Return all tensors, mapped anew: what nothing refers to any more leaves memory."""
        path = self._path
        try:
            tensors = torch.load(path, map_location="cpu", weights_only=True, mmap=self._is_mapped)
        except (RuntimeError, EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
            raise ModelError(
                f"{path.name} is truncated or not a PyTorch file of plain tensors: "
                f"{path.stat().st_size:,} bytes."
            ) from error
        is_flat = isinstance(tensors, dict) and all(
            isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in tensors.items()
        )
        if not is_flat:
            raise ModelError(f"{path.name} is not a flat dictionary of tensors.")
        return tensors


def open_tensors(folder: Path, stem: str) -> TensorFiles:
    """Return the tensors of `stem` in a folder: shards with an index, one file, or a pickle.

    Raises ModelError that names the file which is missing, truncated or unreadable.
    """
    index = folder / f"{stem}.safetensors.index.json"
    if index.is_file():
        names = sorted(set(read_json(index).get("weight_map", {}).values()))
        missing = [name for name in names if not (folder / name).is_file()]
        if missing or not names:
            raise ModelError(
                f"{folder} is incomplete: {index.name} names {len(names)} files, missing: "
                f"{', '.join(missing) or 'all'}."
            )
        return SafetensorsFiles(index.name, [folder / name for name in names])
    single = folder / f"{stem}.safetensors"
    if single.is_file():
        return SafetensorsFiles(single.name, [single])
    if (folder / f"{stem}.bin").is_file():
        return PickleFile(folder / f"{stem}.bin")
    raise ModelError(
        f"{folder} has no {stem}.safetensors (nor an index of shards, nor {stem}.bin)."
    )


def open_file(path: Path) -> TensorFiles:
    """Return the tensors of one file, `.safetensors` or a pickle, whatever its name."""
    if path.suffix == ".safetensors":
        return SafetensorsFiles(path.name, [path])
    return PickleFile(path)


def has_tensors(folder: Path, stem: str) -> bool:
    """Return whether a folder holds anything that `open_tensors` would try."""
    endings = (".safetensors", ".safetensors.index.json", ".bin")
    return any((folder / f"{stem}{ending}").is_file() for ending in endings)


def check_tensors(files: TensorFiles, expected: Mapping[str, Shape]) -> None:
    """Raise ModelError naming what is missing, renamed, superfluous, of another shape or kind."""
    missing = [name for name in expected if name not in files.shapes]
    unknown = [name for name in files.shapes if name not in expected]
    wrong = [
        f"{name} is {_size(files.shapes[name])} and should be {_size(shape)}"
        for name, shape in expected.items()
        if name in files.shapes and files.shapes[name] != shape
    ]
    whole_numbers = [
        f"{name} is {files.dtypes[name]}"
        for name in expected
        if name in files.shapes and not files.dtypes[name].upper().startswith(("F", "BF"))
    ]
    if not (missing or unknown or wrong or whole_numbers):
        return
    renamed = []
    if len(missing) == len(unknown):
        pairs = zip(missing, unknown, strict=True)
        renamed = [
            f"{old} (found as {new})" for old, new in pairs if files.shapes[new] == expected[old]
        ]
    if len(renamed) == len(missing) and renamed:
        faults = [count_and_name("renamed", renamed)]
    else:
        faults = [count_and_name("missing", missing), count_and_name("unknown", unknown)]
    faults.append(count_and_name("of the wrong shape", wrong))
    faults.append(count_and_name("not in floating point", whole_numbers))
    raise ModelError(
        f"{files.label} does not fit its configuration: {', '.join(filter(None, faults))}."
    )


def count_and_name(fault: str, names: list[str]) -> str:
    """Return how many names have a fault and the first of them, or an empty text."""
    if not names:
        return ""
    rest = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{len(names)} {fault}: {', '.join(names[:3])}{rest}"


def save_tensors(
    tensors: Mapping[str, Tensor], folder: Path, stem: str, max_bytes: int = MAX_SHARD_BYTES
) -> None:
    """Write tensors as `stem.safetensors`, or as shards of at most `max_bytes` with an index."""
    shards: list[dict[str, Tensor]] = [{}]
    size = 0
    for name, tensor in tensors.items():
        tensor = tensor.detach().cpu().contiguous()
        room = max_bytes - 128 * (len(shards[-1]) + 2)  # the header's share
        if shards[-1] and size + tensor.nbytes > room:
            shards.append({})
            size = 0
        shards[-1][name] = tensor
        size += tensor.nbytes
    for old in (*folder.glob(f"{stem}-*-of-*.safetensors"), folder / f"{stem}.safetensors"):
        old.unlink(missing_ok=True)
    index = folder / f"{stem}.safetensors.index.json"
    index.unlink(missing_ok=True)
    if len(shards) == 1:
        save_file(shards[0], folder / f"{stem}.safetensors", metadata={"format": "pt"})
        return
    weight_map: dict[str, str] = {}
    for number, shard in enumerate(shards, start=1):
        file_name = f"{stem}-{number:05}-of-{len(shards):05}.safetensors"
        save_file(shard, folder / file_name, metadata={"format": "pt"})
        weight_map |= dict.fromkeys(shard, file_name)
    total = sum(tensor.nbytes for shard in shards for tensor in shard.values())
    content = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
    index.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read_json(path: Path) -> dict:
    """Return the JSON object in a file, or raise ModelError that names the file."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(f"{path.parent} has no {path.name}.") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}.") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path} does not hold a JSON object.")
    return content


def write_json(path: Path, content: dict) -> None:
    """Write a JSON object, indented."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _portions(names: list[str], sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield the names in their order, in groups of about equal bytes."""
    room = sum(sizes[name] for name in names) / NUM_PORTIONS
    portion: list[str] = []
    taken = 0
    for name in names:
        if portion and taken + sizes[name] > room:
            yield portion
            portion, taken = [], 0
        portion.append(name)
        taken += sizes[name]
    if portion:
        yield portion


def _safetensors_header(path: Path) -> dict[str, dict]:
    """Return dtype and shape of every tensor from a file's header; the file must be whole."""
    fault = f"{path.name} is truncated or not a safetensors file"
    size = path.stat().st_size
    with path.open("rb") as file:
        header_size = int.from_bytes(file.read(8), "little")
        if size < 8 or header_size > size - 8:
            raise ModelError(f"{fault}: {size} bytes.")
        try:
            header = json.loads(file.read(header_size))
        except ValueError as error:
            raise ModelError(f"{fault}: its header cannot be read.") from error
    header.pop("__metadata__", None)
    end = max((entry["data_offsets"][1] for entry in header.values()), default=0)
    if size != 8 + header_size + end:
        cut = [
            name
            for name, entry in header.items()
            if 8 + header_size + entry["data_offsets"][1] > size
        ]
        promised = f"{size} bytes, its header promises {8 + header_size + end}"
        raise ModelError(
            f"{fault}: {', '.join(filter(None, [promised, count_and_name('cut off', cut)]))}."
        )
    return header


def _size(shape: Shape) -> str:
    return " x ".join(map(str, shape)) or "scalar"
