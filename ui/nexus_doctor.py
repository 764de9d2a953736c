"""What `pentimento doctor` says of the published layout: files, memory, placement."""

import os

import torch

from ..model.errors import ModelError
from ..model.nexus.placement import GIB, ORDER, Needs, choose_placement
from ..model.nexus.report import PartReport, examine, needs_of_reports
from ..model.nexus.source import Source
from .findings import Finding

CARDS = (24, 48, 80)  # GiB
ADVICE = {
    "texts": "Without CLIP-L's vector the pictures differ from the published ones: put "
    "FLUX.1-dev's text_encoder/ into FLUX/FLUX.1-dev beside the model, or give clip=DIR.",
}


def look_at_files(source: Source) -> list[Finding]:
    """Return one finding a part, and one on memory where all parts are whole."""
    reports = examine(source)
    found = [
        Finding(
            _short(report.name),
            report.is_well,
            report.text,
            "" if report.is_well else ADVICE.get(report.name, ""),
            facts=_facts(report),
        )
        for report in reports
    ]
    if all(report.is_well for report in reports[:3]):
        found.append(look_at_memory(reports, source))
    return found


def look_at_memory(reports: list[PartReport], source: Source) -> Finding:
    """Return what the model takes and what this machine can do with it."""
    dtype = torch.float32 if source.dtype == "float32" else torch.bfloat16
    needs = needs_of_reports(reports, dtype, source.quantize)
    name = str(dtype).removeprefix("torch.")
    weights = f"weights {_size(needs.total)} in {name}"
    if source.quantize != "none":
        weights += f", {source.quantize}"
    cards = ", ".join(f"{card} GiB: {fits(card * GIB, needs)}" for card in CARDS)
    facts = {
        "weights": needs.total,
        "parts": {
            part: getattr(needs, part)
            for part in ("autoregressive", "generation", "edit", "autoencoder")
        },
        "on_card": {placement: needs.on_card(placement) for placement in ORDER},
    }
    here, is_well = _here(needs)
    return Finding("memory", is_well, f"{weights}; cards of {cards}; {here}", facts=facts)


def fits(card_bytes: int, needs: Needs) -> str:
    """Return the placement that a card has room for, or that it has none."""
    try:
        return choose_placement(card_bytes, needs)
    except ModelError:
        return "too small"


def _here(needs: Needs) -> tuple[str, bool]:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if torch.cuda.is_available():
        free, _ = torch.cuda.mem_get_info()
        placement = fits(free, needs)
        return f"here: {free / GIB:.0f} GiB free on the card: {placement}", placement != "too small"
    is_enough = needs.total <= memory
    can = "enough to run, slowly" if is_enough else "too little: weights would be read again"
    return f"here: no card, {memory / GIB:.0f} GiB of memory: {can}", is_enough


def _size(size: int) -> str:
    return f"{size / GIB:.1f} GiB" if size >= GIB / 10 else f"{size / 2**20:.1f} MiB"


def _short(name: str) -> str:
    return {"autoregressive": "language", "autoencoder": "vae", "generation": "drawing",
            "edit": "editing"}.get(name, name)  # fmt: skip


def _facts(report: PartReport) -> dict[str, object]:
    return {
        "part": report.name,
        "tensors": report.tensors,
        "parameters": report.parameters,
        "bytes_on_disk": report.bytes_on_disk,
        "dtypes": report.dtypes,
        "layout": report.layout,
        "digest": report.digest,
    }
