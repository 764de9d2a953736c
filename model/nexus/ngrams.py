"""What the words of a request alone say of a choice: linear models beside the transformer."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout

from .spelling import MARK

NUM_BUCKETS = 1 << 16
LETTERS = (3, 4, 5)  # lengths of the pieces of a word
STRANGE = MARK.strip()
_WORD = re.compile(rf"(?P<mark>{re.escape(MARK)})?(?P<word>[a-z0-9'%]+|\?)")


class NgramExpert(nn.Module):
    """A log-linear model of closed choices over hashed n-grams of a text.

    Features: words, pairs and triples of words, and pieces of words, by the hashing trick of
    fastText (Joulin et al. 2016, arXiv 1607.01759). Its log-probabilities are added to those of
    the transformer: a product of experts (Hinton 2002). It knows no order beyond three words, and
    so errs elsewhere than the transformer does.

    choices: by what a text, or a line of it, begins with, what there is to choose from: whole
    answers, or openings of an answer, where "" stands for all others. Strange words are marked in
    the texts, for that one is strange tells something, too: "draw a ..." what? opening_odds: by the
    same prefixes, log-odds in favour of some of the openings.
    """

    def __init__(
        self,
        choices: Mapping[str, Sequence[str]],
        opening_odds: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.opening_odds = dict(opening_odds)
        self.choices = {prefix: tuple(options) for prefix, options in choices.items()}
        self.columns = tuple(dict.fromkeys(one for all_ in self.choices.values() for one in all_))
        self.embed = nn.EmbeddingBag(NUM_BUCKETS, len(self.columns), mode="sum")
        nn.init.zeros_(self.embed.weight)

    def forward(self, texts: Sequence[str], lost: float = 0.0) -> Tensor:
        """Return logits `(B, columns)`, no matter which of them a text has to choose from.

        texts: without their prefixes; lost: the share of features that are dropped.
        """
        bags = [torch.tensor(features(text)) for text in texts]
        starts = torch.tensor([0, *(len(bag) for bag in bags[:-1])]).cumsum(0)
        counts = torch.ones(sum(map(len, bags)), dtype=self.embed.weight.dtype)
        device = self.embed.weight.device
        return self.embed(
            torch.cat(bags).to(device), starts.to(device), dropout(counts, lost).to(device)
        )

    @torch.inference_mode()
    def says(self, text: str, options: Sequence[str]) -> list[float]:
        """Return the log-probability of each among the options; zeros where it has no say."""
        prefix, asked = self._asked(text)
        if prefix is None or not set(options) <= set(self.choices[prefix]):
            return [0.0] * len(options)
        return self._shares(asked, options)

    @torch.inference_mode()
    def odds(self, text: str) -> dict[str, float]:
        """Return what to add to the log-probability of each opening of the answer, if anything.

        That is its own log-probability by the words, against that of all other answers if there
        may be others, and the odds in its favour.
        """
        prefix, asked = self._asked(text)
        openings = self.choices.get(prefix or "", ())
        if prefix is None or not all(one.endswith(":") for one in openings if one):
            return {}
        said = dict(zip(openings, self._shares(asked, openings), strict=True))
        others, more = said.pop("", 0.0), self.opening_odds.get(prefix, {})
        return {one: value - others + more.get(one, 0.0) for one, value in said.items()}

    def _shares(self, asked: str, options: Sequence[str]) -> list[float]:
        """Return the log-probability of each among the options."""
        places = [self.columns.index(option) for option in options]
        return self([asked])[0, places].float().log_softmax(0).tolist()

    def _asked(self, text: str) -> tuple[str | None, str]:
        """Return the prefix with which a line of the text begins first, and what is behind it."""
        found = [
            (match.start(), prefix, text[match.end() :])
            for prefix in self.choices
            if (match := re.search(rf"^{re.escape(prefix)}", text, re.MULTILINE))
        ]
        return min(found)[1:] if found else (None, text)


def features(text: str) -> list[int]:
    """Return the buckets of a text's n-grams, each n-gram once; strange words are marked in it."""
    found = list(_WORD.finditer(text.lower()))
    words = ["<", *(match["word"] for match in found), ">"]
    grams = {f"1 {word}" for word in words}
    for count in (2, 3):
        grams |= {" ".join(words[i : i + count]) for i in range(len(words) - count + 1)}
    grams |= {f"{first} _ {last}" for first, last in zip(words, words[2:], strict=False)}
    for word in words:
        framed = f" {word} "
        grams |= {
            f"+{framed[i : i + count]}" for count in LETTERS for i in range(len(framed) - count + 1)
        }
    masked = ["<", *(STRANGE if match["mark"] else match["word"] for match in found), ">"]
    grams |= set(_around_strange(masked))
    return [zlib.crc32(gram.encode()) % NUM_BUCKETS for gram in sorted(grams)]


def _around_strange(words: Sequence[str]) -> Iterator[str]:
    """Yield the n-grams of up to four words that have a strange one among them."""
    for count in (1, 2, 3, 4):
        for i in range(len(words) - count + 1):
            if STRANGE in words[i : i + count]:
                yield " ".join(words[i : i + count])
    for first, last in zip(words, words[2:], strict=False):
        if STRANGE in (first, last):
            yield f"{first} _ {last}"
