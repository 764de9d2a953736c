"""Commands and questions about the session itself: undo, redo, go back to, compare, "how many?"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from .. import InputError
from ..memory.records import TurnRecord
from ..memory.store import SessionStore
from .gallery import Gallery, pictures_of
from .numbers import NUMBERS, number_of
from .politeness import END, LEAD
from .references import ORDINAL, STEP, Reference, read_references
from .targets import count, find_named
from .vocabulary import KNOWN, content_words

NUMBER = rf"(?:\d+|{'|'.join(NUMBERS)})"
STEPS = re.compile(  # "two steps", "undo 3"
    rf"\b(?P<number>{NUMBER}|couple(?: of)?|few)\s+{STEP}\b"
    rf"|\b(?:undo|back|redo|forwards?)\s+(?:by\s+)?(?P<bare>{NUMBER})\b"
)
UNDONE = re.compile(
    rf"{LEAD}(?:undo|revert|take back) (?:the|my|that) "
    rf"(?P<what>(?:(?!\b(?:and|then|but|to)\b)[\w ])+?){END}$",
    re.IGNORECASE,
)
IDLE = {"edit", "edits", "changes", "step", "steps", "wish", "request", "thing", "adjustment",
        "few", "previous", "latest", "newest", "recent", "most", "undo",
        "couple", "colour", "color", *NUMBERS}  # fmt: skip
# "the first change", "the second to last two edits"
ORDERED = re.compile(
    rf"(?:very )?{ORDINAL} (?:{NUMBER} )?(?:{STEP}|ones?|things?|wish(?:es)?|requests?)\b", re.I
)
COMPARE = re.compile(
    r"\b(compar\w+|side by side|differences?|different from|differs?|before and after|then and now"
    r"|both versions|versus|vs|next to each other|look like before"
    r"|what's (?:\w+ )?(?:different|new)"
    r"|(?:old|one|version(?: \d+)?|it|turn \d+) against|beside turn|next to this one"
    r"|where do .*differ|(?:has|did) anything chang\w*|what is different now|different this time"
    r"|(?:show|see) (?:me )?the change you made|(?:step|change|edit|wish|request) chang\w* anything"
    r"|(?:did|have) you chang\w* (?:any|some)thing|what has the last (?:step|change|edit) \w+ed)\b"
)
CHANGED = re.compile(r"\bwhat (?:has |have |did )?(?:\w+ ){0,3}chang\w*\b")
# "go back to the picture with the cat next to the house": a command, whatever else it speaks of.
COMMAND = re.compile(
    rf"{LEAD}"
    r"(?:undo|redo|revert|(?:go|roll|step) back|restore|(?:take|put|bring) (?:[\w ]+ )?back)\b"
    r"|.*[,.;?!] *(?:so |please |and )*(?:undo|redo|revert|(?:go|(?:take|put) (?:it|that)) back)\b"
)
REDO = re.compile(
    r"\b(re-?do|un-?undo|bring (?:it|that|them) back|forwards?|next(?! to)|undo the undo"
    r"|(?:put|bring|get|give)\b.*\bi (?:undid|had undone)|(?:ctrl|cmd)[-+ ]?y)\b"
)
# "The last one" is the one before; "the latest" is where the pictures end.
LATEST = re.compile(
    r"\b(?:to|at|see|show(?: me)?|forwards?(?: again)?(?: to)?) (?:the |my )?(?:very )?"
    r"(?:latest|newest|most recent)(?: (?:one|picture|version|image|drawing|painting|state))?"
    rf"{END}$"
)
START = re.compile(
    r"\b(start (?:over|again|afresh)|from scratch|(?:undo|reset) (?:everything|all)"
    r"|everything (?:i|we|you) did be undone)\b|^reset\b"
    r"(?! to)"
)
NUMBERED = re.compile(r"\b(?:turn|number|step) #?(?P<number>\d+)\b")
BACK = re.compile(
    r"\b(undo|un-do|(?:be|that|the|changes?|we|i) undone|revert|back|cancel|previous|before"
    r"|earlier|restore|reverse|roll|rewind|old"
    r"|(?:ctrl|cmd)[-+ ]?z|(?:the way|as|how|what) it was|see the last (?:version|picture|one)"
    r"|(?:forget|scrap|drop|discard|ignore|remove|withdraw|unmake)"
    r" (?:the|my|that|this) (?:last )?(?:change|edit|step|wish|request)"
    r"|(?:don't (?:keep|want)|get rid of|without) (?:the|my|that|this) (?:last )?(?:change|edit)"
    r"|that was better|used to (?:be|look)"
    r"|(?:last|that) (?:change|edit|step) (?:was|made|has) (?:\w+ )*"
    r"(?:mistake|worse|bad|wrong|ugly|no|not|go|spoilt?|ruined)|return to|last one again"
    r"|pretend (?:that|i)\b|shouldn't have changed|changed my mind)\b"
)
LIST = re.compile(
    r"\bhistory\b|\b(?:overview|list|summary) of (?:\w+ ){0,2}(?:versions|turns|changes|edits)\b"
    r"|\b(?:show|list|see)(?: me)? (?:all |the |my |our |earlier )*"
    r"(?:versions|turns|pictures|edits|changes|steps|progress)\b"
    r"|\bwhich (?:of my )?(?:versions|turns|steps|edits|changes)\b|^versions\b|\brecap\b"
    r"|\bget here\b|\bwhat were the steps\b|\bthe timeline\b|\bpicture come about\b"
    r"|\bpicture has changed over time\b|\bstory of this picture\b"
    r"|\b(?:show|list|tell)(?: me)? (?:every change|everything that was changed"
    r"|what i(?: have|'ve)? asked for)\b"
)
WHICH = re.compile(
    r"\b(?:what|which) (?:other |earlier )?(?:versions|turns|pictures|steps) "
    r"(?:are there|(?:do|did|have) (?:i|we|you) (?:have|made|make|drawn|draw))\b"
)
WAS_BETTER = re.compile(
    r"\b(?:it|that|this|they) (?:was|were|looked) (?:\w+ ){0,2}"
    r"(?:\w{3,}er|more \w+|fine|good) before\b"
    r"|\b(?:it|that) used to (?:be|look) \w+|\bi liked (?:it|that) (?:better|more) before\b"
    r"|\b(?:show|see) (?:me )?the difference\b|\bthen and now\b|\bis there a(?:ny)? way back\b"
)
ORIGIN = re.compile(
    r"\b(?:how|where|what|when)\b.*\b(?:beg[iau]n|start(?:ed)? out)\b|\bthe first (?:time|try)\b"
    r"|\bwhere did (?:we|i) start\b|\blook(?:ed)? (?:at first|originally)\b|\boriginal state\b"
)
JUDGED = re.compile(
    r"\b(?:was|is|looked) (?:\w+ )?(?:better|nicer|best)\b|\b(?:liked?|prefer(?:red)?)\b"
)
# In "compare the first and the last", "compare 1 and 3" the noun goes without saying.
BARE_ORDER = re.compile(
    rf"\b(the|my|your) ({ORDINAL}|last|latest|newest|current|previous)"
    r"(?:\s+(and|with|to|against|vs\.?|versus)\b|\s*[?.!]*$)",
    re.IGNORECASE,
)
BARE_NUMBERS = re.compile(
    r"\b(?:compare|between)\s+#?(\d+)\s+(?:and|with|to|against|vs\.?)\s+#?(\d+)\b", re.IGNORECASE
)
SO_FAR = re.compile(r"\b(?:so far|until now|up to now|today)\b")
HOW_MANY = re.compile(
    r"\bhow many (?P<noun>pictures|images|versions|drawings|paintings|turns|edits|changes)\b"
    r"(?! (?:can|could|will|would|might)\b)"
    r".*\b(we|you|i|so far|by now|session|made|drawn|painted|done)\b"
    r"|\bhow many (?:steps have (?:we|you|i)|times (?:have|did) (?:we|you|i) (?:chang|edit))"
)
WHERE_AT = re.compile(
    r"\b(?:at |on )?(?:which|what) (?:turn|step|version) (?:am i|are we|is this)"
    r"(?: (?:looking )?at| on)?\s*\??$"
    r"|\bwhat number is this (?:version|picture|turn)\b"
)
# "What did I want at the top left?", "what did we make red?" ask about the picture.
WHAT_ASKED = re.compile(
    r"\bwhat (?:did|have|had) i (?:just )?(?:ask|say|said|tell|told|want|request)\w*(?: you)?"
    r"(?: to do| for)?(?: (?:in|at) (?:turn|step) #?\d+| last| first| before| just now| earlier)*"
    r"\W*$"
    r"|\bwhat (?:was|were) (?:\w+ )*(?:request|thing i asked|my \w+ words)\b"
)
LAST_DONE = re.compile(
    r"\bwhat(?:'s| is| was) the last thing you did\b|\bwhich was the last change\b"
)
WHAT_DONE = re.compile(
    r"\bwhat (?:\w+ )?(?:have|has|did) (?:we|you|i|been) (?:\w+ )?(?:done|do|chang\w*|alter\w*)\b"
    rf"|\bwhat (?:have|did) (?:we|you|i) (?:make|made)\b.*{SO_FAR.pattern}|what happened (?:in|at) "
    r"(?:turn|version|step)|what happened to the picture(?! (?:of|on|with)\b)"
    rf"|{LAST_DONE.pattern}|(?:what|everything) (?:we|you|i)(?:'ve| have) done"
    r"|sum\w* (?:of |up )?(?:the|this|our) (?:session|conversation|changes)"
)


# A text of these words alone, with one of the first line, is a history command.
MOVES = frozenset("undo redo revert ctrl cmd rewind unundo before previous versions".split())
MOVING = MOVES | frozenset(
    "a again all and as back can could couple do few go it last latest me no now ok once one ones "
    "please step steps that the then thing this times to turn turns twice undone version we what "
    "wish change changes edit edits you y z after compare first with show see let "
    "ah hey hi hm hmm oh sorry wait well".split()
    + list(NUMBERS)
)
# What a word of a history command may be a slip for, beside MOVING's own.
SPELLED = sorted(
    MOVING | frozenset(
        "compare restore original history difference different changed did earlier forward step "
        "picture pictures have has made drawn painted between image second third".split()
    )
)  # fmt: skip
NOTHING_YET = "Nothing has been drawn yet."


@dataclass(frozen=True)
class Move:
    """A history command."""

    kind: Literal["undo", "redo", "go_to", "latest", "start", "compare", "list"]
    steps: int = 1
    references: tuple[Reference, ...] = ()


def read_move(text: str) -> Move | None:
    """Return the history command that a text spells; None if it is none."""
    lowered = text.lower()
    references = tuple(one for one in read_references(text) if not one.is_plain)
    if COMMAND.match(lowered) is None:
        changed = CHANGED.search(lowered)
        if COMPARE.search(lowered) or (changed and not SO_FAR.search(lowered)):
            return Move("compare", references=references)
        if changed or LIST.search(lowered) or is_about_session(text):
            return Move("list")
    if LATEST.search(lowered):
        return Move("latest")
    named = _named_turn(lowered, references)
    if named and not lowered.startswith("redo"):
        return Move("go_to", references=(named,))
    steps = STEPS.search(lowered)
    number = number_of(steps["number"] or steps["bare"]) if steps else _times(lowered)
    if REDO.search(lowered):
        return Move("redo", max(1, number))
    if START.search(lowered):
        return Move("start")
    if references and references[0].order not in ("steps", "last", "next", "redo"):
        return Move("go_to", references=references[:1])
    if ORIGIN.search(lowered):
        return Move("go_to", references=(Reference(0, 0, text, order="original"),))
    if references and references[0].order == "last" and JUDGED.search(lowered):
        return Move("undo")  # "the last one was better"
    return Move("undo", max(1, number)) if BACK.search(lowered) or steps else None


def spelled(text: str) -> str:
    """Return a history command that could not be read, its slips of the finger mended."""

    def mend(match: re.Match[str]) -> str:
        near = get_close_matches(match[0].lower(), SPELLED, n=1, cutoff=0.75)
        return near[0] if near else match[0]

    return re.sub(r"[A-Za-z]{3,}", mend, text)


def _named_turn(lowered: str, references: tuple[Reference, ...]) -> Reference | None:
    """Return the turn or the version that a command names by its number."""
    for one in references:
        if one.turn or one.order == "number":
            return one
    match = NUMBERED.search(lowered)
    return Reference(*match.span(), match[0], turn=int(match["number"])) if match else None


def undo_head(store: SessionStore, session_id: str, steps: int) -> tuple[str | None, int]:
    """Return where the head goes `steps` pictures back, and how many steps there were.

    The first value is "undo" for one step, else a turn's id, or None before the first turn.
    InputError if there is nothing to undo.
    """
    target = store.undo_target(session_id)
    if steps == 1:
        return "undo", 1
    done = 1
    while done < steps and target is not None:
        path = store.path(target)
        with_version = [turn for turn in path if turn.version]
        if not with_version:
            break
        target, done = with_version[-1].parent_id, done + 1
    return target, done


def picture_pair(gallery: Gallery, text: str) -> tuple[str, str]:
    """Return the two pictures to compare: those named, else the one before and the current one.

    InputError if a picture that is named does not exist, or there is only one.
    """
    spelled = BARE_NUMBERS.sub(r"between picture \1 and picture \2", text)
    spelled = BARE_ORDER.sub(
        lambda one: f"{one[1]} {one[2]} picture{' and' * bool(one[3])}", spelled
    )
    named = [found.pictures[-1].image_hash for found in find_named(gallery, spelled)]
    if len(named) >= 2:
        return named[0], named[1]
    if gallery.current is None:
        raise InputError("There is no picture yet to compare.")
    current = gallery.current.image_hash
    if named and named[0] != current:
        return named[0], current
    before = gallery.steps or [one for one in gallery.pictures if one.image_hash != current]
    if not before:
        raise InputError("There is only one picture; there is nothing to compare.")
    return before[0].image_hash, current


def missed(text: str, turns: Sequence[TurnRecord]) -> str:
    """Return why "undo the hat" is no undo: the last change was another; "" if it was that one.

    `turns` lead from the root to the head.
    """
    named = UNDONE.match(text.strip())
    made = [turn for turn in turns if turn.version]
    if not named or not made:
        return ""
    what = " ".join(named["what"].split())
    if ORDERED.match(what):
        return (
            f'I can only undo the last change, “{made[-1].text}”: say "undo". To go further back, '
            'name the turn whose picture you want: "go back to turn 1".'
        )
    said = _spoken(made[-1:])
    earlier = KNOWN | _spoken(made[:-1])  # other words may well speak of this change
    words = set(content_words(what)) & earlier - IDLE
    if all(any(one.startswith(word[:4]) for one in said) for word in words):
        return ""
    return (
        f'The last change was “{made[-1].text}”, not the {what}. Say "undo" to take that back, or '
        f'"go back to before the {what}".'
    )


def _spoken(turns: Sequence[TurnRecord]) -> set[str]:
    return {word for turn in turns for word in content_words(f"{turn.text} {turn.reply}")}


def tells_of_past(text: str) -> bool:
    """Return whether a text speaks of the session's past so plainly that nothing else is meant."""
    lowered = text.lower()
    words = set(re.findall(r"[a-z]+", lowered))
    is_move = words <= MOVING and bool(words & MOVES) and read_move(text) is not None
    return is_move or is_about_session(text) or bool(WAS_BETTER.search(lowered))


