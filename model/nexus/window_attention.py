"""Vision attention over many windows in one call, registered with transformers.

transformers walks over the windows of Qwen2.5-VL's vision tower in a Python loop unless the name of
the attention contains "flash"; then it hands over all windows with their boundaries at once. The
function below takes that road with plain PyTorch attention: exact, differentiable, any device.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

WINDOW_ATTENTION = "pentimento_flash_windows"  # "flash" makes transformers pass the boundaries


def window_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None = None,
    *,
    scaling: float | None = None,
    dropout: float = 0.0,
    cu_seq_lens_q: Tensor,
    max_length_q: int,
    **kwargs: object,
) -> tuple[Tensor, None]:
    """Return full attention inside each window, `(1, L, N, head_dim)`.

    query, key, value: (1, N, L, head_dim), windows laid end to end; cu_seq_lens_q: (windows + 1,),
    their boundaries; max_length_q: the length of the longest window.
    """
    num_heads, length, head_dim = query.shape[1:]
    num_windows = cu_seq_lens_q.shape[0] - 1

    def attend(lengths: int, *parts: Tensor) -> Tensor:
        """Return attention over equal windows: (1, N, n * lengths, d) -> (n * lengths, N, d)."""
        q, k, v = (
            part.view(num_heads, -1, lengths, head_dim).transpose(0, 1) for part in parts
        )  # (n, N, lengths, d)
        out = scaled_dot_product_attention(q, k, v, dropout_p=dropout, scale=scaling)
        return out.transpose(1, 2).reshape(-1, num_heads, head_dim)

    if num_windows * max_length_q == length:  # all equal: known without looking at the boundaries
        return attend(max_length_q, query, key, value)[None], None

    starts = cu_seq_lens_q.tolist()
    windows_by_length: dict[int, list[int]] = {}
    for start, end in zip(starts, starts[1:], strict=False):
        windows_by_length.setdefault(end - start, []).append(start)
    rows, outputs = [], []
    for size, firsts in windows_by_length.items():
        offsets = torch.arange(size, device=query.device)
        first = torch.tensor(firsts, device=query.device)
        index = (first[:, None] + offsets).flatten()
        rows.append(index)
        outputs.append(attend(size, *(part.index_select(2, index) for part in (query, key, value))))
    order = torch.argsort(torch.cat(rows))
    return torch.cat(outputs).index_select(0, order)[None], None


ALL_ATTENTION_FUNCTIONS.register(WINDOW_ATTENTION, window_attention)
