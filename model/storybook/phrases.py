"""The sentence patterns in `wordings/`, and the small words that fill their slots."""

from pathlib import Path

from .voice import Bank

_FOLDER = Path(__file__).parent / "wordings"


def _banks(name: str) -> dict[str, Bank]:
    """Return the sections of a file: one pattern a line, "# " before a remark."""
    sections: dict[str, list[str]] = {}
    for line in (_FOLDER / f"{name}.txt").read_text().splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = []
        elif line and not line.startswith("# "):
            sections[list(sections)[-1]].append(line)
    return {section: Bank(*patterns, can_vary=True) for section, patterns in sections.items()}


QUESTIONS = _banks("questions")
COMMANDS = _banks("commands")
SENTENCES = _banks("sentences")
REQUESTS = _banks("requests")
ASIDES = _banks("asides")
FRAMES = _banks("frames")
JOINERS = Bank(
    " and ", ", then ", " and then ", ", and ", " and also ", ", ", ", also ", "; ",
    " and please ", ". then ", ", and also ", " plus ", ". also ", ", and then ", " & ",
)  # fmt: skip
DIRECTION_WORDS = {
    "left": ("left", "to the left", "leftwards", "towards the left", "to the left-hand side"),
    "right": ("right", "to the right", "rightwards", "towards the right", "to the right-hand side"),
    "up": ("up", "upwards", "higher", "higher up", "upward"),
    "down": ("down", "downwards", "lower", "lower down", "downward"),
}
BESIDE_WORDS = {
    None: ("next to", "beside", "by", "near", "alongside", "close to"),
    "left": ("to the left of", "left of", "on the left of", "to the left side of"),
    "right": ("to the right of", "right of", "on the right of", "to the right side of"),
    "up": ("above", "over", "on top of", "just above"),
    "down": ("below", "under", "beneath", "underneath"),
}
IT_WORDS = ("it", "it", "it", "it", "it", "it", "that one", "this one", "that", "this")
OTHER_WORDS = ("the other one", "the other {k}", "the other one", "the other {k}", "the second one")
SIDE_WORDS = {
    "left": ("to the left of", "left of", "on the left of"),
    "right": ("to the right of", "right of", "on the right of"),
    "up": ("above", "over"),
    "down": ("below", "under", "beneath", "underneath"),
}
CAPTIONS = (
    "hello", "happy birthday", "good night", "welcome", "the end", "my story", "once upon a time",
    "to grandma", "for anna", "merry christmas", "love you", "chapter one", "red cat", "a big day",
    "happy new year", "get well soon", "the blue house", "thank you", "copyright 2026", "sample",
)  # fmt: skip
