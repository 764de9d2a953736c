"""The agent finds the picture that is meant."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

Run = Callable[..., Any]


class Eyes:
    """Embeds pictures by their pixels."""

    def embed(self, images: Sequence[Image.Image]) -> list[list[float]]:
        """Return one unit vector a picture."""
        small = [np.asarray(image.resize((24, 24)), float).ravel() - 128 for image in images]
        return [list(pixels / np.linalg.norm(pixels)) for pixels in small]


def test_at_least_95_of_100_dialogues_find_their_picture(pentimento: Run) -> None:
    told = pentimento("eval", "targets", "--json", model=Eyes())
    assert told.code == 0, told.err
    figures = told.json
    assert figures["all"]["dialogues"] >= 100
    for part in ("tuned", "held_out"):
        assert figures[part]["share"] >= 0.95, json.dumps(figures["wrong"], indent=1)


def test_what_is_wrong_is_shown(pentimento: Run, tmp_path: Path) -> None:
    told = tmp_path / "one.yaml"
    told.write_text(
        "sessions: {a: {turns: [{say: draw, made: 'meadow, day; nothing.'}]}}\n"
        "dialogues: [{in: a, say: make it night, expect: none}]\n"
    )
    shown = pentimento("eval", "targets", "--dialogues", told, "--show", model=Eyes())
    assert "0 of    1 right" in shown.out and "none, not v1" in shown.out


@pytest.mark.parametrize("text", ["[", None])
def test_a_file_that_cannot_be_read_is_told(
    pentimento: Run, tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "x.yaml"
    if text:
        path.write_text(text)
    told = pentimento("eval", "targets", "--dialogues", path)
    assert told.code == 2 and "cannot be read" in told.err
