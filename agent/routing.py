"""What kind of request a text is: the model's choice, unless the words leave nothing open."""

from collections.abc import Sequence
from typing import NamedTuple

from ..model.contract import Message
from .adjustments.certainty import read_surely
from .removals import asks_removal
from .services import Services
from .state import PICTURELESS_ROUTES, ROUTES, RouteName


class Choice(NamedTuple):
    """A route, and why it was chosen."""

    route: RouteName
    reason: str


def choose_route(
    services: Services,
    text: str,
    *,
    has_picture: bool,
    has_mask: bool = False,
    options: Sequence[RouteName] = (),
) -> Choice:
    """Return the route of a text; options: what there is to choose from, if not everything.

    A small model turns away, or talks away, what it has not heard said so before.
    """
    offered = options or (ROUTES if has_picture else PICTURELESS_ROUTES)
    prompt = services.prompts.render("route", has_picture=has_picture, text=text)
    scores = services.model.choose([Message("user", (prompt,))], offered)
    chosen = max(zip(scores, offered, strict=True), key=lambda pair: pair[0])[1]
    is_whole = has_picture and not has_mask  # adjustments know no masks
    told = _told_by_words(text, chosen) if is_whole else None
    if told is None or told.route == chosen or told.route not in offered:
        return Choice(chosen, f"This is for: {chosen}")
    return Choice(told.route, f"This is for: {told.route}, not {chosen}: {told.reason}")


def _told_by_words(text: str, chosen: RouteName) -> Choice | None:
    if read_surely(text):
        return Choice("adjust", "every word asks for an exact adjustment")
    if chosen in ("outside", "chat") and asks_removal(text):
        return Choice("edit", "something is to go from the picture")
    return None
