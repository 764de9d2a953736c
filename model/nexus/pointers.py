"""Pointers of an answer to the words of its request that are strange to a small model."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from .spelling import MARK, WORD

_MARKED = re.compile(re.escape(MARK) + r"(?P<word>[A-Za-z]{2,})")
_POINTERS = re.compile(r"(?:\b(?P<article>an?) )?(?P<run>\*[1-9](?:[ -]\*[1-9])*)")
_TAIL = re.compile(r"(?:\ban? ?)?(?:\*[1-9]?[ -]?)*$")  # of an answer, which pointers may follow
_TOLD = re.compile(r"(?:(?:Before|Done|Last): .*\n)*")
_OPENING = re.compile(r"(?:\w+: )?")  # of a request's line: "Wish: "
_PLURAL = re.compile(r"(?<![isu])s$")  # no bus, iris or dress


class Marked(NamedTuple):
    """A word of a request that is strange to the model."""

    word: str  # lower case
    is_first: bool = False  # word of the request
    joint: str = ""  # " " or "-", if it follows directly on the marked word before it


def marked_words(text: str) -> list[Marked]:
    """Return the marked words of a text that was read, in order.

    Those of what a request is told of, the change before it, are not its own.
    """
    told = _TOLD.match(text)
    text = text[told.end() :] if told else text
    found, end = [], len(text)
    for match in _MARKED.finditer(text):
        joint = text[end : match.start()]
        is_first = bool(_OPENING.fullmatch(text[: match.start()].rpartition("\n")[2]))
        found.append(Marked(match["word"].lower(), is_first, joint if joint in (" ", "-") else ""))
        end = match.end()
    return found


def point(answer: str, marked: Sequence[Marked]) -> str:
    """Return a sentence with pointers in the place of a request's marked words.

    "I cannot draw a gramophone." becomes "I cannot draw a *1." if the gramophone is the first of
    them: a small model points at a word that it never met far more surely than it spells it. What
    is no sentence stays: routes are chosen by their names.
    """
    if not answer.endswith((".", "?")):
        return answer
    places = {one.word: place for place, one in reversed([*enumerate(marked, 1)]) if place <= 9}
    return WORD.sub(
        lambda match: f"*{places[match[0].lower()]}" if match[0].lower() in places else match[0],
        answer,
    )


def spell_out(answer: str, marked: Sequence[Marked]) -> str:
    """Return an answer with the request's marked words for its pointers, the reverse of `point`.

    "a" or "an" before them goes by the word, a plural has none. A pointer beyond the last word
    means the last one; where nothing was marked, all stays. A name stands together in the request:
    of "a camel in the desert" only the camel is named. What a request begins with is seldom what it
    is about: of "finally a dragon" the dragon is named, wherever the model points.
    """
    if not marked:
        return answer

    def spelled(match: re.Match[str]) -> str:
        places = [min(int(place), len(marked)) - 1 for place in re.findall(r"\d", match["run"])]
        first, *others = _meant(places, marked)
        name = first.word + "".join(one.joint + one.word for one in others)
        return name if match["article"] is None or _PLURAL.search(name) else article(name)

    return _POINTERS.sub(spelled, answer)


def _meant(places: Sequence[int], marked: Sequence[Marked]) -> Sequence[Marked]:
    """Return the words of the name that a run of pointers to these places means."""
    begin = last = places[0]
    is_opening = len(places) == 1 and marked[begin].is_first
    if is_opening and marked[begin + 1 :] and not marked[begin + 1].joint:
        begin = last = begin + 1
        places = range(begin, len(marked))
    for place in places[1:]:
        if place == last + 1 and marked[place].joint:
            last = place
    return marked[begin : last + 1]


def without_open_pointers(answer: str) -> str:
    """Return the beginning of an answer that no pointer to come can change."""
    return _TAIL.sub("", answer)


def article(noun: str) -> str:
    """Return a noun with its indefinite article."""
    return f"{'an' if noun[0] in 'aeiou' and not noun.startswith('uni') else 'a'} {noun}"
