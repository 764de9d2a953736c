"""The outermost border of the chat: what a click cannot do is told as a sentence."""

import functools
import inspect
import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from .. import PentimentoError
from .failures import is_disk_full, sentence

log = logging.getLogger(__name__)

Handler = TypeVar("Handler", bound=Callable[..., Any])
FULL = "The disk is full. Free some space and try again."


def told_as(show: Callable[[str], Any]) -> Callable[[Handler], Handler]:
    """Let a handler that fails end with what `show` makes of the sentence on it."""

    def told(error: Exception) -> Any:  # Any: whatever the handler's outputs take
        log.info("A click came to nothing", exc_info=error)
        if isinstance(error, PentimentoError):
            return show(sentence(error))
        return show(FULL if is_disk_full(error) else f"That did not work: {sentence(error)}.")

    def decorate(handler: Any) -> Any:
        @functools.wraps(handler)
        def once(*given: Any, **named: Any) -> Any:
            try:
                return handler(*given, **named)
            except (PentimentoError, OSError) as error:
                return told(error)

        @functools.wraps(handler)
        def live(*given: Any, **named: Any) -> Iterator[Any]:
            try:
                yield from handler(*given, **named)
            except (PentimentoError, OSError) as error:
                yield told(error)

        return live if inspect.isgeneratorfunction(handler) else once

    return decorate
