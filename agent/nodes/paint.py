"""paint: K candidates from their own seeds, locked to the source, stored one by one."""

import hashlib

from langgraph.runtime import Runtime
from PIL import Image

from ... import InputError
from ...model.contract import Brief, Picture, Progress
from ..dialogue import picture
from ..events import CandidatePainted
from ..events import Progress as ProgressEvent
from ..lock import lock_pixels
from ..pictures import MIME, clean, encode, flatten
from ..services import Services, TurnOptions
from ..state import Candidate, TurnState
from ..steps import Update


def paint(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Paint one round of candidates in one batch; every round starts from the pre-turn picture."""
    services, turn_id = runtime.context, state["turn_id"]
    source_hash = state.get("source")
    source = picture(services, source_hash) if source_hash else None
    mask = _mask_of(state, services, source)
    briefs = _briefs(state, source, mask)

    def tell(progress: Progress) -> None:
        preview = encode(progress.preview) if progress.preview else None
        services.emit(ProgressEvent(turn_id, progress.step, progress.num_steps, preview))

    painted = services.model.imagine(briefs, on_step=tell, cancel=services.is_cancelled)
    return {
        "candidates": [
            _keep(state, services, index, one, source, mask) for index, one in enumerate(painted)
        ]
    }


def candidate_seed(seed: int, round: int, index: int) -> int:
    """Return the seed of a candidate: the turn's own for the first, derived ones for the others."""
    if round == index == 0:
        return seed
    digest = hashlib.sha256(f"{seed}/{round}/{index}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _briefs(state: TurnState, source: Image.Image | None, mask: Image.Image | None) -> list[Brief]:
    options = TurnOptions.from_json(state["options"])
    height, width = options.size or (None, None)
    return [
        Brief(
            prompt=state["plan"]["prompt"],
            source=flatten(source) if source else None,
            seed=candidate_seed(state["seed"], state.get("round", 0), index),
            height=height,
            width=width,
            num_inference_steps=options.steps,
            mask=mask,
        )
        for index in range(options.candidates)
    ]


def _mask_of(
    state: TurnState, services: Services, source: Image.Image | None
) -> Image.Image | None:
    mask_hash = state.get("mask_hash")
    if source is None or not mask_hash:
        return None
    mask = picture(services, mask_hash)
    if mask.size != source.size:
        raise InputError(
            f"The mask has {mask.width} x {mask.height} pixels, but the picture has "
            f"{source.width} x {source.height}; they must be of one size."
        )
    return mask


def _keep(
    state: TurnState,
    services: Services,
    index: int,
    painted: Picture,
    source: Image.Image | None,
    mask: Image.Image | None,
) -> Candidate:
    """Lock a painting to its source, store it, and return its record."""
    turn_id, round = state["turn_id"], state.get("round", 0)
    image, kept_share = painted.image.convert("RGB"), None
    if source is not None:
        locked = lock_pixels(
            source,
            image,
            mask=mask,
            mode=TurnOptions.from_json(state["options"]).lock,
            is_global=state["plan"]["is_global"],
        )
        image, kept_share = locked.image, locked.kept_share
    png = clean(image)
    stored = services.store.put_image(png.data, MIME, png.width, png.height, "candidate")
    candidate: Candidate = {
        "image_hash": stored.hash,
        "seed": painted.seed,
        "round": round,
        "index": index,
        "kept_share": kept_share,
    }
    services.emit(CandidatePainted(turn_id, stored.hash, index, round))
    return candidate
