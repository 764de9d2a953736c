"""The user's last word on a picture: "it's fine as it is" overrules what the critic misses."""

import re

from ..memory.records import CheckRecord
from .answers import PRAISE
from .replies import check_words, join

CONTENT = (
    rf"(?:{PRAISE}(?: (?:as it is|like that|like this|anyway|now|already))*"
    r"|(?:leave|keep|i'll take|i take|accept|i accept) (?:it|that|this)"
    r"(?: (?:as it is|as is|like that|like this))?"
    r"|(?:you are|you're) wrong,? (?:it|that|this)(?:'s| is) (?:there|right|fine|correct)"
    r"|don't worry(?: about (?:it|that))?)"
)
ACCEPT = re.compile(
    rf"^(?:(?:no|oh|well|hm+|actually|never mind|but)[ ,]*)?{CONTENT}"
    rf"(?:[ ,.!;]+(?:and |just )?{CONTENT})*[ .!,]*(?:thanks|thank you|please)?[ .!]*$",
    re.IGNORECASE,
)


def accepts(text: str) -> bool:
    """Return whether a text says that the picture is fine as it is."""
    return bool(ACCEPT.match(text.strip()))


def doubted(checks: list[CheckRecord]) -> list[CheckRecord]:
    """Return the checks that the critic failed and the user has not overruled yet."""
    return [check for check in checks if check.verdict == "no" and not check.is_overruled]


def acceptance_in_words(checks: list[CheckRecord]) -> str:
    """Return what it means that the user overruled these checks."""
    told = join([check_words(check.text) for check in checks])
    return f"As you say: it is fine as it is. I will not look for {told} again."
