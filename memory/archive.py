"""One session in one zip file: pictures, session.json, and a page to read."""

import hashlib
import io
import json
import os
import re
import uuid
import zipfile
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from .. import InputError
from . import history, page, pictures, queries, turns, wishes
from .engine import Database
from .errors import StoreError
from .images import ImageStore, check_hash, os_sentence
from .records import (
    CandidateRecord,
    CheckRecord,
    ImageRecord,
    SessionRecord,
    StepRecord,
    TurnRecord,
    WishRecord,
)
from .tables import CANDIDATE, CHECK, SESSION, STEP, TURN, TURN_IMAGE, WISH, read
from .wire import Record, from_json, to_json

FORMAT = "pentimento-session"
FORMAT_VERSION = 1
MAX_JSON_BYTES = 256 << 20
MAX_IMAGE_BYTES = 512 << 20
MAX_PIXELS = 80_000_000
ID = re.compile(r"[0-9a-f]{32}")
# What zipfile raises for damage, unknown compression and encryption.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


# Export


def export_session(
    db: Connection,
    images: ImageStore,
    session_id: str,
    path: Path,
    on_lost: Callable[[str], object],
) -> Path:
    """Return the path of the zip file, whole or not there at all.

    A picture that cannot be read any more is left out; `on_lost` hears the sentence on it.
    """
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent} to write to.")
    standing = history.get_session(db, session_id)
    session = history.session_record(standing)
    chapters = [_chapter(db, turn) for turn in queries.turns(db, session_id)]
    hashes = {image_hash for chapter in chapters for image_hash in _hashes(chapter)}
    rows = [pictures.get_image(db, image_hash) for image_hash in sorted(hashes)]
    rows += _named_rows(db, chapters, hashes)
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "session": {**to_json(session), "redo": standing.redo},
        "turns": [
            {
                **to_json(chapter.turn),
                "steps": [to_json(step) for step in chapter.steps],
                "candidates": [to_json(candidate) for candidate in chapter.candidates],
                "checks": [to_json(check) for check in chapter.checks],
            }
            for chapter in chapters
        ],
        "wishes": [to_json(wish) for wish in wishes.wishes(db, session_id, with_revoked=True)],
    }
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            shown = {}
            for row in rows:
                data, name = _readable(images, row, on_lost), _file_name(row)
                if data is None:
                    continue
                archive.writestr(name, data, zipfile.ZIP_STORED)  # compressed already
                shown[row.hash] = (page.data_uri(data, row.mime), name)
            content["images"] = [to_json(row) for row in rows if row.hash in shown]
            content["lost"] = [to_json(row) for row in rows if row.hash not in shown]
            archive.writestr("session.json", json.dumps(content, indent=1, ensure_ascii=False))
            archive.writestr("index.html", page.render(session, chapters, shown))
        os.replace(temporary, path)
    except OSError as error:
        raise os_sentence(error, f"write {path}") from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _readable(
    images: ImageStore, row: ImageRecord, on_lost: Callable[[str], object]
) -> bytes | None:
    try:
        return images.get(row.hash)
    except StoreError as error:
        on_lost(str(error))
        return None


def _named_rows(
    db: Connection, chapters: Sequence[page.Chapter], known: set[str]
) -> list[ImageRecord]:
    """Return the pictures that only plans and critiques name; one that is gone is no loss."""
    named: set[str] = set()
    for chapter in chapters:
        critiques = [candidate.critique for candidate in chapter.candidates]
        named |= pictures.named_in(chapter.turn.plan, *critiques)
    found = [pictures.find_image(db, image_hash) for image_hash in sorted(named - known)]
    return [image for image in found if image]


def _chapter(db: Connection, turn: TurnRecord) -> page.Chapter:
    key = turn.turn_id
    return page.Chapter(
        turn=turn,
        steps=read(db, StepRecord, turns.TURN_STEPS, turn_id=key),
        candidates=read(db, CandidateRecord, turns.TURN_CANDIDATES, turn_id=key),
        checks=read(db, CheckRecord, turns.TURN_CHECKS, turn_id=key),
    )


def _hashes(chapter: page.Chapter) -> set[str]:
    """Return every picture that a turn points at."""
    turn = chapter.turn
    painted = (candidate.image_hash for candidate in chapter.candidates)
    found = {*turn.image_hashes, turn.mask_hash, turn.version, *painted}
    return {image_hash for image_hash in found if image_hash}


def _file_name(row: ImageRecord) -> str:
    return f"images/{row.hash}.{pictures.SUFFIXES[row.mime]}"


# Import


