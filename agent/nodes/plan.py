"""plan: from the user's words to a complete target and a checklist, before anything is painted."""

import re
from collections.abc import Callable
from functools import partial

from langgraph.runtime import Runtime

from ..as_before import restored, speaks_of_before
from ..clauses import clauses_of
from ..comparing import changes_between
from ..dialogue import ask, caption_of, weigh_deeds
from ..errors import AnswerError
from ..events import Thought
from ..groups import complete_ground, complete_group, everything_but
from ..language import (
    MISSING,
    DrawAnswer,
    EditAnswer,
    Listing,
    Outside,
    Unclear,
    apply_changes,
    read_changes,
    read_draw,
    read_edit,
    read_listing,
    refuted,
    says_already,
    tells_already,
)
from ..left_out import complete_additions, missing_thing
from ..mending import mend
from ..on_top import said_above
from ..removals import what_goes
from ..services import Services, TurnOptions
from ..sides import answered_by_side, chosen_of_several
from ..state import Before, TurnState
from ..steps import Update
from ..vocabulary import MAX_ENTRIES, content_words, listing_of
from .locate import MAX_QUESTIONS
from .settle import own_words, settle, target_of, with_confirmation

OWN_WORDS = re.compile(r"[,;.(]?\s*\b(?:use|with|in) my (?:own )?words\b\s*[).]?", re.IGNORECASE)
# To change places takes nothing away: "swap them", of four things, is no wish to empty the page.
SWAPS = re.compile(
    r"\b(?:swap|exchange)\b(?!.*\b(?:for|with|by|into|out)\b)|\b(?:trade|switch|change) places\b",
    re.IGNORECASE,
)
# "The dog too" takes nothing away where nothing was taken away before.
REPEATS = re.compile(
    r"\b(?:too|as well|also|likewise|same(?! to (?:me|us|you)))\b(?!.*\b(?:minus|without)\b)",
    re.IGNORECASE,
)
WHAT_ALIKE = "What should become of it? Please say it in full."
UNPLANNED = "I could not work out what to paint. Please say it in other words, one wish at a time."
WHAT_TO_DRAW = "What should I draw?"


