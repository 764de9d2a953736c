"""From stored turns to the messages of the chat; the store is the truth, the browser only shows."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..agent.conversation import SessionView
from ..agent.events import (
    CandidatePainted,
    Clarify,
    Critiqued,
    Event,
    NodeStarted,
    Thought,
    Token,
    TurnFailed,
)
from ..agent.polish import plan_in_words
from ..agent.trace import open_choices
from ..memory.records import CheckRecord, TurnRecord
from ..memory.store import SessionStore
from .views import ViewFiles
from .wording import NODE_WORDS, check_line, drift_line, kept_line, num_held, one_line

Message = dict[str, Any]  # Gradio's own shape: role, content, metadata, options
MARKS = re.compile(r"([\\`*_{}\[\]#|~$])|(?m:^(?=\s*[-+]\s))|(?m:(?<=^\d)(?=[.)]\s))")
ENDED_BADLY = ("failed", "cancelled")


@dataclass(frozen=True)
class Note:
    """One thought: a title, and what there is to say under it."""

    title: str
    text: str = ""
    picture: str = ""  # a file that is shown instead of the text


def conversation_messages(
    store: SessionStore, views: ViewFiles, view: SessionView, without: str | None = None
) -> list[Message]:
    """Return all turns of a session in the order they were said.

    Turns that were undone stand folded away in their place. `without` leaves one turn out.
    """
    standing = {turn.turn_id for turn in view.path}
    messages: list[Message] = []
    for turn in view.turns:
        if turn.turn_id == without:
            continue
        if turn.status == "done" and turn.route != "history" and turn.turn_id not in standing:
            messages += _set_aside(views, turn)
        else:
            messages += turn_messages(store, views, turn)
    return messages


def turn_messages(store: SessionStore, views: ViewFiles, turn: TurnRecord) -> list[Message]:
    """Return what the user said, what the agent thought, and what it answered."""
    messages = user_messages(views, turn.text, turn.image_hashes)
    if turn.question:
        messages += _answered_questions(store, turn)
    if turn.status == "done":
        notes = notes_of_turn(turn, store.checks(turn.turn_id))
        if over_edit := (turn.plan or {}).get("over_edit"):
            notes.append(Note("Repainted unasked", picture=views.picture(over_edit)))
        seconds = sum(turn.timings.values()) / 1000
        messages += thought_messages(
            turn.turn_id, notes, title=_summary(turn, notes), seconds=seconds
        )
        messages.append(_says(turn.reply))
        shown = turn.version if turn.brief or turn.route == "adjust" else None
        shown = (turn.plan or {}).get("reply_image") or shown
        if shown:
            messages.append(picture_message(views, shown, _alt(turn)))
    elif turn.status == "waiting":
        asked = open_choices(store.steps(turn.turn_id))
        if asked.get("plan"):
            messages.append(plan_message(asked["plan"]))
        question = turn.question or "What do you mean?"
        messages.append(clarify_message(question, asked.get("options", ())))
    elif turn.status in ENDED_BADLY:
        word = "Stopped." if turn.status == "cancelled" else turn.error or "Something went wrong."
        messages.append(_says(word))
    else:
        messages.append({"role": "assistant", "content": "*still running*"})
    return messages


def user_messages(views: ViewFiles, text: str, image_hashes: Sequence[str]) -> list[Message]:
    """Return what the user sent: pictures first, then words."""
    pictures = [
        {"role": "user", "content": {"path": views.picture(h), "alt_text": "Uploaded picture"}}
        for h in image_hashes
    ]
    return [*pictures, {"role": "user", "content": plain(text)}]


def thought_messages(
    turn_id: str,
    notes: Sequence[Note],
    *,
    title: str,
    seconds: float | None = None,
    is_pending: bool = False,
) -> list[Message]:
    """Return one folded thought with its notes nested inside; nothing if there are no notes."""
    if not notes and not is_pending:
        return []
    parent: dict[str, Any] = {"title": title, "id": turn_id}
    parent["status"] = "pending" if is_pending else "done"
    if seconds:
        parent["duration"] = round(seconds, 1)
    messages: list[Message] = [{"role": "assistant", "content": "", "metadata": parent}]
    for index, note in enumerate(notes):
        metadata = {"title": note.title, "id": f"{turn_id}-{index}", "parent_id": turn_id}
        shown = {"path": note.picture, "alt_text": note.title} if note.picture else note.text
        messages.append({"role": "assistant", "content": shown, "metadata": metadata})
    return messages


def notes_of_turn(turn: TurnRecord, checks: Sequence[CheckRecord]) -> list[Note]:
    """Return the thoughts of a finished turn from what was stored of it."""
    plan, brief = turn.plan or {}, turn.brief or {}
    notes = []
    if plan.get("changes"):
        notes.append(Note("Plan", "\n".join(f"- {_change(change)}" for change in plan["changes"])))
    if plan.get("merge"):
        notes.append(Note("Several wishes", plain(str(plan["merge"]))))
    if plan.get("polish"):
        notes.append(Note("From your words to the brief", _diff(plan["polish"])))
    if brief.get("prompt"):
        title = "Brief" if plan.get("polished", True) else "Brief, in your own words"
        notes.append(Note(title, plain(str(brief["prompt"]))))
    if checks:
        notes.append(checks_note(checks))
    if plan.get("stop_reason"):
        notes.append(Note("Why it stopped there", _stop_text(plan)))
    if line := drift_line(plan.get("drift") or {}):
        notes.append(Note("Drift from the original", plain(line)))
    return notes


def checks_note(checks: Sequence[CheckRecord]) -> Note:
    """Return the checklist as a note: what was asked first, then what had to stay."""
    rows = sorted(checks, key=lambda check: check.is_kept)
    lines = [f"- {plain(check_line(check))}" for check in rows]
    return Note(f"Checks {num_held(checks)}/{len(checks)}", "\n".join(lines))


def _answered_questions(store: SessionStore, turn: TurnRecord) -> list[Message]:
    """Return what the agent asked back in a turn and what it was told, from the trace."""
    messages: list[Message] = []
    said = turn.text
    for step in store.steps(turn.turn_id):
        joined = step.output.get("text")
        answer = step.output.get("said")
        if step.node != "clarify" or step.status != "done":
            continue
        if not answer and isinstance(joined, str):  # a trace of old tells them joined
            answer = joined.removeprefix(said.rstrip(" .!?,;")).lstrip(" ,")
        if not answer:
            continue
        question = str(step.input.get("question") or "")
        messages += [_says(question), {"role": "user", "content": plain(str(answer))}]
        said = joined if isinstance(joined, str) else said
    return messages


def picture_message(views: ViewFiles, image_hash: str, alt: str) -> Message:
    """Return a picture in the conversation."""
    return {
        "role": "assistant",
        "content": {"path": views.picture(image_hash), "alt_text": alt},
    }


def clarify_message(question: str, options: Sequence[str]) -> Message:
    """Return a question of the agent, with its options as buttons."""
    message = _says(question)
    if options:
        message["options"] = [{"value": option, "label": option} for option in options]
    return message


def plan_message(shown: dict[str, Any]) -> Message:
    """Return a plan that waits for a yes: what it merges, what became of the user's words."""
    lines = [f"- {plain(line)}" for line in plan_in_words(shown)]
    if shown.get("polish"):
        lines.append(f"- from your words: {_diff(shown['polish'])}")
    return {"role": "assistant", "content": "\n".join(["**The plan**", "", *lines])}


