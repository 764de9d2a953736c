"""Which stored picture a text means: the head's by default, or the one that the words tell."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import InputError
from ..memory.records import HEAD
from ..memory.store import SessionStore
from .gallery import Gallery, Shown, open_gallery
from .references import MADE_NOUNS, PICTURE, SPOT, UPLOAD_NOUNS, Reference, read_references
from .vocabulary import COLOURS, GROUNDS, KNOWN, content_words, listing_of, normal, shows

# A text without any of these names no picture but the current one.
MAY_REFER = re.compile(
    rf"\b(?:{PICTURE}|ones?|original|before|after|back|undo|redo|turn|forward|start|beginning|ago|"
    r"these|those|number|like|similar|again|regenerate|retry|once more|another|best|better)\b",
    re.IGNORECASE,
)
CONTEXT = re.compile(
    r"\b(?:back to|return to|revert to|restore|use|take|open|show(?: me)?|switch to|continue with|"
    r"start (?:again )?(?:from|with)|go to|work on|edit|(?:is|are|was|were) in|"
    r"i (?:\w+ )?(?:prefer(?:red)?|liked?))\s*$"
    r"|\b(?:compar|differ)\w+ .*\b(?:with|to|from|of|in)\s*$",
    re.IGNORECASE,
)
# Words that make "the picture with a ball" what is to be done, not which picture is meant.
FILLING = re.compile(
    r"\b(?:adorn|augment|complement|complete|continue|decorate|embellish|enliven|enrich|equip|"
    r"expand|extend|fill|finish|furnish|grace|populate|provide|stock|supplement|supply|"
    r"(?:fill|flesh|pad|round) (?:out|off|up)|(?:jazz|liven|pep|spice) up)\s+$",
    re.IGNORECASE,
)
RIDDING = re.compile(
    r"\b(?:clean|cleanse|clear|empty|free|purge|relieve|rid|strip)\s+$", re.IGNORECASE
)
EXCHANGING = re.compile(
    r"\b(?:exchange|interchange|swap|swop|switch(?! (?:back|over|to)\b)|trade)\b[^,.;]*$",
    re.IGNORECASE,
)
MAKING = re.compile(r"\b(?:get|have|let|make|put|set|turn)\s+$", re.IGNORECASE)
SIDE = re.compile(  # of a thing: "the one that is left of the tree", "... at the top"
    rf"(?:(?:on|at|in|to) (?:{SPOT}|(?:the )?\w+ (?:side|corner|edge|row|column))|left|right|above|"
    r"below|beneath|under|over|next to|beside|behind|between|near)\b",
    re.IGNORECASE,
)
ELSEWHERE = re.compile(  # where a thing is to be: "(the red one) at the top", "... away"
    r"\s+(?:(?:on|at|in|to) the (?:top|bottom|left|right|middle|center)|"
    r"(?:away|off|out|next|near|beside|above|below|under|left|right)\b)"
)
SOME = r"(?:an?|another|some|several|\d|one|two|three|four|five|(?:\w+ )?more|lots|plenty|few)\b"
DEAR = frozenset(("dear", "little", "loved", "small", "smallest", "sweet", "young", "youngest"))
INTO = re.compile(r"^(?:in|on|into|onto|to|with|of|from)\s", re.IGNORECASE)
# What is only held against a picture is not done to it: "white like in the first picture".
COMPARED = re.compile(
    r"\b(?:as(?! well\b)|than|the way|(?<!\bi )(?<!you )(?<!would )(?<!['’]d )like)"
    r"(?:\s+(?!(?:and|then|but|to|go|an?|some)\b)\w+){0,4}\s*$",
    re.IGNORECASE,
)
ASKED = re.compile(r"\bwhat\b", re.IGNORECASE)  # "what did it look like in the first picture?"
INTO_THIS = re.compile(
    rf"\b(?:in|on|to|into|onto) (?:this|the current) (?:one|{PICTURE})\b", re.IGNORECASE
)
WHOLE = re.compile(
    r"^\s*(?:a (?:bit|little) |much |look |be |at |in |on )?(?:the )?"
    r"(?:brighter|darker|lighter|warmer|cooler|colder|sharper|black and white|gr[ae]y|"
    r"(?P<word>\w+))"
    r"(?: please)?\s*[.!?]?$",
    re.IGNORECASE,
)
NEW = re.compile(
    rf"\b(?:(?:a|an|some)\s+(?:\w+\s+)?(?:new|different|separate|fresh)|another|new|second)\s+"
    rf"(?:\w+\s+)?{PICTURE}\b|\bfrom scratch\b|\bnew scene\b",
    re.IGNORECASE,
)
CURRENT = re.compile(
    rf"\b(?:the )?same {PICTURE}\b|\b(?:this|that|the|current) {PICTURE}\b"
    r"|(?<!with a )\b(?:on|onto|into|to|over) (?:it|this|that)\b|\b(?:on|over) top of it\b",
    re.IGNORECASE,
)
PART_OF_IT = re.compile(  # a place, in a new picture as in an old one
    rf"\b(?:bottom|cent(?:er|re)|corner|edge|left|middle|right|side|top) of the {PICTURE}\b",
    re.IGNORECASE,
)
REMAINS = (
    # "take it and make it snowy", "go back and make it snowy" -> "make it snowy": a "to" that
    # belonged to the name is gone with it
    re.compile(
        r"^(?:(?:please|ok|okay|now|here is another photo|let's|(?:can|could) (?:you|we)|"
        r"i(?: want|'d like| would like) to|no)[ ,.]+)*"
        r"(?:(?:go |jump |step |roll |switch )?back(?: to)?|"
        r"return(?: to)?|revert(?: to)?|restore|use|(?:bring|take)(?: me| us)?(?: back)?(?: to)?|"
        r"open|find|(?:show|let)(?: me)?(?: see)?|switch(?: to)?|"
        r"continue(?: with| from)?|start(?: again| over)?(?: from| with)?|(?:go|jump)(?: to)?|"
        r"work(?: on)?|edit|branch(?: off)?(?: from)?|i (?:liked|preferred|prefer|like))"
        r"(?:\s+it)?(?:\s+(?:again|better|best|more))?"
        r"\s*(?:[.?!]*$|(?:[,;.:]|and|then)\s*)(?:then\s+)?",
        re.IGNORECASE,
    ),
    # "it was the best. add a hat to it" -> "add a hat to it"
    re.compile(r"^it (?:was|is|looked|looks) [^.;,!]*[.;,!]+\s*", re.IGNORECASE),
    re.compile(r"^\s*[:,;.]+\s*|^(?:and|then)\s+|^on\s*,\s*|^it\s*[,;:]\s*(?!but\b)", re.I),
)
NOTHING_LEFT = re.compile(
    r"\W*|(?:it|please|again|now|there|thanks)(?: (?:it|please|again|now))*\W*", re.I
)
MAX_CANDIDATES = 4


@dataclass(frozen=True)
class Found:
    """What a reference turned out to mean: one picture, or several that it may mean."""

    reference: Reference
    pictures: tuple[Shown, ...]
    phrase: str  # the words that name it


@dataclass(frozen=True)
class Target:
    """The picture that a turn works on, or those that it may mean, and what is left to do."""

    pictures: tuple[Shown, ...]  # none: there is no picture; several: the user must be asked
    text: str
    is_named: bool  # the words name it; else it is what is at hand

    @property
    def shown(self) -> Shown | None:
        """Return the picture, if it is certain."""
        return self.pictures[0] if len(self.pictures) == 1 else None


def may_refer(text: str) -> bool:
    """Return whether it is worth while to look for the name of a picture in a text."""
    return MAY_REFER.search(text) is not None


def find_target(gallery: Gallery, text: str) -> Target:
    """Return the picture that an instruction is about; InputError if it names one that is not.

    A picture that came with the message goes before the current one; of several the one that has
    what the words speak of.
    """
    found = find_named(gallery, text)
    changed = [one for one in found if not _is_compared(one, text)]
    if changed:
        chosen = _receiver(changed)
        if gallery.current and re.match("from ", chosen.phrase, re.I) and INTO_THIS.search(text):
            return Target((gallery.current,), remainder(text, chosen), True)
        return Target(chosen.pictures, remainder(text, chosen), True)
    if gallery.message:
        return Target(_of_message(gallery, text), text, False)
    return Target((gallery.current,) if gallery.current else (), text, False)


def find_named(gallery: Gallery, text: str) -> list[Found]:
    """Return the pictures that a text names, in its order; InputError if one does not exist."""
    labels = tuple(one.label for one in gallery.pictures if one.label)
    found = []
    for reference in read_references(text, labels):
        if one := _find(gallery, reference, text):
            found.append(one)
    if len(found) > 1:  # "go back two steps and make that one snowy"
        found = [one for one in found if not one.reference.is_pointing] or found
    return found


def is_new_drawing(gallery: Gallery, text: str) -> bool:
    """Return whether what the router took for a drawing is one, not a change of a picture."""
    if NEW.search(text) or not (gallery.current or gallery.message):
        return True
    if CURRENT.search(PART_OF_IT.sub("", text)):
        return False
    try:
        return not find_named(gallery, text)
    except InputError:
        return False


def remainder(text: str, chosen: Found) -> str:
    """Return the text without the words that name the picture; "" if nothing is left."""
    start, phrase = chosen.reference.start, chosen.phrase
    before, after = text[:start], text[start + len(phrase) :]
    if chosen.reference.order in ("steps", "redo") and start == 0 and not chosen.reference.noun:
        middle = ""  # "go back two steps and "
        after = text[chosen.reference.end :]
    else:
        is_asked = re.match("in ", phrase, re.I) and re.search(r"\b(?:is|are|was|were) $", before)
        middle = "in the picture" if is_asked else "" if INTO.match(phrase) else "it"
    bare = " ".join(f"{before} {middle} {after}".split()).strip(" ,")
    bare = re.sub(r"\s+([?.!,;:])", r"\1", bare)
    for pattern in REMAINS:
        bare = pattern.sub("", bare, count=1)
    pointing = rf"\b(?:that|this) (?:one|{PICTURE})\b"
    bare = re.sub(pointing, "it", bare, flags=re.IGNORECASE).strip()
    return "" if NOTHING_LEFT.fullmatch(bare) else bare


def current_picture(
    store: SessionStore, session_id: str, parent_id: str | None = HEAD
) -> str | None:
    """Return the picture that "it" means: the head's version, or that of the turn replied to.

    Before the first version (all undone) it is what the user uploaded last.
    """
    if parent_id == HEAD:
        version = store.head_version(session_id)
    else:
        version = store.version_at(parent_id) if parent_id else None
    if version:
        return version
    current = open_gallery(store, session_id, parent_id=parent_id).current
    return current.image_hash if current else None


def question_of(pictures: Sequence[Shown]) -> str:
    """Return the question that asks which of some pictures is meant."""
    names = [f"picture {one.number} ({what(one)})" for one in pictures]
    return f"Which picture do you mean: {', '.join(names[:-1])} or {names[-1]}?"


def what(shown: Shown) -> str:
    """Return what a picture is, in a few words: "your upload: beach, day; boat", "turn 3: ..."."""
    origin = "your upload" if shown.is_upload else f"turn {shown.turn_number}"
    said = "" if shown.is_upload else " ".join(shown.said.split())[:40]
    listing = listing_of(shown.caption)
    if listing:
        things = ", ".join(" ".join(reversed(entry.split()[:2])) for entry in listing.entries)
        said = f"{listing.scene}, {listing.light}{f': {things}' if things else ''}"
    return f"{origin}, {said}" if said else origin


def choose(pictures: Sequence[Shown], answer: str) -> Shown | None:
    """Return which of the pictures an answer means, if it tells."""
    words = answer.lower()
    for pattern in (r"\b(?:picture|number|no\.?|#)\s*(\d+)", r"^\s*(\d+)\s*\.?$"):
        if match := re.search(pattern, words):
            number = int(match[1])
            by_number = [one for one in pictures if one.number == number]
            if by_number:
                return by_number[0]
            return pictures[number - 1] if 1 <= number <= len(pictures) else None
    by_hash = [one for one in pictures if one.image_hash.startswith(words.strip())]
    if len(words.strip()) >= 6 and len(by_hash) == 1:
        return by_hash[0]
    if match := re.search(r"\bturn (\d+)\b", words):
        of_turn = [one for one in pictures if one.turn_number == int(match[1])]
        return of_turn[0] if len(of_turn) == 1 else None
    if match := re.search(r"\b(first|second|third|fourth|last|latest|newest|older|newer)\b", words):
        order = {"first": 0, "older": 0, "second": 1, "third": 2, "fourth": 3}
        index = order.get(match[1], len(pictures) - 1)
        return pictures[index] if index < len(pictures) else None
    fitting = [one for one in pictures if shows(one.caption, answer, one.said)]
    if re.search(r"\b(?:my|upload\w*|i sent)\b", words):
        fitting = [one for one in pictures if one.is_upload]
    elif re.search(r"\b(?:your|you (?:made|drew|painted))\b", words):
        fitting = [one for one in pictures if not one.is_upload]
    return fitting[0] if len(fitting) == 1 else None


def count(number: int, noun: str = "picture") -> str:
    """Return "no pictures", "1 picture", "2 pictures"."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


