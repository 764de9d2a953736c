"""Whether a sentence asks for exact adjustments and for nothing else, from its first word on.

`sentence.py` finds what it can among any words. Before the model's own choice is overruled, every
word must be one that adjustments are asked for with.
"""

import re

from PIL import ImageColor

from ... import InputError
from .clauses import MANNER, PICTURE_WORDS, POLITE
from .sentence import OPERATION_WORDS, Reading, read_adjustments, spell

# What else such wishes are said with: verbs that change a picture, degrees, looks, asides.
ORDINARY = frozenset(
    """about across actually add adjust again apply are away bits bluer blurrier boost bring
    bump cheers chop cold colourful complete completely contrasty convert cool crisp crisper
    cut d deblur decrease dim dimmer double down downscale downsize dramatic drop duller
    enlarge entire entirely er even everything extra fancy far feel feels find framed
    gaussian get getting give giving grey halve have how increase intense intensity kind kindly
    less lighten ll look looking looks makes making maybe mind minus more must muted need needs
    notch off out over paler perhaps prefer punchy push quite raise rather really reduce
    remove richer round s say scale scaled seem seems set shade shades shall sharpening shave
    shrink slice soften softer sort spin still strong stronger take them they thicker
    thinner tilt trim try turn twice unblur up upscale upside us use ve vivid wants warm was
    we weaker were what whole wider will your zero""".split()
)
# A picture-book's own light: "make it dark" may mean its night.
STATES = frozenset("bright dark light".split())
KNOWN = (MANNER | POLITE | PICTURE_WORDS | OPERATION_WORDS | ORDINARY) - STATES
KNOWN_IN_COLOUR = KNOWN | ImageColor.colormap.keys()
COLOURED = ("border", "text")  # adjustments that have a colour of their own
WISH = re.compile(
    r"\b(?:add|adjust|apply|blur|boost|brighten|bring|bump|chop|convert|crop|cut|darken|decrease|"
    r"desaturate|dim|down|drop|enlarge|flip|frame|get|giv|greyscale|increase|less|lighten|lower|mak|minus|"
    r"mirror|more|must|need|please|pls|push|put|raise|reduce|resize|rotat|saturate|scale|sepia|set|"
    r"sharpen|shave|should|shrink|soften|spin|straighten|take|tilt|too|trim|turn|up|vignette|want|write|"
    r"\w{3,}er\b)"
)
# What is asked about, praised or remarked on is as it should be: "it looks sharper now".
REMARK = re.compile(
    r"\W*(?:is|are|was|were|how|what) (?!about\b)|.*\b(?:i|we) (?:really )?like the\b"
    r"|.*\b(?:is|are|was|were|looks?|seems?|feels?) (?:\w+ ){0,2}\w{3,}er\b"
    r"|[\w ]*(?: is| are| looks| seems|['’]s) (?:very|so|really|quite|rather|pretty|a bit) \w+\W*$"
    r"|.*\b(?:of|in|from|at|since|after|before) turn #?\d+\b"  # a turn of the session
    # a thing
    r"|.*\b(?:cut|crop|trim) (?:(?:it|that|this|them) (?:away|out)|out (?:it|that|this|them))\b"
    r"|.*\bthe (?:thing|object|one)\b"
    # a person
    r"|.*\b(?:i|you|we|he|she|they)(?:'m|'re| am| are| were| was)\b(?:.*\benough\b| too\b)",
    re.IGNORECASE | re.DOTALL,
)
# An object of the picture can be cut out or made smaller too: these words tell that none is meant.
SHAPES = ("crop", "resize")
OF_PICTURES = re.compile(r"\d|\b(?:crop\w*|trim|square|picture|image|photo)\b")


def read_surely(sentence: str) -> Reading | None:
    """Return the adjustments of a sentence that asks for them and for nothing else, or None."""
    plain, _ = spell(sentence)
    if REMARK.match(sentence) or not WISH.search(plain):
        return None
    try:
        reading = read_adjustments(sentence)
    except InputError:
        return None
    names = {one.name for one in reading.adjustments}
    if not names or reading.unread or (names & {*SHAPES} and not OF_PICTURES.search(plain)):
        return None
    known = KNOWN_IN_COLOUR if names & {*COLOURED} else KNOWN
    words = re.findall(r"[a-z]+", re.sub(r"quoted\d+|#[0-9a-f]+", "", plain))
    return reading if known.issuperset(words) else None
