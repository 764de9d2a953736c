"""What a batch has read so far: KV cache, mask and positions."""

from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import DynamicCache


@dataclass
class DecodeState:
    """The KV cache of a batch and where each row stands; extended in place."""

    cache: DynamicCache
    attention_mask: Tensor  # (B, L), bool: the cached columns that hold a token
    next_positions: Tensor  # (B,), the position of the next token
    is_dense: bool  # True: no padding in any row

    @classmethod
    def empty(cls, batch: int, device: torch.device) -> "DecodeState":
        """Return the state of a batch that has read nothing."""
        mask = torch.zeros(batch, 0, dtype=torch.bool, device=device)
        return cls(DynamicCache(), mask, torch.zeros(batch, dtype=torch.long, device=device), True)

    @property
    def length(self) -> int:
        """Return the number of cached columns."""
        return self.attention_mask.shape[1]

    @property
    def batch(self) -> int:
        """Return the number of rows."""
        return self.attention_mask.shape[0]

    def append(self, valid: Tensor, next_positions: Tensor, is_dense: bool) -> Tensor | None:
        """Note new columns `valid` (B, L) and return the mask under which they attend.

        The mask is (B, 1, L, past + L), bool, or None where plain causal attention will do. The
        keys and values themselves are appended by the language model.
        """
        past, length = self.length, valid.shape[1]
        self.attention_mask = torch.cat([self.attention_mask, valid], dim=1)
        self.next_positions = next_positions
        self.is_dense = self.is_dense and is_dense
        if self.is_dense and (past == 0 or length == 1):
            return None
        mask = self.attention_mask[:, None, None, :]
        if length > 1:
            column = torch.arange(past + length, device=mask.device)
            mask = mask & (column <= column[past:, None])
        return mask

    def repeat(self, copies: int) -> "DecodeState":
        """Return a copy in which every row stands `copies` times."""
        cache = DynamicCache()
        for index, layer in enumerate(self.cache.layers):
            keys = layer.keys.repeat_interleave(copies, 0)
            cache.update(keys, layer.values.repeat_interleave(copies, 0), index)
        return DecodeState(
            cache,
            self.attention_mask.repeat_interleave(copies, 0),
            self.next_positions.repeat_interleave(copies, 0),
            self.is_dense,
        )


def left_padded(input_ids: Tensor, attention_mask: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Return ids and mask `(B, L)` with the padding of every row moved left; None: no padding."""
    if attention_mask is None or bool(attention_mask.all()):
        return input_ids, None
    valid = attention_mask.bool()
    order = valid.long().argsort(dim=1, stable=True)
    return input_ids.gather(1, order), valid.gather(1, order)