def import_session(
    database: Database, images: ImageStore, path: Path, now: datetime
) -> SessionRecord:
    """Return the session that was read from the zip file, whole or not at all.

    Everything is checked before anything is written. If the session or one of its turns exists
    here already, the copy gets new ids throughout. Turns that were unfinished are cancelled: what
    was to resume them stayed where they ran. Pictures that were lost before stay lost.
    """
    with _open(path) as archive:
        content = _content(archive, path)
        session = from_json(SessionRecord, content["session"])
        redo = content["session"].get("redo", [])
        chapters = [_read_chapter(data) for data in content["turns"]]
        rows = [from_json(ImageRecord, data) for data in content["images"]]
        lost = [_checked(from_json(ImageRecord, data)) for data in content["lost"]]
        told = [from_json(WishRecord, data) for data in content["wishes"]]
        _check_wishes(session, told, chapters)
        _check_tree(session, redo, chapters, {row.hash for row in (*rows, *lost)})
        for row in rows:
            _check_picture(_picture(archive, row), row)
        for row in rows:
            images.put(_picture(archive, row))
        images.settle(row.hash for row in rows)
        with database.write(is_durable=True) as db:
            database.lock_all(db)
            for row in rows:
                pictures.add_image(db, images, row, now, partial(_picture, archive, row))
            for row in lost:
                pictures.add_row(db, row, now)
            names = _names(db, session, chapters)
            added = _add_session(db, session, redo, chapters, names, now)
            _add(db, WISH, [_renamed({**vars(wish)}, names) for wish in told])
            return added


