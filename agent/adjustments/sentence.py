"""From a sentence to exact adjustments: "crop to a square, a bit brighter and flip it"."""

import re
from dataclasses import dataclass

from PIL import ImageColor

from ... import InputError
from .clauses import (
    MANNER,
    PICTURE_WORDS,
    POLITE,
    SLIGHT,
    STRONG,
    WHOLE,
    Adjustment,
    Clause,
    lessened,
)
from .table import operation_of

QUOTES = re.compile(
    r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]|(?<!\w)['‘’]([^'‘’]+(?:['’]\w+[^'‘’]*)*)['‘’](?!\w)"
)
VERBS = (
    "make|crop|rotate|turn|flip|mirror|resize|scale|blur|sharpen|add|put|give|brighten|darken"
    "|increase|reduce"
)
# 'write hello on it', 'add a caption that says hello': words that were not put in quotes; up to
# where a place, a colour, a font or the next wish begins.
WORDS = r"(?:words?|phrase|name|text)"
TEXT_START = (
    rf"(?:(?:put|add|place|print|write) the {WORDS}|write|print"
    rf"|(?:title|label|letter) (?:it|the picture)(?: with)?(?: the {WORDS})?"
    r"|letters saying|(?:it )?to say|let it say"
    r"|(?:it|this|the (?:text|caption|title|heading|picture)) should say"
    r"|(?:make|have) (?:it|the (?:text|caption|title|heading)) say"
    r"|(?:the |a )?(?:text|caption|title|heading|watermark)\b(?:"
    r"(?: on (?:the )?top| below| on it)?:?(?: that says| saying| that reads)?"
    r"|(?: at the (?:top|bottom|left|right)| on the picture)(?::| that says| saying| that reads)"
    r"):?)\s+"
    rf"(?!(?:on|at|in|with|to|something|a|some|my|text|it|that|saying|please|again|for|the {WORDS})"
    r"\b)"
)
TEXT_END = (
    r"\s+(?:on (?:it|top|the)|(?:across|along) the|at the|at \d|in the|in a|under(?:neath)?"
    rf"|below|with|in \w+ (?:font|letters)|in (?:dark |light )?(?:{'|'.join(ImageColor.colormap)})"
    rf"|and (?:{VERBS})|then)\b|[.,;]?\s*$|[,;.]\s"
)
BARE_TEXT = re.compile(rf"\b({TEXT_START})([^,;\"]+?)(?={TEXT_END})", re.IGNORECASE)
# "make the text bigger": of a text that is there already; its pixels are the picture's by now.
_WRITTEN = r"\b(?:the|that|this|my) (?:text|caption|title|heading|lettering|watermark)"
ABOUT_WRITTEN = re.compile(
    rf"{_WRITTEN}(?: (?:is|should be|has to be))?(?: (?:a bit|a little|much|far|too|more|less))*"
    r" (?:bigg?|small|larg|tall|thin|thick|bold|bright|dark|high|low|readable|visible|italic)e?r?"
    r"(?: please)?\W*$"
    rf"|\b(?:make|turn|colou?r|paint) {_WRITTEN} (?:in(?:to)? )?(?:dark |light )?"
    rf"(?:{'|'.join(ImageColor.colormap)})\W*$"
    rf"|^(?:please )?(?:remove|delete|erase|take (?:away|off)|get rid of|lose) {_WRITTEN}\W*$",
    re.IGNORECASE,
)
WRITTEN = (
    'Text that was written is part of the picture now. Say "undo" and ask for it anew: '
    'write "Hello" at the top, large, in red.'
)
# "don't crop it" is heeded by doing nothing.
NEVER = re.compile(
    r"(?:(?:please|but|and|just|so|ok|no|i) )*(?:do not|don['’]?t|never)\b"
    r"(?! (?:you|think|find|forget)\b)"
)
SPLIT = re.compile(
    r"\s*(?:[,;!?]|:\s(?!\s*quoted)|\.(?=\s|$)|\band then\b|\bthen\b|\band also\b|\band\b|\bplus\b"
    r"|\bbut\b(?= (?:do not|don['’]?t|never)\b)"
    r"|\bwith (?=an?\b.*\b(?:border|frame|vignette|caption|text|title)\b))\s*"
)
ONES = dict(zip(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen".split(), range(2, 20), strict=True,
))  # fmt: skip
TENS = dict(zip(
    "twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True
))  # fmt: skip
NUMBER_WORDS = re.compile(
    rf"\b(?:(?:({'|'.join(ONES)}|one|an?)\s+hundred(?:\s+and)?\b\s*)?(?:({'|'.join(TENS)})\b[\s-]*)?"
    rf"(?:({'|'.join(ONES)}|one(?=\s+(?:%|percent|pixel|degree)))\b)?)"
)
# British, American and sloppy spellings; what would be torn apart at a comma or an "and"; and
# complaints that mean their opposite.
LIST = r"(\d+(?:\.\d+)?\s*%?)"
ADJUSTED = r"(?:brightness|contrast|saturation|warmth|sharpness|exposure)"
SO = r"(?:a bit|a little|very|so|really|quite|rather|pretty)"
IS = r"(?:(?:\b(?:is|are|looks?|seems?)|(?<=it)['’]s) (?:a bit |too |rather |a little |all )*)"
PLAIN_WORDS = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"[×✕]", "x"), (r"°", " degrees"), (r"[−–—](?=\s?\d)", "-"), (r"½", "half"),
        (r"\s*,\s*".join([LIST] * 4), r"\1 \2 \3 \4"),
        (r"\(\s*(\d+)\s*[,;]\s*(\d+)\s*\)", r"\1 \2"),
        (r"\bat\s+(\d+)\s*,\s*(\d+)\b", r"at \1 \2"),
        (r"(\d),(\d{3})\b", r"\1\2"), (r"(\d)\.(\d{3})(?= ?(?:px|pixels?))", r"\1\2"),
        (r"\b(left|right|top|bottom)-?most\b", r"\1"),
        (r"\b(?:per ?cent|pct)\b", "%"), (r"\bgray", "grey"), (r"\bcolor", "colour"),
        (r"\b(?:the )?wrong way up\b", "upside down"),
        (r"\bb\s*[&/]\s*w\b|\bblack\s*(?:and|&|n|'n'?)?\s*white\b", "greyscale"),
        (r"\b(?:counter|anti)-?\s?clock-?wise\b|\bccw\b", "counterclockwise"),
        (r"\bcw\b", "clockwise"),
        (r"\b(?:centre|middle|centered|centred)\b", "center"),
        (r"\bupper\b", "top"),
        (r"\blower(?=[- ](?:left|right|corner|edge|half|third|part))", "bottom"),
        (r"\bcrop out (?=the (?:left|right|top|bottom)\b(?! (?:left|right)))", "cut off "),
        (r"\bwide[- ]screen\b", "widescreen"), (r"\b(?:din )?a[3-6]\b", "paper"),
        (r"\ball 4 (?=sides|edges|corners)", "all "),
        (r"\b(top|bottom)-(left|right)\b", r"\1 \2"), (r"\b(left|right)-hand\b", r"\1"),
        (r"\b(?:under(?:neath)?|below)\b", "bottom"), (r"\bon top\b|\babove\b", "top"),
        (r"\b(?:monospaced?|typewriter|fixed.width)\b", "mono"), (r"\bsans[- ]serif\b", "sans"),
        (r"\b(?:but )?(?:not (?:too \w+|much|a lot)"
         r"|only (?:slightly|a (?:bit|little|touch|tad)))\b", "a bit"),
        (rf"\b(?:(?:do not|don['’]?t) (?:make|want|like|have) {WHOLE}(?: to be)?"
         r"|should(?: not|n['’]?t) be|not) (?:quite |all )?(?:so|as|that)\b", "less"),
        (rf"\b(?:the )?({ADJUSTED}) {IS}too (?:high|strong|harsh|intense|much)\b", r"less \1"),
        (rf"\b(?:the )?({ADJUSTED}) {IS}too (?:low|weak|poor|little)\b", r"more \1"),
        (rf"(?<=\w)(?: (?:is|are|looks|seems)|['’]s) {SO} (dark|dim|bright|pale|dull)\b",
         r" too \1"),
        (rf"(?:(?<=\w)(?: (?:is|looks|seems)|['’]s)|^{SO}) (dark|bright)(?= ?[,;.] ?\w)",
         r" too \1"),
        (r"\btoo much (?=\w)", "less "), (r"\b(?:too|very) little (?=\w)", "more "),
        (rf"\b(make {WHOLE}) look (?=(?:\w+ ){{0,2}}(?:blurr?y|fuzzy|dull|pale|faint)\b)", r"\1 "),
        (rf"\bmake {WHOLE} (?:\w+ ){{0,3}}(?:faded|washed out)\b|\bfaded (?:look|colours)\b",
         "less saturation"),
        (rf"{IS}blurr?y\b", " sharpen"),
        (r"\bnot (bright|dark|sharp|crisp|soft|warm|cool) enough\b", r"\1er"),
        (r"\bnot (?:colourful|vivid) enough\b", "more saturation"),
        (r"\btoo (?:dark|dim)\b|\b(?:is|looks?) (?:a bit |rather )?under-?exposed\b", "brighter"),
        (r"\btoo (?:bright|light)\b|\b(?:is|looks?) (?:a bit |rather )?over-?exposed\b", "darker"),
        (r"\btoo (?:warm|yellow)\b", "cooler"), (r"\btoo (?:cold|cool|blue)\b", "warmer"),
        (r"\btoo (?:pale|dull)\b", "more saturation"),
        (r"\b(?:too (?:colourful|vivid|saturated)|over-?saturated)\b", "less saturation"),
        (r"\bunder-?saturated\b", "more saturation"), (r"\btoo contrasty?\b", "less contrast"),
        (r"\btoo (?:strong|intense|loud|garish)\b", "less saturation"),
        (r"\bwashed out\b|\bfaded\b", "more saturation"),
        (r"\btoo (?:sharp|crisp|harsh)\b", "softer"), (r"\b(?:looks?|seems?) fuzzy\b", "sharpen"),
        (r"\btoo (?:soft|fuzzy|blurr?y)\b", "sharper"),
        (r"\b(?:looks?|seems?) (?:dull|pale|faint)\b", "more saturation"),
        (r"\b(?:pump up|boost) the colours\b", "more saturation"),
        (r"\b(?:tone down|fade) the colours\b|\btone it down\b|\bpaler\b", "less saturation"),
        (r"\bunsharpen\b|\bsoft focus\b", "blur"),
        (rf"\b(?:turn|flip|stand|put|set) {WHOLE} on its head\b", "turn it upside down"),
        (r"\bby the way\b", ""), (r"\bthe other way(?: a?round)?\b", "other way"),
        (r"\ball the way a?round\b", "all around"),
        (r"\bmore punch\b|\bpunchier\b", "more contrast"), (r"\bsmoother\b", "softer"),
        (r"\bmore light\b", "brighter"), (r"\bless light\b", "darker"),
        (r"\btoo flat\b", "more contrast"), (r"\bless greys?\b", "more saturation"),
        (lessened(r"blur(?:ry|riness|red|ring)?"), "sharpen"),
        (lessened(r"(?:sharp|crisp)(?:ness|ening|ened)?"), "a bit of blur"),
        (r"\b(?:around|on) the (?:vertical|y) axis\b", "vertical axis"),
    )
)  # fmt: skip
# "increase brightness and contrast by 20 %": verb and amount are meant for both.
SHARED = re.compile(
    r"\b(increase|raise|boost|reduce|lower|decrease|more|less|turn up|turn down)"
    rf"\s+((?:the\s+)?{ADJUSTED}(?:\s*(?:,|and|, and)\s*(?:the\s+)?{ADJUSTED})+)"
    r"((?:\s+(?:by|to)\b[^,;]*?|\s+(?:a bit|a lot|a little|slightly|much))?)"
    r"(?=\s*(?:$|[,;.]|and\b|then\b))"
)
OPERATION_WORDS = frozenset(
    """crop rotate rotated flip mirror mirrored resize rescale brighter brighten brightness darker
    darken lighter contrast saturation saturated saturate desaturate warmer warmth cooler
    colder greyscale grayscale monochrome sepia blur blurred blurry sharpen sharper sharpness
    vignette border caption watermark write horizontally horizontal vertically vertical
    clockwise counterclockwise percent pixels degrees square bottom smaller larger bigger
    exposure vibrant slightly straighten temperature picture image photo""".split()
)  # fmt: skip
# Right words that are one slip away from an operation.
NO_SLIPS = frozenset(
    "contract share shark shape minor wrote writer squire button tender flame store rotten".split()
)