# Inside


def _find(gallery: Gallery, reference: Reference, text: str) -> Found | None:
    """Return what a reference means; None if it names no picture after all, but an object."""
    if not _is_picture(gallery, reference, text):
        return None
    if reference.is_pointing:
        return Found(reference, (gallery.focus,), reference.phrase) if gallery.focus else None
    if reference.is_plain:
        return None
    for attempt in _shorter(reference):
        pictures = _meant(gallery, attempt)
        if pictures:
            return Found(reference, tuple(pictures[:MAX_CANDIDATES]), attempt.phrase)
    if MAKING.search(text[: reference.start]) and reference.shows:  # "have the picture at night"
        return None
    raise InputError(_missing(gallery, reference))


def _is_done(one: Reference, text: str) -> bool:
    """Return whether "the picture with a ball" tells what to do: "complete it with a ball"."""
    before, phrase = text[: one.start], one.phrase
    tail = re.search(r"\s(?P<by>with|of)\s+(?P<some>" + SOME + ")?", phrase, re.IGNORECASE)
    if tail is None:
        return False
    if one.noun == "one" and EXCHANGING.search(before):
        return True
    if tail["by"].lower() == "of":
        return bool(RIDDING.search(before))
    return bool(FILLING.search(before) and (tail["some"] or one.noun == "one"))


