"""What the words of a request alone say of a choice: a linear model beside the transformer."""

import re
import zlib
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout

NUM_BUCKETS = 1 << 16
LETTERS = (3, 4, 5)  # lengths of the pieces of a word
_WORD = re.compile(r"[a-z0-9'%]+|\?")


class NgramExpert(nn.Module):
    """A log-linear model of a closed choice over hashed n-grams of a text.

    Features: words, pairs and triples of words, and pieces of words, by the hashing trick of
    fastText (Joulin et al. 2016, arXiv 1607.01759). Its log-probabilities are added to those of
    the transformer: a product of experts (Hinton 2002). It knows no order beyond three words, and
    so errs elsewhere than the transformer does.

    prefix: what a text begins with that it has a say in; choices: the whole answers.
    """

    def __init__(self, prefix: str, choices: Sequence[str]) -> None:
        super().__init__()
        self.prefix, self.choices = prefix, tuple(choices)
        self.embed = nn.EmbeddingBag(NUM_BUCKETS, len(self.choices), mode="sum")
        nn.init.zeros_(self.embed.weight)

    def forward(self, texts: Sequence[str], lost: float = 0.0) -> Tensor:
        """Return logits `(B, choices)`; lost: the share of features that are dropped."""
        bags = [torch.tensor(features(text.removeprefix(self.prefix))) for text in texts]
        starts = torch.tensor([0, *(len(bag) for bag in bags[:-1])]).cumsum(0)
        counts = torch.ones(sum(map(len, bags)), dtype=self.embed.weight.dtype)
        device = self.embed.weight.device
        return self.embed(
            torch.cat(bags).to(device), starts.to(device), dropout(counts, lost).to(device)
        )

    @torch.inference_mode()
    def says(self, text: str, options: Sequence[str]) -> list[float]:
        """Return the log-probability of each among the options; zeros where it has no say."""
        if not text.startswith(self.prefix) or not set(options) <= set(self.choices):
            return [0.0] * len(options)
        places = [self.choices.index(option) for option in options]
        return self([text])[0, places].float().log_softmax(0).tolist()


def features(text: str) -> list[int]:
    """Return the buckets of a text's n-grams, each n-gram once."""
    words = ["<", *_WORD.findall(text.lower()), ">"]
    grams = {f"1 {word}" for word in words}
    for count in (2, 3):
        grams |= {" ".join(words[i : i + count]) for i in range(len(words) - count + 1)}
    grams |= {f"{first} _ {last}" for first, last in zip(words, words[2:], strict=False)}
    for word in words:
        framed = f" {word} "
        grams |= {
            f"+{framed[i : i + count]}" for count in LETTERS for i in range(len(framed) - count + 1)
        }
    return [zlib.crc32(gram.encode()) % NUM_BUCKETS for gram in sorted(grams)]