def _open(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(f"There is no file {path}.") from error
    except zipfile.BadZipFile as error:
        raise InputError(f"{path} is no zip file.") from error
    except OSError as error:
        raise os_sentence(error, f"read {path}") from error


def _content(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_member(archive, "session.json", MAX_JSON_BYTES))
    except (ValueError, RecursionError) as error:
        raise InputError(f"The session.json in {path} is no JSON.") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise InputError(f"{path} is no exported Pentimento session.")
    if content.get("format_version") != FORMAT_VERSION:
        raise InputError(
            f"{path} has format {content.get('format_version')!r}; this Pentimento reads "
            f"{FORMAT_VERSION}. Update Pentimento."
        )
    content = {"wishes": [], "lost": [], **content}  # archives of old have neither
    for name in ("session", "turns", "images", "lost", "wishes"):
        if not isinstance(content.get(name), dict if name == "session" else list):
            raise InputError(f"The session.json in {path} lacks {name!r}.")
    return content


def _member(archive: zipfile.ZipFile, name: str, max_bytes: int) -> bytes:
    """Return one file of the zip, never more than what is allowed (the header may lie)."""
    try:
        with archive.open(name) as file:
            data = file.read(max_bytes + 1)
    except KeyError as error:
        raise InputError(f"The zip file lacks {name}.") from error
    except UNREADABLE as error:
        raise InputError(f"{name} in the zip file cannot be read: {error}.") from error
    if len(data) > max_bytes:
        raise InputError(f"{name} in the zip file is too large.")
    return data


def _check_picture(data: bytes, row: ImageRecord) -> None:
    """Refuse bytes that are not the picture they are said to be (only the header is read)."""
    from PIL import Image  # an import needs it, opening the store does not

    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as picture:
            is_right = (picture.get_format_mimetype(), *picture.size) == (
                row.mime,
                row.width,
                row.height,
            )
    except (OSError, SyntaxError, ValueError, RuntimeWarning, Image.DecompressionBombError):
        is_right = False
    if not is_right or row.width * row.height > MAX_PIXELS:
        raise InputError(
            f"The picture {row.hash} in the zip file is not what its entry says: "
            f"{row.mime}, {row.width} x {row.height} pixels."
        )


def _checked(row: ImageRecord) -> ImageRecord:
    check_hash(row.hash)
    pictures.check_mime(row.mime)
    return row


def _picture(archive: zipfile.ZipFile, row: ImageRecord) -> bytes:
    pictures.check_mime(row.mime)
    name = _file_name(row)
    data = _member(archive, name, MAX_IMAGE_BYTES)
    if hashlib.sha256(data).hexdigest() != row.hash or len(data) != row.size_bytes:
        raise InputError(f"{name} in the zip file is damaged: it does not match its hash.")
    return data


def _read_chapter(data: object) -> page.Chapter:
    turn = from_json(TurnRecord, data)
    assert isinstance(data, dict)  # from_json has seen to it

    def read(name: str, kind: type[Record]) -> list[Record]:
        if not isinstance(data.get(name), list):
            raise InputError(f"Turn {turn.number} lacks its {name}.")
        records = [from_json(kind, _of_today(kind, item)) for item in data[name]]
        if any(vars(record)["turn_id"] != turn.turn_id for record in records):
            raise InputError(f"Turn {turn.number} has {name} of another turn.")
        return records

    return page.Chapter(
        turn=turn,
        steps=read("steps", StepRecord),
        candidates=read("candidates", CandidateRecord),
        checks=read("checks", CheckRecord),
    )


def _of_today(kind: type, item: object) -> object:
    """Return an item of an archive of old with the fields that it could not have."""
    if kind is CheckRecord and isinstance(item, dict):
        return {"is_overruled": False, **item}
    return item


def _check_tree(
    session: SessionRecord, redo: object, chapters: Sequence[page.Chapter], known: set[str]
) -> None:
    """Refuse turns that do not form one tree, a head outside of it, pictures that are missing."""
    _check_id(session.session_id)
    seen: dict[str, TurnRecord] = {}
    for number, chapter in enumerate(chapters, start=1):
        turn = chapter.turn
        _check_id(turn.turn_id)
        if turn.number != number or turn.turn_id in seen or turn.session_id != session.session_id:
            raise InputError(f"Turn {turn.number} of the zip file stands out of order.")
        if turn.parent_id is not None and turn.parent_id not in seen:
            raise InputError(f"Turn {turn.number} of the zip file continues an unknown turn.")
        if missing := _hashes(chapter) - known:
            raise InputError(f"The zip file lacks the picture {missing.pop()}.")
        seen[turn.turn_id] = turn
    if not isinstance(redo, list):
        raise InputError("The redo list of the zip file is no list.")
    for head in (session.head_turn_id, *redo):
        turn_id = head if isinstance(head, str) else ""
        if head is not None and (turn_id not in seen or seen[turn_id].status != "done"):
            raise InputError("The head of the session in the zip file is no turn that was done.")


def _check_id(given: str) -> None:
    """Refuse what is no id of ours: ids may become names of files."""
    if not ID.fullmatch(given):
        raise InputError(f"{given!r:.80} in the zip file is no id: 32 hex digits are expected.")


def _check_wishes(
    session: SessionRecord, told: Sequence[WishRecord], chapters: Sequence[page.Chapter]
) -> None:
    turn_ids = {chapter.turn.turn_id for chapter in chapters}
    numbers = [wish.number for wish in told]
    if len(set(numbers)) != len(numbers):
        raise InputError("Two standing wishes of the zip file have one number.")
    for wish in told:
        if wish.session_id != session.session_id or wish.turn_id not in {*turn_ids, None}:
            raise InputError(f"The standing wish {wish.number} of the zip file belongs elsewhere.")


def _names(
    db: Connection, session: SessionRecord, chapters: Sequence[page.Chapter]
) -> dict[str, str]:
    """Return what each old id is called here: itself, or something new if one of them is taken."""
    old = [session.session_id, *(chapter.turn.turn_id for chapter in chapters)]
    sessions = select(SESSION.c.session_id).where(SESSION.c.session_id == session.session_id)
    taken = db.execute(sessions).first() is not None or any(
        db.execute(history.STATE, {"turn_id": turn_id}).first() for turn_id in old[1:]
    )
    return {name: uuid.uuid4().hex if taken else name for name in old}


def _add_session(
    db: Connection,
    session: SessionRecord,
    redo: list[str | None],
    chapters: Sequence[page.Chapter],
    names: dict[str, str],
    now: datetime,
) -> SessionRecord:
    session_id = names[session.session_id]
    values = {
        "session_id": session_id,
        "title": session.title,
        "redo": _renamed(redo, names),
        "turn_count": len(chapters),
        "created_at": session.created_at,
        "updated_at": now,
    }
    db.execute(insert(SESSION), values)
    for chapter in chapters:
        _add_chapter(db, chapter, names, now)
    head = _renamed(session.head_turn_id, names)
    history.change_session(db, session_id, head_turn_id=head)
    return history.session_record(history.get_session(db, session_id))


def _add_chapter(
    db: Connection, chapter: page.Chapter, names: dict[str, str], now: datetime
) -> None:
    values = _renamed({**vars(chapter.turn)}, names)
    image_hashes = values.pop("image_hashes")
    if not chapter.turn.is_finished:
        values.update(
            status="cancelled",
            error="The turn was unfinished when its session was exported.",
            finished_at=now,
        )
    db.execute(insert(TURN), values)
    turn_id = values["turn_id"]
    shown = [
        {"turn_id": turn_id, "position": position, "image_hash": image_hash}
        for position, image_hash in enumerate(image_hashes)
    ]
    _add(db, TURN_IMAGE, shown)
    _add(db, STEP, [_renamed({**vars(step)}, names) for step in chapter.steps])
    _add(db, CANDIDATE, [_renamed({**vars(one)}, names) for one in chapter.candidates])
    checks = enumerate(chapter.checks)
    _add(db, CHECK, [{**_renamed({**vars(one)}, names), "index": index} for index, one in checks])


def _add(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        db.execute(insert(table), rows)


def _renamed(value: Any, names: dict[str, str]) -> Any:  # Any: JSON of any shape
    """Return the value with every string that is an old id replaced by the new one."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: _renamed(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_renamed(item, names) for item in value)
    return value
