"""Standing wishes: what the user wants to hold for all later pictures, in the user's own words."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..memory.records import WishRecord
from .vocabulary import GROUNDS, KINDS, KNOWN, content_words, normal

LATER = (
    r"(?:from (?:now|here|this (?:point|moment|turn)) on(?:wards)?|as of now|henceforth|"
    r"going forward|(?:remember|(?:keep|bear) in mind)(?: that|(?=:))|"
    r"(?:(?:new|standing|general) )+(?:wish|rule)(?=:)|for (?:all|any|every) (?:later|future|"
    r"following|coming|further|next) (?:pictures?|images?|edits?|turns?|versions?|drawings?)|"
    r"in (?:all|any|every|each) (?:(?:later|future|following|further) )?(?:pictures?|images?|"
    r"versions?|drawings?)|for the rest of (?:this|the|our) (?:session|conversation|chat)|"
    r"for good|at all times|no matter what|whatever (?:you|i|we) (?:do|change)|in (?:the )?future|"
    r"as a (?:standing|general) (?:wish|rule))"
)
# Behind a request they say how it is done, or what is drawn: "a city in the future".
LOOSE = re.compile(r"\b(?:for good|no matter what|in (?:the )?future)$", re.IGNORECASE)
KEEPING = re.compile(
    r"\b(?:(?P<kept>keep|leave|no|never|always|don't|do not|must|should|stays?|remains?|has to|"
    r"have to)|make|add|remove|delete|erase|paint|draw|show|create|change|turn|replace|swap|move|"
    r"put|give|get|take|throw)\b",
    re.IGNORECASE,
)
POLITE = r"(?:please|and|also|ok|okay|but|remember:?|note:?)"
FRONT = re.compile(rf"^(?:{POLITE}[ ,]+)*{LATER}[ ,:;]+(?:{POLITE}[ ,]+)*(?P<body>.+)$", re.I)
BEHIND = re.compile(rf"^(?:{POLITE}[ ,]+)*(?P<body>.+?)[ ,]+{LATER}$", re.I)
# What is always or never to be done: "..., never touch it", not "..., never seen that".
DEED = (
    r"(?:add|alter|change|create|delete|draw|edit|erase|hide|include|keep|leave|let|lose|"
    r"make|modify|move|paint|put|recolou?r|remove|repaint|replace|resize|show|swap|"
    r"take (?:away|the)|throw|touch|turn|use)\b"
)
UNFAILING = r" (?:fail|forget|hesitate)\b"  # "never forget to add a cat" asks for a cat
ALWAYS = re.compile(
    rf"^(?:{POLITE}[ ,]+)*(?:i (?:always|never) want\b|"
    rf"(?:always|never)\b(?!(?: you)? mind|{UNFAILING}|\W*$)|"
    rf"(?:(?:don't|do not) ever|under no circumstances)\b(?!{UNFAILING})|hands off\b|"
    r"(?:i want you to|you (?:must|should|shall|have to|are to)|make sure(?: that)?)\b[\w ]*?"
    r"\b(?:always|never)\b|"
    r"(?:don't|do not) (?:touch|change|edit|alter|modify|repaint)\b.*\bany ?more$|"
    r"(?:all|every|each) (?:pictures?|images?|drawings?|versions?) (?:should|must|shall|ha(?:s|ve) "
    r"to)\b|the [\w ]+ (?:is|are) off[- ]limits$|(?:the |it |there |every |all )[\w ]*?"
    r"(?:should|must|shall|has to|have to|is to|are to) (?:always|never)\b)",
    re.IGNORECASE,
)
NEVER = re.compile(
    r"\b(?:never|don't ever|do not ever|don't|do not|must not|mustn't|no longer|not ever|must never"
    r"|should never|under no circumstances)\b",
    re.IGNORECASE,
)
TOUCH = re.compile(
    r"\b(?:touch(?:ed)?|changed?|edit(?:ed)?|alter(?:ed)?|modif(?:y|ied)|repaint(?:ed)?|"
    r"recolou?r(?:ed)?|mess(?:ed)? with|paint(?:ed)? over|moved?|resized?|hands off|off limits)\b"
    r"|\b(?:as (?:it|he|she|they) (?:is|are)|alone|untouched|unchanged)\b",
    re.IGNORECASE,
)
REMOVE = re.compile(r"\b(?:remove|delete|erase|lose|throw away|take away)\b", re.IGNORECASE)
SHOW = re.compile(
    r"\b(?:have|has|there is|there are|there be|draw|add|include|put|show|paint|keep|want|be|"
    r"leave)\b\s+(?:me\s+)?"
    r"(?:at least )?(?:a|an|one|some)\b",
    re.IGNORECASE,
)
NONE_OF = re.compile(r"^(?:there (?:should|must) be )?(?:no|without(?: any)?)\s+(?!longer)", re.I)
CLAUSES = re.compile(
    rf"\s*(?:[.;!]\s+|,\s*(?:(?:and|but)\s+)?|\s+(?:and|but)\s+)"
    rf"(?=(?:{POLITE} )*(?:{LATER}|(?:always|never) (?:ever )?{DEED}))",
    re.I,
)
JOINED = r"(?:(?:and|but|then|now|please) )*"
REQUEST = r"(?:now )?(?:make|add|remove|paint|draw|change|turn|replace|swap|move|put|give)\b"
# What nobody forbids: after "never touch the dog" such an "and" begins a request.
WISHED = r"(?:make|add|paint|draw|turn|put|give)\b"
PARTS = re.compile(r"\band\b|,|\bor\b")
NO_REQUEST = re.compile(rf"(?:(?:{POLITE}|{LATER})[ ,:;]*)+", re.I)  # "from now on" by itself
ONCE = re.compile(  # for this turn alone: "make it night, but don't touch the cat"
    r"(?:^|[ ,.;]+(?:(?:and|but|just|please) )*)(?:"
    r"(?:(?:don't|do not) (?:touch|change|edit|alter|repaint)|"
    r"without (?:touching|changing|editing|altering|repainting)) (?P<thing>(?:the|my|that) [\w ]+?)"
    r"|(?:leave|keep) (?P<left>(?:the|my|that) [\w ]+?) "
    r"(?:alone|untouched|unchanged|as (?:it|he|she|they) (?:is|are)))"
    r"(?=\s*(?:[.;!,]|$| (?:and|but) ))",
    re.IGNORECASE,
)
# A sky has no colour of its own in the language: its light says what it looks like.
SKIES = {
    "pink": "sunset", "orange": "sunset", "purple": "sunset", "red": "sunset", "golden": "sunset",
    "violet": "sunset", "yellow": "sunset", "blue": "day", "bright": "day", "light": "day",
    "dark": "night", "black": "night", "starry": "night",
}  # fmt: skip
SKY = re.compile(
    rf"\bsky(?: (?:is|be|stays?|remains?|looks?|always))* (?P<after>{'|'.join(SKIES)})\b"
    rf"|\b(?P<before>{'|'.join(SKIES)}) sky\b",
    re.IGNORECASE,
)
IDLE = {"keep", "keeps", "let", "leave", "scene", "sky", "light", "background", "should", "must",
        "shall", "always", "never", "ever", "every", "all", "each", "want", "everything", "do",
        "not", "don", "t", "no", "please", "stay", "remain", "looking", "way", "shown", "set",
        "use", "show", "include", "touch", "edit", "alter", "modify", "move", "remove",
        "delete", "alone", "untouched", "unchanged", "them", "him", "her", "without", "thing",
        "least", "over", "playing", "play", "longer", "recolor", "recolour", "repaint", "erase",
        "resize", "sure", "stays", "remains", "touched", "edited", "altered", "modified",
        "repainted", "moved", "hands", "off", "limits", "under", "circumstances", "anymore",
        "more", "any", "pictures", "images", "drawings", "versions"}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What a wish asks of a picture, in the words of the text language; empty: not expressible."""

    ground: tuple[str, ...] = ()  # the scene or the light is this
    avoid: tuple[str, ...] = ()  # ... or is not this
    looks: tuple[tuple[str, ...], ...] = ()  # whatever is of this kind looks like this
    shown: tuple[tuple[str, ...], ...] = ()  # there is one of these
    absent: tuple[str, ...] = ()  # there is none of this kind
    untouched: tuple[tuple[str, ...], ...] = ()  # what there is of this stays as it is
    stays: tuple[tuple[str, ...], ...] = ()  # ... is not removed

    @property
    def is_empty(self) -> bool:
        """Return whether the text language cannot say what is wished."""
        return self == Rules()

    def to_json(self) -> dict[str, Any]:
        """Return the rules as plain JSON."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Rules":
        """Return the rules that `to_json` wrote."""

        def frozen(value: Any) -> Any:  # Any: JSON of any shape
            return tuple(map(frozen, value)) if isinstance(value, list | tuple) else value

        return cls(**{name: frozen(values[name]) for name in asdict(cls()) if name in values})


def split_wishes(text: str) -> tuple[list[str], str]:
    """Return the standing wishes that a text tells, and what is left: a request for now.

    "never touch the dog, and make the cat blue" holds one of each.
    """
    if text.rstrip().endswith("?"):
        return [], text
    wishes: list[str] = []
    rest: list[str] = []
    for part in _clauses(text):
        if not NO_REQUEST.fullmatch(part):
            (wishes if _is_wish(part) else rest).append(part)
    if not wishes:
        return [], text
    return [_bare(wish) for wish in wishes], ", ".join(rest)


def split_once(text: str) -> tuple[str, str]:
    """Return what must not be touched in this turn alone, and the request; "" if there is none.

    A thing that the text language cannot name stays in the request.
    """
    found = ONCE.search(text)
    if found is None:
        return "", text
    rest = f"{text[: found.start()]}, {text[found.end() :]}".strip(" ,.;!")
    rest = re.sub(rf"^{JOINED}|(?: ?,)+(?=,)", "", " ".join(rest.split()), flags=re.IGNORECASE)
    wish = f"don't touch {found['thing'] or found['left']}"
    return (wish, rest) if rest and not read_rules(wish).is_empty else ("", text)


def read_rules(wish: str) -> Rules:
    """Return what a wish asks of a picture."""
    body = SKY.sub(_light_of_sky, _bare(wish).lower())
    words = [word for word in content_words(body) if word not in IDLE]
    is_never = bool(NEVER.search(body))
    known = [word for word in words if word in KNOWN]
    ground = tuple(word for word in known if word in GROUNDS)
    things = [tuple(group) for group in _groups(body)]
    if any(word not in KNOWN for word in words) or not known:
        return Rules()
    is_removed = bool(REMOVE.search(body))
    if is_removed and is_never:
        return Rules(stays=tuple(things))
    is_touch = TOUCH.search(body) and not is_removed
    if is_touch and (is_never or not re.search(r"\balways (?:change|move)\b", body)):
        return Rules(untouched=tuple(things))
    is_none = NONE_OF.match(re.sub(r"^(?:draw|paint|have|show|add)\s+", "", body))
    if is_removed or is_never or is_none:
        return Rules(avoid=ground, absent=_kinds(things)) if _names_alone(body) else Rules()
    if things and SHOW.search(body):
        return Rules(ground=ground, shown=tuple(things))
    looks = tuple(group for group in things if len(group) > 1)
    kept = tuple(group for group in things if len(group) == 1)
    return Rules(ground=ground, looks=looks, untouched=kept)


def with_name(wish: str, other: str) -> str:
    """Return a wish that speaks of "it" with the name of the thing that the other words speak of.

    "add a star and never move it": "never move the star".
    """
    kinds = [normal(word) for word in re.findall(r"[a-z]+", other.lower())]
    named = next((kind for kind in reversed(kinds) if kind in KINDS), None)
    if named is None or not read_rules(wish).is_empty:
        return wish
    return re.sub(r"\b(?:it|him|her|them|that)\b", f"the {named}", wish, count=1)


def about(wishes: Sequence[WishRecord], words: str) -> list[WishRecord]:
    """Return the wishes that are about something: "the dog", "night"."""
    spoken = set(content_words(words))
    wanted = spoken - IDLE or spoken & {"sky", "light", "scene", "background"}
    fitting = [one for one in wishes if wanted and wanted <= set(content_words(one.text))]
    named = wanted & KNOWN  # "the house need not be blue" takes back no wish for a blue hat
    said = [(one, set(content_words(one.text)) - IDLE) for one in wishes]
    return fitting or [one for one, words in said if named <= words and wanted & words]


def in_words(wishes: Sequence[WishRecord]) -> str:
    """Return the list of the wishes as a person reads it."""
    if not wishes:
        return 'You have no standing wishes. Say one like "from now on keep it night".'
    told = "; ".join(f"{one.number}. {one.text}" for one in wishes)
    return f"Your standing wishes: {told}."


def _light_of_sky(match: re.Match[str]) -> str:
    """Return "sunset" for "sky pink"."""
    return SKIES[(match["before"] or match["after"]).lower()]


def _clauses(text: str) -> list[str]:
    """Return a text's clauses, cut where a standing wish begins or where it ends."""
    found: list[str] = []
    for part in CLAUSES.split(text.strip()):
        sentence = re.match(r"^(.*?[.;!])\s+(\S.*)$", part, re.DOTALL)
        pieces = [sentence[1], sentence[2]] if sentence else [part]
        for piece in pieces:
            found += _after_wish(piece.strip().rstrip(" .;!,"))
    return [part for part in found if part]


