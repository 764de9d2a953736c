"""Answers to small talk: thanks, greetings, praise, blame, and who is speaking."""

import re

INVITATION = "Tell me what to draw, or what to change in a picture, or ask me about one."
PRAISE = (
    r"good|great|nice|nicer|lovely|wonderful|beautiful|pretty|cute|brilliant|fantastic|perfect|"
    r"amazing|awesome|gorgeous|superb|excellent|adorable|charming|sweet|fine|delightful|stunning|"
    r"impressive|splendid|marvellous|terrific|magnificent|love|like|wow|well done|bravo"
)
BLAME = (
    r"bad|ugly|wrong|awful|terrible|horrible|boring|mess|worse|worst|disappoint\w*|useless|stupid|"
    r"rubbish|not (?:happy|right|what|my)|can do better|fail(?:s|ed|ure)?|hate"
)
NOT = r"(?:not|never|\w+n't|no) (?:\w+ ){0,2}"
GLAD = "I am glad that you like it. What shall we do next?"
SORRY = 'I am sorry. Say what should be different, or "undo" to take it back.'
SAVED = (
    "Every picture is kept in its session the moment it is made. Download, beside the picture in "
    "the browser, gives you the file; on the command line it is -o FILE, and "
    "`pentimento session export` writes the whole session."
)
# How a picture is kept, asked or wished for.
KEEPING = re.compile(
    r"(?:(?:please|now|ok|so|and|but|how|where|can|could|may|do|does|to|i|you|we)[ ,]+)*"
    r"(?:save|download|export)"
    r"(?: (?:it|this|that|(?:the|my|this|our) (?:picture|image|drawing|painting|file)))?"
    r"(?: (?:please|now|somewhere|somehow|as (?:a )?(?:file|png|jpe?g)|to (?:disk|a file)))*\W*",
    re.IGNORECASE,
)
# The first that is found in a text answers it; those marked True go on to say what can be drawn.
ANSWERS = tuple(
    (re.compile(rf"\b(?:{words})", re.IGNORECASE), answer, is_led_on)
    for words, answer, is_led_on in (
        (
            r"(?:who (?:are|am|is|made|wrote|built)|what are you|are you (?:a|an|real|human)|"
            r"your name|a person|a human|call(?:ed)? you|you called)\b",
            "I am Pentimento, a program that draws and edits pictures in conversation; no person "
            "reads along.",
            True,
        ),
        (
            r"(?:(?:good)?bye|see you (?:soon|later|around|tomorrow|next)|farewell|good night)\b",
            "Goodbye. Everything is kept: this session stays in the list.",
            False,
        ),
        (rf"(?:what an?|how|so) (?:\w+ )?(?:{PRAISE})\b(?! (?:do|does|can|are|is)\b)", GLAD, False),
        (r"(?:how|what|which|why|can|could)\b[^?]*\?", INVITATION, True),
        (
            r"(?:thanks?|thank you|thx|tysm|ty|cheers|grateful|obliged)\b",
            "You are welcome.",
            False,
        ),
        (rf"{NOT}(?:{BLAME})\b", GLAD, False),
        (rf"(?:{NOT}(?:{PRAISE})|{BLAME})\b", SORRY, False),
        (r"(?:would|'d) (?:like|love)\b|(?:help|which|where|why)\b", INVITATION, True),
        (
            r"(?:hello|hi|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings)\b",
            f"Hello! {INVITATION}",
            True,
        ),
        (rf"(?:{PRAISE})\b", GLAD, False),
    )
)


def answer_small_talk(text: str, can_draw: str) -> str:
    """Return the answer to small talk; can_draw: what the model can draw, as a sentence."""
    if KEEPING.fullmatch(text.strip()):
        return SAVED
    for asked, answer, is_led_on in ANSWERS:
        if asked.search(text):
            return f"{answer} {can_draw}" if is_led_on else answer
    return f"{INVITATION} {can_draw}"
