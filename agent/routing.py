"""What kind of request a text is: the model's choice, unless the words leave nothing open."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from ..model.contract import Message
from .adjustments.certainty import read_surely
from .past import tells_of_past
from .politeness import LEAD
from .removals import asks_removal
from .services import Services
from .small_talk import KEEPING
from .state import PICTURELESS_ROUTES, ROUTES, RouteName
from .vocabulary import GROUNDS, KINDS, content_words

# "a cat would be nice" is said of the picture at hand, unless words tell of another.
DRAWS = re.compile(
    r"\b(?:draw|paint|sketch|scribble|picture|image|illustration|photo|generate|create|new)"
    r"(?:ing|s)?\b"
)
ADDS = re.compile(
    r"^(?:and|how about|what about|also|then)\b|\b(?:too|as well|another|(?:one|two|some) more"
    r"|would be (?:nice|great|lovely|good|fun)|(?:is|are) missing|to it|in it|into it)\b"
)
# With nothing drawn yet, to add a thing is to draw it.
BEGINS = re.compile(
    rf"{LEAD}(?:add|put|place|insert|include)\b(?: in)? "
    r"(?!(?:it|them|that|this|those|these|the|my|your|to|on|in|up|no|not|everything|all)\b)",
    re.IGNORECASE,
)
# With nothing drawn yet, there is nothing to change.
CHANGES = re.compile(
    rf"{LEAD}(?:make|turn|move|shift|swap|recolou?r|remove|delete|replace|resize|enlarge|shrink)\b "
    r"(?:(?:one of |both of |all of )?(?:the|that|this|these|those|both) (?:(?!\w+est\b)\w+ ){0,2}?"
    rf"(?:{'|'.join(KINDS)})s?\b|(?:it|them|him|her)\b(?! (?:an?|into)\b))",
    re.IGNORECASE,
)
# By how much a route must lead over "edit", as log-odds: with a picture at hand people edit it far
# more often than they begin anew or talk of something else.
DRAW_LEAD = 2.5
TALK_LEADS: dict[RouteName, float] = {"answer": 2.0, "chat": 2.0, "outside": 2.0}


class Choice(NamedTuple):
    """A route, and why it was chosen."""

    route: RouteName
    reason: str


def choose_route(
    services: Services,
    text: str,
    *,
    has_picture: bool,
    options: Sequence[RouteName] = (),
) -> Choice:
    """Return the route of a text; options: what there is to choose from, if not everything.

    A small model turns away, or talks away, what it has not heard said so before.
    """
    offered = options or (ROUTES if has_picture else PICTURELESS_ROUTES)
    prompt = services.prompts.render("route", has_picture=has_picture, text=text)
    scores = dict(
        zip(offered, services.model.choose([Message("user", (prompt,))], offered), strict=True)
    )
    if has_picture and "edit" in scores:
        leads = TALK_LEADS | {"draw": _draw_lead(text)}
        scores = {name: score - leads.get(name, 0.0) for name, score in scores.items()}
    chosen = max(scores, key=lambda name: scores[name])
    told = _told_by_words(text, chosen, has_picture=has_picture)
    if told is None and not has_picture:
        told = _begun(text)
    may_be = (*offered, *(() if options else ("edit",)))
    if told is None or told.route == chosen or told.route not in may_be:
        return Choice(chosen, f"This is for: {chosen}")
    return Choice(told.route, f"This is for: {told.route}, not {chosen}: {told.reason}")


def _told_by_words(text: str, chosen: RouteName, *, has_picture: bool) -> Choice | None:
    """Return the route that the words leave no choice but."""
    if has_picture and read_surely(text):
        return Choice("adjust", "every word asks for an exact adjustment")
    if has_picture and chosen in ("outside", "chat") and asks_removal(text):
        return Choice("edit", "something is to go from the picture")
    if chosen in ("answer", "outside") and KEEPING.fullmatch(text.strip()):
        return Choice("chat", "it asks how a picture is kept")
    if chosen in ("outside", "chat") and tells_of_past(text):
        return Choice("history", "it speaks of what was before")
    return None


def _begun(text: str) -> Choice | None:
    """Return that a text asks for the first picture, or for a change of one that there is not."""
    if CHANGES.match(text) and not DRAWS.search(text.lower()):
        return Choice("edit", "something is to change, and nothing is drawn yet")
    if BEGINS.match(text) and not set(KINDS).isdisjoint(content_words(text)):
        return Choice("draw", "nothing is drawn yet, and something is to be added")
    return None


def _draw_lead(text: str) -> float:
    """Return by how much "draw" must lead over "edit"; words that add never begin anew."""
    if _tells_of_new(text):
        return 0.0
    return math.inf if ADDS.search(text.lower()) else DRAW_LEAD


def _tells_of_new(text: str) -> bool:
    """Return whether a text names the making of a picture, or things and where or when they are.

    A scene or a light by itself ("conjure up broad daylight") may be for the picture at hand.
    """
    words = {*content_words(text)}
    return bool(DRAWS.search(text.lower()) or (words & GROUNDS and words.intersection(KINDS)))