@dataclass(frozen=True)
class Reading:
    """What a sentence asks for, in its order, and the parts that are no exact adjustment."""

    adjustments: tuple[Adjustment, ...] = ()
    unread: tuple[str, ...] = ()


def read_adjustments(sentence: str) -> Reading:
    """Return what the sentence asks for; InputError if one of its wishes cannot be meant so."""
    if ABOUT_WRITTEN.search(sentence):
        raise InputError(WRITTEN)
    if not QUOTES.search(sentence):
        sentence = BARE_TEXT.sub(r'\1"\2"', sentence)
    plain, quotes = spell(sentence)
    found: list[list[Adjustment]] = []
    unread: list[str] = []
    last: Clause | None = None
    for words in SPLIT.split(plain):
        clause = Clause(_with_degree(words, last), tuple(quotes))
        if clause.is_polite():
            continue
        operation = operation_of(clause)
        if operation and NEVER.match(clause.words):
            continue
        if operation is None and last is not None and found and clause.is_manner():
            # "a border, 20 pixels, in red"
            clause = Clause(f"{last.words} {words}", tuple(quotes))
            operation = operation_of(clause)
            found.pop()
        read = operation.read(clause) if operation else []
        if read:
            found.append(read)
            last = clause
        else:
            unread.append(_restore(words, quotes))
    once = {(one.name, str(one.values)): one for wish in found for one in wish}
    return Reading(tuple(once.values()), tuple(unread))


