"""What a clause says of looks: tones, detail, border and text; with its numbers."""

import re
from collections.abc import Callable
from typing import Any

from PIL import ImageColor

from ... import InputError
from . import lettering
from .clauses import AWAY, NUMBER, QUOTED, Adjustment, Clause, lessened, number, unwanted
from .shape_readers import refuse_measure

STOPS = rf"(?:{NUMBER}|\b(half a|one|an?)\b) ?(?:f-)?stops?\b"
GAMMA = 2.2  # a stop is twice the light, which the levels of a file hold to the power of 1 / 2.2
PART = (  # "the left half", "the corners"
    r"\b(?:the|its|each|every|both|all|one) (?:(?:top|bottom|left|right|center|outer|inner) )*"
    r"(?:half|third|quarter|part|side|corner|edge|area|region|box|top|bottom|left|right|center)s?\b"
)
Reader = Callable[[Clause], list[Adjustment]]

SET_TO = r"\bto " + NUMBER + r"|\bto (?:a )?(?:half|third|quarter)\b"
SET_TO += r"|^(?:the )?(?:brightness|contrast|saturation)[ :=]*\d"
TIMES = rf"{NUMBER} ?(?:x|times)\b|\b(?:x|times) ?{NUMBER}"
NAME = (
    r"\b((?:(?!(?:add|put|print|write|place|give|in|with|using|at|on|of|and|the|an?|size|font)\b)"
    r"[a-z]+\b\s*)+?)"
)
KNOWN = "arial|calibri|comic|courier|dejavu|georgia|helvetica|impact|liberation|noto|roboto|times"
ENTRY = r"(?:\b(?:in|with|using)\s+)?(?:\b(?:the|a|an)\s+)?"
END = r"(?=\s*(?:$|\d|#|\b(?:at|in|on|of|and|with|size)\b))"
FONTS = (  # "font quoted1", "in the font DejaVu Serif", "in a serif font", "in red Arial"
    re.compile(rf"{ENTRY}\bfont\s+(?:quoted(\d+)|{NAME}{END})"),
    re.compile(rf"{ENTRY}{NAME}\s*\b(?:font|letters)\b"),
    re.compile(rf"\b(?:in|with|using)\s+(?=(?:[a-z]+\s+){{0,2}}(?:{KNOWN})\b){NAME}{END}"),
)
SIZES = ("medium", "normal")
LETTER_SHARES = {"tiny": 0.03, "small": 0.06, "large": 0.16, "big": 0.16, "huge": 0.25}
BORDER = r"(?:\w+ ){0,2}?(?:border|frame)"
FACTORS = 5  # "contrast to 1.5" is 150 %, "contrast to 50" is 50 %
# By effect, what it is called where it lies over the picture already.
LAID = {
    "vignette": r"(?:\w+ )??vignett\w*",
    "greyscale": r"(?:grey ?scale|greys?|monochrome)",
    "sepia": r"sepia",
}
WRITE_WHAT = 'Write what? Put the words in quotes: write "Happy birthday" at the bottom.'


def read_scaled(name: str, less: str = r"(?!)", more: str = r"(?!)") -> Reader:
    """Return the reader of a factor: "much brighter", "30 % less contrast", "to 80 %"."""

    def read(clause: Clause) -> list[Adjustment]:
        if not _is_whole(clause):
            return []
        if clause.has(less):
            is_less = not clause.has(lessened(f"(?:{less})"))  # "less dark" is brighter
        else:
            is_less = clause.is_less() and not clause.has(more)
        share = _share(clause)
        amount = clause.degree(0.15, 0.3, 0.6) if share is None else share
        factor = max(0.0, 1 - amount) if is_less else 1 + amount
        if clause.has(
            r"\bto (?:zero|0)\b(?![.,]\d)|\bno (?:saturation|colour)"
            r"|\b(?:remove|without|take (?:away|off|out)) .*(?:saturation|colour)"
            r"|\btake .*(?:saturation|colour)s? (?:away|off|out)\b"
        ):
            factor = 0.0
        elif share is not None and clause.has(SET_TO):
            factor = share
        elif times := clause.find(TIMES):
            factor = number(times[1] or times[2])
            factor = 1 / factor if is_less and factor else factor
        elif clause.has(r"\b(twice|double) (?:as|the)\b|\bdouble\b"):
            factor = 0.5 if is_less else 2.0
        elif clause.has(rf"\bhalf (?:as|the|{name})\b|\bhalve\b"):
            factor = 2.0 if clause.has(less) else 0.5
        if stops := clause.find(STOPS):
            size = number(stops[1]) if stops[1] else 0.5 if stops[2] == "half a" else 1.0
            factor = 2 ** ((-size if is_less else size) / GAMMA)
        if factor > 20:
            raise InputError(f"The {name} cannot grow to {factor:.0%}; at most to 2,000 %.")
        change = f"{abs(factor - 1):.0%} {'less' if factor < 1 else 'more'} {name}"
        return [Adjustment(name, {"factor": factor}, f"given {change}")]

    return read


