"""Where a text names a picture: the words, and what they say about it; which one is meant is
`targets.py`'s to find."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from .numbers import NUMBERS, ORDINALS, number_of

Role = Literal["any", "upload", "made"]
Order = Literal["", "number", "last", "from_end", "steps", "next", "original", "other", "redo"]

PICTURE = (
    r"(?:pictures?|images?|photos?|photographs?|pics?|versions?|drawings?|paintings?|uploads?|"
    r"shots?|drafts?)"
)
MADE_NOUNS = ("version", "drawing", "painting", "draft")
UPLOAD_NOUNS = ("photo", "photograph", "upload", "shot")
COUNT = rf"(?:\d+|(?:a )?(?:couple(?: of)?|few)|a|{'|'.join(NUMBERS)})"
ORDINAL = rf"(?:{'|'.join(ORDINALS)}|\d+(?:st|nd|rd|th))"
FROM_END = rf"(?:{ORDINAL}|next)[ -](?:to|from)[ -](?:the[ -])?last"
STEP = r"(?:steps?|edits?|changes?|turns?|versions?|times?|pictures?|moves?)"
# A number that tells how much, not which: "the picture 90 degrees", "the picture 4:3".
UNIT = (
    r"(?:%|°|(?:percent|per cent|deg|degrees?|px|pixels?|points?|times|x|stops?|shades?|levels?|"
    r"wide|high|tall)\b)"
)
MEASURE = re.compile(
    rf"\b(?:(?:{PICTURE}|turn|back to)\s*(?:"
    rf"\d+(?:[.,]\d+)?\s*{UNIT}|\d+(?:[.:/]|\s*[x×*]\s*|\s+[:/]\s+)\d+|\d\d+\s+by\s+\d+)"
    r"|(?:rotate|turn|tilt|spin|crop|trim|resize|scale)\s+(?:the|my|your|that|this)\s+"
    rf"{PICTURE}\s+\d\d+\b)",
    re.IGNORECASE,
)
SESSION = r"(?:session|conversation|chat|history)\b"
LEAD = r"(?:\b(?:in|on|of|from|with|to|into|onto|at)\s+)?"

# Where and how something goes, not which picture: "in the image at the top right", "at large".
SPOT = (
    r"(?:the )?(?:very |far )?"
    r"(?:top|bottom|middle|cent(?:er|re)|left|right|upper|lower|corner|edge|large|small)"
)
# How far something goes: "put the sailboat one step left".
PACE = r"(?:steps?|notch(?:es)?|squares?|cells?|places?|positions?|rows?|columns?|spots?)"
# What may stand after the noun; each tells one thing.
MADE_BY_USER = (
    r"(?:that |which )?i(?:'ve| have)? (?:just )?"
    r"(?:uploaded|sent|gave|given|took|taken|posted|shared|attached|provided)(?: you| to you)?"
)
MADE_BY_AGENT = (
    r"(?:that |which )?you(?:'ve| have)? (?:just )?"
    r"(?:made|drew|drawn|painted|created|generated|did|done|gave me|showed me)"
)
# A description goes on to the end of its clause.
END = (
    r"(?=[.;:!?,]|\s+(?:and|then|but|so)\s+(?:(?:then|please|now)\s+)?"
    r"(?:make|add|remove|put|paint|draw|turn|change|move|give|delete|take|let|set|use|replace|"
    r"swap|crop|rotate|recolou?r|keep|place)\b|\s+(?:then|but)\b|"
    r"\s+(?:should|better\b|best\b|was (?:the )?(?:best|better|nice\w*|good|great|fine)|"
    r"is (?:better|nicer|best)|"
    r"looks? (?:better|nicer|best)|please|again|make it|remove it|paint it|put it|"
    r"(?:paint|make|draw|add|remove|put) (?:the|a|an|some|all|everything)\b|"
    r"(?:that |which )?i (?:uploaded|sent|gave))|\s*$)"
)
LIKE = (
    r"(?:that |which )?(?:(?:most|looks?|is|more)\s+)*(?:like|similar to|closest to|nearest to)\s+"
    r"(?:this|these|that|it|the (?:one|picture|photo|image) (?:here|i (?:just )?(?:sent|uploaded)))"
    r"(?: one| picture| photo| image)?\b"
)


def _spaced(pattern: str) -> str:
    """Return a pattern whose spaces count in a verbose one."""
    return pattern.replace(" ", r"\ ")


TAIL = re.compile(
    rf"""\s+(?:
    (?P<user>{_spaced(MADE_BY_USER)})\b
  | (?P<agent>{_spaced(MADE_BY_AGENT)})\b
  | (?:called|named|labell?ed)\s+(?:"(?P<quoted>[^"]+)"|(?P<called>\w+))
  | (?P<like>{_spaced(LIKE)})
  | (?:from\s+)?(?P<ago>{_spaced(COUNT)})\s+{_spaced(STEP)}\s+(?:ago|back|before|earlier)
  | i\s+had\s+before\s+(?P<redo>(?:the|that|my|this)\s+undo|undoing|i\s+undid)
  | (?:that\s+|which\s+)?i\s+(?:had\s+)?(?P<undone>undid|undone)
  | (?:from\s+)?(?:just\s+|right\s+)?(?P<when>before|after)\b(?:\s+(?P<event>.+?))??{_spaced(END)}
  | (?:where|in\s+which|for\s+which|when)\s+i\s+(?:asked|said|wanted|told\s+you|wished)
      (?:\s+you)?(?:\s+for|\s+to)?\s+(?P<asked>.+?){_spaced(END)}
  | without\s+(?P<lacks>.+?){_spaced(END)}
  | (?P<at_first>first|at\s+first|from\s+the\s+(?:beginning|start)|in\s+the\s+beginning)\b
  | (?P<at_last>last|most\s+recently)\b
  | (?:with|showing|containing|of|where|in\s+which|(?:that|which)\s+(?:still\s+)?
      (?:has|had|is|was|were|are|shows|showed)|at(?!\s+{_spaced(SPOT)}\b)|from\s+when)\s+(?P<shows>.+?){_spaced(END)}
    )""",
    re.IGNORECASE | re.VERBOSE,
)
PHRASE = re.compile(
    rf"""{_spaced(LEAD)}\b(?P<det>the|my|your|that|this|these|those)\s+(?:very\s+)?
    (?P<adjectives>(?:(?!(?:{_spaced(PICTURE)}|ones?|the|a|an|my|your|it|to|in|on|from|into|onto|at|by|for|and|or|but|is|was|has|have|had|with|of|as)\b)[\w'#-]+\s+
      |(?:{_spaced(FROM_END)})\s+|one\s+before\s+(?=last)){{0,5}}?)
    (?P<noun>{_spaced(PICTURE)}|ones?(?!\s+{PACE}\b))\b
    (?:\s*(?:number\s+|no\.?\s*|\#)?(?P<nth>\d+)\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
# Names without an article, and whole clauses.
NUMBERED = re.compile(
    rf"{LEAD}\b{PICTURE}\s*(?:number\s+|no\.?\s*|#)?(?P<nth>\d+)\b"
    rf"|\b(?:back to|{LEAD}the)\s+number\s+(?P<bare>\d+)\b"
    rf"|\bback to\s+#?(?P<back>\d+)\b(?!\s+{STEP}\b)",
    re.IGNORECASE,
)
PAIR = re.compile(
    rf"\b{PICTURE}\s*#?(?P<one>\d+)\s+(?:and|with|to|against)\s+#?(?P<other>\d+)\b", re.IGNORECASE
)
TURN = re.compile(
    r"\b(?:in|on|of|at|to|from|with|and|after|show|show\s+me|open|compare|use|take|since|between)\s+"
    rf"turn\s*(?:number\s+|\#)?(?P<turn>\d+|{'|'.join(NUMBERS)})\b",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    rf"{LEAD}\b(?P<det>the|my) (?:very )?"
    r"(?:original(?! (?:colou?rs?|size|place|position|spot)\b)"
    rf"|(?:start|beginning)(?! of\b(?! \w+ {SESSION})))(?:\s+{PICTURE})?\b",
    re.IGNORECASE,
)
BARE = rf"(?:\d+|{'|'.join(NUMBERS)})(?=\s*(?:,|;|and\b|then\b))"  # "undo two and make it night"
BACK = re.compile(
    rf"^(?:please\s+|ok\s+|no,?\s+)?(?:(?:undo|revert)(?:\s+(?:that|it|this|"
    rf"the last (?:change|edit)|(?:the last )?(?P<undo>{COUNT})\s+{STEP}"
    rf"|(?:by\s+)?(?P<only>{BARE})))?"
    rf"|(?:(?:go|step|roll|move|jump)\s+)?(?:back\s+(?:by\s+)?(?P<back>{COUNT})\s+{STEP}"
    rf"|(?P<far>{COUNT})\s+{STEP}\s+back"
    rf"|back\s+(?:by\s+)?(?P<bare>{BARE}))"
    r"|(?:go|step)\s+back)(?P<twice>\s+twice)?\s*(?:,\s*|;\s*|\.\s+|\s)(?:and\s+)?"
    r"(?:then\s+)?(?!to\b|in\b|(?:(?:it|that|this) )?twice\b)(?=\w)",
    re.IGNORECASE,
)
FORWARD = re.compile(
    r"^(?:please\s+)?(?:redo|go forward)(?:\s+(?:that|it|this))?\s*(?:,\s*|\s)(?:and|then)\s+"
    r"(?:then\s+)?(?=\w)",
    re.IGNORECASE,
)
WHEN = re.compile(
    rf"\b(?:back to|from|as it was|return to)\s+(?:right\s+|just\s+)?(?P<when>before|after)\s+"
    rf"(?P<event>.+?){END}"
    rf"|\bback to\s+(?:when|where)\s+(?P<shows>.+?){END}"
    rf"|^(?P<front>before|after)\s+(?P<fact>.+?)\s+there was (?:a|an) (?:\w+ )?(?:one|{PICTURE})\b"
    r"(?: \w+)?",
    re.IGNORECASE,
)
THESE = re.compile(rf"{LEAD}\bthe\s+(?P<order>{ORDINAL}|last)\s+of\s+(?:these|those|them)\b", re.I)
LAST_WORDS = ("last", "latest", "newest", "most", "recent")
PREVIOUS_WORDS = ("previous", "earlier", "preceding", "prior")
IDLE_WORDS = ("own", "very", "uploaded", "old", "nice", "good", "whole", "made")
CURRENT_WORDS = ("current", "same", "present", "whole", "entire", "new", "finished", "resulting")


@dataclass(frozen=True)
class Reference:
    """A picture named in a text: where, and what is said about it."""

    start: int
    end: int
    phrase: str
    role: Role = "any"
    order: Order = ""
    number: int = 0  # with "number" (from 1), "from_end" (1: the last) and "steps"
    turn: int | None = None
    shows: tuple[str, ...] = ()
    lacks: str = ""
    asked: str = ""
    event: tuple[Literal["before", "after"], str] | None = None
    label: str = ""
    is_like: bool = False  # the picture that resembles the one of the message
    noun: str = ""
    adjectives: tuple[str, ...] = ()  # what is neither order nor role: "daytime", "blue house"
    is_pointing: bool = False  # "that one"

    @property
    def is_plain(self) -> bool:
        """Return whether nothing but a noun was said: "the picture"."""
        return not (
            self.order
            or self.turn
            or self.shows
            or self.lacks
            or self.asked
            or self.event
            or self.label
            or self.is_like
            or self.adjectives
            or self.role != "any"
        )


def read_references(text: str, labels: tuple[str, ...] = ()) -> list[Reference]:
    """Return the pictures that a text names, in its order; which are meant is yet to be found."""
    found = [*_labelled(text, labels)]
    text = MEASURE.sub(lambda measure: re.sub(r"\d", "_", measure[0]), text)
    for reader in (_clauses, _phrases, _numbered):
        for one in reader(text):
            if all(one.end <= other.start or one.start >= other.end for other in found):
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def _labelled(text: str, labels: tuple[str, ...]) -> list[Reference]:
    found = []
    for label in labels:
        lead = rf"{LEAD}(?:\bthe\s+)?(?:\b(?:{PICTURE}|one)\s+)?(?:(?:called|named|labell?ed)\s+)?"
        pattern = rf"{lead}(?:\"{re.escape(label)}\"|'{re.escape(label)}'|\b{re.escape(label)}\b)"
        for match in re.finditer(pattern, text, re.IGNORECASE):
            found.append(Reference(*match.span(), match[0], label=label))
    return found


def _clauses(text: str) -> list[Reference]:
    found = []
    if match := BACK.search(text):
        told = (match[name] for name in ("undo", "back", "far", "bare", "only"))
        steps = number_of(next((count for count in told if count), "1"))
        if match["twice"]:
            steps *= 2
        phrase = match[0].rstrip(" ,;.")
        found.append(Reference(0, match.end(), phrase, order="steps", number=steps))
    if match := FORWARD.search(text):
        found.append(Reference(0, match.end(), match[0], order="redo"))
    for match in WHEN.finditer(text):
        if match["shows"]:
            found.append(Reference(*match.span(), match[0], shows=(match["shows"],)))
            continue
        side = (match["when"] or match["front"]).lower()
        event = match["event"] or match["fact"]
        found.append(_at_event(Reference(*match.span(), match[0]), side, event))
    for match in THESE.finditer(text):
        last = match["order"].lower() == "last"
        number = 0 if last else number_of(match["order"])
        order: Order = "last" if last else "number"
        found.append(Reference(*match.span(), match[0], order=order, number=number, noun="these"))
    return found


def _numbered(text: str) -> list[Reference]:
    found = []
    for match in TURN.finditer(text):
        found.append(Reference(*match.span(), match[0], turn=number_of(match["turn"])))
    for match in PAIR.finditer(text):
        for name in ("one", "other"):
            number = int(match[name])
            found.append(Reference(*match.span(name), match[name], order="number", number=number))
    for match in NUMBERED.finditer(text):
        number = int(match["nth"] or match["bare"] or match["back"])
        found.append(Reference(*match.span(), match[0], order="number", number=number))
    for match in ORIGINAL.finditer(text):
        role: Role = "upload" if match["det"].lower() == "my" else "any"
        found.append(Reference(*match.span(), match[0], order="original", role=role))
    return found


def _phrases(text: str) -> list[Reference]:
    found: list[Reference] = []
    position = 0
    while match := PHRASE.search(text, position):
        one = _phrase(text, match)
        position = one.end if one else match.start("det") + 1
        if one:
            found.append(one)
    return found


def _phrase(text: str, match: re.Match[str]) -> Reference | None:
    """Return what a noun and all that stands around it say."""
    if {"same", "current", "present"} & set(match["adjectives"].lower().split()):
        return None  # what is meant without a name, too
    noun = match["noun"].lower().rstrip("s")
    told: dict[str, str] = {}
    shows: list[str] = []
    end = match.end()
    while tail := TAIL.match(text, end):
        values = {name: value for name, value in tail.groupdict().items() if value}
        if values.keys() & told.keys():
            break
        shows += [values.pop("shows")] if "shows" in values else []
        told |= values
        end = tail.end()
        if not tail[0].strip():
            break
    if match["det"].lower() == "this" and noun != "one" and shows and not told:
        return None  # "show this picture at sunset", "fill this picture with balloons"
    one = Reference(match.start(), end, text[match.start() : end], noun=noun)
    one = _by_adjectives(one, match["adjectives"].split(), match["det"].lower(), match["nth"])
    one = _by_tail(one, told, tuple(shows))
    return _changed(one, is_pointing=match["det"].lower() == "that" and one.is_plain)


def _by_adjectives(one: Reference, words: list[str], det: str, nth: str | None) -> Reference:
    lowered = [word.lower() for word in words]
    spelled = " ".join(lowered)
    order: Order = ""
    number = 0
    role: Role = "any"
    if det == "my":
        role = "upload"
    elif det == "your":
        role = "made"
    elif "uploaded" in lowered:
        role = "upload"
    rest = [word for word in lowered if word not in IDLE_WORDS]
    if found := re.search(FROM_END, spelled):
        word = found[0].split()[0].split("-")[0]
        order, number = "from_end", 2 if word == "next" else number_of(word)
        rest = []
    elif any(re.fullmatch(ORDINAL, word) for word in lowered):
        word = next(word for word in lowered if re.fullmatch(ORDINAL, word))
        order, number = "number", number_of(word)
        rest = [other for other in rest if other != word]
    elif nth:
        order, number = "number", int(nth)
    elif any(word in PREVIOUS_WORDS for word in lowered):
        order, number = "steps", 1
    elif "original" in lowered:
        order = "original"
    elif "next" in lowered:
        order = "next"
    elif "other" in lowered:
        order = "other"
    elif any(word in LAST_WORDS for word in lowered):
        order = "last"
    orders = (*PREVIOUS_WORDS, *LAST_WORDS, "original", "next", "other")
    rest = [word for word in rest if word not in orders]
    if all(word in CURRENT_WORDS for word in rest):
        rest = []
    return _changed(one, role=role, order=order, number=number, adjectives=tuple(rest))


def _by_tail(one: Reference, told: dict[str, str], shows: tuple[str, ...]) -> Reference:
    one = _changed(one, shows=shows, lacks=told.get("lacks", ""), asked=told.get("asked", ""))
    if "user" in told:
        one = _changed(one, role="upload")
    if "agent" in told:
        one = _changed(one, role="made")
    if "quoted" in told or "called" in told:
        one = _changed(one, label=told.get("quoted") or told["called"])
    if "like" in told:
        one = _changed(one, is_like=True)
    if "ago" in told:
        one = _changed(one, order="steps", number=number_of(told["ago"]))
    if "redo" in told or "undone" in told:
        one = _changed(one, order="redo")
    if "at_first" in told and not one.order:
        one = _changed(one, order="number", number=1)
    if "at_last" in told and not one.order:
        one = _changed(one, order="last")
    if "when" in told:
        one = _at_event(one, told["when"].lower(), told.get("event", ""))
    return one


def _at_event(one: Reference, side: str, event: str) -> Reference:
    """Return the reference with its "before the hat"; "before that" is one step back."""
    words = event.lower().strip()
    if re.fullmatch(r"(?:the |my |that |this )?undo(?:ing)?", words):
        return _changed(one, order="redo")
    plain = (
        r"(?:(?:the |that |this )?(?:last|current|latest|newest)(?: one| change| edit| turn| \w+)?"
    )
    plain += r"|that|this|it|now|)"
    if side == "before" and re.fullmatch(plain, words):
        return _changed(one, order="steps", number=1)
    return _changed(one, event=("before" if side == "before" else "after", event.strip()))


def _changed(one: Reference, **values: object) -> Reference:
    return replace(one, **values)  # type: ignore[arg-type]
