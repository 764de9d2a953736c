"""Words and signs for what the agent does, the same in every face."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..memory.records import CheckRecord, SessionRecord

if TYPE_CHECKING:  # langgraph: seconds that no listing need pay
    from ..agent.replay import Replayed
    from ..memory.store import SessionStore

NODE_WORDS = {
    "perceive": "Looking",
    "route": "Understanding",
    "remember": "Keeping it in mind",
    "answer": "Answering",
    "adjust": "Adjusting",
    "history": "Going through the versions",
    "resolve": "Finding the picture",
    "plan": "Planning",
    "clarify": "Asking back",
    "paint": "Painting",
    "reflect": "Checking the picture",
    "measure": "Comparing with the original",
    "commit": "Keeping the version",
}
VERDICT_SIGNS: dict[str, str] = {"yes": "✓", "no": "✗", "unsure": "?"}


def num_held(checks: Sequence[CheckRecord]) -> int:
    """Return how many checks of a checklist hold, or do not matter to the user."""
    return sum(check.is_overruled or check.verdict == check.expected for check in checks)


def held_in_words(checks: Sequence[CheckRecord]) -> str:
    """Return how many checks of a checklist hold."""
    return f"{num_held(checks)} of {len(checks)} checks hold" if checks else "no checks"


def check_line(check: CheckRecord) -> str:
    """Return a check as one line: a sign, its words, and the reason where it failed."""
    is_well = check.verdict == check.expected
    if check.is_overruled:
        return f"{VERDICT_SIGNS['yes']} {check.text} (you said it is fine)"
    held = "yes" if is_well else "unsure" if check.verdict == "unsure" else "no"
    sign = VERDICT_SIGNS[held]
    reason = f": {check.reason}" if check.reason and not is_well else ""
    return f"{sign} {check.text}{' (kept)' if check.is_kept else ''}{reason}"


def kept_line(plan: dict[str, Any]) -> str:
    """Return what the pixel lock kept and put back, on one line; "" where nothing was measured."""
    if plan.get("kept_share") is None:
        return ""
    kept = f"{100 * plan['kept_share']:.1f} % of the pixels are bit-identical to the version before"
    if not plan.get("over_edit_share"):
        return kept
    return f"{kept}; {100 * plan['over_edit_share']:.1f} % were repainted unasked and put back"


def drift_line(drift: dict[str, Any]) -> str:
    """Return what the drift meter found on one line; "" if it found nothing to compare."""
    if drift.get("distance") is None or drift.get("identical_share") is None:
        return ""
    layers = drift["layers"]
    return (
        f"{100 * drift['kept_share']:.1f} % of the original was never asked to change; of that "
        f"{100 * drift['identical_share']:.1f} % is bit-identical, the rest lies "
        f"{drift['distance']:.2f} levels off; one place was painted over "
        f"{layers} time{'' if layers == 1 else 's'}"
    )


def replayed_in_words(one: "Replayed") -> str:
    """Return how a turn that was played anew differs from what it was."""
    if one.after is None:
        return f"came to nothing: {one_line(one.why)}" if one.why else "came to nothing"
    if one.difference is None:
        return one_line(one.after.reply, 60)
    share = one.difference.identical_share
    pixels = "another size" if share is None else f"{100 * share:.1f} % of the pixels identical"
    changed = "; ".join(one.difference.changes) or "shows the same"
    return f"{changed if one.difference.is_known else 'unlisted'}  ({pixels})"


def listed_titles(store: "SessionStore", sessions: Sequence[SessionRecord]) -> dict[str, str]:
    """Return by session its title, or the beginning of what was first said in it; "" of neither."""
    untitled = [session.session_id for session in sessions if not session.title]
    said = store.first_texts(untitled) if untitled else {}
    return {
        session.session_id: session.title or one_line(said.get(session.session_id, ""), 80)
        for session in sessions
    }


def one_line(text: str, limit: int = 100) -> str:
    """Return a text on one line, cut with an ellipsis where it is longer."""
    joined = " ".join(text.split())
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"
