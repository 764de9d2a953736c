"""paint: K candidates from their own seeds, locked to the source, stored one by one."""

import hashlib
from collections.abc import Sequence

from langgraph.runtime import Runtime
from PIL import Image

from ...model.contract import Brief, ModelInfo, Picture, Progress
from ..dialogue import keep_picture, mask_of
from ..events import CandidatePainted
from ..events import Progress as ProgressEvent
from ..language import read_changes, read_listing
from ..lock import Box, Locked, lock_pixels, put_back
from ..pictures import encode, flatten
from ..raster import Raster, open_raster
from ..services import Services, TurnOptions
from ..state import Candidate, Plan, TurnState
from ..steps import Update
from ..windows import asked_area, window_of


def paint(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Paint one round of candidates in one batch; every round starts from the pre-turn picture."""
    services, turn_id = runtime.context, state["turn_id"]
    source_hash = state.get("source")
    original = open_raster(services.store.images.get(source_hash)) if source_hash else None
    source = original.to_image() if original else None
    mask = mask_of(services, state.get("mask_hash"), source.size) if source else None
    window = _window(services, mask)
    start = painted_from(state["plan"], source, mask, services.model.info)
    briefs = _briefs(state, _cut(start, window), _cut(mask, window))

    def tell(progress: Progress) -> None:
        preview = encode(progress.preview) if progress.preview else None
        services.emit(ProgressEvent(turn_id, progress.step, progress.num_steps, preview))

    painted = services.model.imagine(briefs, on_step=tell, cancel=services.is_cancelled)
    return {
        "candidates": [
            _keep(state, services, index, one, original, source, mask, window)
            for index, one in enumerate(painted)
        ]
    }


def painted_from(
    plan: Plan, source: Image.Image | None, mask: Image.Image | None, info: ModelInfo
) -> Image.Image | None:
    """Return the picture that the painter is given to start from.

    It is given none where the plan's listing says all that is to be seen: a painter that sees the
    source copies what was to change, and the pixel lock keeps what was not. Within a user's mask
    the painting has to meet what lies around, and is shown it.
    """
    is_told = info.describes_edits and plan["target"] and mask is None
    return None if is_told else source


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


def _window(services: Services, mask: Image.Image | None) -> Box | None:
    """Return the part of a large picture that is painted for a mask, if the model can do so."""
    info = services.model.info
    return window_of(mask, info.height, info.width) if mask and info.paints_windows else None


def _cut(image: Image.Image | None, window: Box | None) -> Image.Image | None:
    return image.crop(window) if image and window else image


def _keep(
    state: TurnState,
    services: Services,
    index: int,
    painted: Picture,
    original: Raster | None,
    source: Image.Image | None,
    mask: Image.Image | None,
    window: Box | None,
) -> Candidate:
    """Lock a painting to its source, store it at the source's depth, and return its record."""
    turn_id, round = state["turn_id"], state.get("round", 0)
    image, locked = painted.image.convert("RGB"), None
    if source is not None:
        locked = lock_pixels(
            source,
            image,
            mask=mask,
            asked=_asked(state, services, source),
            mode=TurnOptions.from_json(state["options"]).lock,
            is_global=state["plan"]["is_global"],
            window=window,
        )
        if boxes := state["plan"].get("kept_boxes"):
            locked = put_back(source, locked, [_in_pixels(box, source.size) for box in boxes])
    kept = original.repainted(locked.image) if original and locked else image
    candidate: Candidate = {
        "image_hash": keep_picture(services, kept, "candidate").hash,
        "seed": painted.seed,
        "round": round,
        "index": index,
        "kept_share": locked.kept_share if locked else None,
        "over_edit_share": locked.over_edit_share if locked else None,
        "over_edit": _over_edit(services, locked),
    }
    services.emit(CandidatePainted(turn_id, candidate["image_hash"], index, round))
    return candidate


def _in_pixels(box: Sequence[float], size: tuple[int, int]) -> Box:
    """Return a box in pixels of one in shares of the picture."""
    left, top, right, bottom = box
    width, height = size
    return round(left * width), round(top * height), round(right * width), round(bottom * height)


def _asked(state: TurnState, services: Services, source: Image.Image) -> Image.Image | None:
    """Return where the plan expects changes, if the painter is told exact places."""
    made, caption = state["plan"], state.get("source_caption")
    if not (services.model.info.describes_edits and made.get("target") and caption):
        return None
    changes = read_changes("; ".join(made["changes"])) if made["changes"] else ()
    return asked_area(read_listing(caption), read_listing(made["target"]), changes, source.size)


def _over_edit(services: Services, locked: Locked | None) -> str | None:
    """Return the stored map of what was repainted though nobody asked, if anything was."""
    if locked is None or locked.over_edit is None or not locked.over_edit_share:
        return None
    return keep_picture(services, locked.over_edit, "over_edit").hash
