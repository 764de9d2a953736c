"""The plan settled: what the model understood, the standing wishes in it, and how it is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ...memory.records import WishRecord
from ..checklist import Check, checks_of_draw, checks_of_edit
from ..errors import AnswerError
from ..events import Thought
from ..language import (
    Change,
    DrawAnswer,
    EditAnswer,
    Listing,
    apply_changes,
    is_entry,
    is_same,
    read_listing,
    sort_entries,
)
from ..polish import EDIT_PLAN, merge_in_words, polish_diff
from ..regression import Regression, holds, regression, standing_checks
from ..replies import a_thing, change_clauses, check_words, join
from ..services import Services, TurnOptions
from ..state import Plan, TurnState
from ..steps import Update
from ..vocabulary import HOW, content_words
from ..wish_keeping import Kept, keep_wishes
from ..wishes import read_rules
from .clarify import KEPT
from .locate import MAX_QUESTIONS

UNSEEN = "I cannot make out this picture well enough to change it."
ALREADY = "The picture shows that already, so I left it as it is."
UNCHANGED = (
    "I found nothing to change: either the picture shows that already, or I do not know how to "
    "draw it."
)
PLAN_ANSWERS = ("yes", "use my words", EDIT_PLAN, "no")
ONCE = 0  # the number of a wish for this turn alone; standing ones count from 1
WISH_ANSWERS = ("yes", "no")


def _says_how(words: str) -> bool:
    """Return whether words tell, in the language's own, how something is to be or what to add."""
    return not HOW.isdisjoint(content_words(words))


def settle(
    state: TurnState,
    services: Services,
    found: DrawAnswer | EditAnswer,
    *,
    words: str,
    is_polished: bool,
    is_split: bool = False,
) -> Update:
    """Return the plan of what was understood; or a question, or a reply that ends the turn."""
    is_described = services.model.info.describes_edits
    source = None
    if isinstance(found, EditAnswer):
        try:
            source = read_listing(state["source_caption"] or "")
        except AnswerError:
            if not is_described:
                return own_words(state, services, words)
            return {"reply": UNSEEN, "question": None}
    own = found.changes if isinstance(found, EditAnswer) else ()
    found, past = _with_past(state, services, found, source)
    wishes = _wishes(state, services)
    kept = _with_wishes(state, wishes, found, source)
    if kept.broken:
        return _ask_to_break(state, kept.broken)
    if source and is_same(kept.target, source):
        if not is_described:  # what was asked for may be finer than a listing
            return own_words(state, services, words)
        return {"reply": ALREADY if _says_how(words) else UNCHANGED, "question": None}
    made = _plan_of(found, kept, source)
    _tell_past(made, past, kept.target)
    outcome, last = "", None
    if source:
        outcome = join(change_clauses(kept.changes, kept.target))
        last = _spoken_of(own, kept)
        services.emit(Thought(state["turn_id"], "plan", f"Changes: {'; '.join(made['changes'])}"))
    elif len(kept.target.entries) == 1:
        last = kept.target.entries[0]
    made["words"], made["prompt"], made["polished"] = words, words, is_polished
    if is_polished:
        made["prompt"] = services.prompts.render(
            "paint", target=kept.target, words=words, outcome=outcome
        )
        made["polish"] = polish_diff(words, made["prompt"])
    if merge := merge_in_words(len(kept.changes), is_split=is_split):
        made["merge"] = merge
        services.emit(Thought(state["turn_id"], "plan", f"{merge[0].upper()}{merge[1:]}"))
    _tell_wishes(state, services, made, wishes, is_described=is_described)
    services.emit(Thought(state["turn_id"], "plan", f"I will paint: {made['prompt']}"))
    return {"plan": made, "question": None, "last": last if last and is_entry(last) else None}


def _spoken_of(own: Sequence[Change], kept: Kept) -> str | None:
    """Return the object that the user spoke of last; nobody calls the light "it".

    It is one of the user's own changes, not of what was brought back beside them.
    """
    things = [change.new for change in kept.changes if change.new and not change.is_global]
    asked = {change.new for change in own}
    return next((new for new in reversed(things) if new in asked), things[-1] if things else None)


def own_words(state: TurnState, services: Services, words: str) -> Update:
    """Return the plan of a model that paints from instructions and whose plan cannot be read.

    The painter gets the user's own words and the source picture; there is nothing to check but
    the standing wishes.
    """
    made: Plan = {
        "polished": False,
        "changes": [],
        "is_global": False,
        "target": "",
        "words": words,
        "prompt": words,
        "checks": [],
    }
    _tell_wishes(state, services, made, _wishes(state, services), is_described=False)
    text = f"I will paint in your own words: {made['prompt']}"
    services.emit(Thought(state["turn_id"], "plan", text))
    return {"plan": made, "question": None, "last": None}


def with_confirmation(state: TurnState, update: Update) -> Update:
    """Return a settled plan as a question, where the user wants to see it before it runs."""
    made: Plan | None = update.get("plan")
    options = TurnOptions.from_json(state["options"])
    if made is None or not options.confirm_plan or state.get("is_confirmed"):
        return update
    shown = {key: made.get(key) for key in ("prompt", "words", "changes", "polish", "merge")}
    shown["checks"] = [check["text"] for check in made["checks"]]
    shown["wishes"] = made.get("wishes", [])
    answers = [one for one in PLAN_ANSWERS if one != "use my words" or made["polished"]]
    return {
        **update,
        "question": f"Shall I paint this: {made['prompt']}",
        "choices": {"kind": "plan", "options": answers, "plan": shown},
    }