def _is_picture(gallery: Gallery, one: Reference, text: str) -> bool:
    """Return whether the words mean a picture: "the red one" and "the first one" may be objects."""
    if _is_done(one, text):
        return False
    if one.noun not in ("one", ""):
        return not one.adjectives or bool(one.shows or one.label) or _describes(gallery, one)
    if one.role == "upload" and one.adjectives and DEAR.issuperset(one.adjectives):
        return False  # "my little one": a child
    if one.noun == "" or one.event or one.asked or one.label or one.is_like or one.role != "any":
        return True
    if one.order in ("steps", "redo", "original", "from_end"):
        return True
    if one.is_pointing:
        return gallery.focus is not None
    if one.lacks:
        return True
    has_context = _has_context(gallery, one, text)
    rest = text[one.end :]
    if ELSEWHERE.match(rest):
        return False
    if one.adjectives:
        words = [normal(word) for word in one.adjectives]
        if any(word in GROUNDS for word in words):
            is_shade = words[-1] in COLOURS and not GROUNDS.isdisjoint(words[-2:-1])
            return not is_shade  # "the snowy white one"
        is_judged = re.match(r"\s+(?:was|is|looked) (?:the )?(?:best|better|nicer|good)", rest)
        return (has_context or bool(is_judged)) and all(word in KNOWN for word in words)
    if one.shows:
        is_shown = any(_meant(gallery, attempt) for attempt in _shorter(one)) or has_context
        return is_shown and not SIDE.match(one.shows[0])
    if one.order in ("number", "last", "next", "other"):
        is_alone = NOTHING_LEFT.fullmatch(f"{text[: one.start]}{rest.lstrip(' ,')}".strip())
        if len(gallery.message) > 1 or has_context or is_alone:  # "now the first one again"
            return True
        if one.order == "number" and _outnumbers(gallery, one.number):
            return True
        judged = re.match(r"\s+(?:was|is) (?:the )?(?:best|better|nicer)", rest)
        whole = WHOLE.match(rest)
        word = normal(whole["word"]) if whole and whole["word"] else ""
        return bool(judged) or bool(whole and (not word or word in GROUNDS))
    return False


