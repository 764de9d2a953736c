"""clarify: one short question to the user; the turn waits, however long, for the answer."""

import re

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from ..again import MY_WORDS
from ..answers import is_all, is_any, is_no, is_yes
from ..errors import AnswerError
from ..language import MISSING, read_listing
from ..polish import EDIT_PLAN
from ..services import Services
from ..state import TurnState
from ..steps import Update
from ..vocabulary import HOW, KINDS, KNOWN, PLACE_WORDS, SYNONYMS, normal, spoken_words

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
MORE = re.compile(r"(?:but |and )+(?:also |then |please )*", re.IGNORECASE)
PAINT_THIS = re.compile(r"^(?:paint|draw|brief|prompt|plan)\s*:\s*", re.IGNORECASE)
DROPPED = "As you wish: I painted nothing."
KEPT = "I left it as it is: your wish holds."
ARTICLE = re.compile(r"^(?:the|a|an|that|this)\s+", re.IGNORECASE)
# Where a short answer ends and other words begin: "yes, but blue", "no make it night".
CUT = re.compile(rf"\s*[,.;!]\s*|\s+(?=(?:but|and)\b)|(?<!n.t)(?<!not)\s+(?={VERB.pattern})", re.I)
WHERE = re.compile(r"\b(?:top|bottom|middle|left|right|cent(?:er|re)|upper|lower|corner)\b")
BESIDE = (
    r"\b(?:next to|close to|at|in|on|to|into|by|near|beside|above|below|under|underneath|beneath|"
    r"over|behind|between|left of|right of|inside|outside)\b"
)
PLACE_AT_END = re.compile(rf"\s+{BESIDE}(?:(?!{BESIDE}).)*$", re.IGNORECASE)
ASKED = re.compile(r"\bWhich (\w+) do you mean(?:, (?P<ones>.+)\?)?")
SMALL = frozenset("the a an that this one ones at in on of to side corner upper lower hand".split())


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
    if is_no(said):
        return {**update, "reply": KEPT if asked.get("kind") == "wishes" else DROPPED}
    if asked.get("kind") == "picture":
        return {**update, "answer": said}
    if asked.get("kind") == "plan":
        return {**update, **_about_plan(state, said)}
    if asked.get("kind") == "wishes":
        return {**update, **_about_wishes(state, asked["numbers"], said)}
    return {**update, "text": joined(state["text"], state["question"] or "", said)}


def _about_plan(state: TurnState, said: str) -> Update:
    """Return what an answer to a shown plan changes: a yes, "use my words", other words."""
    words = said.strip()
    if is_yes(words):
        return {"is_confirmed": True}
    if words.rstrip(" .!").lower() == EDIT_PLAN:
        return {"num_questions": 0}  # shown once more; what comes next is the text
    if MY_WORDS.match(words):
        plan = {**state["plan"], "prompt": state["plan"]["words"], "polished": False}
        return {"is_confirmed": True, "plan": plan}
    is_agreed, rest = _split(words)
    text = _reworded(state["text"], rest, is_agreed=is_agreed)
    return _edited(state, rest) or {"text": text, "num_questions": 0}


def _about_wishes(state: TurnState, numbers: list[int], said: str) -> Update:
    """Return what an answer to "Shall I do it all the same?" changes: a yes, other words."""
    is_agreed, rest = _split(said.strip())
    text = _reworded(state["text"], rest, is_agreed=is_agreed) if rest else state["text"]
    overruled = [*state.get("overruled", []), *numbers]
    return {"text": text, **({"overruled": overruled} if is_agreed else {})}


def _split(words: str) -> tuple[bool, str]:
    """Return whether words begin with a yes, and what they say besides a yes or a no."""
    if is_yes(words):
        return True, ""
    cut = CUT.search(words)
    head = words[: cut.start()] if cut else ""
    if cut is None or not (is_yes(head) or is_no(head)):
        return False, words
    more, rest = _split(words[cut.end() :])
    return is_yes(head) or more, rest


