"""The operations: the words that name one, how its numbers are read, and what it does.

Operations are tried in the table's order; the first whose words occur in a clause reads it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..raster import Pixels, Raster
from . import focus, geometry, lettering, tones
from . import look_readers as looks
from . import shape_readers as shapes
from .clauses import QUOTED, WHOLE, Adjustment, Clause

# They move pixels, or lay something over them: a mask has no say in where.
OF_THE_WHOLE = frozenset(("crop", "rotate", "flip", "resize", "border", "text"))


@dataclass(frozen=True)
class Operation:
    """One row of the table."""

    name: str
    pattern: str  # the words that name it
    read: Callable[[Clause], list[Adjustment]]  # none: the clause means something else
    apply: Callable[..., Pixels]


def apply_adjustments(raster: Raster, adjustments: Sequence[Adjustment]) -> Raster:
    """Return the picture after all operations, in their order; depth, alpha and profile stay."""
    functions = {operation.name: operation.apply for operation in OPERATIONS}
    values = raster.values
    for adjustment in adjustments:
        values = functions[adjustment.name](values, **adjustment.values)
    return Raster(values, raster.profile, raster.dpi)


def operation_of(clause: Clause) -> Operation | None:
    """Return the first operation that the clause names."""
    return next((one for one in OPERATIONS if clause.has(one.pattern)), None)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "text",
        QUOTED + r"|\b(write|caption|watermark|as a heading)\b"
        r"|\b(add|put|insert|print)\b.*\b(text|title|in \w+ letters)\b",
        looks.read_text,
        lettering.text,
    ),
    Operation("border", r"\b(border|frame|framed)\b", looks.read_border, geometry.border),
    Operation(
        "vignette",
        r"\bvignett|\b(?:dark|dim)\w* .*\b(?:corners|edges)\b",
        looks.read_strength("vignette", "given a vignette", (0.6, 1.0, 1.6)),
        tones.vignette,
    ),
    Operation(
        "hue",
        r"\bhues?\b|\bcolour wheel\b"
        r"|\b(?:turn|rotate|shift|spin) (?:all )?(?:the |its )?colours (?:by )?-?\d+(?!\d| ?%)",
        looks.read_hue,
        tones.hue,
    ),
    Operation(
        "crop",
        r"\b(crop\w*|trim\w*|(?:cut|chop|shave|slice)\b.*\b(?:to|from|off|away|out)|aspect ratio"
        r"|(?:remove|cut) the (?:top|bottom|left|right)|keep (?:only|just)"
        r"|keep the (?:(?:top|bottom|left|right|center) )+(?:half|third|quarter|part|\d+)"
        rf"|(?:make|cut) {WHOLE} (?:into )?(?:a )?(?:square|widescreen|\d+:\d+))\b",
        shapes.read_crop,
        geometry.crop,
    ),
    Operation(
        "greyscale",
        r"\b(grey ?scale|monochrome|desaturate|greys?)\b"
        r"|\bremove .*\bcolours?\b|\btake .*\bcolours? (?:out|away)\b",
        looks.read_toned("greyscale", "black and white"),
        tones.greyscale,
    ),
    Operation(
        "sepia",
        r"\bsepia|\bbrown(?:ish)? (?:old-fashioned )?tones\b"
        r"|\b(?:antique|old photo) (?:look|tones)\b"
        r"|\blook (?:aged|antique)\b",
        looks.read_toned("sepia", "sepia"),
        tones.sepia,
    ),
    Operation(
        "flip", r"\b(flip|flop\b|mirror|reflect (?:it|this|the)\b)", shapes.read_flip, geometry.flip
    ),
    Operation(
        "brightness",
        r"\b(bright|dark|dim|lighten|lighter|exposure|expose\b)",
        looks.read_scaled("brightness", r"\bdark|\bdim", r"\b(light|bright)\w*er\b|\bbrighten"),
        tones.brightness,
    ),
    Operation(
        "contrast", r"\bcontrast", looks.read_scaled("contrast", r"\blow contrast"), tones.contrast
    ),
    Operation(
        "saturation",
        r"\b(saturat|vivid|vibran|muted?\b|colourful|colour intensity"
        r"|colours? (?:str|rich|weak|pop|more|less)"
        r"|(?:richer|stronger|weaker|more|less|(?:more|less) intense|paler|duller) colours?)",
        looks.read_scaled("saturation", r"\b(muted?|paler|weaker|duller)\b"),
        tones.saturation,
    ),
    Operation(
        "warmth",
        r"\b(warm|cool|cold|icy|bluer)|\bcolour temperature\b",
        looks.read_warmth,
        tones.warmth,
    ),
    Operation(
        "rotate",
        r"\b(?:rotat|spin|tilt|straighten)|\b(?:half|quarter) turn\b|\bupside down\b"
        r"|\bturn .*(?:\d|upside|left|right|clockwise|around|over\b)|\bdegrees? turn\b"
        r"|\bturned (?:by \d|upside|clockwise)|\bclockwise by\b|\bcounterclockwise\b"
        rf"|\b(?:turn|lay|put|flip|stand) {WHOLE} on its side\b",
        shapes.read_rotate,
        geometry.rotate,
    ),
    Operation(
        "resize",
        r"\b(?:resize|(?:re|up|down)?scale|shrink|enlarge|thumbnail|fit)\b"
        rf"|\bresolution\b|\b(?:width|height) (?:of {WHOLE} )?(?:to )?\d+"
        r"|\b(?:picture|image|photo) size\b.*\d"
        r"|\b(?:half|double|twice) as (?:wide|high) in pixels\b"
        r"|\b\d+ ?(?:x|by) ?\d+ ?(?:px|pixels?)\b"
        r"|\b(?:smaller|larger|bigger) in pixels\b|\b\d+ ?(?:px|pixels?)? ?(?:wide|high|tall)\b"
        r"|\bmake (?:it|this) \d+ ?(?:x|by) ?\d+\b"
        r"|\b(?:picture|image|photo)\b.*\b(?:smaller|larger|bigger|\d+ ?x ?\d+|\d{2,} by \d{2,})\b"
        r"|\b(?:picture|image|photo) (?:at|as (?:small|large|big) as) \d+ ?(?:px|pixels?)\b"
        r"|\b(?:half|double|twice|halve) (?:the|its|as) (?:size|width|height|large|big)\b"
        rf"|\bthe size (?:of {WHOLE} )?(?:by|to)\b",
        shapes.read_resize,
        geometry.resize,
    ),
    Operation(
        "sharpen",
        r"\b(sharp|crisp|unblur|deblur)",
        looks.read_strength("sharpen", "sharpened", (0.5, 1.0, 2.0)),
        focus.sharpen,
    ),
    Operation(
        "blur",
        r"\b(blur|soften|softer|out of focus)",
        looks.read_strength("blur", "blurred", (0.7, 1.5, 4.0)),
        focus.blur,
    ),
)
