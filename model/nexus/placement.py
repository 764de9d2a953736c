"""Which parts of a model lie on the card, and when: chosen by memory, moved by the libraries."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from accelerate.hooks import CpuOffload, UserCpuOffloadHook  # type: ignore[import-untyped]
from diffusers.hooks import apply_group_offloading
from torch import nn

from ..errors import ModelError
from .decoder import NexusDecoder
from .source import Lightening, PlacementName

GIB = 2**30
WORKING_BYTES = 4 * GIB  # KV cache, activations, decoding of a picture: an estimate
# Shares of the published files' parameters, from real_layout.json (a test holds them):
DECODER_HEAVY_SHARE = 0.71  # blocks' matrices outside the normalisations
LANGUAGE_HEAVY_SHARE = 0.78  # language model's matrices, without embeddings and head
BLOCK_SHARE = 0.029  # one double block
DECODERS = ("generation", "edit")
ORDER: tuple[PlacementName, ...] = ("together", "swap-decoders", "swap", "stream")  # fastest first


@dataclass(frozen=True)
class Needs:
    """Bytes of every part in the dtype it runs in."""

    autoregressive: int
    generation: int
    edit: int
    autoencoder: int
    largest_block: int  # of a decoder: two lie on the card while it streams

    @property
    def total(self) -> int:
        """Return the bytes of all parts."""
        return self.autoregressive + self.generation + self.edit + self.autoencoder

    def on_card(self, placement: PlacementName) -> int:
        """Return the card's memory that a placement takes, working memory included."""
        decoder = max(self.generation, self.edit)
        weights = {
            "together": self.total,
            "swap-decoders": self.autoregressive + decoder + self.autoencoder,
            "swap": max(self.autoregressive, decoder) + self.autoencoder,
            "stream": max(self.autoregressive, 4 * self.largest_block) + self.autoencoder,
        }
        return weights[placement] + WORKING_BYTES


def choose_placement(card_bytes: int, needs: Needs) -> PlacementName:
    """Return the fastest placement that a card has room for; ModelError if none."""
    for placement in ORDER:
        if needs.on_card(placement) <= card_bytes:
            return placement
    raise ModelError(
        f"The card has {card_bytes / GIB:.0f} GiB, and {needs.on_card('stream') / GIB:.0f} GiB are "
        "needed: try quantize=int8, or device=cpu."
    )


class Stage:
    """Where the parts of one model lie; `enter` brings the one that is needed to the device."""

    def __init__(self, device: torch.device, placement: PlacementName) -> None:
        self.device = device
        self.placement = placement
        self.resident: set[str] = set()
        self._hooks: dict[str, UserCpuOffloadHook] = {}

    @property
    def first_device(self) -> torch.device:
        """Return the device to which a part's weights are read."""
        return self.device if self.placement == "together" else torch.device("cpu")

    def add(self, name: str, module: nn.Module) -> None:
        """Take a part whose weights were just read to `first_device`."""
        if self.placement == "together":
            self.resident.add(name)
            return
        if self.placement == "stream" and isinstance(module, NexusDecoder):
            self._stream(module)
            return
        self._hooks[name] = UserCpuOffloadHook(module, CpuOffload(self.device))

    def enter(self, name: str) -> None:
        """Make a part ready for use; what has no place beside it leaves first."""
        for other in sorted(self.resident & self._rivals(name)):
            self._hooks[other].offload()
            self.resident.discard(other)
        if name in self._hooks:
            if self.device.type == "cuda" and name not in self.resident:
                torch.cuda.empty_cache()
            hook = self._hooks[name]
            hook.hook.pre_forward(hook.model)
            self.resident.add(name)

    def _rivals(self, name: str) -> set[str]:
        """Return the parts that may not lie beside this one."""
        others = {"autoregressive", *DECODERS} - {name}
        if self.placement == "together" or name == "autoencoder":
            return set()
        if self.placement == "swap-decoders":
            return others & set(DECODERS) if name in DECODERS else set()
        return others

    def _stream(self, decoder: NexusDecoder) -> None:
        """Let the transformer's blocks come to the device one after another."""
        for name, module in decoder.named_children():
            if name != "transformer":
                module.to(self.device)
        decoder.pooled = decoder.pooled.to(self.device)
        decoder.run_device = self.device
        is_card = self.device.type == "cuda"
        apply_group_offloading(
            decoder.transformer,
            onload_device=self.device,
            offload_type="block_level",
            num_blocks_per_group=1,
            use_stream=is_card,
        )


def needs_of(
    decoders: Mapping[str, int],
    autoregressive: int,
    autoencoder: int,
    *,
    bytes_each: int = 2,
    how: Lightening = "none",
) -> Needs:
    """Return the bytes of every part from its number of parameters.

    In eight bits the matrices of the blocks count one byte, the rest as before: the shares above.
    """

    def size(parameters: int, heavy: float) -> int:
        return round(parameters * (bytes_each * (1 - heavy) + heavy))

    none = how == "none"
    decoder_share = 0.0 if none else DECODER_HEAVY_SHARE
    language_share = LANGUAGE_HEAVY_SHARE if how == "int8" else 0.0
    counts = {kind: size(decoders.get(kind, 0), decoder_share) for kind in DECODERS}
    return Needs(
        autoregressive=size(autoregressive, language_share),
        generation=counts["generation"],
        edit=counts["edit"],
        autoencoder=autoencoder * bytes_each,
        largest_block=round(max(counts.values()) * BLOCK_SHARE),
    )