def spell(sentence: str) -> tuple[str, list[str]]:
    """Return a sentence in the words that the table knows, and what stood in its quotes.

    For the quotes stand `quoted0`, `quoted1` ...
    """
    quotes: list[str] = []
    return _plain(QUOTES.sub(lambda match: _hide(match, quotes), sentence).lower()), quotes


def _hide(match: re.Match[str], quotes: list[str]) -> str:
    quotes.append("".join(match.groups(default="")))
    return f" quoted{len(quotes) - 1} "


def _restore(words: str, quotes: list[str]) -> str:
    return re.sub(r"\bquoted(\d+)\b", lambda match: f'"{quotes[int(match[1])]}"', words).strip()


def _plain(sentence: str) -> str:
    """Return the sentence in the few words that the table knows."""
    sentence = re.sub(r"[a-z]+", lambda match: _unslip(match[0]), sentence)
    sentence = NUMBER_WORDS.sub(_digits, sentence)
    for pattern, plain in PLAIN_WORDS:
        sentence = pattern.sub(plain, sentence)
    return SHARED.sub(_distribute, sentence).strip()


def _distribute(match: re.Match[str]) -> str:
    nouns = re.findall(ADJUSTED, match[2])
    return " and ".join(f"{match[1]} {noun}{match[3]}" for noun in nouns)


