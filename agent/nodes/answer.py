"""answer: a question about a picture, or about the session itself."""

from langgraph.runtime import Runtime

from ... import InputError
from ..dialogue import SentenceStream, ask, caption_of
from ..errors import AnswerError
from ..events import Thought, Token
from ..language import is_entry, read_question
from ..past import is_about_session, recall
from ..services import Services
from ..state import TurnState
from ..steps import Update
from ..targets import find_picture, find_reference, without

NO_PICTURE = "There is no picture yet. Tell me what to draw, or upload one."
NO_ANSWER = "I could not find an answer to that in the picture. Please ask it in other words."


def answer(state: TurnState, runtime: Runtime[Services]) -> Update:
    """Let the model answer from its listing of the picture; its evidence becomes a thought."""
    services, turn_id, question = runtime.context, state["turn_id"], state["text"]
    if is_about_session(question):
        return {"reply": recall(question, services.store.turns(state["session_id"]))}
    image_hash = state["source"]
    reference = find_reference(question)
    if reference and not state["image_hashes"]:
        try:
            image_hash = find_picture(services.store, state["session_id"], reference).image_hash
        except InputError as error:
            return {"reply": str(error)}
        question = without(question, reference)
    if image_hash is None:
        return {"reply": NO_PICTURE}
    caption = caption_of(services, image_hash)
    stream = SentenceStream(lambda text: services.emit(Token(turn_id, text)))
    prompt = services.prompts.render("question", question=question)
    try:
        answered = ask(services, prompt, caption=caption, image_hash=image_hash, on_token=stream)
        found = read_question(answered)
    except AnswerError:
        return {"reply": NO_ANSWER}
    evidence = "; ".join(found.evidence) or "nothing in the picture"
    services.emit(Thought(turn_id, "answer", f"The answer rests on: {evidence}"))
    objects = [entry for entry in found.evidence if is_entry(entry)]
    return {"reply": found.sentence, "last": objects[0] if len(objects) == 1 else None}
