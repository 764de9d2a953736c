"""`pentimento session wishes`: what the user wants to hold for all later pictures."""

from collections.abc import Sequence

import typer

from .. import InputError
from ..agent.wishes import in_words, read_rules
from ..memory.records import WishRecord
from ..memory.store import SessionStore
from .console import print_json
from .sessions import find_session_id

MAX_WISH = 1_000  # characters
UNCHECKED = "there are no words to check that in a picture by, but it is kept in mind."


def wishes(
    store: SessionStore,
    given: str,
    revoked: Sequence[int],
    added: Sequence[str],
    with_revoked: bool,
    as_json: bool,
) -> None:
    """Take wishes back, add others, and print those there are."""
    session_id = find_session_id(store, given)
    for words in added:
        if not words.strip() or len(words) > MAX_WISH:
            raise InputError(f"A standing wish has between 1 and {MAX_WISH:,} characters.")
    known = {wish.number for wish in store.wishes(session_id, with_revoked=True)}
    unknown = [number for number in revoked if number not in known]
    if unknown:
        raise InputError(f"There is no standing wish {unknown[0]} in this session.")
    for number in revoked:
        store.revoke_wish(session_id, number)
    for words in added:
        rules = read_rules(words)
        wish = store.add_wish(session_id, words.strip(), rules.to_json())
        if rules.is_empty:
            typer.echo(f"{_line(wish)}: {UNCHECKED}", err=True)
    found = store.wishes(session_id, with_revoked=with_revoked)
    if as_json:
        print_json({"session_id": session_id, "wishes": found})
        return
    for wish in found:
        typer.echo(_line(wish))
    if not found:
        typer.echo(in_words([]), err=True)


def _line(wish: WishRecord) -> str:
    return f"{wish.number}. {wish.text}{'  (taken back)' if wish.revoked_at else ''}"
