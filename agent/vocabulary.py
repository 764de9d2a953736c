"""The plain words by which people speak of what a listing names."""

import re
from collections.abc import Iterable

from .errors import AnswerError
from .language import Listing, read_listing

# The text language's own words; a test holds them against the world's.
SCENES = ("meadow", "beach", "snow", "city", "room", "forest")
LIGHTS = ("day", "sunset", "night")
KINDS = (
    "cat", "dog", "tree", "house", "car", "boat", "flower", "ball", "star", "fish", "hat",
    "balloon", "bird", "umbrella", "mushroom", "apple", "cup", "book", "robot", "kite",
)  # fmt: skip
COLOURS = ("red", "green", "blue", "yellow", "purple", "white", "orange", "pink")
SIZES = ("small", "large")
MAX_ENTRIES = 5  # things in a picture
PLACE_WORDS = ("top", "middle", "bottom", "left", "center", "right")
KNOWN = frozenset((*SCENES, *LIGHTS, *KINDS, *COLOURS, *SIZES, *PLACE_WORDS))
GROUNDS = frozenset((*SCENES, *LIGHTS))
HOW = KNOWN - {*KINDS}  # what a thing or a picture can be like

SYNONYMS = {
    "snowy": "snow", "winter": "snow", "wintry": "snow", "snowfield": "snow",
    "nighttime": "night", "nightly": "night", "dark": "night", "moonlit": "night",
    "daytime": "day", "daylight": "day", "sunny": "day", "noon": "day",
    "evening": "sunset", "dusk": "sunset", "sundown": "sunset",
    "seaside": "beach", "sea": "beach", "shore": "beach", "seashore": "beach",
    "woods": "forest", "wood": "forest", "woodland": "forest", "town": "city", "street": "city",
    "indoors": "room", "indoor": "room", "grass": "meadow", "field": "meadow",
    "big": "large", "huge": "large", "giant": "large", "bigger": "large", "larger": "large",
    "little": "small", "tiny": "small", "smaller": "small", "centre": "center",
    "kitten": "cat", "kitty": "cat", "puppy": "dog", "pup": "dog", "cottage": "house",
    "home": "house", "hut": "house", "ship": "boat", "cap": "hat", "blossom": "flower",
    "violet": "purple", "lilac": "purple", "lavender": "purple", "golden": "yellow",
    "crimson": "red", "scarlet": "red", "ruby": "red", "navy": "blue", "azure": "blue",
    "emerald": "green", "ivory": "white", "parasol": "umbrella", "toadstool": "mushroom",
    "mug": "cup", "automobile": "car", "auto": "car", "teacup": "cup", "brolly": "umbrella",
    "pooch": "dog", "hound": "dog", "doggy": "dog", "feline": "cat", "cabin": "house",
    "oak": "tree", "bloom": "flower", "daisy": "flower", "bonnet": "hat", "sailboat": "boat",
    "vessel": "boat", "sparrow": "bird", "enormous": "large", "massive": "large",
    "gigantic": "large", "mini": "small", "miniature": "small", "wee": "small",
    "tangerine": "orange", "plum": "purple", "lemon": "yellow", "midnight": "night",
}  # fmt: skip
STOP_WORDS = frozenset(
    "a an the my your our its it this that these those there is are was were be been being has "
    "have had having with of in on at to from for by still just right only some any one ones "
    "picture image photo version drawing painting pic you i we he she they me us turned became "
    "become turn turns got gets get made make makes added add adding put putting painted paint "
    "drew draw drawn changed change asked ask wanted said told came come appeared then when "
    "where which who what so as very too also again first last ever nicely good nice who's".split()
)


def normal(word: str) -> str:
    """Return the language's own word for a word, where it has one."""
    lowered = word.lower()
    found = SYNONYMS.get(lowered, lowered)
    if found not in KNOWN and found.endswith("s"):
        for single in (found[:-1], *([found[:-2]] if found.endswith("es") else [])):
            if (one := SYNONYMS.get(single, single)) in KNOWN:
                return one
    return found


def spoken_words(text: str) -> list[tuple[str, str]]:
    """Return each word of a text as it was typed in small letters, and its normal form."""
    return [(word, normal(word)) for word in re.findall(r"[a-z]+", text.lower())]


def content_words(text: str) -> list[str]:
    """Return what a phrase is about: its words without the small ones, each in its normal form."""
    return [one for word, one in spoken_words(text) if word not in STOP_WORDS]


def listing_of(caption: str | None) -> Listing | None:
    """Return the listing that a caption is, or None: captions of photographs are prose."""
    try:
        return read_listing(caption or "")
    except AnswerError:
        return None


def shows(caption: str | None, description: str, said: str = "") -> bool:
    """Return whether a caption shows what is described: "a blue house and a kite", "night".

    Words that stand together must hold of one object. Words that the language lacks ("fluffy") may
    come from what was `said` when the picture was made.
    """
    groups = [content_words(part) for part in re.split(r"\band\b|,|&", description)]
    groups = [group for group in groups if group]
    return bool(groups) and all(_shows(caption, group, said) for group in groups)


def _shows(caption: str | None, words: Iterable[str], said: str) -> bool:
    listing = listing_of(caption)
    if listing is None:
        seen = {one for _, one in spoken_words(f"{caption} {said}")}
        return set(words) <= seen
    ground = {listing.scene, listing.light}
    rest = [word for word in words if word not in ground]
    if not rest:
        return True
    if any(word in GROUNDS for word in rest):
        return False
    spoken = set(content_words(said))
    if any(word not in KNOWN and word not in spoken for word in rest):
        return False
    known = [word for word in rest if word in KNOWN]
    return not known or any(set(known) <= set(entry.split()) for entry in listing.entries)
