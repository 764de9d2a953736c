"""Where the chat listens, and to whom."""

import socket
from pathlib import Path

import pytest
from pentimento import InputError
from pentimento.ui.commands.context import Settings
from pentimento.ui.server import is_loopback, serve_chat


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("127.9.9.9", True),
        ("0.0.0.0", False),
        ("192.168.1.7", False),
        ("::", False),
        ("example.org", False),
    ],
)
def test_only_loopback_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_a_taken_port_is_told_before_the_model_is_loaded(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port}.*--port"):
            serve_chat(
                Settings(model="no-such-model"),
                host="127.0.0.1",
                port=port,
                token=None,
                open_browser=False,
                as_json=False,
            )
    assert not home.exists()