def _with_past(
    state: TurnState,
    services: Services,
    found: DrawAnswer | EditAnswer,
    source: Listing | None,
) -> tuple[DrawAnswer | EditAnswer, Regression]:
    """Return an edit with what was lost on the way brought back, and what is asked once more."""
    parent_id = state["parent_id"]
    if not TurnOptions.from_json(state["options"]).regress:
        return found, Regression((), (), ())
    if source is None or not isinstance(found, EditAnswer) or parent_id is None:
        return found, Regression((), (), ())
    if services.version_at(parent_id) != state.get("source"):  # an upload, or an older one
        return found, Regression((), (), ())
    checks = services.store.path_checks(parent_id)
    earlier = standing_checks(services.path(parent_id), checks)
    target = target_of(found, source)
    past = regression(earlier, source, target, found.changes)
    if not past.repairs or state.get("edited"):
        return found, replace(past, repairs=())
    mended = apply_changes(target, past.repairs)
    if mended is None:
        return found, replace(past, repairs=())
    return EditAnswer((*found.changes, *past.repairs), sort_entries(mended)), past


def _tell_past(made: Plan, past: Regression, target: Listing) -> None:
    """Put earlier checks into the checklist, and tell what was lost on the way."""
    known = {check["text"] for check in made["checks"]}
    asked = [text for text in past.asked if text not in known and holds(text, target) is not False]
    made["checks"] += [_kept_check(text) for text in asked]
    back = [change.new for change in past.repairs if change.new and change.new in target.entries]
    told = []
    if back:
        made["repaired"] = back
        told.append(f"I brought back what was lost on the way: {join(map(a_thing, back))}.")
    if past.lost:
        made["lost"] = [one.text for one in past.lost]
        lost = join([f"{check_words(one.text)} (turn {one.turn_number})" for one in past.lost])
        told.append(f"What you asked for earlier is not there any more: {lost}.")
    if told:
        made["regressed"] = " ".join(told)


def _with_wishes(
    state: TurnState,
    wishes: Sequence[WishRecord],
    found: DrawAnswer | EditAnswer,
    source: Listing | None,
) -> Kept:
    """Return the target and the changes with the standing wishes in them."""
    if isinstance(found, DrawAnswer):
        if state.get("edited"):  # by the user's own hand
            return Kept(found.target, [])
        return keep_wishes(wishes, state["text"], None, found.target)
    assert source is not None
    target = target_of(found, source)
    if state.get("edited"):
        return Kept(target, list(found.changes))
    return keep_wishes(wishes, state["text"], source, target, found.changes)


def _wishes(state: TurnState, services: Services) -> list[WishRecord]:
    """Return the standing wishes that hold for this turn."""
    if not state["session_id"]:  # planned outside of any session, by a measurement
        return []
    gone = {*state.get("overruled", []), *state.get("revoked", [])}
    held = services.store.wishes(state["session_id"])
    if once := state.get("once"):
        rules = read_rules(once).to_json()
        held.append(WishRecord(state["session_id"], ONCE, None, once, rules, datetime.now(UTC)))
    return [wish for wish in held if wish.number not in gone]


def _ask_to_break(state: TurnState, broken: Sequence[WishRecord]) -> Update:
    """Return the question whether a wish may be broken this once."""
    if state.get("num_questions", 0) >= MAX_QUESTIONS:
        return {"reply": KEPT, "question": None}
    told = join([f"“{wish.text}”" for wish in broken])
    is_once = broken[0].number == ONCE
    held = f"That is against your {'' if is_once else 'standing '}wish"
    held += "es" if len(broken) > 1 else ""
    return {
        "question": f"{held} {told}. Shall I do it all the same, this once?",
        "choices": {
            "kind": "wishes",
            "numbers": [wish.number for wish in broken],
            "options": list(WISH_ANSWERS),
        },
    }


def _plan_of(found: DrawAnswer | EditAnswer, kept: Kept, source: Listing | None) -> Plan:
    made: Plan = {
        "target": str(kept.target),
        "changes": [str(change) for change in kept.changes],
        "is_global": any(change.is_global for change in kept.changes),
    }
    if isinstance(found, DrawAnswer):
        made["checks"] = checks_of_draw(found.asked)
    elif source:
        made["checks"] = checks_of_edit(kept.changes, source, kept.target)
    asked = {check["text"] for check in made["checks"]}
    made["checks"] += [check for check in kept.checks if check["text"] not in asked]
    if numbers := [number for number in kept.numbers if number != ONCE]:
        made["wishes"] = numbers
    if kept.boxes and not made["is_global"]:
        made["kept_boxes"] = kept.boxes
    return made


def _tell_wishes(
    state: TurnState,
    services: Services,
    made: Plan,
    wishes: Sequence[WishRecord],
    *,
    is_described: bool,
) -> None:
    """Put into the prompt and the checklist what a listing cannot say; tell what was kept."""
    used = made.get("wishes", [])
    if not is_described:
        more = [wish for wish in wishes if wish.number not in used]
        if more:
            texts = [wish.text for wish in more]
            made["prompt"] = services.prompts.render("keep", prompt=made["prompt"], wishes=texts)
            made["checks"] += [_kept_check(text) for text in texts]
            used = made["wishes"] = sorted([*used, *(wish.number for wish in more)])
    told = "; ".join(wish.text for wish in wishes if wish.number in used)
    if told:
        services.emit(Thought(state["turn_id"], "plan", f"Your standing wishes in it: {told}"))


def _kept_check(text: str) -> Check:
    return {"text": text, "expected": "yes", "is_kept": True}


def target_of(found: EditAnswer, source: Listing) -> Listing:
    """Return the target; where the model's copy disagrees with its own changes, these count."""
    made = apply_changes(source, found.changes)
    if made is None or is_same(made, found.target):
        return found.target
    return sort_entries(made)
