"""Small talk is answered as small talk, and leads on to what can be drawn where that helps."""

import pytest
from pentimento.agent.small_talk import INVITATION, answer_small_talk

CAN_DRAW = "I draw cats."


@pytest.mark.parametrize(
    ("text", "begins", "leads_on"),
    [
        ("hello there", "Hello!", True),
        ("thanks a lot", "You are welcome.", False),
        ("how can i ever thank you", "You are welcome.", False),
        ("thanks, and what can you draw?", INVITATION, True),
        ("bye, see you tomorrow", "Goodbye.", False),
        ("nice to see you again", "I am glad", False),
        ("not bad", "I am glad", False),
        ("that's really ugly", "I am sorry.", False),
        ("it's not ugly", "I am glad", False),
        ("what a beautiful picture!", "I am glad", False),
        ("I love how it looks", "I am glad", False),
        ("I don't love it", "I am sorry.", False),
        ("not very nice", "I am sorry.", False),
        ("it fails every time", "I am sorry.", False),
        ("why is it taking so long?", INVITATION, True),
        ("i'd like to talk", INVITATION, True),
        ("thanks, what can you draw ?", INVITATION, True),
        ("who wrote you?", "I am Pentimento", True),
        ("is there a person on the other side?", "I am Pentimento", True),
        ("help", INVITATION, True),
        ("how do I save the picture?", "Every picture is kept", False),
        ("Save it please!", "Every picture is kept", False),
        ("can i download this as a png", "Every picture is kept", False),
        ("how can I save money?", INVITATION, True),
        ("i'm having coffee", INVITATION, True),
    ],
)
def test_small_talk_is_answered_in_kind(text: str, begins: str, leads_on: bool) -> None:
    answer = answer_small_talk(text, CAN_DRAW)
    assert answer.startswith(begins)
    assert answer.endswith(CAN_DRAW) == leads_on