def plan(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Polish the request into a complete target; or ask, decline, or (on a retry) revise."""
    services = runtime.context
    if state.get("round", 0):
        return _revise(state, services)
    if state.get("edited"):
        return _settle(state, services, _edited(state))
    if squash := state.get("squash"):
        rebuilt = _squashed(state, services, squash)
        if rebuilt is None:
            return with_confirmation(state, own_words(state, services, _words_of(state)))
        return with_confirmation(state, _settle(state, services, rebuilt))
    found: DrawAnswer | EditAnswer | Unclear | Outside | None = _ask_one_by_one(state, services)
    is_split = found is not None
    try:
        if found is None:
            is_draw = state["route"] == "draw"
            found = _ask_draw(state, services) if is_draw else _ask_whole_edit(state, services)
    except AnswerError:
        if not services.model.info.describes_edits:
            return with_confirmation(state, own_words(state, services, _words_of(state)))
        return {"reply": UNPLANNED, "question": None}
    if isinstance(found, Outside):
        return {"route": "outside", "reply": found.sentence, "question": None}
    if isinstance(found, Unclear):
        if state.get("num_questions", 0) >= MAX_QUESTIONS:
            return {"reply": f"I still do not know: {found.question}", "question": None}
        return {"question": found.question}
    return with_confirmation(state, _settle(state, services, found, is_split=is_split))


def _ask_draw(state: TurnState, services: Services) -> DrawAnswer | Unclear | Outside:
    request = _words_of(state)
    try:
        found = read_draw(ask(services, services.prompts.render("draw", request=request)))
    except AnswerError:
        # The model decodes greedily: the same words would give the same answer.
        plain = services.prompts.render("draw", request=_plain(request))
        found = read_draw(ask(services, plain))
    if isinstance(found, Unclear) and tells_already(found.question):  # nothing is so yet
        return Unclear(WHAT_TO_DRAW)
    if not isinstance(found, DrawAnswer) or not services.model.info.describes_edits:
        return found
    mended = mend(found, partial(_planned, services))
    if mended is not found:
        told = f"The plan lacked something that you asked for; mended: {mended.target}"
        services.emit(Thought(state["turn_id"], "plan", told))
    return mended


def _planned(services: Services, wish: str, source: Listing) -> Listing | None:
    """Return the listing that a wish leads to, or None where it cannot be planned."""
    try:
        found = _understood(partial(_ask_wish, services, source=source), wish, source)
    except AnswerError:
        return None
    return target_of(found, source) if isinstance(found, EditAnswer) else None


def _ask_wish(
    services: Services,
    wish: str,
    source: Listing,
    last: str | None = None,
    before: Before | None = None,
) -> str:
    """Return the model's answer to a wish about a listing, with no picture at hand."""
    prompt = services.prompts.render("wish", instruction=wish, last=last, before=before)
    return ask(services, prompt, caption=str(source))


def _ask_whole_edit(state: TurnState, services: Services) -> EditAnswer | Unclear | Outside:
    source = listing_of(state["source_caption"])
    try:
        found = _ask_edit(state, services)
    except AnswerError:
        if source and (missing := missing_thing(_words_of(state), source)):
            return Unclear(f"There is no {missing}. Which thing do you mean?")
        raise
    if source is None or not isinstance(found, EditAnswer):
        return found
    if _takes_away_instead(found, _words_of(state), state.get("before")):
        return Unclear(WHAT_ALIKE)
    return _with_left_out(services, _words_of(state), found, source)


def _takes_away_instead(found: EditAnswer, words: str, before: Before | None) -> bool:
    """Return whether "the dog too" is planned as a removal, and nothing was removed before."""
    if before is None or not REPEATS.search(words) or what_goes(words):
        return False
    has_gone = any(change.new is None for change in read_changes(before["changes"]))
    return not has_gone and all(change.new is None for change in found.changes)


def _ask_edit(state: TurnState, services: Services) -> EditAnswer | Unclear | Outside:
    instruction, caption = _words_of(state), state["source_caption"]
    last, before, source = state.get("last"), state.get("before"), listing_of(caption)
    if source and (rest := everything_but(instruction, source)):
        return rest
    image = state.get("source")
    if image and speaks_of_before(instruction):
        back = restored(services, state["parent_id"], instruction, image, last)
        if back:
            return back

    def planned(
        words: str, last: str | None, before: Before | None
    ) -> EditAnswer | Unclear | Outside:
        def said(words: str) -> str:
            wish = services.prompts.render("wish", instruction=words, last=last, before=before)
            return ask(services, wish, caption=caption, image_hash=image)

        return _understood(said, _taught(words, source, last) if source else words, source)

    try:
        return planned(instruction, last, before)
    except AnswerError:
        plain = _plain(instruction)
        if plain == instruction and last is None and before is None:
            raise  # greedily decoded, the same words give the same answer
        return planned(plain, last if plain != instruction or before else None, None)


def _understood(
    said: Callable[[str], str], words: str, source: Listing | None, answer: str | None = None
) -> EditAnswer | Unclear | Outside:
    """Return what the model says to a wish; asked which thing is meant, a side in it tells.

    answer: what it said to the wish, if it was asked already.
    """
    found = _fitting(said(words) if answer is None else answer, words, source)
    if source is None or not isinstance(found, Unclear):
        return found
    named = answered_by_side(words, found.question, source)
    return found if named is None else _fitting(said(named), named, source)


def _fitting(answer: str, words: str, source: Listing | None) -> EditAnswer | Unclear | Outside:
    """Return what an answer says, groups completed; AnswerError if it changes what is not there.

    Such a plan is wrong as a whole, not in that one change.
    """
    found = read_edit(answer)
    if isinstance(found, Unclear) and source:
        found = refuted(answer, source) or found
    if source is None or not isinstance(found, EditAnswer):
        return found
    made = apply_changes(source, found.changes)
    if made is None:
        raise AnswerError(f"The plan does not fit the picture: {answer!r}")
    if SWAPS.search(words) and any(change.new is None for change in found.changes):
        return Unclear("Which two things should change places?")
    if len(made.entries) > MAX_ENTRIES:
        return Unclear(f"I can draw at most {MAX_ENTRIES} things. Which ones should go?")
    return complete_ground(words, complete_group(words, found, source), source)


def _with_left_out(
    services: Services, words: str, found: EditAnswer, source: Listing
) -> EditAnswer:
    """Return a plan that adds things with those that the words name and it left out."""
    target = complete_additions(words, found, source, partial(_planned, services))
    if target is None:
        return found
    return EditAnswer(tuple(changes_between(source, target)), target)


def _ask_one_by_one(state: TurnState, services: Services) -> EditAnswer | Unclear | None:
    """Return the plan of several wishes in a sentence, one painting all the same; None: one wish.

    Each is planned on the listing that the one before leads to: a model reads one wish better
    than three. Where one of them cannot be planned alone the sentence is left whole, unless that
    one speaks of what is not there: left whole, it would be dropped without a word.
    """
    if state["route"] == "draw" or not services.model.info.describes_edits:
        return None
    try:
        source = target = read_listing(state["source_caption"] or "")
        last, before = state.get("last"), state.get("before")
        weigh = partial(
            weigh_deeds, services.model, services.prompts, caption=str(source), before=before
        )
        clauses = clauses_of(_words_of(state), weigh)
        if len(clauses) < 2:
            return None
        for clause in clauses:
            said = partial(_ask_wish, services, source=target, last=last, before=before)
            clause = _taught(clause, target, last)
            if says_already(answer := said(clause)):
                continue
            found = _understood(said, clause, target, answer)
            if isinstance(found, Unclear) and _misses(found, clause, target):
                return found
            if not isinstance(found, EditAnswer):
                return None
            target = target_of(found, target)
            last = next((change.new for change in found.changes if change.new), last)
            before = Before(words=clause, changes="; ".join(map(str, found.changes)))
    except AnswerError:
        return None
    return EditAnswer(tuple(changes_between(source, target)), target)


def _misses(unclear: Unclear, clause: str, listing: Listing) -> bool:
    """Return whether a question says rightly that there is no such thing as the words name."""
    told = MISSING.match(unclear.question)
    words = set(told["what"].split()) if told else set()
    is_there = any(words <= set(entry.split()) for entry in listing.entries)
    return bool(words) and words <= set(content_words(clause)) and not is_there


def _squashed(
    state: TurnState, services: Services, squash: dict[str, str | None]
) -> EditAnswer | None:
    """Return the way from the original to what was planned last; None: no listing says it."""
    try:
        source = read_listing(state["source_caption"] or "")
        told = squash["target"] or caption_of(services, str(squash["before"]))
        target = read_listing(told)
    except AnswerError:
        return None
    return EditAnswer(tuple(changes_between(source, target)), target)


def _edited(state: TurnState) -> DrawAnswer | EditAnswer:
    """Return the plan that the user wrote with their own hand."""
    target = read_listing(state["edited"])
    if state["route"] == "draw":
        return DrawAnswer((*target.entries, target.scene, target.light), target)
    source = read_listing(state["source_caption"] or "")
    return EditAnswer(tuple(changes_between(source, target)), target)


def _settle(
    state: TurnState, services: Services, found: DrawAnswer | EditAnswer, *, is_split: bool = False
) -> Update:
    options = TurnOptions.from_json(state["options"])
    is_polished = options.polish and not OWN_WORDS.search(state["text"])
    words = _words_of(state)
    return settle(state, services, found, words=words, is_polished=is_polished, is_split=is_split)


def _words_of(state: TurnState) -> str:
    """Return the user's words without the wish to have them used."""
    return OWN_WORDS.sub("", state["text"]).strip() or state["text"]


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


def _taught(words: str, listing: Listing, last: str | None) -> str:
    """Return a wish in the words that a small model was taught, where it is said in others."""
    return said_above(chosen_of_several(words, listing), listing, last)


def _plain(words: str) -> str:
    """Return the words without ornament: lower case, single spaces, no closing marks."""
    return " ".join(words.lower().split()).rstrip(" .!?")