def _reworded(request: str, said: str, *, is_agreed: bool) -> str:
    """Return a request with "and make it night" behind it, or the other words instead.

    After a yes all that is no request of its own goes behind it, too: "yes, at the top".
    """
    bare = request.rstrip(" .!?")
    if more := MORE.match(said):
        return f"{bare} and {said[more.end() :]}"
    return f"{bare}, {said}" if is_agreed and not VERB.match(said) else said


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
    noun; a complete answer ("add a dog instead") stands alone; anything else is put behind. After
    a mere yes the request stays as it is, and the question comes again.
    """
    said = FILLER.sub("", FILLER.sub("", answer.strip())).strip(" .!?,") or answer.strip()
    bare = request.strip().rstrip(" .!?,;")
    if is_yes(answer) and normal(said) not in KNOWN:  # "right" may be a side
        return bare
    if VERB.match(said):
        return said
    if question.endswith("What should I add?"):
        return f"add {said}"
    if question.startswith("What should I"):
        return said
    if "Where should it go" in question:
        return f"{PLACE_AT_END.sub('', bare)} {_place(said)}".strip()
    missing, asked = MISSING.search(question), ASKED.search(question)
    noun = missing["what"].split()[-1] if missing else asked[1] if asked else ""
    name = _name(said, "it" if missing else noun, asked["ones"] if asked else None)
    spot = _spot(bare, noun)
    if spot is None or name is None:
        return bare if is_any(said) or is_all(said) else f"{bare}, {said}"
    return f"{bare[: spot.start()]}{name}{bare[spot.end() :]}".strip()


def _place(said: str) -> str:
    """Return "at the top left" for "the top left", "" for "anywhere", "under the tree" as it is."""
    if is_any(said):
        return ""
    words = ARTICLE.sub("", said)
    is_side = _normals(words) <= {*PLACE_WORDS, *SMALL} and not re.match(BESIDE, words, re.I)
    return f"at the {words}" if is_side else said


def _spot(request: str, noun: str) -> re.Match[str] | None:
    """Return where a request names the thing that a question asks for."""
    if noun == "one":
        noun = "one" if re.search(r"\bones?\b", request) else "it"
    if noun == "it":
        return re.search(r"\b(?:it|this|that)\b", request)
    nouns = "|".join([noun, *(word for word, known in SYNONYMS.items() if known == noun)])
    looks = "|".join([*HOW, *(word for word, known in SYNONYMS.items() if known in HOW)])
    named = rf"\b(?:(?:the|that|this|my) )?(?:(?:{looks}) )*(?:{nouns})\b"
    return re.search(named, request, re.IGNORECASE) if noun else None


def _name(said: str, noun: str, ones: str | None) -> str | None:
    """Return "the red cat" or "the cat at the top left" for an answer such as "the red one".

    ones: those that the question named. None: the answer is no such name.
    """
    plural = noun if noun.endswith("fish") else f"{noun}s"
    if ones and is_all(said):
        several = f"all the {plural}" if ", " in ones else f"both {plural}"
        return ones.replace(", ", " and ").replace(" or ", " and ") if noun == "one" else several
    if noun in KINDS and is_any(said):
        return f"one of the {plural}"
    said_words = _normals(said)
    if not said_words <= KNOWN | SMALL or not said_words & KNOWN:
        return None
    noun = "one" if noun == "it" else noun
    words = re.sub(r"\bones?\b", noun, ARTICLE.sub("", said))
    if _normals(words) & {*KINDS, noun}:
        return f"the {words}"
    if not WHERE.search(words):
        return f"the {words} {noun}"
    return (
        f"the {noun} {words}"
        if re.match(r"(?:at|in|on)\b", words)
        else f"the {noun} at the {words}"
    )


def _normals(words: str) -> set[str]:
    """Return the words, each in its normal form."""
    return {one for _, one in spoken_words(words)}
