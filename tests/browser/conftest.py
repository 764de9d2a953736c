"""A chat server in its own process, and a headless Chromium."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHECKPOINT = ROOT / "model" / "storybook" / "checkpoint"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
SERVE_SCRIPTED = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("scripted", sys.argv[1])
scripted = sys.modules["scripted"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(scripted)
from pentimento.ui.cli import main
held = Path(sys.argv[2])
model = scripted.ScriptedStorybook(num_steps=3, step_seconds=0.1, is_held=held.exists)
main(sys.argv[3:], load_model=lambda name: model)
"""


class ChatServer:
    """`pentimento chat` on a port that stays the same over restarts."""

    def __init__(self, home: Path, *, is_scripted: bool) -> None:
        """Choose a port; nothing runs yet."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.home = home
        self.held = home.parent / "held"  # while this file is there, no scripted painting ends
        self.url = f"http://127.0.0.1:{self.port}/"
        self._log = home.parent / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        chat = ["chat", "--port", str(self.port), "--no-browser"]
        scripted = str(ROOT / "tests" / "integration" / "scripted.py")
        self._command = [sys.executable, "-m", "pentimento", *chat]
        if is_scripted:
            code = [sys.executable, "-c", SERVE_SCRIPTED, scripted, str(self.held)]
            self._command = [*code, *chat]

    def start(self) -> None:
        """Start the server and wait until it says its URL."""
        environment = {**os.environ, "PENTIMENTO_HOME": str(self.home), "OMP_NUM_THREADS": "1"}
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=ROOT
            )
        deadline = time.monotonic() + 240
        while f"is at {self.url}" not in self._log.read_text():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.2)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End the server as a person or a crash would."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(timeout=120)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., ChatServer]]:
    """Return what starts a chat server on this test's home."""
    servers: list[ChatServer] = []

    def start(**more: Any) -> ChatServer:
        server = ChatServer(tmp_path / "home", **more)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return a headless Chromium; without one the tests are skipped here, and fail under CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not installed, and under CI the browser tests must run.")
        pytest.skip("Chromium is not installed.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, headless=True, args=CHROMIUM_FLAGS
        )
        yield browser
        browser.close()


# The parts of a page change one after the other, and on a busy machine visibly so: what is looked
# for has come when nothing has moved for a while.
NOTE_MOVES = """
new MutationObserver(() => { window.movedAt = performance.now(); })
    .observe(document, { childList: true, subtree: true, characterData: true });
"""
IDLE = """() => performance.now() - (window.movedAt ?? 0) > 300
    && !document.querySelector('#pm-status .pm-progress')"""
ANSWERED = f"""() => {{
    const rows = document.querySelectorAll('#pm-conversation .message-row');
    const last = rows[rows.length - 1];
    return last && !last.classList.contains('user-row') && ({IDLE})();
}}"""


class ChatPage:
    """The chat in a browser, by what a person sees of it."""

    def __init__(self, browser: Any, url: str) -> None:
        """Open the chat; note what goes wrong in the page, and whom it calls."""
        self.context = browser.new_context(viewport={"width": 1280, "height": 800})
        self.page = self.context.new_page()
        self.page.set_default_timeout(240_000)
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(_host(request.url)))
        self.page.add_init_script(NOTE_MOVES)
        self.url = url
        self.open()

    def open(self) -> None:
        """Load the page, or load it again."""
        self.page.goto(self.url)
        self.page.wait_for_selector("#pm-box textarea:enabled")
        self.wait()

    def say(self, text: str, *, is_waiting: bool = True) -> None:
        """Send a message, and wait for the end of the turn."""
        self.wait()
        before = self.num_messages("user")
        self.page.fill("#pm-box textarea", text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(
            "n => document.querySelectorAll('#pm-conversation .user-row').length > n", arg=before
        )
        if is_waiting:
            self.page.wait_for_function(ANSWERED)

    def wait(self) -> None:
        """Wait until nothing is being worked on."""
        self.page.wait_for_function(IDLE)

    def num_messages(self, role: str) -> int:
        """Return how many message rows of "user" or "bot" there are."""
        return int(self.page.locator(f"#pm-conversation .{role}-row").count())

    @property
    def conversation(self) -> str:
        """Return all words of the conversation."""
        return str(self.page.locator("#pm-conversation").inner_text())

    @property
    def num_versions(self) -> int:
        """Return the length of the version strip."""
        return int(self.page.locator("#pm-strip .thumbnail-item").count())

    def close(self) -> None:
        """Close the browser's tab."""
        self.context.close()


def _host(url: str) -> str:
    match = re.match(r"https?://([^/]+)/", url)
    return match[1] if match else ""


@pytest.fixture
def open_page(browser: Any) -> Iterator[Callable[[str], ChatPage]]:
    """Return what opens the chat in a browser of its own."""
    pages: list[ChatPage] = []

    def open_one(url: str) -> ChatPage:
        pages.append(ChatPage(browser, url))
        return pages[-1]

    yield open_one
    for page in pages:
        page.close()
