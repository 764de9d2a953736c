"""measure: how far the version has moved from its original where nobody asked for a change."""

from dataclasses import asdict
from typing import Any

from langgraph.runtime import Runtime
from PIL import Image

from ..dialogue import picture
from ..drift import add_layer, changed_between, measure_layers, squash_reason
from ..events import Thought
from ..pictures import MIME, clean, side_by_side
from ..services import Services
from ..squash import OFFER
from ..state import TurnState
from ..steps import Update


def measure(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Compare the best candidate with the original it goes back to; after a squash show both."""
    services, best, source_hash = runtime.context, state.get("best"), state.get("source")
    if best is None or source_hash is None:
        return {}
    before = _drift_before(state, services)
    original_hash = before.get("original", source_hash)
    current, source = picture(services, best["image_hash"]), picture(services, source_hash)
    original = source if original_hash == source_hash else picture(services, original_hash)
    if not current.size == source.size == original.size:
        return _compared(state, services, current)
    changed = changed_between(source, current)
    layers = add_layer(_layers(before, services), changed)
    drift = measure_layers(original, current, layers)
    reason = squash_reason(drift)
    told: dict[str, Any] = {
        "original": original_hash,
        "layers_map": _put(services, layers, "drift"),
        **asdict(drift),
        "reason": reason,
    }
    update: Update = {"drift": told, **_compared(state, services, current)}
    if reason and not before.get("reason"):  # said once, not with every turn
        services.emit(Thought(state["turn_id"], "measure", reason))
        update["offer"] = f"{reason} {OFFER}"
    return update


def _drift_before(state: TurnState, services: Services) -> dict[str, Any]:
    """Return the drift that the source's own turn was stored with; empty: it is an original."""
    parent_id = state["parent_id"]
    path = services.store.path(parent_id) if parent_id else []
    made = next((turn for turn in reversed(path) if turn.version == state.get("source")), None)
    if made is None or made.brief is None or not made.brief.get("source"):
        return {}
    return dict((made.plan or {}).get("drift") or {})


def _layers(before: dict[str, Any], services: Services) -> Image.Image | None:
    key = before.get("layers_map")
    return picture(services, key) if key else None


def _compared(state: TurnState, services: Services, current: Image.Image) -> Update:
    """Return the picture of before and after a squash."""
    squash = state.get("squash")
    if not squash:
        return {}
    both = side_by_side(picture(services, str(squash["before"])), current)
    return {"reply_image": _put(services, both, "comparison")}


def _put(services: Services, image: Image.Image, role: str) -> str:
    png = clean(image)
    return services.store.put_image(png.data, MIME, png.width, png.height, role).hash
