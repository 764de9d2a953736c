"""The hybrid loss of text tokens and picture embeddings."""

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import cosine_similarity

IGNORE_INDEX = -100


@dataclass(frozen=True)
class HybridLosses:
    """The hybrid loss of one batch; scalars unless said, all with gradient but `token_accuracy`."""

    total: Tensor
    text: Tensor  # mean cross entropy over all supervised tokens; 0 without any
    image: Tensor  # 0.5 * mse + 0.5 * cosine; 0 without picture targets
    mse: Tensor
    cosine: Tensor  # mean of 1 - cosine similarity
    text_per_sample: Tensor  # (B,), mean over the sample's supervised tokens
    image_per_sample: Tensor  # (B,)
    token_accuracy: Tensor  # share of supervised tokens that are the argmax; no gradient
    image_embeds: Tensor  # (n, hidden), predicted embeddings in row-major order


def embedding_distances(predicted: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Return squared error and 1 - cosine `(n,)` of embeddings `(n, hidden)`, in their dtype."""
    square = (predicted - target).square().mean(-1)
    return square, 1 - cosine_similarity(predicted, target, dim=-1)


def mean_by_row(values: Tensor, rows: Tensor, num_rows: int) -> Tensor:
    """Return the mean of the values of each row `(num_rows,)`; 0 for a row without any."""
    total = values.new_zeros(num_rows).index_add(0, rows, values)
    count = values.new_zeros(num_rows).index_add(0, rows, values.new_ones(len(values)))
    return total / count.clamp(min=1)