def _has_context(gallery: Gallery, one: Reference, text: str) -> bool:
    """Return whether the words before "the red one" tell that it is a picture.

    Things stand on, beside and behind other things, but in pictures.
    """
    lead = INTO.match(one.phrase)
    before = text[: one.start] + (lead[0] if lead else "")
    current = gallery.current
    is_here = bool(current and shows(current.caption, " ".join(one.adjectives)))
    if CONTEXT.search(before):  # "take the white one and paint it blue"
        return not (is_here and one.adjectives and re.search(r"\btake\s*$", before, re.I))
    return bool(re.match(r"in(?:to)?\s", one.phrase, re.I)) and one.order != "other" and not is_here


def _describes(gallery: Gallery, one: Reference) -> bool:
    """Return whether "the blue house picture" speaks of what pictures show."""
    words = [normal(word) for word in one.adjectives]
    if all(word in KNOWN for word in words):
        return True
    spoken = {word for shown in gallery.pictures for word in content_words(shown.said)}
    return all(word in KNOWN or word in spoken for word in words)


def _outnumbers(gallery: Gallery, number: int) -> bool:
    """Return whether the current picture has fewer objects than "the fourth one" asks for."""
    listing = listing_of(gallery.current.caption) if gallery.current else None
    return listing is not None and len(listing.entries) < number


