"""Other ways to put a sentence pattern: synonyms, fillers, dropped small words.

People word one wish in more ways than a list of patterns holds. What a pattern says outside its
slots is varied here, so that training sees the same wish in many wordings and learns to look at
the words that carry the meaning.
"""

import random
import re

_SYNONYMS = (
    ("picture", "image", "drawing", "painting", "illustration", "pic"),
    ("the picture", "this picture", "our picture", "the pic", "the image", "the whole thing"),
    ("things", "objects", "items", "stuff", "elements"),
    ("thing", "object", "item"),
    ("do you see", "can you see", "do you spot", "do you notice", "can you spot", "do you find"),
    ("tell me", "let me know", "say", "please tell me", "tell us", "i want to know", "name"),
    ("what is", "what's", "whats", "what might be", "what would be"),
    ("where is", "where's", "wheres"),
    ("what", "which"),
    ("there is", "there's", "we have", "you see"),
    ("is there", "do we have", "is there still", "have you got", "can one find"),
    ("are there", "do we have", "can you see", "do you see", "have we got"),
    ("how many", "what number of", "how many different", "what count of"),
    ("colour", "color"),
    ("grey", "gray"),
    ("biggest", "largest"),
    ("of the two", "of those two", "of both", "of these two", "out of the two"),
    ("can you", "could you", "would you", "will you", "are you able to", "can u", "could we"),
    ("i want", "i'd like", "i would like", "i wish for", "we want", "i'd love", "i fancy"),
    ("i want", "what i want is", "i really want", "we'd like", "i would prefer"),
    ("i'd like", "i would like", "i'd love", "i want", "i would be happy with"),
    ("please", "pls", "plz", "kindly", "if you can"),
    ("remove", "delete", "erase", "take away", "get rid of", "eliminate", "cut out", "wipe away"),
    ("remove", "throw out", "take out", "clear away", "rub out", "banish"),
    ("delete", "remove", "erase", "kill", "strip out"),
    ("add", "put in", "insert", "include", "bring in", "add in", "place"),
    ("put", "place", "stick"),
    ("move", "shift", "push", "bring", "slide", "relocate", "drag", "carry", "take"),
    ("replace", "substitute", "exchange"),
    ("swap", "switch", "exchange", "trade"),
    ("change", "alter", "modify", "switch", "convert"),
    ("make", "render", "get", "turn"),
    ("turn", "change", "make"),
    ("paint", "colour", "color", "dye", "tint"),
    ("should be", "ought to be", "must be", "has to be", "needs to be", "shall be"),
    ("should", "ought to", "must", "has to", "needs to", "shall"),
    ("too", "as well", "also", "in addition"),
    ("instead of", "in place of", "rather than"),
    ("disappear", "vanish", "go away"),
    ("everything", "all of it", "every last thing", "the lot"),
    ("background", "backdrop", "setting"),
    ("show", "display", "present"),
    ("show me", "let me see", "i want to see", "give me"),
    ("draw", "paint", "sketch", "create", "generate"),
    ("in total", "all in all", "altogether", "in all", "overall"),
    ("exactly", "precisely", "just"),
    ("looks", "seems", "appears"),
    ("look", "seem", "appear"),
    ("further", "farther", "some more", "a little more"),
    ("a bit", "a little", "slightly", "somewhat", "a tad"),
    ("undo", "take back", "revert", "cancel"),
    ("go back", "return", "step back", "move back", "jump back", "switch back"),
    ("bring back", "restore", "recover", "get back"),
    ("version", "state", "stage"),
    ("previous", "prior", "earlier", "preceding"),
    ("first", "very first", "initial"),
    ("last", "latest", "most recent"),
    ("original", "first picture", "starting picture"),
    ("thanks", "thank you", "cheers", "thx", "many thanks"),
    ("great", "nice", "lovely", "wonderful", "fantastic", "super", "brilliant", "gorgeous"),
    ("nice", "pretty", "cool", "sweet", "neat", "great"),
    ("hello", "hi", "hey", "hiya", "greetings", "howdy"),
    ("write", "compose", "write down", "draft", "type up"),
    ("photo", "photograph", "snapshot"),
    ("the weather", "the temperature", "the forecast"),
    ("a poem", "a limerick", "a haiku", "some verses", "a rhyme"),
    ("a song", "a tune", "a melody", "a ballad"),
    ("my mother", "my grandmother", "my sister", "my neighbour", "my teacher"),
    ("tell me about", "explain", "say something about", "talk about"),
    ("who", "which person", "who exactly"),
)  # fmt: skip
_BEFORE = (
    "now", "and", "so", "then", "ok", "well", "please", "actually", "just", "hmm",
    "right", "oh", "hey", "also", "maybe", "um", "and now", "alright", "listen", "excuse me",
)  # fmt: skip
_AFTER = (
    "please", "now", "for me", "then", "thanks", "right now", "here", "ok", "would you",
    "at once", "my friend", "if possible", "for us", "this time", "quickly", "thank you", "dear",
)  # fmt: skip
_SMALL = frozenset(
    "a an the of to is are it this that there do does did can could would you i me my we us our "
    "please some any in on at for be so and now just really all".split()
)
_TOKEN = re.compile(r"\{[^}]*\}|[^\s{}]+")
_OTHERS = {
    phrase: tuple(other for group in _SYNONYMS if phrase in group for other in group)
    for phrase in sorted({phrase for group in _SYNONYMS for phrase in group}, key=len, reverse=True)
}
_ENDS = re.compile(r"[ ]*(?:$|[,.!?])")
# Verbs that are nouns behind a determiner, and what they may be called then.
_NOUNS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("place", "move", "change", "turn", "switch", "swap", "show", "look"), ()),
    "colour": ("color",),
    "color": ("colour",),
}
_DETERMINER = re.compile(
    r"\b(?:an?|the|one|its|their|your|my|own|other's|same|this|that|another|last|first|new) $"
)
_PHRASE = re.compile(rf"(?<![\w{{'])(?:{'|'.join(map(re.escape, _OTHERS))})(?![\w}}'])")


