"""One thing that `pentimento doctor` found."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found about one thing; `advice` says what to do where it is not well."""

    name: str
    is_well: bool
    text: str
    advice: str = ""
    facts: Mapping[str, object] | None = None  # the figures behind the text, for programs
