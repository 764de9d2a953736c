"""Several wishes in one sentence, told apart by the words that join them."""

import re

from .vocabulary import COLOURS, GROUNDS, SIZES, SYNONYMS, content_words

_VERBS = (
    "add adjust alter append arrange attach banish bin blot blow boost bring brush budge build "
    "bump carry change chase choose chuck clean clear coat color colour conjure convert cover "
    "create cross cut decorate decrease delete deposit diminish dip discard display ditch do "
    "double downsize drag draw dress drop dump dye eliminate empty enlarge erase exchange "
    "exclude expand expel extend fill find fix flip generate get give go grab grow guide halve "
    "haul have hide hop imagine include increase inflate insert install interchange invite keep "
    "kick lay leave let lift limit locate lose magnify make march miniaturise miniaturize "
    "minimise minimize mix modify morph move nudge omit pack paint park pick place plant plonk "
    "plop pluck pop position pour pull pump push put raise rearrange recolor recolour redo "
    "redraw reduce relocate remove render repaint replace reposition rescale resize restyle "
    "revert roll rotate rub scale scoot scrap scratch scribble scrub seat select send set shift "
    "shoo shove show shrink shuffle size sketch slide slip spirit squeeze stand station steer "
    "stick stretch strike strip substitute swap sweep swell switch take teleport throw tint "
    "toss tow trade transfer transform transport trim try tuck turn undraw unpaint upsize use "
    "walk wedge weed wheel whisk wipe withdraw zap"
)
_VERB = rf"(?:{'|'.join(_VERBS.split())})\b"
_MUST = r"(?:should|must|ought|needs?|has to|have to|shall)\b"
_SUBJECT = r"(?:the|it|this|that|both|all|every\w*)\b"
# Where a wish begins: with a verb, or with what should be otherwise.
_FILLER = r"(?:(?:um|hmm|ok|alright|right|listen|maybe|just|actually|exactly|only|kindly),?\s+)"
_WISH = rf"{_FILLER}{{0,2}}(?:{_VERB}|{_SUBJECT}(?:\s+[\w'-]+){{0,7}}?\s+{_MUST})"
_WORD = (
    r"(?:and|then|also|plus|please|next|now|afterwards|finally|after that|besides that|after this|"
    r"while you(?:'re| are) at it)\b,?"
)
_SIGN = r"(?:[,;.!&+]+|-)"
_BETWEEN = rf"(?:\s*{_SIGN}(?:\s*{_WORD})*|(?:\s+{_WORD})+)\s+"
_JOINT = re.compile(rf"{_BETWEEN}(?={_WISH})", re.IGNORECASE)
_IS_WISH = re.compile(rf"\b(?:{_VERB}|{_MUST})", re.IGNORECASE)
# What asks for nothing of its own ("leave the rest"), or says where the wish before it ends.
_LEANS = re.compile(
    r"^(?:leave|keep|let)\b.*\b(?:rest|else|others?|alone|unchanged)\b"
    r"|^(?:leave|keep)\b.*\b(?:everything|background|things)\b"
    r"|\bas (?:it is|they are)$"
    r"|^(?!.*\b(?:the|it|them)\b).*\binstead\b|\bthere\b(?! (?:is|are|be|should|must)\b)"
    r"|\b(?:(?:its|that|the same) (?:place|spot|stead)|in place of it)\b"
    r"|\b(?:swap|exchange|switch) them\b",
    re.IGNORECASE,
)
_LOOKS = {*COLOURS, *SIZES, *(word for word, one in SYNONYMS.items() if one in COLOURS + SIZES)}
_LOOK = rf"(?:{'|'.join(sorted(_LOOKS, key=len, reverse=True))})"
_IS_HALF = re.compile(
    r"\bwhere (?:it|they) (?:is|are|stands?)$|\ba new (?:place|home)\b"
    rf"|\b(?:to|(?:can|could|will|would) you|{_MUST})$"
    r"|\btake (?:it|this|that|them)$",
    re.IGNORECASE,
)
# What only opens a wish ("go ahead and ..."), or keeps everything else as it is.
_OPENS = re.compile(
    r"\b(?:go (?:on|ahead)|(?:my|your) turn|come on|do (?:me|us) a favou?r)$"
    r"|^\W*(?:[\w']+\W+){0,6}?(?:leave|keep)\b.*\b(?:all(?: of it)?|everything|rest|else"
    r"|others?|things|alone|unchanged|background|as (?:it is|they are))$",
    re.IGNORECASE,
)
# "drag the cat and drop it at the top", "resize it and make it bigger": one wish in two verbs.
_CARRIES = re.compile(
    r"\b(?:take|grab|pick|lift|carry|drag|push|slide|relocate"
    r"|change (?:where|the (?:place|position)))\b"
    r"(?!.*\b(?:away|out|off|to the (?:\w+ ){0,2}(?:left|right|top|bottom|middle|cent\w+))\b)",
    re.IGNORECASE,
)
_ALTERS = re.compile(rf"\b(?:resize|redraw|turn)\b(?!.*\b{_LOOK}$)", re.IGNORECASE)
_MAKES = re.compile(r"^(?:make|render)\s+(?:it|them)\b", re.IGNORECASE)
_PUTS = re.compile(r"^(?:put|drop|set|place|move|push|slide|stick)\s+(?:it|them)\b", re.IGNORECASE)
_MARKS = " .,:;!&+-"
_TELLS = "is|are|was|were|looks?|seems?|has|have"
# "make the cat blue and the dog red": the verb is said but once.
_ONE_VERB = re.compile(
    r"^(?P<verb>(?:.*\s)?(?:make|paint|colou?r|dye|turn|tint|render))\s+"
    rf"(?P<first>(?:the|my|that|this)\s[^,&]*?\b{_LOOK}){_BETWEEN}"
    rf"(?P<second>(?:the|my|that|this)\s(?:(?!\b(?:and|{_TELLS})\b)[^,&])*\b{_LOOK})$",
    re.IGNORECASE,
)


def clauses_of(text: str) -> list[str]:
    """Return the wishes of a sentence, each by itself, in the user's words."""
    joints = list(_JOINT.finditer(text))
    ends = [joint.start() for joint in joints[1:]] + [len(text)]
    clauses, start = [], 0
    for joint, end in zip(joints, ends, strict=False):
        piece = text[start : joint.start()].strip(_MARKS)
        following = text[joint.end() : end].strip(_MARKS)
        if _is_whole(piece) and not _leans(following, piece):
            clauses.append(piece)
            start = joint.end()
    last = text[start:].strip(_MARKS)
    return [one for clause in [*clauses, last] if clause for one in _with_own_verbs(clause)]


def _with_own_verbs(clause: str) -> list[str]:
    found = _ONE_VERB.match(clause)
    if found is None:
        return [clause]
    return [f"{found['verb']} {found['first']}", f"{found['verb']} {found['second']}"]


def _leans(following: str, piece: str) -> bool:
    is_one = (_CARRIES.search(piece) and _PUTS.search(following)) or (
        _ALTERS.search(piece)
        and _MAKES.search(following)
        and not GROUNDS.intersection(content_words(following))
    )
    return bool(is_one or _LEANS.search(following))


def _is_whole(piece: str) -> bool:
    is_wish = len(piece.split()) > 1 and _IS_WISH.search(piece)
    return bool(is_wish) and not _IS_HALF.search(piece) and not _OPENS.search(piece)
