"""Conversations as token ids: Qwen's chat template, spoken with a tokenizer of the checkpoint."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tokenizers import Tokenizer
from transformers import Qwen2_5_VLConfig

from ..contract import Message
from ..errors import ModelError
from .pointers import Marked, spell_out, without_open_pointers

SYSTEM_TEXT = "You are a helpful assistant."


class ChatTokenizer:
    """Text to ids and back; marks such as `<|im_end|>` inside a user's text are plain text."""

    def __init__(
        self, tokenizer: Path | Tokenizer, config: Qwen2_5_VLConfig, answer_prefix: str = ""
    ) -> None:
        """Take a tokenizer, or read the one in a file or a folder."""
        self.answer_prefix = answer_prefix
        self._tokenizer = _read(tokenizer) if isinstance(tokenizer, Path) else tokenizer
        self._tokenizer.encode_special_tokens = True
        self._config = config
        self.start_id = self._special("<|im_start|>")
        self.end_id = self._special("<|im_end|>")
        self.stop_ids = {self.end_id, self._special("<|endoftext|>")}
        self._special_ids = set(self._tokenizer.get_added_tokens_decoder())
        if self._tokenizer.get_vocab_size() > config.text_config.vocab_size:
            raise ModelError("The tokenizer has more tokens than the model's vocabulary.")

    def _special(self, token: str) -> int:
        token_id = self._tokenizer.token_to_id(token)
        if token_id is None:
            raise ModelError(f"The tokenizer lacks the token {token}.")
        return token_id

    def encode(self, text: str) -> list[int]:
        """Return the ids of a plain text."""
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def decode(self, token_ids: Sequence[int]) -> str:
        """Return the text of ids, without marks."""
        plain = [token for token in token_ids if token not in self._special_ids]
        return self._tokenizer.decode(plain, skip_special_tokens=False)

    def prompt(
        self,
        messages: Sequence[Message],
        image_tokens: Sequence[int],
        answer: str = "",
        do_open_image: bool = False,
    ) -> list[int]:
        """Return the ids of a conversation up to the assistant's next words.

        image_tokens: the number of embeddings of every picture, in order. answer: the words that
        the next message begins with; do_open_image: BOI stands after them.
        """
        config, counts, ids = self._config, iter(image_tokens), []
        if not messages or messages[0].role != "system":
            messages = [Message("system", (SYSTEM_TEXT,)), *messages]
        newline = self.encode("\n")
        for message in messages:
            ids.append(self.start_id)
            text = f"{message.role}\n"
            if message.role == "assistant":
                text += self.answer_prefix
            for part in message.content:
                if isinstance(part, str):
                    text += part
                    continue
                ids += self.encode(text)
                text = ""
                ids.append(config.vision_start_token_id)
                ids += [config.image_token_id] * next(counts)
                ids.append(config.vision_end_token_id)
            ids += [*self.encode(text), self.end_id, *newline]
        ids += [self.start_id, *self.encode(f"assistant\n{answer}")]
        if do_open_image:
            ids.append(config.vision_start_token_id)
        return ids


def _read(path: Path) -> Tokenizer:
    path = path / "tokenizer.json" if path.is_dir() else path
    if not path.is_file():
        raise ModelError(f"{path.parent} has no {path.name}.")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises nothing narrower
        raise ModelError(f"{path} cannot be read: {error}.") from error


class TextStream:
    """Text out of growing ids, cut before a stop text and handed out in whole characters."""

    def __init__(
        self,
        tokenizer: ChatTokenizer,
        stop: Sequence[str] = (),
        on_text: Callable[[str], None] | None = None,
        *,
        marked: Sequence[Marked] = (),
    ) -> None:
        """marked: the words of the request that the answer may point at."""
        self._tokenizer = tokenizer
        self._marked = marked
        self._stop = [text for text in stop if text]
        self._on_text = on_text
        self._token_ids: list[int] = []
        self._told = 0  # characters handed out

    def push(self, token_id: int) -> bool:
        """Take one more id, hand out what is certain by now, return whether a stop text came."""
        self._token_ids.append(token_id)
        text, is_stopped = self._text(is_whole=False)
        if not is_stopped:
            text = text.rstrip("\N{REPLACEMENT CHARACTER}")  # bytes of a character to come
            text = text[: len(text) - self._held_back(text)]
        self._tell(text)
        return is_stopped

    def finish(self) -> str:
        """Hand out the rest and return the whole text."""
        text, _ = self._text()
        self._tell(text)
        return text

    def _text(self, *, is_whole: bool = True) -> tuple[str, bool]:
        text = self._tokenizer.decode(self._token_ids)
        text = text.removeprefix(self._tokenizer.answer_prefix)
        if self._marked:
            text = spell_out(text if is_whole else without_open_pointers(text), self._marked)
        ends = [text.index(stop) for stop in self._stop if stop in text]
        return (text[: min(ends)], True) if ends else (text, False)

    def _held_back(self, text: str) -> int:
        """Return how many last characters may be the beginning of a stop text."""
        lengths = (
            length
            for stop in self._stop
            for length in range(min(len(stop), len(text)), 0, -1)
            if text.endswith(stop[:length])
        )
        return max(lengths, default=0)

    def _tell(self, text: str) -> None:
        if self._on_text is not None and len(text) > self._told:
            self._on_text(text[self._told :])
        self._told = max(self._told, len(text))