def plain(text: str) -> str:
    """Return a text that Markdown shows as it is: nothing in it becomes a tag or a mark."""
    return html.escape(MARKS.sub(r"\\\g<0>", text), quote=False)


@dataclass
class LiveTurn:
    """A turn on its way: gathers its events, and tells how it looks so far."""

    turn_id: str = ""
    node: str = ""
    notes: list[Note] = field(default_factory=list)
    reply: str = ""

    def note(self, event: Event) -> bool:
        """Take an event in; return whether the messages look different now."""
        self.turn_id = event.turn_id
        match event:
            case NodeStarted():
                self.node = event.node
            case Thought():
                self.notes.append(Note(NODE_WORDS.get(event.node, event.node), plain(event.text)))
            case Token():
                self.reply += event.text
            case Critiqued():
                self.notes.append(checks_note([_record(check) for check in event.checks]))
                if event.stop_reason:
                    self.notes.append(Note("Why it stops here", plain(event.stop_reason)))
            case CandidatePainted() | Clarify() | TurnFailed():
                pass
            case _:
                return False
        return True

    @property
    def headline(self) -> str:
        """Return what the agent is doing now."""
        return NODE_WORDS.get(self.node, "Thinking")

    def messages(self) -> list[Message]:
        """Return the agent's side of the turn so far."""
        messages = thought_messages(
            self.turn_id or "live", self.notes, title=f"{self.headline}…", is_pending=True
        )
        if self.reply:
            messages.append(_says(self.reply))
        return messages


def _record(check: dict[str, Any]) -> CheckRecord:
    """Return a verdict that was just given as it will be stored."""
    return CheckRecord(
        turn_id="",
        text=str(check.get("text", "")),
        expected=str(check.get("expected", "yes")),
        verdict=check.get("verdict", "unsure"),
        reason=str(check.get("reason", "")),
        is_kept=bool(check.get("is_kept")),
    )


def _says(text: str) -> Message:
    return {"role": "assistant", "content": plain(text)}


def _diff(parts: Sequence[Sequence[str]]) -> str:
    marks = {"=": "{}", "-": "~~{}~~", "+": "**{}**"}
    return " ".join(marks[kind].format(plain(text)) for kind, text in parts)


def _change(text: str) -> str:
    return plain(text.replace("->", "→").replace("nothing →", "new:"))


def _stop_text(plan: dict[str, Any]) -> str:
    rounds, kept = plan.get("rounds"), kept_line(plan)
    parts = [plain(str(plan["stop_reason"]))]
    if rounds:
        parts.append(f"{rounds} round{'' if rounds == 1 else 's'} of painting")
    if kept:
        parts.append(kept)
    return "; ".join(parts)


def _set_aside(views: ViewFiles, turn: TurnRecord) -> list[Message]:
    metadata = {"title": "Set aside", "id": turn.turn_id, "status": "done"}
    *pictures, words = user_messages(views, turn.text, turn.image_hashes)
    words["content"] = f"~~{words['content']}~~"
    folded = {"role": "assistant", "content": plain(turn.reply), "metadata": metadata}
    return [*pictures, words, folded]


def _summary(turn: TurnRecord, notes: Sequence[Note]) -> str:
    checks = next((note.title for note in notes if note.title.startswith("Checks")), None)
    did = {"draw": "Planned and drew", "edit": "Planned and edited"}.get(
        turn.route or "", "Thought"
    )
    return f"{did} · {checks.lower()}" if checks else did


def _alt(turn: TurnRecord) -> str:
    return f"Version {turn.number}: {one_line(turn.text, 80)}"
