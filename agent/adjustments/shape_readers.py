"""What a clause says of shapes: crop, rotate, flip, resize; with its numbers."""

import re
from typing import Any

from ... import InputError
from . import geometry
from .clauses import NUMBER, Adjustment, Clause, number

UNITS = r"(?:%|px\b|pixels?\b|wide\b|high\b|tall\b)"
BARE = NUMBER + rf"(?![\d.,]*\s*{UNITS})"
MAX_FACTOR = 20
FEW = 6  # "scale it 2" is no size in pixels
MEASURE = re.compile(r"\d\s*(?:(?:mm|cm|inch(?:es)?|[kmg]b|dpi|ppi|mp|megapixels?|k|p)\b|\")")
PAIR = NUMBER + r"\s*%?\s*(?:x|by|\*)\s*" + NUMBER
INTO = r"\b(fit|inside|within|at most|no (?:larger|bigger|wider|higher|more) than|max(?:imum)?)\b"
OFF = r"\b(off|away|remove|by|from|minus|without)\b"
SHAPES = {
    "widescreen": (16.0, 9.0),
    "landscape": (4.0, 3.0),
    "portrait": (3.0, 4.0),
    "paper": (70.0, 99.0),  # A4 and its like
}
UPRIGHT = r"\bstraighten|\bso that\b|\b(?:side|way) up\b"  # none of it can be seen from here
PART_OF_TURN = {"three quarter": 270.0, "3 quarter": 270.0, "quarter": 90.0, "half": 180.0}


def read_crop(clause: Clause) -> list[Adjustment]:
    """Return the crop that a clause asks for."""
    if thing := clause.thing():
        raise InputError(
            f"I cannot find the {thing} by myself to crop to it; name a part (the left half), "
            "an aspect (16:9) or a box (left, top, right, bottom in pixels or percent)."
        )
    refuse_measure(clause)
    values, summary = _crop_box(clause) or _crop_shape(clause) or _crop_sides(clause)
    return [Adjustment("crop", values, f"cropped {summary}")]


def refuse_measure(clause: Clause) -> None:
    """Raise InputError where a number counts something other than pixels: "2 cm", "5 MB"."""
    if clause.has(MEASURE.pattern):
        raise InputError('I count in pixels and percent. For example "20 pixels" or "50 %".')


def _crop_box(clause: Clause) -> tuple[dict[str, Any], str] | None:
    numbers = clause.numbers()
    if len(numbers) != 4:
        return None
    unit = "%" if clause.has("%") else "px"
    left, top, right, bottom = numbers
    pair = clause.find(PAIR)
    if pair and clause.has(r"\b(at|from)\b"):  # "100x50 at 10, 20"
        rest = numbers[2:] if [number(pair[1]), number(pair[2])] == numbers[:2] else numbers[:2]
        (left, top), width, height = rest, number(pair[1]), number(pair[2])
        right, bottom = left + width, top + height
    elif clause.has(r"\bwidth\b|\bwide\b") and clause.has(r"\bheight\b|\bhigh\b"):
        right, bottom = left + right, top + bottom
    if unit == "px":
        left, top, right, bottom = (round(side) for side in (left, top, right, bottom))
    values = {"box": (left, top, right, bottom), "unit": unit}
    sign = " %" if unit == "%" else ""
    return values, f"to the box {left:g}, {top:g}, {right:g}, {bottom:g}{sign}"


def _crop_shape(clause: Clause) -> tuple[dict[str, Any], str] | None:
    anchor = clause.anchor()
    if clause.has(r"\bsquare\b") and len(clause.numbers()) != 1:
        return {"aspect": (1, 1), "anchor": anchor}, "to a square"
    if clause.has(r"\bsquare\b"):
        side = round(clause.numbers()[0])
        return {"size": (side, side), "anchor": anchor}, f"to {side} x {side} pixels"
    ratio = clause.find(NUMBER + r"\s*(?::|/|by|x|to)\s*" + NUMBER)
    if not ratio:
        shape = next((shape for shape in SHAPES if clause.has(rf"\b{shape}\b")), None)
        if shape is None:
            return None
        width, height = SHAPES[shape]
        return {"aspect": (width, height), "anchor": anchor}, f"to {width:g}:{height:g}"
    width, height = number(ratio[1]), number(ratio[2])
    if not width or not height:
        raise InputError("A crop needs two numbers above 0, for example 16:9 or 800 x 600.")
    if max(width, height) <= 100 and not clause.has(r"\b(px|pixels?)\b"):
        shape = "a square" if width == height else f"{width:g}:{height:g}"
        return {"aspect": (width, height), "anchor": anchor}, f"to {shape}"
    size = (round(width), round(height))
    return {"size": size, "anchor": anchor}, f"to {size[0]} x {size[1]} pixels"