def _shorter(one: Reference) -> list[Reference]:
    """Return the reference, and it with fewer and fewer of its last words.

    In "the one with the house snowy" the last word belongs to the wish, not to the picture.
    """
    attempts = [one]
    tail = one.shows[-1] if one.shows else ""
    if not tail or not one.phrase.rstrip().endswith(tail):
        return attempts
    words = tail.split()
    for length in range(len(words) - 1, 0, -1):
        short = " ".join(words[:length])
        if not content_words(short):
            break
        cut = one.phrase[: one.phrase.rindex(tail)] + tail[: _span(tail, length)]
        attempts.append(replace(one, shows=(*one.shows[:-1], short), phrase=cut))
    return attempts


def _span(text: str, words: int) -> int:
    """Return where a number of words of a text end."""
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    return ends[words - 1]


def _meant(gallery: Gallery, one: Reference) -> list[Shown]:
    """Return the pictures that a reference may mean: none, one, or several to ask about."""
    if one.turn is not None:
        return [shown for shown in gallery.earlier if _is_of_turn(gallery, shown, one.turn)][-1:]
    if one.label:
        label = one.label.lower()
        return [shown for shown in gallery.pictures if (shown.label or "").lower() == label]
    if one.order == "redo":
        return [gallery.redo] if gallery.redo else []
    if one.order == "steps":
        if one.number > len(gallery.steps):
            return []
        return [gallery.steps[one.number - 1]]
    pictures = _by_role(gallery, one)
    if one.event:
        return _by_event(gallery, pictures, *one.event)
    if one.is_like:
        return _alike(gallery, [shown for shown in pictures if shown not in gallery.message])
    for description in (*one.shows, " ".join(one.adjectives)):
        if description:
            pictures = [p for p in pictures if shows(p.caption, description, p.said)]
    if one.asked:
        wanted = set(content_words(one.asked))
        pictures = [p for p in pictures if not p.is_upload and wanted <= set(content_words(p.said))]
    if one.lacks:
        pictures = [p for p in pictures if not shows(p.caption, one.lacks, "")]
    is_described = bool(one.shows or one.adjectives or one.asked or one.lacks)
    return _by_order(gallery, one, pictures, is_described)


