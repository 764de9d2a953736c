"""measure: how far the version has moved from its original where nobody asked for a change."""

from dataclasses import asdict, replace
from typing import Any

from langgraph.runtime import Runtime
from PIL import Image

from ..dialogue import keep_picture, picture
from ..drift import Drift, add_layer, changed_between, measure_layers, squash_reason
from ..events import Thought
from ..pictures import side_by_side
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
    if state["plan"]["is_global"] and not state.get("mask_hash"):
        told = _begun_anew(best["image_hash"], before)
    else:
        layers = add_layer(_layers(before, services), changed_between(source, current))
        drift = measure_layers(original, current, layers)
        told = {
            "original": original_hash,
            "layers_map": keep_picture(services, layers, "drift").hash,
            "layers_before": before.get("layers_before", 0),
            **_with_layers(drift, before.get("layers_before", 0)),
        }
    reason = told["reason"]
    update: Update = {"drift": told, **_compared(state, services, current)}
    if reason and not before.get("reason"):  # said once, not with every turn
        services.emit(Thought(state["turn_id"], "measure", reason))
        update["offer"] = f"{reason} {OFFER}"
    return update


def _begun_anew(version: str, before: dict[str, Any]) -> dict[str, Any]:
    """Return the drift of a new scene or light: all of it was asked for, so it is an original.

    How often the picture was painted over counts on.
    """
    painted = before.get("layers", 0) + 1
    drift = Drift(kept_share=1.0, identical_share=None, distance=None, layers=0)
    return {
        "original": version,
        "layers_map": None,
        "layers_before": painted,
        **_with_layers(drift, painted),
    }


def _with_layers(drift: Drift, painted: int) -> dict[str, Any]:
    whole = replace(drift, layers=drift.layers + painted)
    return {**asdict(whole), "reason": squash_reason(whole)}


def _drift_before(state: TurnState, services: Services) -> dict[str, Any]:
    """Return the drift that the source's own turn was stored with; empty: it is an original."""
    path = services.path(state["parent_id"])
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
    return {"reply_image": keep_picture(services, both, "comparison").hash}