def is_about_session(text: str) -> bool:
    """Return whether a question is about the session itself, not about a picture."""
    asked = (HOW_MANY, WHERE_AT, WHAT_ASKED, WHAT_DONE, WHICH)
    return any(one.search(text.lower()) for one in asked)


def recall(text: str, turns: Sequence[TurnRecord], path: Sequence[TurnRecord]) -> str:
    """Return the answer to a question about the session itself.

    `path` are those of the turns that lead from the root to the head.
    """
    lowered = text.lower()
    finished = [turn for turn in turns if turn.status == "done"]
    many = HOW_MANY.search(lowered)
    if many:
        return _count_answer(many["noun"] or "edits", finished)
    if WHERE_AT.search(lowered):
        numbers = [turn.number for turn in path if turn.version]
        return f"This is the picture of turn {numbers[-1]}." if numbers else NOTHING_YET
    if named := NUMBERED.search(lowered):
        number = int(named["number"])
        one = next((turn for turn in finished if turn.number == number), None)
        return (
            f'You asked: "{one.text}" I said: "{one.reply}"'
            if one
            else f"There is no turn {number}."
        )
    if WHAT_ASKED.search(lowered):
        if not finished:
            return "You have not asked for anything yet."
        chosen = finished[0] if re.search(r"\bfirst\b", lowered) else finished[-1]
        return f'You asked: "{chosen.text}"'
    made = [turn for turn in finished if turn.version]
    if LAST_DONE.search(lowered):
        made = made[-1:]
    return " ".join(f"Turn {turn.number}: {turn.reply}" for turn in made) or NOTHING_YET


def _count_answer(noun: str, finished: Sequence[TurnRecord]) -> str:
    if noun == "turns":
        return f"There have been {count(len(finished), 'turn')} so far."
    if noun in ("edits", "changes"):
        edits = sum(turn.route in ("edit", "adjust") and bool(turn.version) for turn in finished)
        return f"There have been {count(edits, 'edit')} so far."
    pictures = pictures_of(finished)
    made = sum(not shown.is_upload for shown in pictures)
    uploaded = len(pictures) - made
    rest = f", and you uploaded {count(uploaded)}" if uploaded else ""
    return f"I have made {count(made)} so far{rest}."


def _times(lowered: str) -> int:
    return 2 if "twice" in lowered else 1
