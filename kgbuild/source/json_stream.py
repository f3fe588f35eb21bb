"""Reading a JSON object member by member, so that a file's size does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

_MAX_DEPTH = 64
_OPENING = frozenset({"start_map", "start_array"})
_CLOSING = frozenset({"end_map", "end_array"})


def members(stream: BinaryIO, arrays: frozenset[str] = frozenset()) -> Iterator[tuple[str, Any]]:
    """The members of the object that a stream holds, in order and with repeated keys.

    A member whose key is in `arrays` and whose value is an array is given item by item, each under that key.
    Half a surrogate pair, which no text can hold, becomes "?".

    Raises:
        ijson.JSONError: the stream is not one JSON object in UTF-8, or nests too deeply.
    """
    import ijson
    from ijson.common import ObjectBuilder

    level, floor, key = 0, 1, ""
    builder = None
    for event, value in _events(stream):
        level -= event in _CLOSING
        if builder is None:
            if level == 0 and event not in _CLOSING:
                if event != "start_map":
                    raise ijson.JSONError("the file does not hold a JSON object")
                level = 1
                continue
            if event == "map_key":
                key = value
                continue
            if event in _CLOSING:
                floor = 1
                continue
            if event == "start_array" and level == 1 and key in arrays:
                level = floor = 2
                continue
            builder = ObjectBuilder()
        level += event in _OPENING
        if level > _MAX_DEPTH:
            raise ijson.JSONError(f"more than {_MAX_DEPTH} values within each other")
        builder.event(event, value)
        if level == floor:
            yield key, builder.value
            builder = None


def _events(stream: BinaryIO) -> Iterator[tuple[str, Any]]:
    """ijson's lowest events: its higher ones carry each value's path, quadratic where nesting is deep."""
    import ijson

    try:
        yield from ijson.basic_parse(stream, use_float=True)
    except UnicodeDecodeError as error:
        raise ijson.JSONError(str(error)) from error
