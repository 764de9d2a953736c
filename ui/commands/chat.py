"""`pentimento chat`: the browser chat."""

from typing import Annotated

import typer

from .context import AsJson, settings_of


def chat(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but loopback asks for a token.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free port.")] = 7860,
    token: Annotated[
        str | None,
        typer.Option(help="Password of the chat (user name: pentimento). Made up when needed."),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the URL and leave the browser alone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Talk to the agent in the browser.

    Prints the URL and opens it. Sessions survive a restart; Ctrl-C ends the server.

    \b
    Examples:
      pentimento chat
      pentimento chat --port 8000 --no-browser
      pentimento chat --host 0.0.0.0 --token a-long-secret
    """
    from ..server import serve_chat  # loads gradio and the model

    serve_chat(
        settings_of(context),
        host=host,
        port=port,
        token=token,
        open_browser=not no_browser,
        as_json=as_json,
    )
