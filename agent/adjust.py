"""From a sentence to exact adjustments: "crop to a square, a bit brighter and flip it"."""

import re
from collections.abc import Callable

from .. import InputError
from .adjustments import MAX_SIDE, Adjustment

NUMBER = r"(\d+(?:[.,]\d+)?)"
QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]+)[\"“”«»]|(?<!\w)'([^']+)'(?!\w)")
# 'write hello on it', 'add a caption that says hello': words that were not put in quotes.
BARE_TEXT = re.compile(
    r"\b((?:write|(?:the |a )?(?:text|caption|title)\b(?: on (?:the )?top| below)?"
    r"(?: that says| saying| that reads)?)\s+)(?!on\b|at\b|in\b)([^,;\"]+?)"
    r"(?=\s+(?:on (?:it|top|the)|at the|in the|in (?:red|white|black|blue|yellow|green)\b|below)"
    r"|[.,;]|$)",
    re.IGNORECASE,
)
SPLIT = re.compile(r"\s*(?:,|;|\.(?=\s|$)|\band then\b|\bthen\b|\band\b)\s*")
STRONG = re.compile(r"\b(much|a lot|lots|strongly|very|far|really|heavily|way)\b")
SLIGHT = re.compile(r"\b(slightly|a bit|a little|little|somewhat|gently|a touch|a tad|bit)\b")
LESS = re.compile(
    r"\b(less|lower|reduce|decrease|soften|down|dark\w*|dim\w*|muted|weaker|drop)\b|-\s?\d"
)
COLOURS = (
    "black", "white", "red", "orange", "yellow", "green", "blue", "purple", "pink", "grey", "gray",
    "brown", "gold", "silver",
)  # fmt: skip
ANCHORS = re.compile(r"\b(top|bottom|upper|lower|left|right|center|centre|middle)\b")
SPELLINGS = {"upper": "top", "lower": "bottom", "centre": "center", "middle": "center"}
# What would be torn apart at a comma or an "and", and complaints that mean their opposite.
PLAIN_WORDS = (
    (r"(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)", r"\1 \2 \3 \4"),
    (r"(\d),(\d{3})\b", r"\1\2"),
    (r"\bblack\s*(?:and|&|n)\s*white\b", "greyscale"),
    (r"\b(?:is|looks?) (?:a bit |too |rather )*blurr?y\b", "sharpen"),
    (r"\btoo (?:dark|dim)\b", "brighter"),
    (r"\btoo bright\b", "darker"),
)
Match = re.Match[str]


def read_adjustments(sentence: str) -> list[Adjustment]:
    """Return the operations a sentence asks for, in its order; none if it asks for none.

    InputError if one is named with numbers that cannot be meant.
    """
    if not QUOTED.search(sentence):
        sentence = BARE_TEXT.sub(r'\1"\2"', sentence)
    quotes = ["".join(match.groups(default="")) for match in QUOTED.finditer(sentence)]
    hidden = QUOTED.sub(" QUOTED ", sentence).lower()
    for pattern, plain in PLAIN_WORDS:
        hidden = re.sub(pattern, plain, hidden)
    found: list[Adjustment] = []
    for clause in SPLIT.split(hidden):
        before = len(found)
        for pattern, read in READERS:
            match = re.search(pattern, clause)
            if match:
                if "quoted" in clause and read is _text:
                    found.append(_text_of(clause, quotes.pop(0)))
                elif read is not _text:
                    found.append(read(match, clause))
                break
        if len(found) == before and found:
            _amend(found, clause)
    return list({(one.name, str(one.values)): one for one in found}.values())


def _crop(match: Match, clause: str) -> Adjustment:
    numbers = [float(n.replace(",", ".")) for n in re.findall(NUMBER, clause)]
    inset = re.search(NUMBER + r"\s*(?:px|pixels?)\b", clause)
    if inset and len(numbers) == 1:
        sides = f"{numbers[0]:g} pixels from {_anchor(clause, default='every side')}"
        values = {"inset": round(numbers[0]), "anchor": _anchor(clause)}
        return Adjustment("crop", values, f"cropped by {sides}")
    aspect = re.search(r"\b(\d+)\s*(?::|by|x|/)\s*(\d+)\b", clause)
    if len(numbers) == 4:
        box = tuple(round(number) for number in numbers)
        return Adjustment("crop", {"box": box}, "cropped to {}, {}, {}, {}".format(*box))
    if "square" in clause:
        return _crop_aspect(1, 1, clause)
    if aspect and int(aspect[1]) <= 100 and int(aspect[2]) <= 100:
        return _crop_aspect(int(aspect[1]), int(aspect[2]), clause)
    anchor = _anchor(clause)
    share = _percentage(clause)
    if share is None and re.search(r"\bhalf\b", clause):
        share = 0.5
    if share is None and re.search(r"\bthird\b", clause):
        share = 1 / 3
    is_away = re.search(r"\b(off|away|remove|by)\b", clause) is not None
    if share is None and is_away and anchor != "center":
        share = 0.1
    if share is not None and is_away and "half" not in clause:
        # "crop 10 % off the left" keeps the other side; without a side, all around.
        share = 1 - share
        anchor = _opposite(anchor)
    if share is None:
        share = 0.5 if anchor != "center" else 0.8
    if not 0 < share <= 1:
        raise InputError(f"A crop keeps between 1 % and 100 % of a picture, not {share:.0%}.")
    where = "" if anchor == "center" else f" at the {anchor}"
    return Adjustment("crop", {"share": share, "anchor": anchor}, f"cropped to {share:.0%}{where}")


