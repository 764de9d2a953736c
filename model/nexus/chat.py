"""Conversations as token ids: Qwen's chat template, spoken with a tokenizer of the checkpoint."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer
from transformers import Qwen2_5_VLConfig

from ..contract import Message
from ..errors import ModelError

# The wording of the published training data (README and scripts of modelscope/Nexus-Gen).
SYSTEM_TEXT = "You are a helpful assistant."
GENERATION_PROMPT = "Generate an image according to the following description: {prompt}"
GENERATION_ANSWER = "Here is an image based on the description: "
EDITING_ANSWER = "Here is the image: "


class ChatTokenizer:
    """Text to ids and back; marks such as `<|im_end|>` inside a user's text are plain text."""

    def __init__(self, folder: Path, config: Qwen2_5_VLConfig) -> None:
        path = folder / "tokenizer.json"
        if not path.is_file():
            raise ModelError(f"{folder} has no tokenizer.json.")
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises nothing narrower
            raise ModelError(f"{path} cannot be read: {error}.") from error
        self._tokenizer.encode_special_tokens = True
        self._config = config
        self.start_id = self._special("<|im_start|>")
        self.end_id = self._special("<|im_end|>")
        self.stop_ids = {self.end_id, self._special("<|endoftext|>")}
        self._special_ids = set(self._tokenizer.get_added_tokens_decoder())
        if self._tokenizer.get_vocab_size() > config.text_config.vocab_size:
            raise ModelError(f"{path} has more tokens than the model's vocabulary.")

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


class TextStream:
    """Pieces of text out of growing ids: a character is handed out once its bytes are complete."""

    def __init__(self, tokenizer: ChatTokenizer) -> None:
        self._tokenizer = tokenizer
        self._token_ids: list[int] = []
        self.text = ""

    def push(self, token_id: int) -> str:
        """Take one more id and return what text it completes, often a word, sometimes nothing."""
        self._token_ids.append(token_id)
        text = self._tokenizer.decode(self._token_ids)
        if text.endswith("\N{REPLACEMENT CHARACTER}"):
            return ""
        piece = text[len(self.text) :]
        self.text = text
        return piece
