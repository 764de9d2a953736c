"""From an error to the sentence a person reads and the exit code a script trusts."""

import errno
from collections.abc import Iterator

from .. import InputError

DONE, FAILED, BAD_INPUT, CANCELLED = 0, 1, 2, 130
_FULL = {errno.ENOSPC, errno.EDQUOT}


def exit_code(error: BaseException) -> int:
    """Return 2 for what the user can mend (bad input, a full disk), 1 for anything else."""
    if isinstance(error, InputError) or is_disk_full(error):
        return BAD_INPUT
    return FAILED


def is_disk_full(error: BaseException) -> bool:
    """Return whether a full disk is at the bottom of this error."""
    return any(
        (isinstance(cause, OSError) and cause.errno in _FULL) or "disk is full" in str(cause)
        for cause in _causes(error)
    )


def sentence(error: BaseException) -> str:
    """Return the error as one line for a person."""
    return " ".join(str(error).split()) or type(error).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
