"""plan: from the user's words to a complete target and a checklist, before anything is painted."""

import re

from langgraph.runtime import Runtime

from ..checklist import checks_of_draw, checks_of_edit
from ..dialogue import ask
from ..errors import AnswerError
from ..events import Thought
from ..language import (
    DrawAnswer,
    EditAnswer,
    Listing,
    Outside,
    Unclear,
    apply_changes,
    is_entry,
    is_same,
    read_draw,
    read_edit,
    read_listing,
    sort_entries,
)
from ..replies import change_clause, join
from ..services import Services, TurnOptions
from ..state import Plan, TurnState
from ..steps import Update

OWN_WORDS = re.compile(r"[,;.(]?\s*\b(?:use|with|in) my (?:own )?words\b\s*[).]?", re.IGNORECASE)
MAX_QUESTIONS = 2
UNPLANNED = "I could not work out what to paint. Please say it in other words, one wish at a time."
UNSEEN = "I cannot make out this picture well enough to change it."
ALREADY = "The picture shows that already, so I left it as it is."


def plan(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Polish the request into a complete target; or ask, decline, or (on a retry) revise."""
    services = runtime.context
    if state.get("round", 0):
        return _revise(state, services)
    try:
        found = (
            _ask_draw(state, services) if state["route"] == "draw" else _ask_edit(state, services)
        )
    except AnswerError:
        if not services.model.info.describes_edits:
            return _own_words(state, services)
        return {"reply": UNPLANNED, "question": None}
    if isinstance(found, Outside):
        return {"route": "outside", "reply": found.sentence, "question": None}
    if isinstance(found, Unclear):
        if state.get("num_questions", 0) >= MAX_QUESTIONS:
            return {"reply": f"I still do not know: {found.question}", "question": None}
        return {"question": found.question}
    return _settle(state, services, found)


def _ask_draw(state: TurnState, services: Services) -> DrawAnswer | Unclear | Outside:
    request = _words_of(state)
    try:
        return read_draw(ask(services, services.prompts.render("draw", request=request)))
    except AnswerError:
        # The model decodes greedily: the same words would give the same answer.
        plain = services.prompts.render("draw", request=_plain(request))
        return read_draw(ask(services, plain))


def _ask_edit(state: TurnState, services: Services) -> EditAnswer | Unclear | Outside:
    instruction = _words_of(state)
    caption, last = state["source_caption"], state.get("last")
    wish = services.prompts.render("wish", instruction=instruction, last=last)
    try:
        return read_edit(ask(services, wish, caption=caption, image_hash=state.get("source")))
    except AnswerError:
        wish = services.prompts.render("wish", instruction=_plain(instruction), last=None)
        return read_edit(ask(services, wish, caption=caption, image_hash=state.get("source")))


def _settle(state: TurnState, services: Services, found: DrawAnswer | EditAnswer) -> Update:
    turn_id = state["turn_id"]
    options = TurnOptions.from_json(state["options"])
    is_polished = options.polish and not OWN_WORDS.search(state["text"])
    made: Plan = {"polished": is_polished, "changes": [], "is_global": False}
    is_described = services.model.info.describes_edits
    outcome = ""
    if isinstance(found, EditAnswer):
        try:
            source = read_listing(state["source_caption"] or "")
        except AnswerError:
            if not is_described:
                return _own_words(state, services)
            return {"reply": UNSEEN, "question": None}
        target = _target_of(found, source)
        if is_same(target, source):
            if not is_described:  # what was asked for may be finer than a listing
                return _own_words(state, services)
            return {"reply": ALREADY, "question": None}
        made["changes"] = [str(change) for change in found.changes]
        made["is_global"] = any(change.is_global for change in found.changes)
        made["checks"] = checks_of_edit(found.changes, source, target)
        outcome = join([change_clause(change, target) for change in found.changes])
        last = next((change.new for change in reversed(found.changes) if change.new), None)
        services.emit(Thought(turn_id, "plan", f"Changes: {'; '.join(made['changes'])}"))
    else:
        target = found.target
        made["checks"] = checks_of_draw(found.asked)
        last = target.entries[0] if len(target.entries) == 1 else None
    made["target"] = str(target)
    words = _words_of(state)
    made["prompt"] = words
    if is_polished:
        made["prompt"] = services.prompts.render(
            "paint", target=target, words=words, outcome=outcome
        )
    services.emit(Thought(turn_id, "plan", f"I will paint: {made['prompt']}"))
    return {"plan": made, "question": None, "last": last if last and is_entry(last) else None}


def _own_words(state: TurnState, services: Services) -> Update:
    """Return the plan of a model that paints from instructions and whose plan cannot be read.

    The painter gets the user's own words and the source picture; there is nothing to check.
    """
    words = _words_of(state)
    made: Plan = {
        "polished": False,
        "changes": [],
        "is_global": False,
        "target": "",
        "prompt": words,
        "checks": [],
    }
    services.emit(Thought(state["turn_id"], "plan", f"I will paint in your own words: {words}"))
    return {"plan": made, "question": None, "last": None}


def _words_of(state: TurnState) -> str:
    """Return the user's words without the wish to have them used."""
    return OWN_WORDS.sub("", state["text"]).strip() or state["text"]


def _target_of(found: EditAnswer, source: Listing) -> Listing:
    """Return the target; where the model's copy disagrees with its own changes, these count."""
    made = apply_changes(source, found.changes)
    if made is None or is_same(made, found.target):
        return found.target
    return sort_entries(made)


def _revise(state: TurnState, services: Services) -> Update:
    """Return the plan of a retry: only what failed may change it, never the request itself.

    A model that paints complete descriptions keeps its description and samples anew.
    """
    made, best = state["plan"], state.get("best")
    revision = best.get("revision", "") if best else ""
    if services.model.info.describes_edits or not revision:
        return {"question": None}
    prompt = services.prompts.render("revise", prompt=made["prompt"], revision=revision)
    return {"plan": {**made, "prompt": prompt}, "question": None}


def _plain(words: str) -> str:
    """Return the words without ornament: lower case, single spaces, no closing marks."""
    return " ".join(words.lower().split()).rstrip(" .!?")
