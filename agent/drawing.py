"""The drawn graph of the documentation.

`python -m pentimento.agent.drawing docs/architecture.md` makes it anew.
"""

import sys
from pathlib import Path

from .. import InputError
from .graph import build_graph

BEGIN, END = "<!-- graph: begin -->", "<!-- graph: end -->"


def draw_graph() -> str:
    """Return the compiled graph as a Mermaid flowchart."""
    lines = build_graph().get_graph().draw_mermaid(with_styles=False).splitlines()
    return "\n".join(line.rstrip().replace("\t", "    ") for line in lines if line.strip())


def with_graph(page: str) -> str:
    """Return a page of documentation with the drawing between its two marks made anew."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"The page has no place for the graph: put {BEGIN} and {END} into it.")
    return f"{before}{BEGIN}\n```mermaid\n{draw_graph()}\n```\n{END}{after}"


def main(path: str) -> None:
    """Write the drawing into the page."""
    page = Path(path)
    page.write_text(with_graph(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
