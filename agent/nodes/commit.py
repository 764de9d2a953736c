"""commit: version, reply, checks and head become visible together, once."""

from typing import Any, Literal

from langgraph.runtime import Runtime

from ...memory.records import CheckRecord
from ..language import read_changes, read_listing
from ..replies import doubts, draw_reply, edit_reply, own_words_reply
from ..services import Services, TurnOptions
from ..state import Candidate, TurnState
from ..steps import Update
from .resolve import last_spoken

SQUASHED = (
    "I rebuilt the picture from the original in one painting, on a new branch: on the left is how "
    "it was, on the right how it is now."
)
MEMORY: tuple[Literal["told", "listed", "revoked"], ...] = ("told", "listed", "revoked")


def commit(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Commit the turn; committing a done turn again changes nothing."""
    services, best = runtime.context, state.get("best")
    reply, version = state.get("reply", ""), state.get("version")
    if best:
        parts = (SQUASHED if state.get("squash") else "", painted_reply(state, best))
        reply = " ".join(part for part in (*parts, state.get("offer")) if part)
        version = best["image_hash"]
    elif not version and state["image_hashes"] and state["route"] != "history":
        version = state["image_hashes"][-1]  # an uploaded picture is the current one from here on
    if state.get("note"):
        reply = f"{state['note']} {reply}".strip()
    head = state.get("head", "turn")
    if state.get("accepted"):
        services.store.overrule_checks(state["accepted"])
    for number in state.get("revoked", []):
        services.store.revoke_wish(state["session_id"], number)
    services.store.commit_turn(
        state["turn_id"],
        route=state["route"],
        reply=reply,
        version=version,
        brief=_brief(state, best) if best else None,
        plan=_plan(state, services, best),
        seed=state["seed"],
        model=services.model.info.name,
        timings=state.get("timings", {}),
        checks=_checks(state["turn_id"], best),
        head=head,
        parent_id=state["parent_id"],
    )
    return {"reply": reply, "version": version}


def painted_reply(state: TurnState, best: Candidate) -> str:
    """Return what was done, and what the critic still misses."""
    plan = state["plan"]
    if not plan["target"]:  # painted from the user's own words, unread and unchecked
        return own_words_reply(state["route"] == "draw")
    target = read_listing(plan["target"])
    if state["route"] == "draw":
        done = draw_reply(target)
    else:
        done = edit_reply(read_changes("; ".join(plan["changes"])), target)
    return " ".join(
        part for part in (done, plan.get("regressed"), doubts(best.get("verdicts", []))) if part
    )


def _brief(state: TurnState, best: Candidate) -> dict[str, Any]:
    options = TurnOptions.from_json(state["options"])
    return {
        "prompt": state["plan"]["prompt"],
        "source": state.get("source"),
        "mask": state.get("mask_hash"),
        "seed": best["seed"],
        "size": list(options.size) if options.size else None,
        "steps": options.steps,
    }


def _plan(state: TurnState, services: Services, best: Candidate | None) -> dict[str, Any]:
    """Return what later turns and readers want to know of this one."""
    last = state.get("last")
    if not best and not last:  # nothing new was spoken of
        last = last_spoken(services, state["parent_id"])
    plan: dict[str, Any] = {"last": last}
    plan.update({key: value for key, value in state.get("plan", {}).items() if key != "checks"})
    plan.update({key: state[key] for key in MEMORY if state.get(key)})
    if state.get("focus"):
        plan["focus"] = state["focus"]
    if state.get("reply_image"):
        plan["reply_image"] = state["reply_image"]
    if state.get("rest"):
        plan["rest"] = state["rest"]
    if state.get("drift"):
        plan["drift"] = state["drift"]
    if state.get("squash"):
        plan["squashed"] = (state["squash"] or {})["before"]
    if best:
        plan["stop_reason"] = state.get("stop_reason")
        plan["kept_share"] = best.get("kept_share")
        plan["over_edit_share"] = best.get("over_edit_share")
        plan["over_edit"] = best.get("over_edit")
        plan["rounds"] = best["round"] + 1 if not state.get("round") else state["round"]
    return plan


def _checks(turn_id: str, best: Candidate | None) -> list[CheckRecord]:
    verdicts = best.get("verdicts", []) if best else []
    return [
        CheckRecord(
            turn_id=turn_id,
            text=verdict["text"],
            expected=verdict["expected"],
            verdict=verdict["verdict"],
            reason=verdict["reason"],
            is_kept=verdict["is_kept"],
        )
        for verdict in verdicts
    ]