def _crop_aspect(width: int, height: int, clause: str) -> Adjustment:
    if not width or not height:
        raise InputError("An aspect such as 16:9 needs two numbers above 0.")
    values = {"aspect": (width, height), "anchor": _anchor(clause)}
    shape = "a square" if width == height else f"{width}:{height}"
    return Adjustment("crop", values, f"cropped to {shape}")


def _rotate(match: Match, clause: str) -> Adjustment:
    number = re.search(NUMBER, clause)
    degrees = float(number[1].replace(",", ".")) if number else 90.0
    if "upside" in clause or "half" in clause:
        degrees = 180.0
    if re.search(r"\b(counter|anti)|\bleft\b|-\d", clause):
        degrees = -degrees
    way = "counter-clockwise" if degrees < 0 else "clockwise"
    return Adjustment("rotate", {"degrees": degrees}, f"turned {abs(degrees):g} degrees {way}")


def _flip(match: Match, clause: str) -> Adjustment:
    is_vertical = re.search(r"\bvertical|\bupside|\btop\b|\bover\b", clause)
    axis = "vertical" if is_vertical else "horizontal"
    return Adjustment("flip", {"axis": axis}, f"flipped {axis}ly")


def _resize(match: Match, clause: str) -> Adjustment:
    pair = re.search(r"(\d+)\s*(?:x|by|×|\*)\s*(\d+)", clause)
    if pair:
        width, height = int(pair[1]), int(pair[2])
        return _sized({"width": width, "height": height}, f"{width} x {height} pixels")
    share = _percentage(clause)
    if share is not None and "smaller" in clause:
        share = 1 - share
    elif share is not None and re.search(r"larger|bigger", clause):
        share = 1 + share
    if share is None:
        words = {"half": 0.5, "double": 2.0, "twice": 2.0, "quarter": 0.25, "triple": 3.0}
        share = next((value for word, value in words.items() if word in clause), None)
    if share is None and (times := re.search(NUMBER + r"\s*(?:x\b|times\b)(?!\s*\d)", clause)):
        share = float(times[1].replace(",", "."))
    if share is not None:
        if not 0 < share <= 20:
            raise InputError(f"A picture cannot be resized to {share:.0%}; ask for 1 % to 2,000 %.")
        return _sized({"factor": share}, f"{share:.0%}")
    number = re.search(r"(\d+)", clause)
    if not number:
        raise InputError('Which size? For example "resize to 800 x 600" or "resize to 50 %".')
    side = "height" if re.search(r"\b(tall|high|height)\b", clause) else "width"
    return _sized({side: int(number[1])}, f"{number[1]} pixels {side}")


def _sized(values: dict[str, int | float], words: str) -> Adjustment:
    sides = [value for name, value in values.items() if name != "factor"]
    if any(not 0 < side <= MAX_SIDE for side in sides):
        raise InputError(f"A side has between 1 and {MAX_SIDE:,} pixels.")
    return Adjustment("resize", dict(values), f"resized to {words}")


def _scaled(name: str) -> Callable[[Match, str], Adjustment]:
    """Return the reader of a factor: "much brighter", "30 % less contrast"."""

    def read(match: Match, clause: str) -> Adjustment:
        share = _percentage(clause)
        signed = re.search(r"[+-]\s?(\d+)", clause)
        if share is None and signed:
            share = int(signed[1]) / 100
        amount = share if share is not None else _strength(clause, 0.15, 0.3, 0.6)
        is_less = LESS.search(clause) is not None
        if re.search(r"\bto (?:zero|0)\b|\bno (?:saturation|colou?r)", clause):
            is_less, amount = True, 1.0
        factor = max(0.0, 1 - amount) if is_less else 1 + amount
        way = "down" if is_less else "up"
        return Adjustment(name, {"factor": factor}, f"{name} {way} by {amount:.0%}")

    return read


