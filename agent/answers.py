"""Short answers, read as a whole: yes, no or never mind, any will do; "yes, but red" is more."""

import re

THIS = r"(?:it|that|this|the picture|the image|everything)"
FINE = r"(?:fine|ok|okay|good(?: enough)?|great|perfect|all right|alright|right|well|correct)"
# What is said of a picture or a plan that one is content with.
PRAISE = (
    rf"(?:(?:{THIS}(?:'s| is| looks| sounds| was)?|looks|sounds|i think {THIS}(?:'s| is)) "
    rf"(?:just |quite |really |very )?{FINE}(?: (?:to|for|with) me)?"
    r"|i(?:'m| am) (?:happy|content|fine|ok|okay|satisfied) with (?:it|that|this)"
    r"|i (?:really )?(?:like|love) (?:it|that|this)"
    r"|good enough|(?:that|it)(?:'ll| will) do"
    r"|(?:fine|ok|okay|good|great|perfect|lovely|nice|wonderful|excellent))"
)
SURE = r"(?:yes|yep|yeah|yup|y|sure|ok|okay|fine|all ?right|of course|certainly|absolutely)"
_THAT = r"(?:it|that|this|them|so)"
_ASSENT = (
    rf"(?:{SURE}|right|correct|exactly|that's (?:it|right|what i (?:want|meant))"
    rf"|go (?:on|ahead|for it)|do(?: {_THAT})?|(?:draw|paint|add) {_THAT})"
)
_AS_IT_IS = r"(?:alone|be|as is|as (?:it|they) (?:is|are|was|were))"
_NO = (
    r"(?:no|nope|nah|n|never ?mind|not now|(?:better|rather) not|start (?:over|again)"
    rf"|i (?:don't|do not) want {_THAT}"
    rf"|(?:don't|do not|stop|cancel|forget|drop|undo|leave)"
    rf"(?: (?:paint(?:ing)? |draw(?:ing)? |do )?(?:{_THAT}|everything|all of it)(?: {_AS_IT_IS})?)?"
    rf"|(?:none|neither|nothing)(?: (?:of )?{_THAT}| of (?:these|those))?)"
)
_ANY = (
    r"(?:any(?:where|one)?|some(?:where| place)|wherever|whichever|whatever|either|one"
    r"|you (?:choose|decide|pick)|surprise me|up to you|i (?:don't|do not) (?:care|mind)"
    r"|(?:it )?(?:doesn't|does not) matter)"
    r"(?: (?:of (?:them|these|those)|one|place|you (?:like|want)"
    r"|(?:there(?:'s| is) )?(?:room|space|free)))*"
)
_ALL = (
    r"(?:(?:both|all|each|every)(?: (?:of them|of these|of those|one|two|three|four|five|them))*"
    r"|the two|them all|them both|everything)"
)
_ASIDE = (
    r"(?:oh|well|hm+|so|then|now|please|thanks|thank you|just|really|actually|anyway|all the same|"
    r"(?:just )?this (?:once|time)|one time)"
)


def is_assent(words: str) -> bool:
    """Return whether words say yes: "yes", "ok, paint it", "go for it, please"."""
    return _says(_ASSENT, words)


def is_yes(words: str) -> bool:
    """Return whether words say yes to what is shown: "sure, looks good", "perfect"."""
    return _says(f"(?:{_ASSENT}|{PRAISE})", words)


def is_no(words: str) -> bool:
    """Return whether words say that nothing is to be done: "no", "never mind", "cancel that"."""
    return _says(_NO, words)


def is_any(words: str) -> bool:
    """Return whether words leave a choice open: "anywhere", "either of them", "you choose"."""
    return _says(_ANY, words)


def is_all(words: str) -> bool:
    """Return whether words choose all that were named: "both", "all of them"."""
    return _says(_ALL, words)


def _says(phrase: str, words: str) -> bool:
    """Return whether words are one such phrase or several, and asides."""
    plain = " ".join(re.sub(r"[,.;:!]", " ", words.lower().replace("’", "'")).split())
    return bool(re.fullmatch(rf"(?:{_ASIDE} )*{phrase}(?: (?:and )?(?:{phrase}|{_ASIDE}))*", plain))