def _crop_sides(clause: Clause) -> tuple[dict[str, Any], str]:
    sides, share = clause.sides(), clause.share()
    pixels = clause.find(NUMBER + r"\s*(?:px|pixels?)\b")
    each = [(side, _amount_before(clause, side)) for side in sides]
    if len(sides) > 1 and any(amount for _, amount in each):  # "10 % off the left and 20 px ..."
        raise InputError("Crop the sides one after the other, or give a box in pixels or percent.")
    is_kept = clause.has(r"\bto\b|\bkeep\b|\bonly\b") and not clause.has(r"\boff\b|\baway\b")
    if pixels and is_kept and len(sides) == 1:
        strip = round(number(pixels[1]))
        size = (strip, None) if sides[0] in ("left", "right") else (None, strip)
        return {"size": size, "anchor": sides[0]}, f"to {strip} pixels at the {sides[0]}"
    if pixels:
        return _inset(sides, round(number(pixels[1])), "px")
    is_away = clause.has(OFF) or clause.has(r"\b(trim|cut|chop|shave|slice)\b")
    if is_away and share is None and not is_kept:
        return _inset(sides, 10 if sides else 5, "%")
    is_corner = len(sides) == 2 and len({"top", "bottom"}.intersection(sides)) == 1
    if sides and share is None and not is_kept and not is_corner:  # "crop the bottom"
        return _inset(sides, 10, "%")
    if share is not None and not 0 < share <= 1:
        raise InputError(f"A crop keeps between 1 % and 100 % of a picture, not {share:.0%}.")
    if is_away and share is not None and not is_kept:
        if not sides and not clause.has(r"\b(each|every|all|both)\b"):
            values = {"share": 1 - share, "anchor": "center"}
            return values, f"to {1 - share:.0%}"
        return _inset(sides, round(100 * share, 6), "%")
    anchor = clause.anchor()
    if share is None:
        share = 0.5 if anchor != "center" else 0.8
    where = "" if anchor == "center" else f" at the {anchor}"
    return {"share": share, "anchor": anchor}, f"to {share:.0%}{where}"


def _amount_before(clause: Clause, side: str) -> bool:
    """Return whether a side has its own amount: "10 % off the left"."""
    return (
        clause.has(NUMBER + rf"\s*(?:%|px|pixels?)[a-z ]*\b{side}\b") and len(clause.numbers()) > 1
    )


def _inset(sides: list[str], amount: float, unit: str) -> tuple[dict[str, Any], str]:
    if not amount:
        raise InputError("A crop cuts off at least one pixel.")
    amounts = tuple(
        amount if side in sides or not sides else 0 for side in ("left", "top", "right", "bottom")
    )
    words = f"{amount:g} {'%' if unit == '%' else 'pixels'}"
    summary = f"by {words} from {' and '.join(sides) if sides else 'every side'}"
    return {"inset": amounts, "unit": unit}, summary


def read_rotate(clause: Clause) -> list[Adjustment]:
    """Return the rotate that a clause asks for."""
    if clause.thing():
        return []
    if clause.has(r"\bback\b") and not clause.has(r"\bleft\b|\bright\b|clockwise|-\s?\d"):
        raise InputError('Say "undo" to take a turn back, or say which way to turn.')
    times = clause.find(r"\btwice\b|" + NUMBER + r" times\b")
    if times:
        clause = Clause(clause.words.replace(times[0], ""), clause.quotes)
    degrees = next(iter(clause.numbers()), None)
    turn = next((turn for word, turn in PART_OF_TURN.items() if word in clause.words), None)
    if degrees is None and clause.has(r"\bslightly|\ba (?:bit|little|touch|tad)\b"):
        degrees = 5.0
    if clause.has(r"\bupside|\b(?:around|over)\b(?! by)") and degrees is None:
        degrees = 180.0
    if degrees is None and turn is None and clause.has(UPRIGHT):
        raise InputError('By how many degrees? For example "rotate it by 2 degrees to the left".')
    degrees = (turn or 90.0) if degrees is None or turn else degrees
    if times:
        degrees *= number(times[1] or "2")
    if clause.has(r"\bcounterclockwise\b|\bother way\b|(?<!from )(?<!from the )\bleft\b|-\s?\d"):
        degrees = -degrees
    way = "counter-clockwise" if degrees < 0 else "clockwise"
    return [Adjustment("rotate", {"degrees": degrees}, f"turned {abs(degrees):g} degrees {way}")]