def _warmth(match: Match, clause: str) -> Adjustment:
    share = _percentage(clause)
    amount = share if share is not None else _strength(clause, 0.06, 0.12, 0.25)
    is_cooler = re.search(r"\b(cool|cold|less warm|bluer)", clause) is not None
    word = "cooler" if is_cooler else "warmer"
    return Adjustment(
        "warmth", {"amount": -min(amount, 1.0) if is_cooler else min(amount, 1.0)}, f"made {word}"
    )


def _greyscale(match: Match, clause: str) -> Adjustment:
    return Adjustment("greyscale", {}, "made black and white")


def _blur(match: Match, clause: str) -> Adjustment:
    return Adjustment("blur", {"strength": _strength(clause, 0.7, 1.5, 4.0)}, "blurred")


def _sharpen(match: Match, clause: str) -> Adjustment:
    return Adjustment("sharpen", {"strength": _strength(clause, 0.5, 1.0, 2.0)}, "sharpened")


def _border(match: Match, clause: str) -> Adjustment:
    pixels = re.search(r"(\d+)\s*(?:px|pixels?)?", clause)
    colour = _colour(clause, "white")
    values: dict[str, int | str] = {"colour": colour}
    if pixels:
        width = int(pixels[1])
        values["width"] = width
        if not 0 < width <= 2000:
            raise InputError("A border is between 1 and 2,000 pixels wide.")
    return Adjustment("border", values, f"given a {colour} border")


def _text(match: Match, clause: str) -> Adjustment:
    raise InputError('Which text? Put it in quotes: write "Happy birthday" at the bottom.')


def _text_of(clause: str, words: str) -> Adjustment:
    place = _anchor(clause, default="bottom")
    values = {"words": words, "place": place, "colour": _colour(clause, "white")}
    return Adjustment("text", values, f'given the text "{words}"')


READERS: tuple[tuple[str, Callable[[Match, str], Adjustment]], ...] = (
    (r"quoted", _text),
    (r"\b(crop|trim|cut (?:it |the \w+ )?(?:to|off|away)|aspect ratio)\b", _crop),
    (r"\b(gr[ae]y ?scale|monochrome|desaturate)", _greyscale),
    (r"\b(flip|mirror)", _flip),
    (r"\b(?:rotat|spin)|\bturn .*(?:\d|upside|left|right|clockwise|around)", _rotate),
    (r"\b(?:resize|(?:re|up|down)?scale)\b|\b(?:smaller|larger|bigger) in pixels\b", _resize),
    (r"\b(bright|dark|lighten|lighter|exposure)", _scaled("brightness")),
    (r"\bcontrast", _scaled("contrast")),
    (r"\b(saturat|vivid|vibrant|muted|colou?r(?:ful|s? (?:str|rich|weak)))", _scaled("saturation")),
    (r"\b(warm|cool|cold)", _warmth),
    (r"\b(blur|soften|softer)", _blur),
    (r"\b(sharp|crisp)", _sharpen),
    (r"\b(border|frame)", _border),
)  # fmt: skip


def _amend(found: list[Adjustment], clause: str) -> None:
    """Read "flip it horizontally and vertically": a clause that only names another direction."""
    if found[-1].name == "flip" and re.fullmatch(r"(also )?(vertically|horizontally)", clause):
        axis = "vertical" if "vertical" in clause else "horizontal"
        found.append(Adjustment("flip", {"axis": axis}, f"flipped {axis}ly"))


def _strength(clause: str, slight: float, normal: float, strong: float) -> float:
    if STRONG.search(clause):
        return strong
    return slight if SLIGHT.search(clause) else normal


def _percentage(clause: str) -> float | None:
    match = re.search(NUMBER + r"\s*(?:%|percent|per cent)", clause)
    return float(match[1].replace(",", ".")) / 100 if match else None


def _colour(clause: str, default: str) -> str:
    return next((word for word in COLOURS if re.search(rf"\b{word}\b", clause)), default)


def _anchor(clause: str, default: str = "center") -> str:
    words = [SPELLINGS.get(word, word) for word in ANCHORS.findall(clause)]
    if "corner" in clause and not words:
        return "bottom right"
    return " ".join(dict.fromkeys(words)) or default


def _opposite(anchor: str) -> str:
    swap = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
    return " ".join(swap.get(word, word) for word in anchor.split())