def _after_wish(piece: str) -> list[str]:
    """Return a wish and the request that follows it: "never touch the dog, and make it night"."""
    late = re.match(rf"(?P<wish>.+?\b{LATER})[ ,;]+(?P<rest>{JOINED}{REQUEST}.*)$", piece, re.I)
    if late and _is_for_later(late["wish"]):
        return [late["wish"], re.sub(rf"^{JOINED}", "", late["rest"], flags=re.IGNORECASE)]
    if not _is_wish(piece):
        return [piece]
    cut = re.search(rf",\s*{JOINED}(?={REQUEST})|\s+(?:and|but) now (?={REQUEST})", piece)
    more = re.search(rf"\s+(?:and|but) {JOINED}(?={WISHED})", piece)
    if cut is None and more and TOUCH.search(piece[: more.start()]):
        cut = more
    return [piece[: cut.start()], piece[cut.end() :]] if cut else [piece]


def _is_wish(part: str) -> bool:
    return bool(FRONT.match(part) or _is_for_later(part) or ALWAYS.match(part))


def _is_for_later(part: str) -> bool:
    """Return whether it ends as a wish: "keep it night for good", not "draw it for good"."""
    deed = KEEPING.search(part)
    return bool(BEHIND.match(part) and (not LOOSE.search(part) or (deed and deed["kept"])))


def _bare(wish: str) -> str:
    """Return a wish without "from now on" and politeness."""
    text = wish.strip().rstrip(" .;!,")
    for pattern in (FRONT, BEHIND):
        if match := pattern.match(text):
            text = match["body"].strip(" ,")
    return re.sub(rf"^(?:{POLITE}[ ,]+)+", "", text, flags=re.IGNORECASE)


def _groups(body: str) -> list[list[str]]:
    """Return the things that a wish speaks of, each with the words that describe it."""
    groups = []
    for part in PARTS.split(body):
        words = [normal(word) for word in re.findall(r"[a-z]+", part)]
        words = [word for word in words if word in KNOWN and word not in GROUNDS]
        kind = next((word for word in words if word in KINDS), None)
        if kind:
            groups.append([kind, *(word for word in words if word != kind)])
    return groups


def _names_alone(body: str) -> bool:
    """Return whether each part of a wish names one thing and not how or where it is.

    "never a red cat" forbids no cat.
    """
    parts = [re.findall(r"[a-z]+", part) for part in PARTS.split(body)]
    return all(sum(normal(word) in KNOWN for word in words) <= 1 for words in parts)


def _kinds(things: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(thing[0] for thing in things)
