"""How the agent talks with the model: about a picture by its caption, or about nothing yet."""

from collections.abc import Callable

from PIL import Image

from ..memory.records import ImageRecord
from ..model.contract import Message
from .language import ARROW
from .pictures import MIME, clean, decode, flatten
from .raster import Raster
from .services import Services

MAX_CAPTION_TOKENS = 256
MAX_ANSWER_TOKENS = 400
# Log-odds of a reading over what was meant to be painted, from which the reading is believed.
MIN_SURENESS = 8.0


def picture(services: Services, image_hash: str) -> Image.Image:
    """Return a stored picture in its own mode."""
    return decode(services.store.images.get(image_hash))


def keep_picture(services: Services, image: Image.Image | Raster, role: str) -> ImageRecord:
    """Store a picture as PNG and return its record."""
    png = clean(image)
    return services.store.put_image(png.data, MIME, png.width, png.height, role)


def describe(services: Services, image: Image.Image) -> str:
    """Return the model's listing of a picture."""
    prompt = services.prompts.render("list")
    message = Message("user", (flatten(image), prompt))
    return services.model.converse([message], max_new_tokens=MAX_CAPTION_TOKENS).strip()


def caption_of(services: Services, image_hash: str, meant: str | None = None) -> str:
    """Return the listing of a stored picture; the model is asked once, then it is remembered.

    meant: the listing that the picture was made from, if any. It is believed unless the model is
    sure that it sees another: a painting comes out right more often than it is read right.
    """
    known = services.store.image(image_hash).caption
    if known:
        return known
    image = picture(services, image_hash)
    caption = describe(services, image)
    if (
        meant
        and caption not in ("", meant)
        and _sureness(services, image, caption, meant) < (MIN_SURENESS)
    ):
        caption = meant
    if caption:
        services.store.set_caption(image_hash, caption)
    return caption


def seen_before(services: Services, turn_id: str | None, image_hash: str) -> str:
    """Return the listing of the picture that an adjusted one was made from, else "".

    It holds for tones; where a crop or a turn has moved things, the eye is sure of it.
    """
    made = [turn for turn in services.path(turn_id) if turn.version]
    while made and made[-1].version != image_hash:
        made.pop()
    while len(made) > 1 and made.pop().route == "adjust":
        if caption := services.store.image(str(made[-1].version)).caption:
            return caption
    return ""


def _sureness(services: Services, image: Image.Image, caption: str, other: str) -> float:
    """Return the log-odds of a listing of a picture over another one."""
    message = Message("user", (flatten(image), services.prompts.render("list")))
    score, rival = services.model.choose([message], (caption, other))
    return score - rival


def ask(
    services: Services,
    prompt: str,
    *,
    caption: str | None = None,
    image_hash: str | None = None,
    on_token: Callable[[str], None] | None = None,
) -> str:
    """Return the model's answer; with a caption, in the conversation that began with it.

    A model of photographs sees the picture again: a listing holds little of one.
    """
    messages = [Message("user", (prompt,))]
    if caption is not None:
        seen: tuple[str | Image.Image, ...] = (services.prompts.render("list"),)
        if image_hash and not services.model.info.describes_edits:
            seen = (flatten(picture(services, image_hash)), *seen)
        messages = [Message("user", seen), Message("assistant", (caption,)), *messages]
    return services.model.converse(
        messages, max_new_tokens=MAX_ANSWER_TOKENS, on_token=on_token
    ).strip()


class SentenceStream:
    """Passes on the tokens of an answer once its evidence is over: all after the arrow."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        """Start with nothing heard."""
        self._emit = emit
        self._heard = ""
        self._is_open = False

    def __call__(self, token: str) -> None:
        """Take one token."""
        if self._is_open:
            self._emit(token)
            return
        self._heard += token
        _, arrow, rest = self._heard.partition(ARROW)
        if arrow and rest.strip():
            self._is_open = True
            self._emit(rest.lstrip())
