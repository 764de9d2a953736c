"""A session as one readable page: no script, no network, small pictures inside."""

import base64
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from .records import CandidateRecord, CheckRecord, Json, SessionRecord, StepRecord, TurnRecord

SHOWN_PIXELS = 512  # longer side of a picture inside the page; the file itself lies beside it
SHOWN_BYTES = 200_000

STYLE = """
:root{color-scheme:light dark;--paper:#faf7f2;--ink:#2b2622;--soft:#8b8178;--line:#e4dcd1;
--card:#fff;--mine:#e9f0f7;--yes:#2e7d4f;--no:#b3402f}
@media(prefers-color-scheme:dark){:root{--paper:#1b1917;--ink:#ece5dc;--soft:#9a9087;--line:#37322d;
--card:#24211e;--mine:#26303a;--yes:#6fc391;--no:#e58a79}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 Georgia,'Times New Roman',serif}
main{max-width:46rem;margin:0 auto;padding:3rem 1.25rem 5rem}h1{margin:0;font-size:1.9rem}
.soft,.meta{color:var(--soft);font-size:.85rem}article{margin:2.2rem 0;padding-top:1.4rem;
border-top:1px solid var(--line)}article.aside{opacity:.62}
.mine,.reply{border-radius:.8rem;padding:.6rem .95rem;margin:.5rem 0;white-space:pre-wrap;
overflow-wrap:anywhere}.mine{background:var(--mine);margin-left:12%}.reply{background:var(--card);
border:1px solid var(--line);margin-right:12%}
img{display:block;max-width:100%;height:auto;border-radius:.6rem;margin:.7rem 0;
border:1px solid var(--line)}.small img{max-width:9rem;display:inline-block;margin-right:.5rem}
ul{list-style:none;padding:0;margin:.5rem 0;font-size:.9rem}
.yes{color:var(--yes)}.no{color:var(--no)}
.unsure{color:var(--soft)}.error{color:var(--no)}.badge{border:1px solid var(--line);
border-radius:1rem;padding:.05rem .6rem}pre{overflow:auto;font-size:.78rem}summary{cursor:pointer}
"""
MARKS = {"yes": "✓", "no": "✗", "unsure": "?"}


@dataclass(frozen=True)
class Chapter:
    """A turn with everything that belongs to it."""

    turn: TurnRecord
    steps: list[StepRecord]
    candidates: list[CandidateRecord]
    checks: list[CheckRecord]


def render(
    session: SessionRecord, chapters: list[Chapter], pictures: Mapping[str, tuple[str, str]]
) -> str:
    """Return the page; `pictures` gives a hash its (data URI, file name in the zip)."""
    numbers = {chapter.turn.turn_id: chapter.turn.number for chapter in chapters}
    parents = {chapter.turn.turn_id: chapter.turn.parent_id for chapter in chapters}
    on_path, turn_id = set(), session.head_turn_id
    while turn_id is not None:
        on_path.add(turn_id)
        turn_id = parents[turn_id]
    title = escape(session.title or "Untitled session")
    articles = "".join(
        _article(chapter, session, numbers, chapter.turn.turn_id in on_path, pictures)
        for chapter in chapters
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>"
        f'<p class="soft">A Pentimento session of {len(chapters)} turns, begun '
        f"{session.created_at:%d %B %Y, %H:%M} UTC.</p>{articles}</main></body></html>\n"
    )


def data_uri(data: bytes, mime: str) -> str:
    """Return a picture for the page: as it is, or smaller if it is large."""
    if len(data) > SHOWN_BYTES:
        data, mime = _smaller(data), "image/jpeg"
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def _smaller(data: bytes) -> bytes:
    from PIL import Image  # only an export with large pictures needs it

    with Image.open(io.BytesIO(data)) as picture:
        small = picture.convert("RGB")
    small.thumbnail((SHOWN_PIXELS, SHOWN_PIXELS))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _article(
    chapter: Chapter,
    session: SessionRecord,
    numbers: Mapping[str, int],
    is_on_path: bool,
    pictures: Mapping[str, tuple[str, str]],
) -> str:
    turn = chapter.turn
    parts = [_heading(turn, session, numbers, is_on_path)]
    if turn.image_hashes:
        shown = "".join(_picture(image, "A picture given", pictures) for image in turn.image_hashes)
        parts.append(f'<div class="small">{shown}</div>')
    parts.append(f'<div class="mine">{escape(turn.text)}</div>')
    if turn.version:
        parts.append(_picture(turn.version, turn.text, pictures))
    if turn.question:
        parts.append(f'<div class="reply">{escape(turn.question)}</div>')
    if turn.reply:
        parts.append(f'<div class="reply">{escape(turn.reply)}</div>')
    if turn.error:
        parts.append(f'<p class="error">{escape(turn.error)}</p>')
    if chapter.checks:
        parts.append(f"<ul>{''.join(_check(check) for check in chapter.checks)}</ul>")
    parts += [_details("Brief", turn.brief), _details("Plan", turn.plan), _trace(chapter)]
    return f"<article{'' if is_on_path else ' class=aside'}>{''.join(parts)}</article>"


def _heading(
    turn: TurnRecord, session: SessionRecord, numbers: Mapping[str, int], is_on_path: bool
) -> str:
    words = [f"<b>Turn {turn.number}</b>", escape(turn.route or turn.status)]
    if turn.parent_id and numbers[turn.parent_id] != turn.number - 1:
        words.append(f"continues turn {numbers[turn.parent_id]}")
    if not is_on_path:
        words.append("another branch")
    if turn.turn_id == session.head_turn_id:
        words.append('<span class="badge">here now</span>')
    if turn.label:
        words.append(f'<span class="badge">{escape(turn.label)}</span>')
    if turn.model:
        words.append(escape(turn.model))
    if turn.seed is not None:
        words.append(f"seed {turn.seed}")
    if turn.finished_at:
        words.append(f"{(turn.finished_at - turn.created_at).total_seconds():.1f} s")
    return f'<p class="meta">{" · ".join(words)}</p>'


def _picture(image_hash: str, text: str, pictures: Mapping[str, tuple[str, str]]) -> str:
    if image_hash not in pictures:
        return f'<p class="error">The picture {image_hash} is damaged or missing.</p>'
    uri, name = pictures[image_hash]
    return f'<a href="{escape(name)}"><img src="{escape(uri)}" alt="{escape(text[:200])}"></a>'


def _check(check: CheckRecord) -> str:
    is_held = check.is_overruled or check.verdict == check.expected
    sign = "yes" if is_held else "unsure" if check.verdict == "unsure" else "no"
    reason = "" if check.is_overruled else check.reason
    notes = [
        *(["(kept)"] if check.is_kept else []),
        *(["(you said it is fine)"] if check.is_overruled else []),
        *([reason] if reason else []),
    ]
    told = "".join(f' <span class="soft">{escape(one)}</span>' for one in notes)
    return f'<li><span class="{sign}">{MARKS[sign]}</span> {escape(check.text)}{told}</li>'


def _trace(chapter: Chapter) -> str:
    if not chapter.steps:
        return ""
    lines = "".join(
        f"<li>{escape(step.node)} · {escape(step.status)} · {step.ms:.0f} ms</li>"
        for step in chapter.steps
    )
    return f'<details class="soft"><summary>Steps</summary><ul>{lines}</ul></details>'


def _details(name: str, value: Json | None) -> str:
    if not value:
        return ""
    text = escape(json.dumps(value, indent=2, ensure_ascii=False))
    return f'<details class="soft"><summary>{name}</summary><pre>{text}</pre></details>'
