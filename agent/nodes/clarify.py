"""clarify: one short question to the user; the turn waits, however long, for the answer."""

import re

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from ..again import MY_WORDS
from ..errors import AnswerError
from ..language import MISSING, read_listing
from ..polish import EDIT_PLAN
from ..services import Services
from ..state import TurnState
from ..steps import Update

FILLER = re.compile(
    r"^(?:(?:i (?:mean|meant|want)|please|sorry|well|oh|ok|okay|no|yes)\b[ ,]*)+"
    r"|[, ]+(?:please|thanks|thank you)$",
    re.IGNORECASE,
)
VERB = re.compile(
    r"(?:make|add|remove|delete|move|put|paint|draw|change|turn|swap|replace|take|recolou?r|give|"
    r"enlarge|shrink|let|have|show|create|erase|get)\b",
    re.IGNORECASE,
)
YES = re.compile(
    r"(?:yes|yep|yeah|sure|ok|okay|go on|go ahead|do it|do so|fine|good|please do|that's it|"
    r"looks good|paint it|correct|right|all right)\b(?:[ ,]+(?:please|yes|do it|go on|go ahead))*",
    re.IGNORECASE,
)
NO = re.compile(
    r"(?:no|nope|don't|do not|stop|cancel|never mind|forget it|leave it)\b"
    r"(?:[ ,]+(?:please|thanks|thank you|cancel|stop|don't|leave it|forget it))*",
    re.IGNORECASE,
)
DROP = re.compile(
    rf"{NO.pattern}|(?:undo|none|neither|nothing)(?: of (?:them|these|those)| that| it)?", re.I
)
MORE = re.compile(r"(?:but |and )+(?:also |then |please )*", re.IGNORECASE)
PAINT_THIS = re.compile(r"^(?:paint|draw|brief|prompt|plan)\s*:\s*", re.IGNORECASE)
DROPPED = "As you wish: I painted nothing."
KEPT = "I left it as it is: your wish holds."
ARTICLE = re.compile(r"^(?:the|a|an|that|this)\s+", re.IGNORECASE)
WHERE = re.compile(r"\b(?:top|bottom|middle|left|right|cent(?:er|re)|upper|lower|corner)\b")
PLACE_AT_END = re.compile(r"\s+(?:at|in|on|to) the (?:\w+ ?){1,3}$")
ASKED = re.compile(r"\bWhich (\w+) do you mean")


def clarify(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Wait for the answer and join it with the request, or pass it on to who asked."""
    said = str(interrupt(state["question"]))
    asked = state.get("choices") or {}
    update: Update = {
        "said": said,
        "question": None,
        "choices": None,
        "num_questions": state.get("num_questions", 0) + 1,
    }
    if asked.get("kind") not in ("plan", "wishes") and DROP.fullmatch(said.strip(" .!")):
        return {**update, "reply": DROPPED}
    if asked.get("kind") == "picture":
        return {**update, "answer": said}
    if asked.get("kind") == "plan":
        return {**update, **_about_plan(state, said)}
    if asked.get("kind") == "wishes":
        if NO.match(said.strip()):
            return {**update, "reply": KEPT}
        if YES.match(said.strip()):
            overruled = [*state.get("overruled", []), *asked["numbers"]]
            return {**update, "overruled": overruled}
        return {**update, "text": said.strip()}
    return {**update, "text": joined(state["text"], state["question"] or "", said)}


def _about_plan(state: TurnState, said: str) -> Update:
    """Return what an answer to a shown plan changes: a yes, a no, "use my words", other words."""
    words = said.strip()
    rest = YES.sub("", words, count=1).strip(" ,.!") if YES.match(words) else words
    if YES.match(words) and not rest:
        return {"is_confirmed": True}
    if words.rstrip(" .!").lower() == EDIT_PLAN:
        return {"num_questions": 0}  # shown once more; what comes next is the text
    if NO.fullmatch(words.rstrip(" .!")):
        return {"reply": DROPPED}
    if MY_WORDS.match(words):
        plan = {**state["plan"], "prompt": state["plan"]["words"], "polished": False}
        return {"is_confirmed": True, "plan": plan}
    if edited := _edited(state, rest):
        return edited
    if more := MORE.match(rest):
        return {
            "text": f"{state['text'].rstrip(' .!?')} and {rest[more.end() :]}",
            "num_questions": 0,
        }
    return {"text": NO.sub("", rest, count=1).strip(" ,") or rest, "num_questions": 0}


def _edited(state: TurnState, said: str) -> Update | None:
    """Return the plan that an answer spells out: a listing, or "paint: ..." in free words."""
    text = PAINT_THIS.sub("", said)
    try:
        return {"edited": str(read_listing(text))}
    except AnswerError:
        if text == said or state["plan"]["target"]:
            return None
    return {"is_confirmed": True, "plan": {**state["plan"], "prompt": text}}


def joined(request: str, question: str, answer: str) -> str:
    """Return one request from a request, a question about it, and its answer.

    "make the cat blue" + "the red one" -> "make the red cat blue", where the question tells the
    noun; a complete answer ("add a dog instead") stands alone; anything else is put behind.
    """
    said = FILLER.sub("", FILLER.sub("", answer.strip())).strip(" .!?,") or answer.strip()
    bare = request.strip().rstrip(" .!?,;")
    if VERB.match(said):
        return said
    if question.endswith("What should I add?"):
        return f"add {said}"
    if question.startswith("What should I"):
        return said
    if "Where should it go" in question:
        place = (
            said if re.match(r"(?:at|in|on|to|next|left|right)\b .*", said) else f"at the {said}"
        )
        return f"{PLACE_AT_END.sub('', bare)} {place}"
    missing, asked = MISSING.search(question), ASKED.search(question)
    noun = missing["what"].split()[-1] if missing else asked[1] if asked else ""
    if noun == "one":
        noun = "one" if re.search(r"\bones?\b", bare) else "it"
    if noun == "it":
        spot = re.search(r"\b(?:it|this|that)\b", bare)
    else:
        spot = re.search(rf"\b(?:(?:the|that|this|my) )?(?:\w+ )?{noun}\b", bare) if noun else None
    if spot is None:
        return f"{bare}, {said}"
    name = _name(said, "it" if missing else noun)
    return f"{bare[: spot.start()]}{name}{bare[spot.end() :]}".strip()


def _name(said: str, noun: str) -> str:
    """Return "the red cat" or "the cat at the top left" for an answer such as "the red one"."""
    words = ARTICLE.sub("", said)
    if noun in ("it", "one"):
        return f"the {words}"
    words = re.sub(r"\bones?\b", noun, words)
    if noun in words.split():
        return f"the {words}"
    if not WHERE.search(words):
        return f"the {words} {noun}" if len(words.split()) == 1 else f"the {words}"
    return (
        f"the {noun} {words}"
        if re.match(r"(?:at|in|on)\b", words)
        else f"the {noun} at the {words}"
    )
