"""Answers to small talk: thanks, greetings, praise, blame, and who is speaking."""

import re

INVITATION = "Tell me what to draw, or what to change in a picture, or ask me about one."
PRAISE = (
    r"good|great|nice|nicer|lovely|wonderful|beautiful|pretty|cute|brilliant|fantastic|perfect|"
    r"amazing|awesome|gorgeous|superb|excellent|adorable|charming|sweet|fine|delightful|stunning|"
    r"impressive|splendid|marvellous|terrific|magnificent|love|like|wow|well done|bravo|"
    r"not (?:that )?bad"
)
BLAME = (
    r"(?<!not )(?<!not that )bad|ugly|wrong|awful|terrible|horrible|boring|mess|worse|worst|"
    r"disappoint\w*|useless|stupid|rubbish|not (?:happy|good|right|nice|what|my)|don't like|"
    r"can do better|failed?|hate"
)
# The first that is found in a text answers it; those marked True go on to say what can be drawn.
ANSWERS = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), answer, is_led_on)
    for words, answer, is_led_on in (
        (
            r"who (?:are|am|is|made|wrote|built)|what are you|are you (?:a|an|real|human)|"
            r"your name|a person|a human|call(?:ed)? you|you called",
            "I am Pentimento, a program that draws and edits pictures in conversation; no person "
            "reads along.",
            True,
        ),
        (
            r"(?:good)?bye|see you (?:soon|later|around|tomorrow|next)|farewell|good night|so long",
            "Goodbye. Everything is kept: this session stays in the list.",
            False,
        ),
        (r"(?:how|what|which|can|could)\b.*(?=\?)", INVITATION, True),
        (r"thanks?|thank you|thx|tysm|ty|cheers|grateful|obliged", "You are welcome.", False),
        (BLAME, 'I am sorry. Say what should be different, or "undo" to take it back.', False),
        (r"how|what|which|where|why|help", INVITATION, True),
        (
            r"hello|hi|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings",
            f"Hello! {INVITATION}",
            True,
        ),
        (PRAISE, "I am glad that you like it. What shall we do next?", False),
    )
)


def answer_small_talk(text: str, can_draw: str) -> str:
    """Return the answer to small talk; can_draw: what the model can draw, as a sentence."""
    for asked, answer, is_led_on in ANSWERS:
        if asked.search(text):
            return f"{answer} {can_draw}" if is_led_on else answer
    return f"{INVITATION} {can_draw}"