def _is_of_turn(gallery: Gallery, shown: Shown, number: int) -> bool:
    return shown.turn_number == number and not (shown.is_upload and _made_in(gallery, number))


def _made_in(gallery: Gallery, number: int) -> bool:
    return any(shown.turn_number == number and not shown.is_upload for shown in gallery.pictures)


def _by_role(gallery: Gallery, one: Reference) -> list[Shown]:
    """Return the pictures of the role that was named; a bare ordinal counts those of a message."""
    pictures = list(gallery.pictures)
    uploads = [shown for shown in pictures if shown.is_upload]
    if one.role == "upload":
        if not uploads and one.noun not in UPLOAD_NOUNS:
            return pictures  # "my picture", where all were drawn for the user
        return uploads
    if one.role == "made":
        return [shown for shown in pictures if not shown.is_upload]
    if len(gallery.message) > 1:
        return list(gallery.message)
    pictures = list(gallery.earlier) or pictures
    if one.order == "number" and one.noun in UPLOAD_NOUNS and len(uploads) >= one.number:
        return uploads
    if one.order == "number" and one.noun in MADE_NOUNS[1:]:
        made = [shown for shown in pictures if not shown.is_upload]
        return made if len(made) >= one.number else pictures
    return pictures


def _by_order(
    gallery: Gallery, one: Reference, pictures: list[Shown], is_described: bool
) -> list[Shown]:
    if not pictures:
        return []
    line = gallery.lineage(gallery.current)
    if one.order == "number":
        return pictures[one.number - 1 : one.number] if one.number else []
    if one.order == "from_end":
        return pictures[-one.number :][:1] if one.number <= len(pictures) else []
    if one.order == "original":
        if one.role == "upload" or is_described:
            of_line = [shown for shown in reversed(line) if shown in pictures]
            return of_line[:1] or pictures[:1]
        return line[-1:] if line else pictures[:1]
    if one.order == "next":
        after = [shown for shown in pictures if gallery.current in gallery.lineage(shown)[1:]]
        return after[:1]
    if one.order == "other":
        others = [shown for shown in pictures if shown not in line]
        return others or []
    if one.order == "last":
        if is_described or one.role == "upload" or one.noun == "these":
            of_line = [shown for shown in pictures if shown in line]
            return (of_line or pictures)[-1:] if is_described else pictures[-1:]
        if gallery.current in pictures:
            return [gallery.current] if gallery.current else []
        return pictures[-1:]
    if not is_described:
        if one.role == "upload":
            fresh = [shown for shown in pictures if shown in gallery.message]
            return (
                fresh if len(fresh) == 1 and len(pictures) > 1 else _or_current(gallery, pictures)
            )
        return _or_current(gallery, pictures[-1:] if one.role == "made" else pictures)
    return _runs(gallery, pictures, line)


def _or_current(gallery: Gallery, pictures: list[Shown]) -> list[Shown]:
    """Return the current picture if all pictures are the agent's, else the pictures."""
    if all(not shown.is_upload for shown in pictures) and gallery.current:
        return [gallery.current]
    return pictures


def _runs(gallery: Gallery, pictures: list[Shown], line: list[Shown]) -> list[Shown]:
    """Return the last picture of each unbroken run of versions that fit a description.

    The current one goes first; then a run on the way to it.
    """
    if gallery.current in pictures:
        return [gallery.current] if gallery.current else []
    runs: list[list[Shown]] = []
    for shown in pictures:
        home = next((r for r in runs if any(m.image_hash == shown.source for m in r)), None)
        if home is None:
            runs.append([shown])
        else:
            home.append(shown)
    ends = [([m for m in run if m in line] or run)[-1] for run in runs]
    near = [end for end in ends if end in line]
    return near if near else ends


