"""Records to JSON and back. The record is the schema: its fields are the keys."""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from tensorlab.errors import StoreError

Record = TypeVar("Record")
JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"]


def encode(value: object) -> JSON:
    """A record, or anything made of records, as what ``json.dumps`` takes. Sets are sorted; NaN becomes a string.

    >>> from tensorlab.layout.record import Layout
    >>> encode(Layout((2, 3), (12, 4), itemsize=4))
    {'shape': [2, 3], 'strides': [12, 4], 'offset': 0, 'itemsize': 4}
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted((encode(item) for item in value), key=str)
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"a record holds numbers, words and records; got {type(value).__name__}")


def decode(kind: type[Record], data: object) -> Record:
    """The record of type ``kind`` that ``encode`` turned into ``data``.

    Raises:
        StoreError: ``data`` does not have the fields of ``kind``.

    >>> from tensorlab.layout.record import Layout
    >>> decode(Layout, {"shape": [2], "strides": [4], "offset": 0, "itemsize": 4})
    Layout(shape=(2,), strides=(4,), offset=0, itemsize=4)
    """
    try:
        return typing.cast("Record", _decode(kind, data))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreError(f"not a {kind.__name__}: {error}") from error


def _decode(kind: Any, data: Any) -> Any:  # noqa: ANN401 - annotations are values here
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        return kind(**{f.name: _decode(hints[f.name], data[f.name]) for f in dataclasses.fields(kind)})
    if typing.get_origin(kind) is not None:
        return _decode_generic(typing.get_origin(kind), typing.get_args(kind), data)
    return float(data) if kind is float else data


def _decode_generic(origin: Any, arguments: tuple[Any, ...], data: Any) -> Any:  # noqa: ANN401 - as above
    if origin in (typing.Union, types.UnionType):
        return None if data is None else _decode_union(arguments, data)
    if origin is tuple and arguments[-1] is not Ellipsis:
        return tuple(_decode(a, item) for a, item in zip(arguments, data, strict=True))
    if origin in (tuple, frozenset):
        return origin(_decode(arguments[0], item) for item in data)
    if origin in (Mapping, dict):
        return {key: _decode(arguments[1], item) for key, item in data.items()}
    return data


def _decode_union(arguments: tuple[Any, ...], data: Any) -> Any:  # noqa: ANN401 - annotations are values here
    for kind in arguments:
        if isinstance(kind, type) and not dataclasses.is_dataclass(kind) and isinstance(data, kind):
            return data
    return next(_decode(kind, data) for kind in arguments if kind is not type(None))
