"""Serves the chat: on loopback, or behind a token."""

import ipaddress
import os
import secrets
import socket
import threading
import webbrowser

import typer

from .. import InputError
from .commands.context import Settings
from .console import print_json
from .home import clear_pictures
from .wording import one_line

USER = "pentimento"
MAX_UPLOAD = "100mb"


def serve_chat(
    settings: Settings,
    *,
    host: str,
    port: int,
    token: str | None,
    open_browser: bool,
    as_json: bool,
) -> None:
    """Load the model, print the URL and serve until Ctrl-C."""
    port = _free_port(host, port)
    if not is_loopback(host):
        token = token or secrets.token_urlsafe(16)
    typer.echo("Loading the model…", err=True)
    studio = settings.open_studio()
    for turn in studio.agent.recover():
        typer.echo(f"Took up an unfinished turn ({turn.status}): {one_line(turn.text)}", err=True)
    home = settings.home
    clear_pictures(home)
    os.environ["GRADIO_TEMP_DIR"] = str(home.views_path / "gradio")  # read when gradio is imported
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from .app import build_app  # gradio reads the two lines above on import
    from .theme import CSS, build_theme

    demo = build_app(studio)
    demo.launch(
        server_name=host,
        server_port=port,
        auth=(USER, token) if token else None,
        prevent_thread_lock=True,
        show_error=False,
        quiet=True,
        share=False,
        ssr_mode=False,
        run_history=False,
        max_file_size=MAX_UPLOAD,
        allowed_paths=[str(home.pictures_path), str(home.exports_path)],
        footer_links=[],
        theme=build_theme(),
        css=CSS,
    )
    url = f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
    if as_json:
        print_json({"url": url, "user": USER if token else None, "token": token})
    else:
        typer.echo(f"Pentimento is at {url}  (Ctrl-C ends it)")
        if token:
            typer.echo(f"User name: {USER}   Password: {token}")
    if open_browser:
        webbrowser.open(url)
    try:
        threading.Event().wait()  # the server runs in threads of its own
    except KeyboardInterrupt:
        typer.echo("Ending.", err=True)
    finally:
        demo.close(verbose=False)
        studio.close()


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0; InputError if it cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    except OSError as error:
        raise InputError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}. "
            "Choose another with --port (0: any free one)."
        ) from error
