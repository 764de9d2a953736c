"""Records to plain JSON and back."""

from dataclasses import fields
from datetime import datetime
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from .. import InputError
from .limits import check_integer, check_text

Record = TypeVar("Record")


def to_json(record: object) -> dict[str, Any]:
    """Return the fields of a record as plain JSON values; moments as ISO 8601 with their zone."""
    return {name: _plain(getattr(record, name)) for name in _hints(type(record))}


def from_json(kind: type[Record], data: object) -> Record:
    """Return the record that `to_json` wrote, every field present and of its type."""
    hints = _hints(kind)
    if not isinstance(data, dict) or not hints.keys() <= data.keys():
        missing = sorted(hints.keys() - data.keys()) if isinstance(data, dict) else sorted(hints)
        raise InputError(f"A {kind.__name__} lacks: {', '.join(missing)}.")
    values = {}
    for name, hint in hints.items():
        value: Any = _moment(data[name]) if datetime in (hint, *get_args(hint)) else data[name]
        if not _fits(value, hint):
            raise InputError(f"{kind.__name__}.{name} cannot be {data[name]!r:.80}.")
        if isinstance(value, str):
            check_text(value)
        elif isinstance(value, int):
            check_integer(value)
        values[name] = tuple(value) if get_origin(hint) is tuple else value
    return kind(**values)


def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _moment(value: object) -> object:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
    # A moment without zone is refused by the type check that follows.
    return None if isinstance(moment, datetime) and moment.tzinfo is None else moment


def _fits(value: object, hint: Any) -> bool:  # Any: a type hint may be anything
    """Return whether a JSON value may stand where the hint stands."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is Literal:
        return value in parts
    if origin is tuple:  # tuple[x, ...]
        return isinstance(value, list) and all(_fits(item, parts[0]) for item in value)
    if origin is dict:
        return isinstance(value, dict) and all(_fits(item, parts[1]) for item in value.values())
    if hint is Any:
        return True
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return value is None if hint is NoneType else isinstance(value, hint)