def read_flip(clause: Clause) -> list[Adjustment]:
    """Return the flip that a clause asks for."""
    if clause.thing():
        return []
    if clause.has(r"\d ?degrees\b|\bon its side\b"):
        return read_rotate(clause)
    if clause.has(r"\bback\b(?!.*\b(?:horizontal|vertical))"):
        raise InputError('Say "undo" to take a flip back, or say "flip it vertically".')
    words = re.sub(r"\bvertical axis\b", "horizontally", clause.words)
    words = words.replace("horizontal axis", "vertically")
    is_vertical = re.search(r"\bvertical|\bupside|\btop\b|\bover\b|\bboth\b", words)
    axes = ["vertical"] if is_vertical else []
    if not is_vertical or re.search(r"\bhorizontal|\bboth\b|\bleft\b", words):
        axes.insert(0, "horizontal")
    return [Adjustment("flip", {"axis": axis}, f"flipped {axis}ly") for axis in axes]


def read_resize(clause: Clause) -> list[Adjustment]:
    """Return the resize that a clause asks for."""
    if clause.thing():
        return []
    refuse_measure(clause)
    pair = clause.find(PAIR)
    if pair and "%" not in pair[0]:
        width, height = round(number(pair[1])), round(number(pair[2]))
        if clause.has(INTO):
            values = {"fit": (width, height)} | _only_smaller(clause)
            return _sized(values, f"to fit into {width} x {height} pixels")
        return _sized({"width": width, "height": height}, f"to {width} x {height} pixels")
    factor = _factor(clause)
    if factor is not None:
        if not 0 < factor <= MAX_FACTOR:
            raise InputError(
                f"A picture cannot be resized to {factor:.0%}; ask for 1 % to 2,000 %."
            )
        return _sized({"factor": factor}, f"to {factor:.0%}")
    pixels = [round(one) for one in clause.numbers()]
    if not pixels or clause.has(r"\bby \d"):
        raise InputError('Which size? For example "resize to 800 x 600" or "resize to 50 %".')
    if clause.has(INTO + r"|\blong(?:est|er)\b|\bthumbnail\b"):
        values = {"fit": _limits(clause, pixels[0])} | _only_smaller(clause)
        return _sized(values, f"to fit into {pixels[0]} pixels")
    side = "height" if clause.has(r"\b(tall|high|height)\b") else "width"
    return _sized({side: pixels[0]}, f"to {pixels[0]} pixels {side}")


def _limits(clause: Clause, pixels: int) -> tuple[int, int]:
    is_wide, is_high = clause.has(r"\b(wide|width)\b"), clause.has(r"\b(tall|high|height)\b")
    free = geometry.MAX_SIDE
    return (
        free if is_high and not is_wide else pixels,
        free if is_wide and not is_high else pixels,
    )


def _only_smaller(clause: Clause) -> dict[str, bool]:
    return {"grows": False} if clause.has(r"\b(at most|no|max(?:imum)?|thumbnail)\b") else {}


def _factor(clause: Clause) -> float | None:
    is_smaller = clause.has(r"\bsmaller|\bshrink|\breduce|\bdownscale|\bdown\b")
    is_larger = clause.has(r"\b(larger|bigger|enlarge|increase|upscale)\b|\bup\b")
    by_part = clause.has(r"\bby (?:\d |a )?(?:half|third|quarter)s?\b")
    share = clause.share() if by_part else clause.percentage()
    if share is not None and clause.has(r"\bto\b|\bof\b") and not by_part:
        return share
    if share is not None and (is_smaller or is_larger):
        return 1 - share if is_smaller else 1 + share
    if share is not None:
        return share
    words = {
        "half": 0.5,
        "halve": 0.5,
        "double": 2.0,
        "twice": 2.0,
        "quarter": 0.25,
        "triple": 3.0,
        "third": 1 / 3,
    }
    if found := next((words[word] for word in words if clause.has(rf"\b{word}\b")), None):
        return found
    if times := clause.find(NUMBER + r"\s*(?:x\b|times\b)(?!\s*\d)"):
        return _scale(number(times[1]), is_smaller, is_larger)
    bare = None if clause.has(INTO + r"|\b(?:width|height|side)\b") else clause.find(BARE)
    if bare and (number(bare[1]) < FEW or clause.has(r"\bby \d")):
        return _scale(number(bare[1]), is_smaller, is_larger)
    if clause.numbers() or not (is_smaller or is_larger):
        return None
    return clause.degree(0.9, 0.75, 0.5) if is_smaller else clause.degree(1.1, 1.5, 2.0)


def _scale(times: float, is_smaller: bool, is_larger: bool) -> float:
    """Return the factor of "shrink it by 2" or "enlarge it by 0.5"."""
    if times < 1:
        return 1 + times if is_larger else times
    return 1 / times if is_smaller else times


def _sized(values: dict[str, Any], words: str) -> list[Adjustment]:
    named = [values[name] for name in ("width", "height") if name in values]
    if any(not 0 < side <= geometry.MAX_SIDE for side in (*named, *values.get("fit", ()))):
        raise InputError(f"A side has between 1 and {geometry.MAX_SIDE:,} pixels.")
    return [Adjustment("resize", values, f"resized {words}")]