def _by_event(gallery: Gallery, pictures: list[Shown], side: str, event: str) -> list[Shown]:
    """Return the picture before or after something happened: "before you added the hat"."""
    line = gallery.lineage(gallery.current)
    named = read_references(event)
    if len(named) == 1 and not named[0].is_plain:  # "right after the yellow one"
        anchors = _meant(gallery, named[0])
        if len(anchors) == 1 and side == "before":
            return [one for one in gallery.lineage(anchors[0])[1:2]]
        if len(anchors) == 1:
            children = [one for one in gallery.pictures if one.source == anchors[0].image_hash]
            return [one for one in children if one in line] or children
    is_loss = bool(re.search(r"\b(?:remov|delet|eras|gone|lost|took away|disappear)", event))
    event = re.sub(r"\b(?:remov|delet|eras|disappear)\w*|\bgone\b|\blost\b", "", event)
    others = [one for one in reversed(gallery.pictures) if one not in line]
    for chain in (line, others):
        for shown in chain:
            source = gallery.get(shown.source)
            if source is None:
                continue
            had = shows(source.caption, event, "")
            has = shows(shown.caption, event, "")
            if (had and not has) if is_loss else (has and not had):
                return [source if side == "before" else shown]
    wanted = set(content_words(event))
    for shown in (*line, *others):
        if wanted and not shown.is_upload and wanted <= set(content_words(shown.said)):
            source = gallery.get(shown.source)
            return [shown] if side == "after" else [source] if source else []
    return []


def _alike(gallery: Gallery, pictures: list[Shown]) -> list[Shown]:
    """Return the picture that is most like the one of the message (or the current one)."""
    model = gallery.message[-1] if gallery.message else gallery.current
    pictures = [one for one in pictures if one != model]
    if gallery.embed is None or model is None or not pictures:
        return []
    wanted, *others = gallery.embed([model.image_hash, *(one.image_hash for one in pictures)])
    likeness = [sum(a * b for a, b in zip(wanted, other, strict=True)) for other in others]
    return [pictures[likeness.index(max(likeness))]]


def _is_compared(one: Found, text: str) -> bool:
    before = text[: one.reference.start]
    return bool(COMPARED.search(before)) and not ASKED.search(before)


def _receiver(found: Sequence[Found]) -> Found:
    """Return which of several named pictures is changed: "put the hat from the second into X"."""
    for one in found:
        if re.match(r"(?:in|on|into|onto|to)\s", one.phrase, re.IGNORECASE):
            return one
    return next((one for one in found if not re.match(r"from\s", one.phrase, re.I)), found[0])


def _of_message(gallery: Gallery, text: str) -> tuple[Shown, ...]:
    """Return the picture of the message that has what the words speak of; all if that is open."""
    spoken = [word for word in content_words(text) if word in KNOWN]
    fitting = [one for one in gallery.message if _speaks_of(one, spoken)]
    return tuple(fitting) if len(fitting) == 1 else gallery.message


def _speaks_of(shown: Shown, words: Sequence[str]) -> bool:
    listing = listing_of(shown.caption)
    kinds = {entry.split()[0] for entry in listing.entries} if listing else set()
    return any(word in kinds for word in words)


def _missing(gallery: Gallery, one: Reference) -> str:
    """Return the sentence that says what there is instead of what was named."""
    if one.turn is not None:
        return f"There is no picture at turn {one.turn}."
    there = count(len(gallery.pictures))
    if one.order == "number" and one.number > len(gallery.pictures):
        return f"There is no picture {one.number}: this session has {there}."
    if one.order in ("steps", "redo", "next"):
        return "There is no earlier picture in this session."
    if one.role == "upload":
        return "You have not uploaded such a picture in this session."
    phrase = re.sub(r"^(?:in|on|of|from|with|to|into|onto|at)\s+", "", one.phrase.strip())
    return f"I do not find {phrase} among the {there} of this session."
