"""answer: a question about a picture, or about the session itself."""

from langgraph.runtime import Runtime

from ... import InputError
from ..dialogue import SentenceStream, ask, caption_at
from ..errors import AnswerError
from ..events import Thought, Token
from ..evidence import held_against
from ..language import Listing, is_entry, kind_of, read_question
from ..past import is_about_session, recall
from ..services import Services
from ..sides import named_by_place
from ..state import TurnState
from ..steps import Update
from ..targets import find_target, may_refer
from ..vocabulary import listing_of
from .locate import NO_PICTURE, gallery_of

NO_ANSWER = "I could not find an answer to that in the picture. Please ask it in other words."


def answer(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Let the model answer from its listing of the picture; its evidence becomes a thought."""
    services, turn_id, question = runtime.context, state["turn_id"], state["text"]
    if is_about_session(question):
        turns, path = services.store.turns(state["session_id"]), services.path(state["parent_id"])
        return {"reply": recall(question, turns, path)}
    image_hash, focus = state["source"], None
    if may_refer(question):
        try:
            target = find_target(gallery_of(state, services), question)
        except InputError as error:
            return {"reply": str(error)}
        if target.is_named:  # of several the last; a question is no reason to ask back
            image_hash = focus = target.pictures[-1].image_hash
            question = target.text or question
    if image_hash is None:
        return {"reply": NO_PICTURE}
    caption = caption_at(services, state["parent_id"], image_hash)
    listing = listing_of(caption)
    if listing:
        question = _with_places(question, listing)
    stream = SentenceStream(lambda text: services.emit(Token(turn_id, text)))
    prompt = services.prompts.render("question", question=question)
    try:
        answered = ask(services, prompt, caption=caption, image_hash=image_hash, on_token=stream)
        found = held_against(read_question(answered), question, listing)
    except AnswerError:
        return {"reply": NO_ANSWER}
    evidence = "; ".join(found.evidence) or "nothing in the picture"
    services.emit(Thought(turn_id, "answer", f"The answer rests on: {evidence}"))
    objects = [entry for entry in found.evidence if is_entry(entry)]
    return {
        "reply": found.sentence,
        "last": objects[0] if len(objects) == 1 else None,
        **({"focus": focus} if focus else {}),
    }


def _with_places(question: str, listing: Listing) -> str:
    """Return a question with the place of "the left cat", where there are several cats."""
    kinds = [kind_of(entry) for entry in listing.entries]
    for kind in sorted({kind for kind in kinds if kinds.count(kind) > 1}):
        question = named_by_place(question, kind, listing) or question
    return question
