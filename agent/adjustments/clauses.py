"""One wish of a sentence: its plain words, what can be read from them, what it comes to."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from PIL import ImageColor

NUMBER = r"(\d+(?:[.,]\d+)?)"
WHOLE = r"(?:it|this|the (?:whole |entire )?(?:picture|image|photo))"
QUOTED = r"\bquoted(\d+)\b"
SIDES = ("left", "top", "right", "bottom")
STRONG = re.compile(
    r"\b(much|a lot|lots|strong(?:ly)?|very|far|really|heav(?:y|ily)|way|extremely|intense(?:ly)?"
    r"|dramatic(?:ally)?|super|thick|wide|huge)\b"
)
SLIGHT = re.compile(
    r"\b(slight(?:ly)?|a bit|a little|little|somewhat|gent(?:le|ly)|a touch|a tad|bit|subtle|subtly"
    r"|a (?:hair|smidge|shade|notch)|soft|lightly|thin|narrow|small)\b"
)
AWAY = r"\b(?:less|lower|reduce|decrease|remove|get rid of)\b|\btake\b.*\b(?:away|off|out)\b"
LESS = re.compile(
    AWAY + r"|\b(soften|down|dark\w*|dim\w*|muted?|weak\w*|drop|cut|dull|half)\b|-\s?\d"
)
_DETERMINERS = r"(?:(?:of|the|this|that|all|some|any|an?|its|my) )*"
# Words that say how, not what: a clause of these alone belongs to the one before it.
MANNER = frozenset(
    """a an the in on at by to of with as it its and or font size colour colours letters bold
    italic sans serif mono degree degrees pixel pixels px pt percent top bottom left
    right center corner side sides edge edges border clockwise counterclockwise
    horizontally vertically diagonally also too very much bit little lot touch tad
    slightly strongly gently thin thick wide narrow small large big huge tiny please
    high tall long width height middle x lower upper half third way dark light both
    each every all around from quoted vertical horizontal""".split()
)  # fmt: skip
POLITE = frozenset(
    """please thanks thank you can could would i want like and it the a to me my for now also
    just so ok okay hi hello pentimento is be picture image photo that this do let's
    lets make then but nice if possible should sorry ah oh um uh hm hmm well hey there pls
    plz yes yeah alright""".split()
)  # fmt: skip
# "the <any other noun>" is a thing in the picture, which no operation here can find.
PICTURE_WORDS = frozenset(
    """picture image photo photograph pic shot thing result drawing painting canvas file
    version screenshot text caption title words word label lettering watermark quoted
    border frame edge edges side sides corner corners top bottom left right center
    upper lower outer colour colours tone tones hue hues saturation contrast
    brightness exposure warmth sharpness blur vignette aspect ratio size width height
    resolution level levels amount first second third half quarter same other longest
    longer shorter shortest vertical horizontal axis clock temperature effect filter
    strength degree font says saying reads dimensions box area region part name phrase""".split()
)  # fmt: skip
ADJECTIVES = frozenset(
    """the a an its small large big little tiny huge tall whole entire complete full overall dark
    light bright deep pale last current new second first other""".split()
) | frozenset(ImageColor.colormap)
THING = re.compile(
    r"\b(?:the|this|that|my|your|our|his|her|their)\s+(?!it is\b|to (?:a )?\d|(?:up|down)\b)"
    r"([a-z'\s-]*)"
)


class Adjustment(NamedTuple):
    """One operation by name, with its numbers and words."""

    name: str
    values: dict[str, Any]
    summary: str  # in the past tense, for the reply: "turned by 90 degrees"


@dataclass(frozen=True)
class Clause:
    """One wish: its plain words, in which `quoted0`, `quoted1` stand for words in quotes."""

    words: str
    quotes: tuple[str, ...] = ()

    def has(self, pattern: str) -> bool:
        """Return whether the pattern occurs."""
        return re.search(pattern, self.words) is not None

    def find(self, pattern: str) -> re.Match[str] | None:
        """Return the first occurrence of the pattern."""
        return re.search(pattern, self.words)

    def numbers(self) -> list[float]:
        """Return all numbers in their order."""
        plain = re.sub(r"quoted\d+|#[0-9a-f]+", "", self.words)
        return [number(one) for one in re.findall(NUMBER, plain)]

    def percentage(self) -> float | None:
        """Return "20 %" as 0.2."""
        match = self.find(NUMBER + r"\s*%")
        return number(match[1]) / 100 if match else None

    def share(self) -> float | None:
        """Return a percentage, or a fraction in words, as a number."""
        percentage = self.percentage()
        if percentage is not None:
            return percentage
        part = self.find(r"(?:\b(\d) )?\b(half|third|quarter)s?\b")
        if not part:
            return None
        return int(part[1] or 1) / {"half": 2, "third": 3, "quarter": 4}[part[2]]

    def degree(self, slight: float, normal: float, strong: float) -> float:
        """Return one of three numbers, by words such as "a bit" and "much"."""
        if self.has(r"\b(completely|fully|entirely|maximum|as \w+ as possible)\b"):
            return strong
        if SLIGHT.search(self.words):
            return slight
        return strong if STRONG.search(self.words) else normal

    def is_less(self) -> bool:
        """Return whether something is to go down."""
        return LESS.search(self.words) is not None

    def sides(self) -> list[str]:
        """Return the sides that are named."""
        return [side for side in SIDES if self.has(rf"\b{side}\b")]

    def anchor(self, default: str = "center") -> str:
        """Return a place such as "top left"."""
        words = re.findall(r"\b(top|bottom|left|right|center)\b", self.words)
        if not words and self.has(r"\bcorner\b"):
            return "bottom right"
        rows = [word for word in words if word in ("top", "bottom")][:1]
        columns = [word for word in words if word in ("left", "right")][:1]
        if not rows and not columns:
            return "center" if words else default
        return " ".join(rows + columns)

    def colour(self, default: str) -> str:
        """Return a colour: one of the 140 names of CSS, "dark blue", or "#ff8800"."""
        code = self.find(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b")
        if code:
            return code[0]
        names = sorted(ImageColor.colormap, key=len, reverse=True)
        joined = re.sub(
            r"\b(dark|light|medium|pale|deep|hot|sky|navy) (?=[a-z])", r"\1", self.words
        )
        return next((name for name in names if re.search(rf"\b{name}\b", joined)), default)

    def thing(self) -> str | None:
        """Return the noun of something in the picture: "the background", but not "the image"."""
        for phrase in THING.findall(self.words):
            noun = next((word for word in phrase.split() if word not in ADJECTIVES), None)
            if noun and noun.removesuffix("'s") not in PICTURE_WORDS:
                return str(noun)
        return None

    def is_manner(self) -> bool:
        """Return whether it says only how: "in red", "vertically", "at the top"."""
        words = re.findall(r"[a-z]+", re.sub(r"#[0-9a-f]+", "", self.words))
        return all(word in MANNER or word in ImageColor.colormap for word in words)

    def is_polite(self) -> bool:
        """Return whether nothing is asked for: "please", "thank you"."""
        if self.has(r"\d"):
            return False
        return all(word in POLITE for word in re.findall(r"[a-z']+", self.words))


def lessened(noun: str) -> str:
    """Return the pattern of words that want less of something that a noun names, or none of it."""
    return (
        r"\b(?:remove|delete|get rid of|take (?:away|off|out)|(?:turn|tone|bring) down|reduce|lower"
        r"|decrease|less) "
        rf"{_DETERMINERS}{noun}\b"
        rf"|\b(?:take|turn|tone|bring) {_DETERMINERS}{noun} (?:away|off|out|down)\b"
        rf"|\b{noun} (?:off|down)\b"
    )


def unwanted(noun: str) -> str:
    """Return the pattern of words that want less of something, or want it not to be there."""
    return lessened(noun) + rf"|\b(?:no more|no|without|lose) {_DETERMINERS}{noun}\b"


def number(digits: str) -> float:
    """Return "1.5" or "1,5" as a number."""
    return float(digits.replace(",", "."))
