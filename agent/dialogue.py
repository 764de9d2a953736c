"""How the agent talks with the model: about a picture by its caption, or about nothing yet."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from .. import InputError
from ..memory.records import ImageRecord
from ..model.contract import Message, UnifiedModel
from ..prompts.loader import PromptLibrary
from .adjustments.sentence import read_adjustments
from .language import ARROW, DEEDS, Listing, place_of, sort_entries
from .pictures import MIME, clean, decode, flatten
from .raster import Raster
from .services import Services
from .state import Before
from .vocabulary import listing_of

MAX_CAPTION_TOKENS = 256
MAX_ANSWER_TOKENS = 400
# Adjustments after which a picture shows the same things in the same colours.
TONES = frozenset("brightness contrast saturation warmth sharpen blur vignette".split())
# Log-odds of a reading over what was meant to be painted, from which the reading is believed.
MIN_SURENESS = 8.0


@dataclass(frozen=True)
class Meant:
    """What a picture was made to show, and where it may have come out otherwise."""

    listing: Listing
    touched: frozenset[str] | None = None  # places; None: anywhere, the scene and the light too

    def with_seen(self, seen: Listing) -> Listing:
        """Return the listing with what is seen at the places that were touched."""
        if self.touched is None:
            return sort_entries(seen)
        kept = [entry for entry in self.listing.entries if place_of(entry) not in self.touched]
        new = [entry for entry in seen.entries if place_of(entry) in self.touched]
        return sort_entries(Listing(self.listing.scene, self.listing.light, (*kept, *new)))


def picture(services: Services, image_hash: str) -> Image.Image:
    """Return a stored picture in its own mode."""
    return decode(services.store.images.get(image_hash))


def mask_of(services: Services, mask_hash: str | None, size: tuple[int, int]) -> Image.Image | None:
    """Return the user's mask ("L", 255 = may change), or None; InputError if its size is another.

    size: width and height of the picture that is to change, in pixels.
    """
    if not mask_hash:
        return None
    mask = picture(services, mask_hash)
    if mask.size != size:
        raise InputError(
            f"The mask has {mask.width} x {mask.height} pixels, but the picture has "
            f"{size[0]} x {size[1]}; they must be of one size."
        )
    return mask


def keep_picture(services: Services, image: Image.Image | Raster, role: str) -> ImageRecord:
    """Store a picture as PNG and return its record."""
    png = clean(image)
    return services.store.put_image(png.data, MIME, png.width, png.height, role)


def describe(services: Services, image: Image.Image) -> str:
    """Return the model's listing of a picture."""
    prompt = services.prompts.render("list")
    message = Message("user", (flatten(image), prompt))
    return services.model.converse([message], max_new_tokens=MAX_CAPTION_TOKENS).strip()


def caption_of(services: Services, image_hash: str, meant: Meant | None = None) -> str:
    """Return the listing of a stored picture; the model is asked once, then it is remembered.

    meant: what the picture was made to show, if that is known. It is believed unless the model is
    sure that it sees otherwise where the picture was touched: a painting comes out right more often
    than it is read right.
    """
    known = services.store.image(image_hash).caption
    if known:
        return known
    if meant and meant.touched == frozenset():  # there is nothing to be seen anew
        caption = str(sort_entries(meant.listing))
        services.store.set_caption(image_hash, caption)
        return caption
    image = picture(services, image_hash)
    caption = describe(services, image)
    if meant and caption:
        expected, seen = str(sort_entries(meant.listing)), listing_of(caption)
        caption = str(meant.with_seen(seen)) if seen else caption
        if caption != expected and _sureness(services, image, caption, expected) < MIN_SURENESS:
            caption = expected
    if caption:
        services.store.set_caption(image_hash, caption)
    return caption


def caption_at(services: Services, turn_id: str | None, image_hash: str) -> str:
    """Return the listing of a picture on the path to a turn, an adjusted one's held to its source.

    The path is looked at for what nobody has listed yet alone.
    """
    known = services.store.image(image_hash).caption
    return known or caption_of(services, image_hash, seen_before(services, turn_id, image_hash))


def seen_before(services: Services, turn_id: str | None, image_hash: str) -> Meant | None:
    """Return what the picture showed that an adjusted one was made from; None: it was not adjusted.

    Brighter or sharper it shows the same; where a crop has moved things, the eye is sure of it.
    """
    made = {turn.version: turn for turn in services.path(turn_id) if turn.route == "adjust"}
    is_same, key = True, image_hash
    while (turn := made.pop(key, None)) and (source := (turn.plan or {}).get("source")):
        is_same = is_same and _is_tone((turn.plan or {}).get("words") or turn.text)
        if listing := listing_of(services.store.image(source).caption):
            return Meant(listing, frozenset() if is_same else None)
        key = source
    return None


def _is_tone(sentence: str) -> bool:
    """Return whether a sentence that was carried out changed nothing but tones."""
    try:
        names = {one.name for one in read_adjustments(sentence).adjustments}
    except InputError:
        return False
    return bool(names) and names <= TONES


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


def weigh_deeds(
    model: UnifiedModel,
    prompts: PromptLibrary,
    words: str,
    caption: str,
    before: Before | None = None,
) -> dict[str, float]:
    """Return a score of every deed as what words about a listed picture ask for, as log-odds."""
    prompt = prompts.render("wish", instruction=words, last=None, before=before)
    messages = [
        Message("user", (prompts.render("list"),)),
        Message("assistant", (caption,)),
        Message("user", (prompt,)),
    ]
    scores = model.choose(messages, [f"{deed}:" for deed in DEEDS])
    return dict(zip(DEEDS, scores, strict=True))


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
