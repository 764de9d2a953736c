"""What a text must be to be kept by every database."""

from .. import InputError


def check_text(text: str, name: str) -> str:
    """Return the text, or refuse what SQLite, PostgreSQL or JSON could not give back unchanged."""
    if "\x00" in text:
        raise InputError(f"The {name} holds a NUL character, which cannot be stored.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"The {name} is not valid Unicode (a lone surrogate).") from error
    return text