def vary(pattern: str, rng: random.Random) -> str:
    """Return another wording of a sentence pattern, with the same slots (or the same wording)."""
    for _ in range(rng.choice((1, 1, 2))):
        pattern = _with_synonym(pattern, rng)
    roll = rng.random()
    if roll < 0.2:
        return _without_small_word(pattern, rng)
    comma = rng.choice((" ", ", "))
    if roll < 0.35:
        return f"{rng.choice(_BEFORE)}{comma}{pattern}"
    if roll < 0.5:
        mark = pattern[-1] if pattern[-1] in "?!" else ""
        return f"{pattern.removesuffix(mark)}{comma}{rng.choice(_AFTER)}{mark}"
    return pattern


def _with_synonym(pattern: str, rng: random.Random) -> str:
    found = list(_PHRASE.finditer(pattern))
    if not found:
        return pattern
    match = rng.choice(found)
    others = _OTHERS[match[0]]
    if match[0] == "too" and not _ENDS.match(pattern, match.end()):  # "too big"
        return pattern
    if match[0] in _NOUNS and _DETERMINER.search(pattern, 0, match.start()):  # "the place"
        others = _NOUNS[match[0]]
    return pattern[: match.start()] + rng.choice(others or (match[0],)) + pattern[match.end() :]


def _without_small_word(pattern: str, rng: random.Random) -> str:
    found = [match for match in _TOKEN.finditer(pattern) if match[0] in _SMALL]
    if not found or len(pattern.split()) < 4:
        return pattern
    match = rng.choice(found)
    return f"{pattern[: match.start()]}{pattern[match.end() :]}".replace("  ", " ").strip()