def read_warmth(clause: Clause) -> list[Adjustment]:
    """Return the warmth that a clause asks for."""
    if not _is_whole(clause):
        return []
    share = _share(clause)
    amount = min(clause.degree(0.06, 0.12, 0.25) if share is None else share, 1.0)
    is_cold = clause.has(r"\b(cool|cold|icy|bluer|blueish)")
    is_less = clause.has(AWAY + ("" if is_cold else r"|\bdown\b"))
    is_cooler = is_cold != is_less
    word = "cooler" if is_cooler else "warmer"
    value = -amount if is_cooler else amount
    return [Adjustment("warmth", {"amount": value}, f"made {word} by {amount:.0%}")]


def read_hue(clause: Clause) -> list[Adjustment]:
    """Return the hue that a clause asks for."""
    if not _is_whole(clause):
        return []
    numbers = clause.numbers()
    if not numbers and not clause.has(r"\b(bit|little|much|lot|slightly|strongly|opposite)\b"):
        raise InputError('By how many degrees? For example "shift the hue by 30 degrees".')
    share = clause.percentage()
    degrees = 360 * share if share is not None else numbers[0] if numbers else None
    if degrees is None:
        degrees = 180.0 if clause.has(r"\bopposite\b") else clause.degree(15.0, 30.0, 90.0)
    if clause.has(r"-\s?\d|\bcounterclockwise\b|\bback\b"):
        degrees = -degrees
    return [Adjustment("hue", {"degrees": degrees}, f"given hues turned by {degrees:g} degrees")]


def read_toned(name: str, words: str) -> Reader:
    """Return the reader of an effect from 0 to 1: "sepia", "half sepia", "sepia by 30 %"."""

    def read(clause: Clause) -> list[Adjustment]:
        _refuse_removal(clause, name)
        if not _is_whole(clause):
            return []
        share = clause.share()
        amount = min(clause.degree(0.4, 1.0, 1.0) if share is None else share, 1.0)
        values = {} if amount == 1 else {"amount": amount}
        return [Adjustment(name, values, f"made {words}" + (f" by {amount:.0%}" if values else ""))]

    return read


def read_strength(name: str, words: str, steps: tuple[float, float, float]) -> Reader:
    """Return the reader of a strength, of which 100 % is the strong one."""

    def read(clause: Clause) -> list[Adjustment]:
        if name == "vignette":
            _refuse_removal(clause, name)
        elif clause.has(unwanted(rf"{name}\w*")) or not _is_whole(clause):
            return []
        if clause.thing():
            return []
        radius = clause.find(NUMBER + r"\s*(?:px|pixels?)\b|\bradius (?:of )?" + NUMBER)
        if name == "blur" and radius:
            size = number(radius[1] or radius[2])
            if not 0 < size <= 1000:
                raise InputError("The radius of a blur is above 0 and at most 1,000 pixels.")
            return [Adjustment(name, {"radius": size}, f"{words} by {size:g} pixels")]
        share = clause.percentage()
        strength = clause.degree(*steps) if share is None else steps[2] * min(share, 5.0)
        values: dict[str, Any] = {"strength": strength}
        if name == "vignette":
            values["colour"] = clause.colour("black")
        return [Adjustment(name, values, words)]

    return read


def _is_whole(clause: Clause) -> bool:
    """Return whether a clause is about no thing in the picture; InputError if about a part."""
    if clause.thing():
        return False
    if part := clause.find(PART):
        raise InputError(
            f"I change the looks of the whole picture only, not of {part[0]}. You can crop to a "
            "part, add a vignette, or ask for an edit with a mask."
        )
    return True


def _share(clause: Clause) -> float | None:
    """Return by how much, or to what, something is to change: "by 20 %", "+20", "by a third"."""
    if (share := clause.percentage()) is not None:
        return share
    if clause.has(r"\b(?:by|to) (?:\d |a )?(?:half|third|quarter)s?\b"):
        return clause.share()
    said = clause.find(r"(?:[+-]\s?|\b(?:by|up|down) |\b(to) )" + NUMBER)
    if not said:
        return None
    amount = number(said[2])
    return amount if amount < (FACTORS if said[1] else 1) else amount / 100