def _digits(match: re.Match[str]) -> str:
    if not match[0].strip() or not any(match.groups()):
        return match[0]
    small = ONES | {"one": 1, "a": 1, "an": 1}
    hundreds, tens, ones = match.groups(default="")
    value = 100 * small.get(hundreds, 0) + TENS.get(tens, 0) + small.get(ones, 0)
    return f"{value}{' ' if match[0][-1].isspace() else ''}"


def _with_degree(words: str, last: Clause | None) -> str:
    """Return "warmer" as "a bit warmer" in "a bit brighter and warmer"."""
    degree = last and (SLIGHT.search(last.words) or STRONG.search(last.words))
    return f"{degree[0]} {words}" if degree and re.fullmatch(r"\w+er", words) else words


def _unslip(word: str) -> str:
    """Return the operation word that a word was meant to be, if one slip away from just one."""
    if len(word) < 4 or word in OPERATION_WORDS or word in NO_SLIPS or _is_known(word):
        return word
    reach = 1 if len(word) < 8 else 2
    near = {
        other: _slips(word, other)
        for other in OPERATION_WORDS
        if other[0] == word[0] and abs(len(other) - len(word)) <= reach
        and (min(len(word), len(other)) > 4 or set(word) == set(other))
    }  # fmt: skip
    least = min(near.values(), default=reach + 1)
    nearest = [other for other, slips in near.items() if slips == least]
    return nearest[0] if least <= reach and len(nearest) == 1 else word


def _is_known(word: str) -> bool:
    return word in MANNER or word in PICTURE_WORDS or word in POLITE or word in ImageColor.colormap


def _slips(word: str, other: str) -> int:
    """Return how many letters were left out, added, changed or swapped with a neighbour.

    The restricted edit distance of F. J. Damerau, Communications of the ACM 7 (3), 1964.
    """
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
