"""What polishing did to the user's words, and how several wishes share one painting."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

EDIT_PLAN = "edit it"  # the answer to a shown plan that asks for its text


def polish_diff(words: str, prompt: str) -> list[list[str]]:
    """Return how a prompt came of the user's words: ["=" kept | "-" left out | "+" added, text]."""
    old, new = words.split(), prompt.split()
    plain = [[re.sub(r"\W", "", word).lower() for word in side] for side in (old, new)]
    parts: list[list[str]] = []
    matcher = SequenceMatcher(None, plain[0], plain[1], autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            parts.append(["=", " ".join(new[new_start:new_end])])
            continue
        if end > start:
            parts.append(["-", " ".join(old[start:end])])
        if new_end > new_start:
            parts.append(["+", " ".join(new[new_start:new_end])])
    return parts


def diff_in_words(parts: Sequence[Sequence[str]]) -> str:
    """Return the diff on one line: what was left out as [-so-], what was added as {+so+}."""
    signs = {"=": "{}", "-": "[-{}-]", "+": "{{+{}+}}"}
    return " ".join(signs[kind].format(text) for kind, text in parts)


def plan_in_words(shown: dict[str, Any]) -> list[str]:
    """Return a plan that waits for a yes as lines: what it merges, its diff, its checks."""
    lines = [str(shown["merge"])] if shown.get("merge") else []
    lines += [f"change: {change}" for change in shown.get("changes") or []]
    return lines + [f"check: {check}" for check in shown.get("checks") or []]


def merge_in_words(num_wishes: int, *, is_split: bool = False) -> str:
    """Return whether several wishes share one painting; "" for a single one."""
    if num_wishes < 2:
        return ""
    read = ", read one by one" if is_split else ""
    return f"{num_wishes} wishes{read}, merged into one painting"