def _refuse_removal(clause: Clause, name: str) -> None:
    """Raise InputError where an effect that is part of the picture now is to be less, or gone."""
    softer = rf"|\bthe {LAID[name]} (?:weaker|softer|lighter|smaller|less)\b"
    if clause.has(unwanted(LAID[name]) + softer):
        words = "black and white" if name == "greyscale" else name
        raise InputError(f'The {words} is part of the picture now. Say "undo" to take it back.')


def read_border(clause: Clause) -> list[Adjustment]:
    """Return the border that a clause asks for."""
    changed = rf"|\b(?:make|turn|change) (?:the|that|this) {BORDER} \w"
    if clause.has(unwanted(BORDER) + changed):
        raise InputError(
            "I cannot tell a border from the picture: undo it, or say "
            '"crop 20 pixels from each side".'
        )
    if clause.thing():
        return []
    refuse_measure(clause)
    colour = clause.colour("white")
    values: dict[str, Any] = {"colour": colour}
    numbers, share = clause.numbers(), clause.percentage()
    if share is not None:
        values["percent"] = round(100 * share, 6)
        if not 0 < share <= 1:
            raise InputError("A border is between 1 % and 100 % of the shorter side wide.")
    elif numbers:
        values["width"] = round(numbers[0])
        if not 0 < values["width"] <= 2000:
            raise InputError("A border is between 1 and 2,000 pixels wide.")
    elif percent := clause.degree(1.5, 0.0, 7.0):
        values["percent"] = percent
    return [Adjustment("border", values, f"given a {colour} border")]


def read_text(clause: Clause) -> list[Adjustment]:
    """Return the text that a clause asks for."""
    rest, font = _font(clause)
    quoted = rest.find(QUOTED)
    rest = Clause(re.sub(QUOTED, "", rest.words), clause.quotes)
    if not quoted or not clause.quotes[int(quoted[1])].strip():
        raise InputError(WRITE_WHAT)
    if rest.thing():
        return []
    text = clause.quotes[int(quoted[1])].strip()
    values: dict[str, Any] = {"words": text, "place": rest.anchor(default="bottom")}
    if spot := rest.find(r"\bat\s+(?:position |pixel )?(\d+)\s+(\d+)\b"):
        values["at"] = (int(spot[1]), int(spot[2]))
        rest = Clause(rest.words.replace(spot[0], ""), rest.quotes)
    values["colour"] = rest.colour("white")
    if font:
        values["font"] = font
    if size := rest.find(r"(?<!#)\b" + NUMBER + r"(?!\s*%)(?:\s*-?(?:px|pt|pixels?|points?))?\b"):
        values["size"] = number(size[1])
        if not lettering.SMALLEST <= values["size"] <= 5000:
            raise InputError("Letters are between 6 and 5,000 pixels high.")
    elif (share := rest.percentage()) is not None:
        values["share"] = min(share, 1.0)
    elif size := rest.find(rf"\b({'|'.join(LETTER_SHARES)})(?:er)?\b"):
        values["share"] = LETTER_SHARES[size[1]]
    return [Adjustment("text", values, f'given the text "{text}"')]


def _font(clause: Clause) -> tuple[Clause, str]:
    """Return the clause without what names a font, and the font: "serif bold"."""
    words, name = clause.words, ""
    for pattern in FONTS:
        found = pattern.search(words)
        if found:
            groups = [group for group in found.groups() if group]
            name = clause.quotes[int(groups[0])] if groups[0].isdigit() else groups[0].strip()
            others = [one for one in name.split() if _is_no_font(one)]
            words = words.replace(found[0], f" {' '.join(others)} ")
            break
    styles = re.findall(r"\b(?:bold|italic|serif|sans|mono)\b", words)
    words = re.sub(r"\b(?:bold|italic|serif|sans|mono|font)\b", " ", words)
    plain = [one for one in name.split() if not _is_no_font(one)]
    return Clause(words, clause.quotes), " ".join(dict.fromkeys([*plain, *styles]))


def _is_no_font(word: str) -> bool:
    """Return whether the word is a size or a colour: "in a small yellow serif font"."""
    return word in (*LETTER_SHARES, *SIZES, "dark", "light") or word in ImageColor.colormap
