"""Contact sheets: pictures in a grid, each over the words it was painted from."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .workbench import Painted

PICTURE = 216  # pixels a side
GAP, FONT_SIZE, NUM_LINES = 12, 13, 5
COLUMNS = {"generations": 6, "edits": 4}
INK, PAPER, MISSING = (40, 40, 40), (255, 255, 255), (225, 225, 225)


def write_sheets(folder: Path, sheets: dict[str, list[Painted]]) -> list[Path]:
    """Write one PNG a sheet, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, pictures in sheets.items():
        path = folder / f"{name}.png"
        draw_sheet(pictures, COLUMNS.get(name, 6)).save(path)
        paths.append(path)
    return paths


def draw_sheet(pictures: Sequence[Painted], columns: int) -> Image.Image:
    """Return the pictures in rows; an edit stands to the right of its source."""
    font = ImageFont.load_default(FONT_SIZE)
    line_height = FONT_SIZE + 3
    is_pair = any(one.source is not None for one in pictures)
    width = PICTURE * 2 + 2 if is_pair else PICTURE
    step_x, step_y = width + GAP, PICTURE + NUM_LINES * line_height + GAP
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * step_x + GAP, rows * step_y + GAP), PAPER)
    pen = ImageDraw.Draw(sheet)
    for number, one in enumerate(pictures):
        left = GAP + number % columns * step_x
        top = GAP + number // columns * step_y
        shown = [one.source, one.image] if is_pair else [one.image]
        for place, image in enumerate(shown):
            _paste(sheet, image, left + place * (PICTURE + 2), top)
        lines = wrap(one.caption, font, width)[:NUM_LINES]
        for line, text in enumerate(lines):
            pen.text((left, top + PICTURE + 3 + line * line_height), text, INK, font)
    return sheet


def wrap(text: str, font: ImageFont.ImageFont | ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return the text in lines of at most `width` pixels; a longer word keeps a line of its own."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _paste(sheet: Image.Image, image: Image.Image | None, left: int, top: int) -> None:
    size = (PICTURE, PICTURE)
    if image is None:
        sheet.paste(Image.new("RGB", size, MISSING), (left, top))
    else:
        sheet.paste(image.convert("RGB").resize(size, Image.Resampling.BICUBIC), (left, top))
