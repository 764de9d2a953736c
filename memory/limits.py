"""What a value must be to be kept by every database and given back unchanged."""

from .. import InputError


def check_text(text: str) -> str:
    """Return the text, or refuse what PostgreSQL or UTF-8 cannot hold."""
    if "\x00" in text:
        raise InputError("The text holds a NUL character, which cannot be stored.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError("The text is not valid Unicode: it holds a lone surrogate.") from error
    return text


def check_integer(value: int) -> int:
    """Return the number, or refuse one of more than 64 bits."""
    if not -(2**63) <= value < 2**63:
        raise InputError(f"The number {value} is too large to be stored: 64 bits are the limit.")
    return value
